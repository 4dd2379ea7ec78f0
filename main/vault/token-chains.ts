import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Processes } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { TokenChain, TokenChains } from '../core/token-chains.ts';
import { type Lease, withLease } from '../store/leases.ts';
import type { Reader, Store, Writer } from '../store/store.ts';
import { deleteTokenChain, tokenChainRow, writeTokenChain } from '../store/token-chains.ts';
import { saveSecret } from '../store/vault-rows.ts';
import { secretContext } from './contexts.ts';
import type { Vault } from './vault.ts';

export type TokenChainParts = {
  readonly store: Store;
  readonly vault: Pick<Vault, 'cipher' | 'get' | 'has'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
};

/** Owner of the tokens among the secrets. */
const OWNER = 'tokens';
/** Longer than a token request may take, so that nobody else begins while its answer may still come. */
const HOLD_MS = 120_000;
/** Another holder is at work for the length of one request. */
const POLL_MS = 250;

/** What lies on disk. `savedAt` moves with new tokens only. */
type Kept = { readonly stored: string | null; readonly savedAt: string | null };

/** Rotating tokens, sealed in the vault: one holder over all processes, every step on disk before it counts. */
export function createTokenChains(parts: TokenChainParts): TokenChains {
  const { store, clock, random, processes } = parts;
  return {
    peek: (name) => storedText(parts, name, store.read),
    exclusively: (name, work, stop) =>
      withLease(
        store,
        {
          ...{ name: `tokens:${name}`, clock, random, processes, ttlMs: HOLD_MS, pollMs: POLL_MS },
          ...(stop === undefined ? {} : { stop }),
        },
        async (lease) => work(await chainOf(parts, name, lease)),
      ),
  };
}

/** Forgets a chain with its tokens. Called while nobody holds it, which is inside `exclusively`. */
export async function removeTokenChain(
  vault: Pick<Vault, 'remove'>,
  trx: Writer,
  name: string,
  actor: string,
): Promise<void> {
  await vault.remove(trx, OWNER, name, actor);
  await deleteTokenChain(trx, name);
}

async function storedText({ vault }: TokenChainParts, name: string, from: Reader): Promise<string | null> {
  return (await vault.has(OWNER, name, from)) ? vault.get(OWNER, name, from) : null;
}

async function chainOf(parts: TokenChainParts, name: string, lease: Lease): Promise<TokenChain> {
  const { store, vault, clock } = parts;
  const look = async (from: Reader): Promise<Kept> => ({
    stored: await storedText(parts, name, from),
    savedAt: (await tokenChainRow(from, name))?.saved_at ?? null,
  });
  const row = await tokenChainRow(store.read, name);
  let known = await look(store.read);

  /**
   * Sealed without an event in the trail: a token changes six times an hour. And without the check for production keys:
   * the connection has its keys already, and a token that came back exists nowhere else.
   */
  const put = async (next: string, change: { readonly saved_at?: string }, isNewer: (now: Kept) => boolean) => {
    known = await store.writeDurably(async (trx) => {
      const now = await look(trx);
      if (isNewer(now)) return now;
      const sealed = vault.cipher.encrypt(next, secretContext(OWNER, name));
      await saveSecret(trx, { owner: OWNER, name, sealed }, vault.cipher.keyId, instantNow(clock));
      await writeTokenChain(trx, name, { begun_at: null, ...change });
      return { stored: next, savedAt: change.saved_at ?? now.savedAt };
    });
    return known.stored ?? next;
  };

  return {
    stored: known.stored,
    unfinished: row?.begun_at != null,
    begin: async () => {
      // From here the whole time of holding is ahead again, for the request that follows.
      await lease.renew();
      await store.writeDurably(async (trx) => {
        if (!(await lease.stillMine(trx))) throw takenOver();
        await writeTokenChain(trx, name, { begun_at: instantNow(clock) });
      });
    },
    save: (next) =>
      put(next, { saved_at: instantNow(clock) }, (now) => now.savedAt !== known.savedAt && now.stored !== known.stored),
    note: (next) => put(next, {}, (now) => now.stored !== known.stored),
    giveUp: () =>
      store.writeDurably(async (trx) => {
        if (await lease.stillMine(trx)) await writeTokenChain(trx, name, { begun_at: null });
      }),
  };
}

function takenOver(): DaybookError {
  return new DaybookError(
    'busy_elsewhere',
    'Another Daybook renews the same sign-in just now. Nothing was sent from here; try again in a moment.',
  );
}
