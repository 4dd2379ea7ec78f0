import { z } from 'zod';
import { epochOf, instantOf } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import type { Stop } from '../capabilities.ts';
import type { TellsBankChanges } from '../ledger-changes.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { bankTransactionTimes } from './entities.ts';
import type { createMainAccountLines } from './main-account-lines.ts';
import { allOf, textEquals } from './odata.ts';
import { sameText } from './tables.ts';

/** Up to when changes were seen, and which rows were seen in the last minutes before. */
const cursorText = z.strictObject({ at: z.iso.datetime(), seen: z.array(z.string()), direct: z.string() });
type Cursor = z.infer<typeof cursorText>;

/** A transaction that began earlier may become visible later, and the ERP's clock is not ours. */
const OVERLAP_MS = 15 * 60_000;
const FIRST_OVERLAP_MS = 24 * 3_600_000;
/** Any day is earlier than the first line. */
const EVERYTHING = '1970-01-01';

/**
 * Posted bank transactions by when they were last modified. They are never deleted, but matching in the ERP marks them;
 * a row is told once for each time that it was modified. A tenant that does not let the column be filtered is read whole.
 */
export function createBankChanges(
  client: Client,
  clock: Clock,
  mainAccountLines: ReturnType<typeof createMainAccountLines>,
): TellsBankChanges {
  /** Entries on the main account alone are few and never change: their number and the newest say whether one came. */
  const directOf = async (legalEntity: string, bankAccount: string, stop: Stop): Promise<string> => {
    const lines = await mainAccountLines(legalEntity, bankAccount, stop);
    return `${lines.length} ${
      lines
        .map(({ providerKey }) => providerKey)
        .sort()
        .at(-1) ?? ''
    }`;
  };

  return {
    bankChangesSince: async (legalEntity, bankAccount, cursor, stop) => {
      const known = readCursor(cursor);
      const direct = await directOf(legalEntity, bankAccount, stop);
      if (known === null)
        return { from: null, nextCursor: write({ at: instantOf(clock.now() - FIRST_OVERLAP_MS), seen: [], direct }) };
      const since = instantOf(epochOf(known.at) - OVERLAP_MS).replace(/\.\d+Z$/, 'Z');
      const filter = allOf(
        textEquals('dataAreaId', legalEntity),
        textEquals('AccountId', bankAccount),
        `SysModifiedDateTime ge ${since}`,
      );
      const rows = await absentAsNull(client.list(bankTransactionTimes, filter, stop));
      if (rows === null) return { from: EVERYTHING, nextCursor: write(known) };
      const seen = new Set(known.seen);
      const mine = rows.filter((row) => sameText(row.AccountId, bankAccount));
      const fresh = mine.filter((row) => !seen.has(keyOf(row)));
      const days = fresh.map(({ TransDate }) => TransDate ?? EVERYTHING).sort();
      const at = mine.reduce((latest, { SysModifiedDateTime: one }) => (isLater(one, latest) ? one : latest), known.at);
      const border = epochOf(at) - OVERLAP_MS;
      return {
        from: direct === known.direct ? (days[0] ?? null) : EVERYTHING,
        nextCursor: write({
          ...{ at: instantOf(epochOf(at)), direct },
          seen: mine.filter((row) => epochOf(row.SysModifiedDateTime) >= border).map(keyOf),
        }),
      };
    },
  };
}

function keyOf({
  SourceKey,
  SysModifiedDateTime,
}: {
  readonly SourceKey: string;
  readonly SysModifiedDateTime: string;
}) {
  return `${SourceKey} ${SysModifiedDateTime}`;
}

function isLater(one: string, other: string): boolean {
  return epochOf(one) > epochOf(other);
}

function write(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

/** Null also for a cursor of another version, which is of no use. */
function readCursor(cursor: string | null): Cursor | null {
  if (cursor === null) return null;
  try {
    const parsed = cursorText.safeParse(JSON.parse(cursor));
    return parsed.success ? parsed.data : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
