import { record } from '../audit/trail.ts';
import { instantOf } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import {
  type Batch,
  correctionsOf,
  insertBatch,
  insertMatches,
  legsOf,
  matchesById,
  type NewCandidate,
  replaceCandidates,
  restoreMatches,
  type StoredLeg,
  undoMatches,
  usedLines,
} from '../store/matches.ts';
import type { Writer } from '../store/store.ts';
import type { MatchContext } from './run.ts';

/** What to take apart: one match, or only some lines of it; all that one run or act made. */
export type Undo =
  | { readonly matchId: string; readonly lines?: ReadonlyArray<Pick<StoredLeg, 'side' | 'lineId'>> }
  | { readonly batchId: string };

export type Undone = { readonly batchId: string; readonly undone: number; readonly restored: number };

/**
 * Takes matches apart, so that their lines are open again and no run makes the same match anew. Lines taken out of a
 * match leave the rest matched where the rest still comes to zero. Undoing an undoing makes its matches again, as far as
 * their lines are free.
 * @throws DaybookError `not_found`, `stale`
 */
export async function undo(context: MatchContext, wanted: Undo, actor: string, note: string): Promise<Undone> {
  const { store, clock } = context;
  return store.write(async (trx) => {
    const batch: Batch = { id: newId('batch', context), kind: 'undo', at: instantOf(clock.now()), actor, note };
    if ('batchId' in wanted) {
      const before = await trx
        .selectFrom('match_batch')
        .selectAll()
        .where('id', '=', wanted.batchId)
        .executeTakeFirst();
      if (before === undefined) throw new DaybookError('not_found', 'There is no such run or act of matching.');
      return before.kind === 'undo' || before.kind === 'broken'
        ? redo(context, trx, wanted.batchId, batch)
        : undoBatch(context, trx, wanted.batchId, batch);
    }
    const [match] = await matchesById(trx, [wanted.matchId]);
    if (match === undefined || match.state !== 'made')
      throw new DaybookError('stale', 'This match was undone already; look at it again.');
    await insertBatch(trx, batch);
    await undoMatches(trx, [match.id], batch, why(actor, note));
    await suggestAgain(trx, [match]);
    if (wanted.lines !== undefined && wanted.lines.length > 0) await keepRest(context, trx, match, wanted.lines, batch);
    await trail(context, trx, actor, match.id, { batch: batch.id, note, lines: wanted.lines?.length ?? 0 });
    return { batchId: batch.id, undone: 1, restored: 0 };
  });
}

function why(actor: string, note: string): string {
  return note === '' ? `Undone by ${actor}.` : `Undone by ${actor}: ${note}`;
}

async function undoBatch(context: MatchContext, trx: Writer, batchId: string, batch: Batch): Promise<Undone> {
  const rows = await trx
    .selectFrom('match')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('state', '=', 'made')
    .execute();
  if (rows.length === 0) throw new DaybookError('stale', 'Nothing of this run or act is matched any more.');
  await insertBatch(trx, batch);
  await undoMatches(
    trx,
    rows.map(({ id }) => id),
    batch,
    why(batch.actor, batch.note),
  );
  await suggestAgain(trx, rows);
  await record(trx, context.clock, {
    ...{ actor: batch.actor, action: 'match.batch_undone', subject: `match_batch:${batchId}` },
    data: { batch: batch.id, matches: rows.length, note: batch.note },
  });
  return { batchId: batch.id, undone: rows.length, restored: 0 };
}

async function redo(context: MatchContext, trx: Writer, batchId: string, batch: Batch): Promise<Undone> {
  // What stands in the place of a match that lost a line goes first, as long as nobody made something else of it.
  const rest = await trx
    .selectFrom('match')
    .select('id')
    .where('batch_id', '=', batchId)
    .where('state', '=', 'made')
    .execute();
  const rows = await trx.selectFrom('match').selectAll().where('undone_batch_id', '=', batchId).execute();
  await insertBatch(trx, batch);
  await undoMatches(
    trx,
    rest.map(({ id }) => id),
    batch,
    why(batch.actor, batch.note),
  );
  const free: string[] = [];
  for (const { id } of rows) {
    const legs = (await legsOf(trx, [id])).map((leg) => ({
      side: sideOf(leg.side),
      lineId: Number(leg.line_id),
      minor: leg.amount_minor,
    }));
    if ((await usedLines(trx, legs)).size === 0 && (await areAsMatched(trx, legs))) free.push(id);
  }
  if (free.length === 0)
    throw new DaybookError('stale', 'The lines of these matches changed or are matched otherwise now.');
  await restoreMatches(trx, free);
  for (const id of free) await trail(context, trx, batch.actor, id, { batch: batch.id, restored: true });
  return { batchId: batch.id, undone: rest.length, restored: free.length };
}

/** Whether the lines still have the amounts that were matched. */
async function areAsMatched(
  trx: Writer,
  legs: ReadonlyArray<Pick<StoredLeg, 'side' | 'lineId' | 'minor'>>,
): Promise<boolean> {
  for (const leg of legs) {
    const row =
      leg.side === 'statement'
        ? await trx
            .selectFrom('statement_line')
            .select('amount_minor')
            .where('id', '=', BigInt(leg.lineId))
            .where('state', '=', 'booked')
            .executeTakeFirst()
        : await trx
            .selectFrom('ledger_bank_line')
            .select('amount_minor')
            .where('id', '=', BigInt(leg.lineId))
            .where('gone_at', 'is', null)
            .executeTakeFirst();
    if (row?.amount_minor !== leg.minor) return false;
  }
  return true;
}

/** The lines that stay are a match of their own when they come to zero; else all are open. */
async function keepRest(
  context: MatchContext,
  trx: Writer,
  match: Awaited<ReturnType<typeof matchesById>>[number],
  taken: ReadonlyArray<Pick<StoredLeg, 'side' | 'lineId'>>,
  batch: Batch,
): Promise<void> {
  const out = new Set(taken.map(({ side, lineId }) => `${side}:${lineId}`));
  const legs = (await legsOf(trx, [match.id]))
    .map(
      (leg): StoredLeg => ({
        side: sideOf(leg.side),
        lineId: Number(leg.line_id),
        minor: leg.amount_minor,
        date: leg.date,
      }),
    )
    .filter(({ side, lineId }) => !out.has(`${side}:${lineId}`));
  const left = legs.reduce((sum, leg) => sum + (leg.side === 'statement' ? leg.minor : -leg.minor), 0n);
  if (legs.length < 2 || left !== 0n) return;
  await insertMatches(trx, batch, [
    {
      ...{
        id: newId('match', context),
        feedAccountId: match.feed_account_id,
        pass: 'person',
        currency: match.currency,
      },
      ...{ partsJson: '{}', sentence: `What ${batch.actor} left of a larger match.`, legs, corrections: [] },
    },
  ]);
}

/** What was taken apart is the first suggestion of its lines, until a run finds more. */
async function suggestAgain(trx: Writer, matches: Awaited<ReturnType<typeof matchesById>>): Promise<void> {
  const candidates: NewCandidate[] = [];
  for (let start = 0; start < matches.length; start += 500) {
    const page = matches.slice(start, start + 500);
    const ids = page.map(({ id }) => id);
    const legs = Map.groupBy(await legsOf(trx, ids), (leg) => leg.match_id);
    const corrections = Map.groupBy(await correctionsOf(trx, ids), (one) => one.match_id);
    for (const match of page) {
      const of = (side: string) =>
        (legs.get(match.id) ?? []).filter((leg) => leg.side === side).map((leg) => Number(leg.line_id));
      for (const lineId of of('statement'))
        candidates.push({
          ...{ lineId, rank: 1, feedAccountId: match.feed_account_id, pass: match.pass, statement: of('statement') },
          ...{ ledger: of('ledger'), partsJson: match.parts_json, sentence: match.sentence },
          correctionsJson: canonicalJson(
            (corrections.get(match.id) ?? []).map((one) => ({
              ...{ rule: one.rule, kind: one.kind, account: one.account, amount: Number(one.amount_minor) },
            })),
          ),
        });
    }
  }
  await replaceCandidates(
    trx,
    candidates.map(({ lineId }) => lineId),
    candidates,
  );
}

function sideOf(side: string): StoredLeg['side'] {
  return side === 'ledger' ? 'ledger' : 'statement';
}

async function trail(
  context: MatchContext,
  trx: Writer,
  actor: string,
  matchId: string,
  data: Record<string, string | number | boolean>,
): Promise<void> {
  const action = data.restored === true ? 'match.restored' : 'match.undone';
  await record(trx, context.clock, { actor, action, subject: `match:${matchId}`, data });
}
