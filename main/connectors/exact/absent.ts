import { DaybookError, type ErrorCode } from '../../core/errors.ts';

/** What a resource answers with that the licence, the scopes or the user's rights do not include. */
const ABSENT: ReadonlySet<ErrorCode> = new Set(['not_found', 'not_permitted']);

/** The rows of an optional resource, or null when this division does not give it to this user. */
export async function absentAsNull<Rows>(rows: Promise<Rows>): Promise<Rows | null> {
  try {
    return await rows;
  } catch (thrown) {
    if (thrown instanceof DaybookError && ABSENT.has(thrown.code)) return null;
    throw thrown;
  }
}
