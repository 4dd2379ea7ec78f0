/** Figures of the first screen: what waits, how old it is, and balances by day. */
import { sql } from 'kysely';
import type { CalendarDate, Instant } from '../core/calendar.ts';
import { bookedSum } from './statement-lines.ts';
import type { Reader } from './store.ts';

/** States of an entry whose money is not in the ledger yet, or not as it should be. */
const OPEN = ['needs_person', 'ready', 'approved', 'posting', 'unknown', 'different', 'refused'] as const;

export type OpenCount = { readonly mappingId: string; readonly state: string; readonly count: number };

/** How many open entries each mapping has, by state. */
export async function openCounts(db: Reader): Promise<OpenCount[]> {
  const rows = await db
    .selectFrom('proposal')
    .select(['mapping_id', 'state', sql<bigint>`count(*)`.as('count')])
    .where('state', 'in', OPEN)
    .groupBy(['mapping_id', 'state'])
    .execute();
  return rows.map((row) => ({ mappingId: row.mapping_id, state: row.state, count: Number(row.count) }));
}

/** Entries that were made since an instant and still wait, by mapping. */
export async function openSince(db: Reader, since: Instant): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('proposal')
    .select(['mapping_id', sql<bigint>`count(*)`.as('count')])
    .where('state', 'in', OPEN)
    .where('created_at', '>=', since)
    .groupBy('mapping_id')
    .execute();
  return new Map(rows.map((row) => [row.mapping_id, Number(row.count)]));
}

export type PostedCount = {
  readonly mappingId: string;
  readonly posted: number;
  /** Of these, entries that were made since the same instant. */
  readonly fresh: number;
};

/** Entries confirmed since an instant, by mapping. */
export async function postedSince(db: Reader, since: Instant): Promise<PostedCount[]> {
  const rows = await db
    .selectFrom('journal')
    .innerJoin('posting', 'posting.journal_id', 'journal.id')
    .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
    .select([
      'proposal.mapping_id',
      sql<bigint>`count(*)`.as('posted'),
      sql<bigint>`sum(proposal.created_at >= ${since})`.as('fresh'),
    ])
    .where((where) => where.or([where('journal.confirmed_at', '>=', since), where('journal.confirmed_at', 'is', null)]))
    .where('posting.confirmed_at', '>=', since)
    .where('posting.state', '=', 'posted')
    .groupBy('proposal.mapping_id')
    .execute();
  return rows.map((row) => ({ mappingId: row.mapping_id, posted: Number(row.posted), fresh: Number(row.fresh) }));
}

export type OldestOpen = {
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly proposalId: string;
  readonly date: CalendarDate;
  readonly text: string;
  readonly amountMinor: bigint;
  readonly currency: string;
};

/** The open entry with the earliest date, of each ledger. */
export async function oldestOpen(db: Reader): Promise<OldestOpen[]> {
  const ledgers = await db.selectFrom('mapping').select(['ledger_connection_id', 'legal_entity']).distinct().execute();
  const found: OldestOpen[] = [];
  for (const ledger of ledgers) {
    const row = await db
      .selectFrom('proposal')
      .select(['id', 'date', 'text', 'amount_minor', 'currency'])
      .where('state', 'in', OPEN)
      .where('ledger_connection_id', '=', ledger.ledger_connection_id)
      .where('legal_entity', '=', ledger.legal_entity)
      .orderBy('date')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (row)
      found.push({
        ledgerConnectionId: ledger.ledger_connection_id,
        legalEntity: ledger.legal_entity,
        proposalId: row.id,
        date: row.date,
        text: row.text,
        amountMinor: row.amount_minor,
        currency: row.currency,
      });
  }
  return found;
}

export type AgeRow = {
  readonly feedAccountId: string;
  readonly date: CalendarDate;
  readonly currency: string;
  readonly count: number;
  readonly netMinor: bigint;
  readonly grossMinor: bigint;
};

/** Open entries by account of their mapping and day. */
export async function openByDay(db: Reader): Promise<AgeRow[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('mapping', 'mapping.id', 'proposal.mapping_id')
    .select([
      'mapping.feed_account_id',
      'proposal.date',
      'proposal.currency',
      sql<bigint>`count(*)`.as('count'),
      sql<bigint>`sum(proposal.amount_minor)`.as('net'),
      sql<bigint>`sum(abs(proposal.amount_minor))`.as('gross'),
    ])
    .where('proposal.state', 'in', OPEN)
    .groupBy(['mapping.feed_account_id', 'proposal.date', 'proposal.currency'])
    .execute();
  return rows.map((row) => ({
    feedAccountId: row.feed_account_id,
    date: row.date,
    currency: row.currency,
    count: Number(row.count),
    netMinor: row.net,
    grossMinor: row.gross,
  }));
}

/** Lines of accounts that no mapping says what to do with: account id to number of lines. */
export async function linesByAccount(db: Reader): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('statement_line')
    .select(['feed_account_id', sql<bigint>`count(*)`.as('count')])
    .where('state', '<>', 'removed')
    .groupBy('feed_account_id')
    .execute();
  return new Map(rows.map((row) => [row.feed_account_id, Number(row.count)]));
}

/**
 * The bank's balance at the end of each day on which something was booked, and at the end of the first day. Empty
 * before the first tie-out of the account. Positive = the firm's money.
 */
export async function dailyBalances(
  db: Reader,
  account: { readonly id: string; readonly currency: string; readonly openingMinor: bigint },
  from: CalendarDate,
  to: CalendarDate,
): Promise<Array<{ readonly date: CalendarDate; readonly minor: bigint }>> {
  let balance = account.openingMinor + (await bookedSum(db, account.id, account.currency, from));
  const rows = await db
    .selectFrom('statement_line')
    .select(['date', sql<bigint>`sum(amount_minor)`.as('moved')])
    .where('feed_account_id', '=', account.id)
    .where('state', '=', 'booked')
    .where('currency', '=', account.currency)
    .where('date', '>', from)
    .where('date', '<=', to)
    .groupBy('date')
    .orderBy('date')
    .execute();
  const points = [{ date: from, minor: balance }];
  for (const row of rows) {
    balance += row.moved;
    points.push({ date: row.date, minor: balance });
  }
  return points;
}
