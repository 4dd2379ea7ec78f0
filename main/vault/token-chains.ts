import { type Clock, instantNow } from '../core/clock.ts';
import type { Processes } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { TokenChain, TokenChains } from '../core/token-chains.ts';
import { withLease } from '../store/leases.ts';
import type { Store, Writer } from '../store/store.ts';
import { tokenChainRow, writeTokenChain } from '../store/token-chains.ts';
import type { Vault } from './vault.ts';

export type TokenChainParts = {
  readonly store: Store;
  readonly vault: Pick<Vault, 'get' | 'has' | 'put'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
};

/** Owner of the tokens among the secrets. */
const OWNER = 'tokens';
/** Longer than a token request may take, so that nobody else begins while its answer may still come. */
const HOLD_MS = 120_000;

/** Rotating tokens, sealed in the vault: one holder over all processes, every step on disk before it counts. */
export function createTokenChains(parts: TokenChainParts): TokenChains {
  const { store, vault, clock, random, processes } = parts;

  const peek = async (name: string) => ((await vault.has(OWNER, name)) ? vault.get(OWNER, name) : null);

  const chainOf = async (name: string, mine: (trx: Writer) => Promise<void>): Promise<TokenChain> => {
    const row = await tokenChainRow(store.read, name);
    return {
      stored: await peek(name),
      unfinished: row?.begun_at != null,
      begin: () =>
        store.writeDurably(async (trx) => {
          await mine(trx);
          await writeTokenChain(trx, name, { begun_at: instantNow(clock) });
        }),
      // Without asking whether the lock is still ours: tokens that came back are the only valid ones and must not be lost.
      save: (next) =>
        store.writeDurably(async (trx) => {
          await vault.put(trx, OWNER, name, next);
          await writeTokenChain(trx, name, { begun_at: null, saved_at: instantNow(clock) });
        }),
      giveUp: () => store.writeDurably((trx) => writeTokenChain(trx, name, { begun_at: null })),
    };
  };

  return {
    peek,
    exclusively: (name, work, stop) =>
      withLease(
        store,
        { name: `tokens:${name}`, clock, random, processes, ttlMs: HOLD_MS, ...(stop === undefined ? {} : { stop }) },
        async (lease) => {
          const mine = async (trx: Writer) => {
            if (!(await lease.stillMine(trx))) await lease.renew();
          };
          return work(await chainOf(name, mine));
        },
      ),
  };
}
