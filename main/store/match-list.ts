import { z } from 'zod';
import type { CalendarDate } from '../core/calendar.ts';
import type { BankAccountKey } from './ledger-bank-lines.ts';
import { correctionsOf, legsOf } from './matches.ts';
import type { Reader } from './store.ts';

/** Matches and open lines for screens, the command line and the evidence file. */

export type MatchFilter = {
  readonly feedAccountId?: string | undefined;
  readonly state?: 'made' | 'undone' | undefined;
  readonly pass?: string | undefined;
  readonly batchId?: string | undefined;
  /** Matches with a line on these days. */
  readonly from?: CalendarDate | undefined;
  readonly to?: CalendarDate | undefined;
};

/** One line of either side as a person reads it. */
export type ListedLine = {
  readonly side: 'statement' | 'ledger';
  readonly lineId: number;
  readonly date: CalendarDate;
  readonly minor: bigint;
  readonly text: string;
  readonly party: string | null;
  readonly reference: string | null;
};

/** A page of matches, newest first, with their lines. */
export async function listMatches(
  db: Reader,
  filter: MatchFilter,
  window: { readonly offset: number; readonly limit: number },
) {
  let query = db.selectFrom('match');
  if (filter.feedAccountId !== undefined) query = query.where('feed_account_id', '=', filter.feedAccountId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.pass !== undefined) query = query.where('pass', '=', filter.pass);
  if (filter.batchId !== undefined) {
    const { batchId } = filter;
    query = query.where((where) => where.or([where('batch_id', '=', batchId), where('undone_batch_id', '=', batchId)]));
  }
  const { from, to } = filter;
  if (from !== undefined || to !== undefined)
    query = query.where((where) => {
      let legs = where.selectFrom('match_leg').select('match_leg.id').whereRef('match_leg.match_id', '=', 'match.id');
      if (from !== undefined) legs = legs.where('match_leg.date', '>=', from);
      if (to !== undefined) legs = legs.where('match_leg.date', '<=', to);
      return where.exists(legs);
    });
  const { total } = await query.select((select) => select.fn.countAll<bigint>().as('total')).executeTakeFirstOrThrow();
  const rows = await query
    .selectAll()
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(window.limit)
    .offset(window.offset)
    .execute();
  const ids = rows.map(({ id }) => id);
  const legs = await legsOf(db, ids);
  const lines = await linesById(
    db,
    legs.map((leg) => ({ side: leg.side === 'ledger' ? 'ledger' : 'statement', lineId: Number(leg.line_id) })),
  );
  const byMatch = Map.groupBy(legs, (leg) => leg.match_id);
  const corrections = Map.groupBy(await correctionsOf(db, ids), (one) => one.match_id);
  return {
    total: Number(total),
    matches: rows.map((row) => ({
      ...row,
      // As they were when they were matched; text and name as they are now.
      legs: (byMatch.get(row.id) ?? []).map((leg): ListedLine => {
        const line = lines.get(`${leg.side}:${leg.line_id}`);
        return {
          ...{ side: leg.side === 'ledger' ? 'ledger' : 'statement', lineId: Number(leg.line_id), date: leg.date },
          ...{
            minor: leg.amount_minor,
            text: line?.text ?? '',
            party: line?.party ?? null,
            reference: line?.reference ?? null,
          },
        };
      }),
      corrections: corrections.get(row.id) ?? [],
    })),
  };
}

/** Lines by side and id, as they are now. */
export async function linesById(
  db: Reader,
  wanted: ReadonlyArray<Pick<ListedLine, 'side' | 'lineId'>>,
): Promise<Map<string, ListedLine>> {
  const found = new Map<string, ListedLine>();
  const ids = (side: ListedLine['side']) => [
    ...new Set(wanted.filter((one) => one.side === side).map(({ lineId }) => lineId)),
  ];
  for (const page of pages(ids('statement')))
    for (const row of await db
      .selectFrom('statement_line')
      .select(['id', 'date', 'amount_minor', 'text', 'counterparty', 'reference'])
      .where('id', 'in', page.map(BigInt))
      .execute())
      found.set(`statement:${row.id}`, {
        ...{ side: 'statement', lineId: Number(row.id), date: row.date, minor: row.amount_minor, text: row.text },
        ...{ party: row.counterparty, reference: row.reference },
      });
  for (const page of pages(ids('ledger')))
    for (const row of await db
      .selectFrom('ledger_bank_line')
      .select(['id', 'date', 'amount_minor', 'text', 'party', 'reference', 'voucher'])
      .where('id', 'in', page.map(BigInt))
      .execute())
      found.set(`ledger:${row.id}`, {
        ...{ side: 'ledger', lineId: Number(row.id), date: row.date, minor: row.amount_minor, text: row.text },
        ...{ party: row.party, reference: row.reference ?? row.voucher },
      });
  return found;
}

/** What is open on one side of an account up to a day, oldest first, with the sum of all of it. */
export async function openLines(
  db: Reader,
  account: BankAccountKey & { readonly feedAccountId: string; readonly startDate: CalendarDate | null },
  side: ListedLine['side'],
  until: CalendarDate,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly sum: bigint; readonly lines: readonly ListedLine[] }> {
  const start = account.startDate ?? '';
  const query =
    side === 'statement'
      ? db
          .selectFrom('statement_line as line')
          .leftJoin('match_leg as leg', (join) =>
            join.onRef('leg.line_id', '=', 'line.id').on('leg.side', '=', 'statement').on('leg.live', '=', 1n),
          )
          .select([
            'line.id',
            'line.date',
            'line.amount_minor',
            'line.text',
            'line.counterparty as party',
            'line.reference',
          ])
          .where('line.feed_account_id', '=', account.feedAccountId)
          .where('line.state', '=', 'booked')
      : db
          .selectFrom('ledger_bank_line as line')
          .leftJoin('match_leg as leg', (join) =>
            join.onRef('leg.line_id', '=', 'line.id').on('leg.side', '=', 'ledger').on('leg.live', '=', 1n),
          )
          .select(['line.id', 'line.date', 'line.amount_minor', 'line.text', 'line.party', 'line.reference'])
          .where('line.ledger_connection_id', '=', account.ledgerConnectionId)
          .where('line.legal_entity', '=', account.legalEntity)
          .where('line.bank_account', '=', account.bankAccount)
          .where('line.gone_at', 'is', null);
  const rows = await query
    .where('leg.id', 'is', null)
    .where('line.date', '>=', start)
    .where('line.date', '<=', until)
    .orderBy('line.date')
    .orderBy('line.id')
    .execute();
  return {
    total: rows.length,
    sum: rows.reduce((sum, row) => sum + row.amount_minor, 0n),
    lines: rows.slice(window.offset, window.offset + window.limit).map((row) => ({
      ...{ side, lineId: Number(row.id), date: row.date, minor: row.amount_minor, text: row.text },
      ...{ party: row.party, reference: row.reference },
    })),
  };
}

const idList = z.array(z.int());

/** Candidates of a statement line, best first; those of which a line is used meanwhile are left out. */
export async function candidatesOf(db: Reader, lineId: number) {
  const rows = await db
    .selectFrom('match_candidate')
    .selectAll()
    .where('line_id', '=', BigInt(lineId))
    .orderBy('rank')
    .execute();
  return rows.map((row) => ({
    ...row,
    statement: idList.parse(JSON.parse(row.statement_json)),
    ledger: idList.parse(JSON.parse(row.ledger_json)),
  }));
}

function* pages(ids: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < ids.length; start += 500) yield ids.slice(start, start + 500);
}
