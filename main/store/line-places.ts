import { sql } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import type { Reader, Writer } from './store.ts';

/**
 * Which statement lines have a place (the proposal that claims them), which have none, and which were amended since
 * their place last looked.
 */

/**
 * Ids of an account's lines without a place, by date and id. Reads an index only, never the wide rows, and others get
 * their turn in between.
 */
export async function unplacedLineIds(
  db: Reader | Writer,
  feedAccountId: string,
  from: CalendarDate | null,
): Promise<number[]> {
  const ids: number[] = [];
  for (let last = { date: from ?? '', id: 0n }; ; ) {
    const { date, id } = last;
    const rows = await db
      .selectFrom('statement_line as line')
      .select(['line.id', 'line.date'])
      .where('line.feed_account_id', '=', feedAccountId)
      .where('line.date', '>=', date)
      .where((eb) => eb.or([eb('line.date', '>', date), eb('line.id', '>', id)]))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('proposal_line as place')
              .select('place.line_id')
              .whereRef('place.line_id', '=', 'line.id')
              .where('place.claim', '=', sql.lit(1n)),
          ),
        ),
      )
      .orderBy('line.date')
      .orderBy('line.id')
      .limit(IDS_A_TURN)
      .execute();
    for (const row of rows) ids.push(Number(row.id));
    const end = rows.at(-1);
    if (end === undefined || rows.length < IDS_A_TURN) return ids;
    last = end;
    await yieldToOthers();
  }
}

/** Found in a few milliseconds. */
const IDS_A_TURN = 4_000;

export type Place = {
  readonly lineId: number;
  readonly proposalId: string;
  readonly kind: string;
  readonly state: string;
  readonly codedBy: string;
  readonly relatedProposalId: string | null;
};

/** Where these lines stand; lines without a place are absent. */
export async function placesOf(db: Reader | Writer, lineIds: readonly number[]): Promise<Map<number, Place>> {
  const places = new Map<number, Place>();
  for (let start = 0; start < lineIds.length; start += 500) {
    const rows = await db
      .selectFrom('proposal_line as place')
      .innerJoin('proposal', 'proposal.id', 'place.proposal_id')
      .select([
        'place.line_id',
        'proposal.id',
        'proposal.kind',
        'proposal.state',
        'proposal.coded_by',
        'proposal.related_proposal_id',
      ])
      .where('place.claim', '=', sql.lit(1n))
      .where('place.line_id', 'in', lineIds.slice(start, start + 500).map(BigInt))
      .execute();
    for (const row of rows)
      places.set(Number(row.line_id), {
        lineId: Number(row.line_id),
        proposalId: row.id,
        kind: row.kind,
        state: row.state,
        codedBy: row.coded_by,
        relatedProposalId: row.related_proposal_id,
      });
  }
  return places;
}

/** How often the money of a line was posted and reversed; lines never reversed are absent. */
export async function generationsOf(db: Reader | Writer, lineIds: readonly number[]): Promise<Map<number, number>> {
  const generations = new Map<number, number>();
  for (let start = 0; start < lineIds.length; start += 500) {
    const rows = await db
      .selectFrom('proposal_line as link')
      .innerJoin('proposal', 'proposal.id', 'link.proposal_id')
      .select(['link.line_id', (eb) => eb.fn.max('proposal.generation').as('generation')])
      .where('proposal.state', '=', 'reversed')
      .where('proposal.kind', 'in', ['entry', 'transfer', 'pending', 'settlement'])
      .where('link.line_id', 'in', lineIds.slice(start, start + 500).map(BigInt))
      .groupBy('link.line_id')
      .execute();
    for (const row of rows) generations.set(Number(row.line_id), Number(row.generation) + 1);
  }
  return generations;
}

/** Booked lines of these accounts in a span of days that have one of these amounts. */
export async function linesWithAmounts(
  db: Reader | Writer,
  options: {
    readonly feedAccountIds: readonly string[];
    readonly from: CalendarDate;
    readonly to: CalendarDate;
    readonly amounts: readonly bigint[];
  },
): Promise<number[]> {
  const amounts = `[${options.amounts.join(',')}]`;
  const rows = await db
    .selectFrom('statement_line')
    .select('id')
    .where('feed_account_id', 'in', [...options.feedAccountIds])
    .where('date', '>=', options.from)
    .where('date', '<=', options.to)
    .where('state', '=', 'booked')
    .where(sql<boolean>`amount_minor in (select value from json_each(${amounts}))`)
    .execute();
  return rows.map((row) => Number(row.id));
}

/** Lines of transfers whose other side had not arrived. */
export async function waitingTransferLines(db: Reader | Writer, from: CalendarDate): Promise<number[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line as place', 'place.proposal_id', 'proposal.id')
    .select('place.line_id')
    .where('proposal.state', '=', 'needs_person')
    .where('proposal.date', '>=', from)
    .where('proposal.kind', '=', 'entry')
    .where('proposal.coded_by', '=', 'transfer')
    .where('proposal.related_proposal_id', 'is', null)
    .where('place.claim', '=', sql.lit(1n))
    .execute();
  return rows.map((row) => Number(row.line_id));
}

export type AmendedPlace = { readonly proposalId: string; readonly lineId: number };

/** Places whose line was changed by the feed since they last looked at it. */
export async function amendedPlaces(db: Reader | Writer): Promise<AmendedPlace[]> {
  const rows = await db
    .selectFrom('statement_line as line')
    // SQLite keeps a cross join's order: the few amended lines first, not every place.
    .crossJoin('proposal_line as place')
    .select(['place.proposal_id', 'place.line_id'])
    .whereRef('place.line_id', '=', 'line.id')
    // Lines of revision 1 were never amended. Partial indexes answer literals, not parameters.
    .where('line.revision', '>', sql.lit(1n))
    .where('place.claim', '=', sql.lit(1n))
    .whereRef('line.revision', '>', 'place.line_revision')
    .orderBy('line.id')
    .execute();
  return rows.map((row) => ({ proposalId: row.proposal_id, lineId: Number(row.line_id) }));
}

/** Reversed proposals that still hold a line which the bank still has: the line must go back to the queue. */
export async function reversedPlaces(db: Reader | Writer): Promise<string[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line as place', 'place.proposal_id', 'proposal.id')
    .innerJoin('statement_line as line', 'line.id', 'place.line_id')
    .select('proposal.id')
    .distinct()
    .where('proposal.state', '=', 'reversed')
    .where('place.claim', '=', sql.lit(1n))
    .where('line.state', '!=', 'removed')
    .execute();
  return rows.map((row) => row.id);
}

/** Proposals that correct or reverse this one, or are tied to it, oldest first. */
export async function relatedProposalIds(db: Reader | Writer, proposalId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('proposal')
    .select('id')
    .where('related_proposal_id', '=', proposalId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}
