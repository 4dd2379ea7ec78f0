import { record } from '../audit/trail.ts';
import type { Stop } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { readConnectionRemoval } from '../store/removal.ts';
import type { Writer } from '../store/store.ts';
import { createTokenChains, removeTokenChain } from '../vault/token-chains.ts';
import { connectionOwner, tokenChainOf } from './connections.ts';
import { stepConnection } from './lifecycle/step.ts';
import { removeFeed } from './link.ts';
import type { FeedContext } from './open-feed.ts';

/**
 * Ends a connection: its banks at the provider first, one after another, then its keys here, and the tokens of its sign-in
 * unless another connection uses them. Lines, entries, journals and the trail stay, and the name can be connected anew. What was done stands when a bank cannot be reached; the same
 * call goes on from there.
 * @throws DaybookError `not_found`, `mapping_missing` while accounts post into it, and what the provider answers
 */
export async function removeConnection(parts: FeedContext, id: string, actor: string, stop?: Stop): Promise<void> {
  const { name, postingAccounts, unfinished, liveFeeds } = await readConnectionRemoval(parts.store.read, id);
  if (unfinished > 0)
    throw new DaybookError(
      'stale',
      `${unfinished} entries are on their way into ${name} and their outcome is not known yet. Post again, so that Daybook looks them up, and remove it then.`,
      { path: id },
    );
  if (postingAccounts > 0)
    throw new DaybookError(
      'stale',
      `${postingAccounts} accounts post into ${name}. Map them to another ledger, or remove their banks, before you remove it.`,
      { path: id, repair: 'edit_mapping' },
    );
  for (const feedId of liveFeeds) {
    stop?.throwIfAborted();
    await removeFeed(parts, feedId, actor, stop);
  }
  const chain = await tokenChainOf(parts, id);
  if (chain === null) return forget(parts, { id, name, banks: liveFeeds.length, chain }, actor);
  // Not while a token is being renewed: what came back would be sealed again behind the removal.
  const chains = createTokenChains({ store: parts.store, vault: parts.vault, ...parts.ports });
  await chains.exclusively(chain, () => forget(parts, { id, name, banks: liveFeeds.length, chain }, actor), stop);
}

type Ended = { readonly id: string; readonly name: string; readonly banks: number; readonly chain: string | null };

async function forget(parts: FeedContext, { id, name, banks, chain }: Ended, actor: string): Promise<void> {
  const at = instantNow(parts.ports.clock);
  await parts.store.writeDurably(async (trx) => {
    for (const secret of await parts.vault.list(connectionOwner(id), trx))
      await parts.vault.remove(trx, connectionOwner(id), secret, actor);
    await stepConnection(trx, parts.ports, id, [{ kind: 'removed' }], 'person');
    await trx.updateTable('connection').set({ updated_at: at }).where('id', '=', id).execute();
    await record(trx, parts.ports.clock, {
      actor,
      action: 'connection.removed',
      subject: `connection:${id}`,
      data: { name, banks },
    });
    if (chain !== null && !(await isChainUsed(parts, trx, chain)))
      await removeTokenChain(parts.vault, trx, chain, actor);
  });
}

/** Does a connection that stands use this chain? */
async function isChainUsed(parts: FeedContext, trx: Writer, chain: string): Promise<boolean> {
  const standing = await trx.selectFrom('connection').select('id').where('state', '<>', 'removed').execute();
  for (const { id } of standing) if ((await tokenChainOf(parts, id, trx)) === chain) return true;
  return false;
}
