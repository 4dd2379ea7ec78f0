import { z } from 'zod';
import type { CalendarDate } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import type { Stop } from '../capabilities.ts';
import type { LedgerChanges, LedgerLineRecord, ReadsLedgerChanges } from '../ledger-changes.ts';
import { DELETIONS_KEPT_MS, ENTITY_TYPE, FIRST_TIMESTAMP, highest } from './cache.ts';
import { type Client, readRow } from './client.ts';
import { changedTransactionLines, deletions, syncTimestamp, type TransactionLineRow } from './entities.ts';
import { amountAsBooked, amountOn, createBankSides, isLine, referencesOf } from './ledger-rows.ts';
import { day, int64, text } from './odata.ts';
import type { DivisionTables, Tables } from './tables.ts';

/** Where reading stopped, in the row versions of one division on one site. */
const cursorText = z.strictObject({
  origin: z.string(),
  division: z.string(),
  moved: z.string(),
  unlinked: z.string(),
  lines: z.string().regex(/^\d+$/),
  deleted: z.string().regex(/^\d+$/),
  readAt: z.number(),
});
type Cursor = z.infer<typeof cursorText>;

const POSTED = 50;

/**
 * Changes of the general ledger by row version. Only what the engine keeps is told: lines on a bank account's ledger
 * account and lines with our reference. Every other changed line is told as deleted, because it may have been one of
 * those before. Source: facts §2.5.
 */
export function createChanges(client: Client, tables: Tables, clock: Clock): ReadsLedgerChanges {
  /** The row version as of a day, so that nobody reads years of history. */
  const versionAt = async (division: string, since: CalendarDate, stop: Stop): Promise<string> => {
    const { rows } = await client.call(
      division,
      'read/sync/Sync/SyncTimestamp',
      { modified: day(since), endPoint: text('TransactionLines') },
      stop,
    );
    return readRow({ path: 'SyncTimestamp', row: syncTimestamp }, rows[0] ?? {}).TimeStampAsBigInt ?? FIRST_TIMESTAMP;
  };

  return {
    readChanges: async (legalEntity, cursor, since, stop): Promise<LedgerChanges> => {
      const division = await tables.of(legalEntity, stop);
      const { DivisionMoveDate: moved, DivisionHRLinkUnlinkDate: unlinked } = division.division;
      const identity = { origin: client.origin, division: legalEntity, moved, unlinked };
      const known = cursor === null ? null : readCursor(cursor);
      if (cursor !== null && (known === null || !stillGood(known, identity, clock.now())))
        return { lines: [], deleted: [], nextCursor: '', hasMore: false, startOver: true };
      const from = known ?? { lines: await versionAt(legalEntity, since, stop), deleted: FIRST_TIMESTAMP };

      const ask = (timestamp: string) => ({ filter: `Timestamp gt ${int64(timestamp)}` });
      const changed = await client.firstPage(legalEntity, changedTransactionLines, ask(from.lines), stop);
      // After the lines: what was deleted in between is then told as deleted, and stays so.
      const gone = await client.firstPage(legalEntity, deletions, ask(from.deleted), stop);
      const ofDivision = (row: { readonly Division: string }) => row.Division === '' || row.Division === legalEntity;
      const { lines, others, from: changedFrom } = toLines(changed.rows.filter(ofDivision), division);
      const next: Cursor = {
        ...identity,
        lines: highest(from.lines, changed.rows),
        deleted: highest(from.deleted, gone.rows),
        readAt: clock.now(),
      };
      const deleted = gone.rows.flatMap((row) =>
        row.EntityType === ENTITY_TYPE.transactionLine && row.EntityKey !== null && ofDivision(row)
          ? [row.EntityKey]
          : [],
      );
      return {
        lines,
        deleted: [...others, ...deleted],
        bank: { from: changedFrom, deleted },
        nextCursor: JSON.stringify(next),
        hasMore: changed.more || gone.more,
        startOver: false,
      };
    },
  };
}

function readCursor(cursor: string): Cursor | null {
  try {
    const parsed = cursorText.safeParse(JSON.parse(cursor));
    return parsed.success ? parsed.data : null;
  } catch (thrown) {
    // Written by another version of Daybook: it is of no use, and reading begins again.
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/** Row versions belong to one division, are given anew when it moves, and deletions are told for two months only. */
function stillGood(cursor: Cursor, identity: Omit<Cursor, 'lines' | 'deleted' | 'readAt'>, now: number): boolean {
  const same = (['origin', 'division', 'moved', 'unlinked'] as const).every((name) => cursor[name] === identity[name]);
  return same && now - cursor.readAt < DELETIONS_KEPT_MS;
}

function toLines(
  rows: readonly TransactionLineRow[],
  tables: DivisionTables,
): { readonly lines: LedgerLineRecord[]; readonly others: string[]; readonly from: CalendarDate | null } {
  const sides = createBankSides(tables);
  const reference = referencesOf(rows);
  const lines: LedgerLineRecord[] = [];
  const others: string[] = [];
  let from: CalendarDate | null = null;
  for (const row of rows.filter(isLine)) {
    const ours = reference(row);
    const onAccount = sides.ofLedgerAccount(row.GLAccount);
    const journal = sides.ofJournal(row.JournalCode);
    const onBank = journal !== undefined || onAccount !== undefined;
    if (onBank && row.Date !== null && (from === null || row.Date < from)) from = row.Date;
    // A line of ours in a bank journal is that journal's other side, whatever account it stands on.
    const route = journal !== undefined && journal !== onAccount && ours !== null ? undefined : onAccount;
    const amount =
      route !== undefined
        ? amountOn(row, route, tables.division.Currency)
        : ours !== null
          ? amountAsBooked(row, tables.division.Currency).money
          : null;
    if (amount === null || row.Date === null) {
      others.push(row.ID);
      continue;
    }
    lines.push({
      providerKey: row.ID,
      journalNumber: row.EntryID ?? row.ID,
      journalName: row.JournalCode,
      voucher: row.EntryNumber === null ? null : String(row.EntryNumber),
      account: row.GLAccountCode,
      bankAccount: route?.id ?? null,
      date: row.Date,
      amount,
      text: row.Description || row.Notes,
      reference: ours,
      state: row.Status === POSTED ? 'posted' : 'open',
    });
  }
  return { lines, others, from };
}
