import { record } from '../audit/trail.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Reader, Store, Writer } from '../store/store.ts';
import type { LoopPages } from './loop-pages.ts';

export type FeedException = {
  readonly id: bigint;
  readonly feedId: string;
  readonly feedAccountId: string | null;
  readonly providerLineId: string;
  readonly code: string;
  readonly sentence: string;
  /** The row as the provider sent it. */
  readonly payload: string;
  readonly openedAt: string;
  readonly settledAt: string | null;
  readonly settledBy: string | null;
  readonly settledNote: string | null;
};

type Pull = { readonly feedId: string; readonly pullId: string; readonly accounts: ReadonlyMap<string, string> };

/**
 * Opens, refreshes and settles the rows that could not become lines. One stands open per provider id; it settles by
 * itself when the row arrives in good form or is withdrawn. What a person settled stays settled while the row is the
 * same.
 * @returns how many rows of the loop could not be read.
 */
export async function applyRejected(trx: Writer, clock: Clock, pages: LoopPages, pull: Pull): Promise<number> {
  const at = instantNow(clock);
  const { feedId, pullId, accounts } = pull;
  const rejected = new Map([...pages.rejected()].map((row) => [row.providerLineId, row]));
  const removedIds = new Set([...pages.removed()].map((row) => row.providerLineId));
  const open = await trx
    .selectFrom('row_exception')
    .select(['id', 'provider_line_id'])
    .where('feed_id', '=', feedId)
    .where('settled_at', 'is', null)
    .execute();
  for (const { id, provider_line_id } of open) {
    if (rejected.has(provider_line_id)) continue;
    const arrived = [...accounts.keys()].some((account) => pages.saw(account, provider_line_id));
    if (!arrived && !removedIds.has(provider_line_id)) continue;
    const settled_note = arrived ? 'The row arrived again in good form.' : 'The bank withdrew this row.';
    await trx
      .updateTable('row_exception')
      .set({ settled_at: at, settled_by: 'daybook', settled_note })
      .where('id', '=', id)
      .execute();
  }
  for (const row of rejected.values()) {
    if (removedIds.has(row.providerLineId)) continue;
    const account = row.providerAccountId === null ? undefined : accounts.get(row.providerAccountId);
    const values = { pull_id: pullId, code: row.code, sentence: row.sentence, payload: row.payload, last_seen_at: at };
    const known = await trx
      .selectFrom('row_exception')
      .select(['id', 'settled_at', 'payload'])
      .where('feed_id', '=', feedId)
      .where('provider_line_id', '=', row.providerLineId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (known && (known.settled_at === null || known.payload === row.payload)) {
      await trx.updateTable('row_exception').set(values).where('id', '=', known.id).execute();
      continue;
    }
    await trx
      .insertInto('row_exception')
      .values({
        ...values,
        feed_id: feedId,
        feed_account_id: account ?? null,
        provider_line_id: row.providerLineId,
        opened_at: at,
      })
      .execute();
  }
  return rejected.size;
}

/** The open ones, oldest first; with `settled`, the settled ones too. */
export async function listExceptions(
  db: Reader,
  options: { readonly feedId?: string; readonly settled?: boolean } = {},
): Promise<FeedException[]> {
  const rows = await db
    .selectFrom('row_exception')
    .selectAll()
    .$if(options.feedId !== undefined, (query) => query.where('feed_id', '=', options.feedId ?? ''))
    .$if(options.settled !== true, (query) => query.where('settled_at', 'is', null))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    feedId: row.feed_id,
    feedAccountId: row.feed_account_id,
    providerLineId: row.provider_line_id,
    code: row.code,
    sentence: row.sentence,
    payload: row.payload,
    openedAt: row.opened_at,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
    settledNote: row.settled_note,
  }));
}

/** A person has dealt with the row. @throws DaybookError `not_found`, `stale` (settled meanwhile), `usage` (no note). */
export async function settleException(
  store: Store,
  clock: Clock,
  id: bigint,
  actor: string,
  note: string,
): Promise<void> {
  if (note.trim() === '')
    throw new DaybookError('usage', 'Say in a note how this row was dealt with, so that the trail can tell it later.');
  await store.write(async (trx) => {
    const row = await trx.selectFrom('row_exception').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new DaybookError('not_found', `There is no exception ${id}.`);
    if (row.settled_at !== null)
      throw new DaybookError('stale', `This exception was settled by ${row.settled_by ?? 'somebody'} already.`);
    await trx
      .updateTable('row_exception')
      .set({ settled_at: instantNow(clock), settled_by: actor, settled_note: note })
      .where('id', '=', id)
      .execute();
    await record(trx, clock, {
      actor,
      action: 'exception.settled',
      subject: `exception:${id}`,
      data: { providerLineId: row.provider_line_id, code: row.code, note },
    });
  });
}
