import { insertRows } from './bulk.ts';
import type { Reader, Writer } from './store.ts';

/** Matches, their legs and what undoes them. A line stands in one live leg: the index `match_leg_used` is the last guard. */

export type StoredLeg = {
  readonly side: 'statement' | 'ledger';
  readonly lineId: number;
  readonly minor: bigint;
  readonly date: string;
};

export type StoredCorrection = {
  readonly rule: string;
  readonly kind: string;
  readonly account: string;
  readonly minor: bigint;
};

export type NewMatch = {
  readonly id: string;
  readonly feedAccountId: string;
  readonly pass: string;
  readonly currency: string;
  readonly partsJson: string;
  readonly sentence: string;
  readonly legs: readonly StoredLeg[];
  readonly corrections: readonly StoredCorrection[];
};

export type Batch = {
  readonly id: string;
  readonly kind: 'run' | 'person' | 'undo' | 'broken';
  readonly at: string;
  readonly actor: string;
  readonly note: string;
};

/** The lines of a match as one text: the same lines always give the same. */
export function fingerprintOf(legs: ReadonlyArray<Pick<StoredLeg, 'side' | 'lineId'>>): string {
  const ids = (side: StoredLeg['side']) =>
    legs
      .filter((leg) => leg.side === side)
      .map(({ lineId }) => lineId)
      .sort((a, b) => a - b)
      .join();
  return `${ids('statement')}:${ids('ledger')}`;
}

export async function insertBatch(trx: Writer, batch: Batch): Promise<void> {
  await trx.insertInto('match_batch').values(batch).execute();
}

export async function insertMatches(trx: Writer, batch: Batch, matches: readonly NewMatch[]): Promise<void> {
  await insertRows(
    trx,
    'match',
    [
      'id',
      'feed_account_id',
      'batch_id',
      'state',
      'pass',
      'currency',
      'parts_json',
      'sentence',
      'fingerprint',
      'made_at',
      'made_by',
    ],
    matches.map((one) => [
      ...[one.id, one.feedAccountId, batch.id, 'made', one.pass, one.currency, one.partsJson, one.sentence],
      ...[fingerprintOf(one.legs), batch.at, batch.actor],
    ]),
  );
  await insertRows(
    trx,
    'match_leg',
    ['match_id', 'side', 'line_id', 'amount_minor', 'date', 'live'],
    matches.flatMap((one) => one.legs.map((leg) => [one.id, leg.side, leg.lineId, leg.minor, leg.date, 1])),
  );
  await insertRows(
    trx,
    'match_correction',
    ['match_id', 'position', 'rule', 'kind', 'account', 'amount_minor'],
    matches.flatMap((one) =>
      one.corrections.map((each, position) => [one.id, position, each.rule, each.kind, each.account, each.minor]),
    ),
  );
}

/** Frees the lines of matches. What was made stays written, with what undid it. */
export async function undoMatches(trx: Writer, ids: readonly string[], batch: Batch, why: string): Promise<void> {
  for (let start = 0; start < ids.length; start += 500) {
    const page = ids.slice(start, start + 500);
    await trx
      .updateTable('match')
      .set({ state: 'undone', undone_batch_id: batch.id, undone_why: why })
      .where('id', 'in', page)
      .execute();
    await trx.updateTable('match_leg').set({ live: 0 }).where('match_id', 'in', page).execute();
  }
}

/** Makes undone matches live again. Throws a unique violation when one of their lines is used meanwhile. */
export async function restoreMatches(trx: Writer, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += 500) {
    const page = ids.slice(start, start + 500);
    await trx
      .updateTable('match')
      .set({ state: 'made', undone_batch_id: null, undone_why: null })
      .where('id', 'in', page)
      .execute();
    await trx.updateTable('match_leg').set({ live: 1 }).where('match_id', 'in', page).execute();
  }
}

export function matchesById(db: Reader, ids: readonly string[]) {
  return db
    .selectFrom('match')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
}

export function legsOf(db: Reader, ids: readonly string[]) {
  return db
    .selectFrom('match_leg')
    .selectAll()
    .where('match_id', 'in', [...ids])
    .orderBy('id')
    .execute();
}

export function correctionsOf(db: Reader, ids: readonly string[]) {
  return db
    .selectFrom('match_correction')
    .selectAll()
    .where('match_id', 'in', [...ids])
    .orderBy('match_id')
    .orderBy('position')
    .execute();
}

/** Which of these lines are in a live match, as `side:id`. */
export async function usedLines(
  db: Reader,
  lines: ReadonlyArray<Pick<StoredLeg, 'side' | 'lineId'>>,
): Promise<Map<string, string>> {
  const used = new Map<string, string>();
  for (const side of ['statement', 'ledger'] as const) {
    const ids = lines.filter((line) => line.side === side).map(({ lineId }) => lineId);
    for (let start = 0; start < ids.length; start += 500)
      for (const row of await db
        .selectFrom('match_leg')
        .select(['line_id', 'match_id'])
        .where('side', '=', side)
        .where('live', '=', 1n)
        .where('line_id', 'in', ids.slice(start, start + 500).map(BigInt))
        .execute())
        used.set(`${side}:${row.line_id}`, row.match_id);
  }
  return used;
}

/** Lines that came into a match after a leg of this id: what another process made meanwhile. */
export async function linesUsedSince(db: Reader, legId: bigint): Promise<Set<string>> {
  const rows = await db
    .selectFrom('match_leg')
    .select(['side', 'line_id'])
    .where('id', '>', legId)
    .where('live', '=', 1n)
    .execute();
  return new Set(rows.map((row) => `${row.side}:${row.line_id}`));
}

export async function newestLeg(db: Reader): Promise<bigint> {
  const row = await db.selectFrom('match_leg').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0n;
}

/** Fingerprints that a person undid on an account: a run does not make those again. */
export async function refusedFingerprints(db: Reader, feedAccountId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('match')
    .innerJoin('match_batch', 'match_batch.id', 'match.undone_batch_id')
    .select('match.fingerprint')
    .where('match.feed_account_id', '=', feedAccountId)
    .where('match.state', '=', 'undone')
    .where('match_batch.kind', '=', 'undo')
    .execute();
  return new Set(rows.map((row) => row.fingerprint));
}

export type NewCandidate = {
  readonly lineId: number;
  readonly rank: number;
  readonly feedAccountId: string;
  readonly pass: string;
  readonly statement: readonly number[];
  readonly ledger: readonly number[];
  readonly correctionsJson: string;
  readonly partsJson: string;
  readonly sentence: string;
};

/** Puts candidates in the place of those that these statement lines had. */
export async function replaceCandidates(
  trx: Writer,
  lineIds: readonly number[],
  candidates: readonly NewCandidate[],
): Promise<void> {
  for (let start = 0; start < lineIds.length; start += 500)
    await trx
      .deleteFrom('match_candidate')
      .where('line_id', 'in', lineIds.slice(start, start + 500).map(BigInt))
      .execute();
  await insertRows(
    trx,
    'match_candidate',
    [
      'line_id',
      'rank',
      'feed_account_id',
      'pass',
      'statement_json',
      'ledger_json',
      'corrections_json',
      'parts_json',
      'sentence',
    ],
    candidates.map((one) => [
      ...[one.lineId, one.rank, one.feedAccountId, one.pass, JSON.stringify(one.statement), JSON.stringify(one.ledger)],
      ...[one.correctionsJson, one.partsJson, one.sentence],
    ]),
  );
}
