import type { Keep } from '../../main/connectors/context.ts';
import type { Processes } from '../../main/core/ports.ts';
import type { TokenChains } from '../../main/core/token-chains.ts';

/** A computer on which this is the only process. */
export const alone: Processes = { host: 'test', pid: 1, isAlive: () => false };

type Chain = { stored: string | null; begun: boolean };

function store(chain: Chain, next: string): string {
  chain.stored = next;
  chain.begun = false;
  return next;
}

/** Token chains and kept lists in memory, for a connector that is opened without a workspace. */
export function memoryPorts(): { readonly tokens: TokenChains; readonly keep: Keep } {
  const chains = new Map<string, Chain>();
  const kept = new Map<string, unknown>();
  const turns = new Map<string, Promise<unknown>>();
  return {
    tokens: {
      peek: async (name) => chains.get(name)?.stored ?? null,
      exclusively: (name, work) => {
        const run = async () => {
          const chain = chains.get(name) ?? { stored: null, begun: false };
          chains.set(name, chain);
          return work({
            stored: chain.stored,
            unfinished: chain.begun,
            begin: async () => {
              chain.begun = true;
            },
            save: async (next) => store(chain, next),
            note: async (next) => store(chain, next),
            giveUp: async () => {
              chain.begun = false;
            },
          });
        };
        const turn = (turns.get(name) ?? Promise.resolve()).then(run, run);
        turns.set(name, turn);
        return turn;
      },
    },
    keep: {
      read: async (name) => kept.get(name) ?? null,
      write: async (name, value) => {
        kept.set(name, value);
      },
    },
  };
}
