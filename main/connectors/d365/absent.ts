import { DaybookError, type ErrorCode } from '../../core/errors.ts';

/** What a set that this tenant lacks, hides or knows in another form answers with. */
const ABSENT: ReadonlySet<ErrorCode> = new Set(['not_found', 'not_permitted', 'answer_unexpected']);

/** The rows of an optional set, or null when the environment does not give it to this user. */
export async function absentAsNull<Rows>(rows: Promise<Rows>): Promise<Rows | null> {
  try {
    return await rows;
  } catch (thrown) {
    if (thrown instanceof DaybookError && ABSENT.has(thrown.code)) return null;
    throw thrown;
  }
}
