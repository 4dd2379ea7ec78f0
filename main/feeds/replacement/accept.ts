import { record } from '../../audit/trail.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Writer } from '../../store/store.ts';
import { stepFeed } from '../lifecycle/step.ts';
import { FEED_TOKEN, type FeedContext, feedOwner } from '../open-feed.ts';
import { swapIdentities } from './identity.ts';
import { reasonFor } from './looks.ts';
import { inParts, type Moved } from './moved.ts';
import { findOverlap } from './overlap.ts';
import { type AccountPair, requirePair } from './pair.ts';
import type { PairedLine } from './pair-lines.ts';
import { endPending } from './pending.ts';

export type Accepted = {
  readonly replacementId: string;
  /** The account that stays, and the login through which it is read from now on. */
  readonly accountId: string;
  readonly feedId: string;
  /** Movements that both had, and those that only the new one had. */
  readonly known: number;
  readonly added: number;
};

/**
 * A person says that the new account is the old one: the old one stays, with its lines, mapping, opening balance and
 * postings, and is read under the new id from now on. Movements that both tell are one; what only the new one has is
 * taken over, from the old one's first day on. The row of the new account keeps the former identity, so that all of it
 * can be taken back.
 * @throws DaybookError `not_found`, `stale`, `usage`, `not_ready` while the new account's history is on its way
 */
export async function acceptReplacement(parts: FeedContext, pair: AccountPair, actor: string): Promise<Accepted> {
  const { store, ports, vault } = parts;
  return store.writeDurably(async (trx) => {
    const { old, fresh } = await requirePair(trx, pair);
    await refuseUnfit(trx, old, fresh);
    const at = instantNow(ports.clock);
    const { own, theirs, pairs, unpaired, booked, keepsIds } = await findOverlap(trx, old, fresh);
    const begins = theirs.map(({ date }) => date).sort()[0] ?? null;
    const spokenOf = new Set([...pairs.map((each) => each.old), ...booked.map(({ pending }) => pending)]);
    const isStale = ({ id, state, date }: PairedLine) =>
      !keepsIds && state === 'pending' && begins !== null && date >= begins && !spokenOf.has(id);
    const stale = own.filter(isStale).map(({ id }) => id);
    await endPending(trx, store, ports, { accountId: old.id, feedId: fresh.feed_id, booked, stale });
    const { max } = await trx
      .selectFrom('statement_line')
      .select(({ fn }) => fn.max('id').as('max'))
      .executeTakeFirstOrThrow();
    const followed: Moved = {
      ...(await takeOver(trx, old.id, fresh.id, pairs, unpaired, at)),
      lastLine: String(max ?? 0n),
      oldClosedAt: old.closed_at,
      newClosedAt: fresh.closed_at,
    };
    await swapIdentities(trx, old.id, fresh.id);
    // Entries go on to name their money by the former id: a look-up in the ledger must find what was posted before.
    const reference_account_id = old.reference_account_id ?? old.provider_account_id;
    await trx
      .updateTable('feed_account')
      .set({ closed_at: fresh.closed_at, reference_account_id })
      .where('id', '=', old.id)
      .execute();
    await trx
      .updateTable('feed_account')
      .set({ closed_at: at, replaced_by: old.id })
      .where('id', '=', fresh.id)
      .execute();
    const id = newId('repl', ports);
    await trx
      .insertInto('account_replacement')
      .values({
        ...{
          id,
          account_id: old.id,
          new_account_id: fresh.id,
          reason: reasonFor(old, fresh) ?? 'A person named them.',
          state: 'accepted',
        },
        ...{ decided_at: at, decided_by: actor, moved_json: canonicalJson(followed) },
      })
      .execute();
    const counts = { known: pairs.length + booked.length, added: unpaired.length };
    await record(trx, ports.clock, {
      actor,
      action: 'feed_account.replaced',
      subject: `feed_account:${old.id}`,
      data: { replacement: id, newAccount: fresh.id, formerName: old.name, name: fresh.name, ...counts },
    });
    if (old.feed_id !== fresh.feed_id && (await isEmptyAndGone(trx, old.feed_id))) {
      await stepFeed(trx, ports, old.feed_id, [{ kind: 'removed' }], 'person');
      await vault.remove(trx, feedOwner(old.feed_id), FEED_TOKEN, actor);
      await record(trx, ports.clock, { actor, action: 'feed.removed', subject: `feed:${old.feed_id}`, data: {} });
    }
    return { replacementId: id, accountId: old.id, feedId: fresh.feed_id, ...counts };
  });
}

type Account = Awaited<ReturnType<typeof requirePair>>['old'];

async function refuseUnfit(trx: Writer, old: Account, fresh: Account): Promise<void> {
  if (old.currency !== null && fresh.currency !== null && old.currency !== fresh.currency)
    throw new DaybookError(
      'usage',
      `${old.name} is in ${old.currency} and ${fresh.name} in ${fresh.currency}, so they cannot be one account.`,
    );
  if (fresh.history === 'not_ready' || fresh.history === 'partial')
    throw new DaybookError(
      'not_ready',
      `The bank is still sending the history of ${fresh.name}. Fetch again in a few minutes, and decide then.`,
    );
  const mapping = await trx
    .selectFrom('mapping')
    .select('id')
    .where('feed_account_id', '=', fresh.id)
    .executeTakeFirst();
  if (mapping !== undefined)
    throw new DaybookError(
      'stale',
      `${fresh.name} is mapped to a ledger already, so it cannot take the place of ${old.name}. Delete its mapping first.`,
      { repair: 'edit_mapping' },
    );
}

/** Everything that hangs on the new account and belongs to the old one from now on. */
async function takeOver(
  trx: Writer,
  accountId: string,
  freshId: string,
  pairs: ReadonlyArray<{ readonly old: bigint; readonly fresh: bigint }>,
  unpaired: readonly bigint[],
  at: string,
): Promise<Omit<Moved, 'lastLine' | 'oldClosedAt' | 'newClosedAt'>> {
  const target = new Map<bigint, bigint>([
    ...pairs.map((pair) => [pair.fresh, pair.old] as const),
    ...unpaired.map((id) => [id, id] as const),
  ]);
  const twins: string[] = [];
  for (const part of inParts(pairs)) {
    const rows = await trx
      .selectFrom('statement_line')
      .select(['id', 'provider_line_id'])
      .where(
        'id',
        'in',
        part.map(({ fresh }) => fresh),
      )
      .execute();
    const values = rows.map(({ id, provider_line_id }) => ({
      ...{ feed_account_id: accountId, provider_line_id },
      line_id: target.get(id) ?? id,
    }));
    await trx
      .insertInto('statement_line_twin')
      .values(values)
      .onConflict((conflict) => conflict.columns(['feed_account_id', 'provider_line_id']).doNothing())
      .execute();
    twins.push(...rows.map(({ provider_line_id }) => provider_line_id));
  }
  const former = await trx
    .selectFrom('statement_line_alias')
    .selectAll()
    .where('feed_account_id', '=', freshId)
    .execute();
  const aliases = former.flatMap(({ provider_line_id, line_id }) => {
    const line = target.get(line_id);
    return line === undefined ? [] : [{ feed_account_id: accountId, provider_line_id, line_id: line }];
  });
  for (const part of inParts(aliases))
    await trx
      .insertInto('statement_line_alias')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  for (const part of inParts(unpaired))
    await trx.updateTable('statement_line').set({ feed_account_id: accountId }).where('id', 'in', part).execute();
  const give = { feed_account_id: accountId };
  const snapshots = await idsOf(trx, 'balance_snapshot', freshId);
  await trx.updateTable('balance_snapshot').set(give).where('feed_account_id', '=', freshId).execute();
  const exceptions = await idsOf(trx, 'row_exception', freshId);
  await trx.updateTable('row_exception').set(give).where('feed_account_id', '=', freshId).execute();
  // The next read proves the old account's balance; the new one has none of its own any more.
  await trx
    .updateTable('gap')
    .set({ closed_at: at, closed_note: 'Another account took its place.' })
    .where('feed_account_id', '=', freshId)
    .where('closed_at', 'is', null)
    .execute();
  return {
    lines: unpaired.map(String),
    twins,
    aliases: aliases.map(({ provider_line_id }) => provider_line_id),
    snapshots,
    exceptions,
  };
}

async function idsOf(trx: Writer, table: 'balance_snapshot' | 'row_exception', accountId: string): Promise<string[]> {
  const rows = await trx.selectFrom(table).select('id').where('feed_account_id', '=', accountId).execute();
  return rows.map(({ id }) => String(id));
}

/** A login that the provider does not know any more, all of whose accounts are read through another one now. */
async function isEmptyAndGone(trx: Writer, feedId: string): Promise<boolean> {
  const { state_code } = await trx
    .selectFrom('feed')
    .select('state_code')
    .where('id', '=', feedId)
    .executeTakeFirstOrThrow();
  if (state_code !== 'feed_gone') return false;
  const left = await trx
    .selectFrom('feed_account')
    .select('id')
    .where('feed_id', '=', feedId)
    .where('replaced_by', 'is', null)
    .executeTakeFirst();
  return left === undefined;
}
