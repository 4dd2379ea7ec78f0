import { type Selectable, sql } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import type { ReconciliationTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

/** A booked line of one account with the proposals that stand for it, in the order of date. */
export type LineWithPlace = {
  readonly lineId: number;
  readonly date: CalendarDate;
  readonly amountMinor: bigint;
  readonly state: string;
  readonly text: string;
  readonly proposalId: string | null;
  readonly proposalState: string | null;
  readonly proposalDate: CalendarDate | null;
  readonly claim: boolean;
  readonly stem: string | null;
};

/** Lines of an account from a day on, removed ones too, one row per line and proposal. */
export async function linesWithPlaces(
  db: Reader,
  feedAccountId: string,
  from: CalendarDate | null,
): Promise<LineWithPlace[]> {
  let query = db
    .selectFrom('statement_line')
    .leftJoin('proposal_line', 'proposal_line.line_id', 'statement_line.id')
    .leftJoin('proposal', 'proposal.id', 'proposal_line.proposal_id')
    .select([
      'statement_line.id',
      'statement_line.date',
      'statement_line.amount_minor',
      'statement_line.state',
      'statement_line.text',
      'proposal.id as proposal_id',
      'proposal.state as proposal_state',
      'proposal.date as proposal_date',
      'proposal.stem',
      'proposal_line.claim',
    ])
    .where('statement_line.feed_account_id', '=', feedAccountId)
    .orderBy('statement_line.date')
    .orderBy('statement_line.id');
  if (from !== null) query = query.where('statement_line.date', '>=', from);
  const rows = await query.execute();
  return rows.map((row) => ({
    lineId: Number(row.id),
    date: row.date,
    amountMinor: row.amount_minor,
    state: row.state,
    text: row.text,
    proposalId: row.proposal_id,
    proposalState: row.proposal_state,
    proposalDate: row.proposal_date,
    claim: row.claim === 1n,
    stem: row.stem,
  }));
}

/** Σ of booked lines up to and including a day, from a day on. */
export async function sumOfBookedLines(
  db: Reader,
  feedAccountId: string,
  range: { readonly before?: CalendarDate; readonly upTo?: CalendarDate },
): Promise<bigint> {
  let query = db
    .selectFrom('statement_line')
    .select(sql<bigint | null>`sum(amount_minor)`.as('total'))
    .where('feed_account_id', '=', feedAccountId)
    .where('state', '=', 'booked');
  if (range.before !== undefined) query = query.where('date', '<', range.before);
  if (range.upTo !== undefined) query = query.where('date', '<=', range.upTo);
  return (await query.executeTakeFirstOrThrow()).total ?? 0n;
}

/**
 * Vouchers and days under which the ledger holds our entries: the link from a posted bank line without a reference to us.
 * A number may come again in another year; with its day it is one voucher.
 */
export async function vouchersOfPostings(
  db: Reader,
  ledgerConnectionId: string,
  legalEntity: string,
): Promise<Array<{ voucher: string; date: CalendarDate; stem: string }>> {
  const rows = await db
    .selectFrom('posting')
    .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
    .select(['posting.voucher', 'posting.stem', 'proposal.date'])
    .where('posting.ledger_connection_id', '=', ledgerConnectionId)
    .where('posting.legal_entity', '=', legalEntity)
    .where('posting.state', 'in', ['posted', 'different', 'taking_back'])
    .where('posting.voucher', 'is not', null)
    .where('posting.voucher', '!=', '')
    .orderBy('posting.intended_at')
    .execute();
  return rows.flatMap(({ voucher, date, stem }) => (voucher === null ? [] : [{ voucher, date, stem }]));
}

/** Saves the reconciliation of an account and day, in place of an earlier one of the same day. */
export async function saveReconciliation(trx: Writer, row: Omit<Selectable<ReconciliationTable>, 'id'>): Promise<void> {
  await trx
    .insertInto('reconciliation')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['feed_account_id', 'date']).doUpdateSet({
        currency: row.currency,
        bank_minor: row.bank_minor,
        ledger_minor: row.ledger_minor,
        difference_minor: row.difference_minor,
        open_items_json: row.open_items_json,
        explained: row.explained,
        made_at: row.made_at,
      }),
    )
    .execute();
}
