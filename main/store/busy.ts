import Database from 'better-sqlite3';
import { type Clock, yieldToOthers } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';

/** How long an open or a write waits for another process before it gives up with `busy_elsewhere`. */
export const BUSY_LIMIT_MS = 5_000;

const STEP_MS = 25;

/**
 * Tries again while another process holds the file, up to `limitMs`. Waiting is ours and not SQLite's busy handler,
 * which would stop the whole process (screens included) while it sleeps.
 */
export async function untilFree<T>(clock: Clock, limitMs: number, attempt: () => T | Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!isBusy(thrown) || waited >= limitMs) throw thrown;
    }
    await clock.sleep(STEP_MS);
    // A virtual clock sleeps in no time: let a second store in this process finish what it holds.
    await yieldToOthers();
  }
}

function isBusy(thrown: unknown): boolean {
  if (thrown instanceof DaybookError) return isBusy(thrown.cause);
  return thrown instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(thrown.code);
}

/**
 * An error of SQLite as one of ours; everything else unchanged. `constraints: 'keep'` leaves a violated constraint as
 * it is, so that the code inside the transaction can act on it (see `isUniqueViolation`).
 */
export function ofSqlite(thrown: unknown, constraints: 'keep' | 'turn'): unknown {
  if (!(thrown instanceof Database.SqliteError)) return thrown;
  if (constraints === 'keep' && thrown.code.startsWith('SQLITE_CONSTRAINT')) return thrown;
  return asDaybookError(thrown);
}

/** True when a row could not be written because another has its unique key: the guards of "exactly once". */
export function isUniqueViolation(thrown: unknown): boolean {
  if (thrown instanceof DaybookError) return isUniqueViolation(thrown.cause);
  return (
    thrown instanceof Database.SqliteError &&
    (thrown.code === 'SQLITE_CONSTRAINT_UNIQUE' || thrown.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  );
}
