/** Many rounds, some at a time. One in eight lies on a disk of few megabytes, where one can be mounted. */
import type { Program } from './program.ts';
import { crashRound, type RoundResult } from './round.ts';
import { mountSmallDisk } from './small-disk.ts';

export type RoundsOptions = {
  readonly program: Program;
  /** A seed that ends in a multiple of eight plays on the small disk, so that it does so again at a replay. */
  readonly seeds: readonly string[];
  readonly atOnce: number;
  readonly onResult?: (result: RoundResult) => void;
  /** Each event of each round. */
  readonly tell?: (line: string) => void;
};

export type Rounds = {
  readonly results: readonly RoundResult[];
  /** Why no round was on a small disk; null when those that should were. */
  readonly noSmallDisk: string | null;
};

const SMALL_DISK_EVERY = 8;

export async function crashRounds({ program, seeds, atOnce, onResult, tell }: RoundsOptions): Promise<Rounds> {
  const small = mountSmallDisk();
  const { disk, noSmallDisk } =
    'reason' in small ? { disk: null, noSmallDisk: small.reason } : { disk: small, noSmallDisk: null };
  const results: RoundResult[] = [];
  const play = async (seed: string, onDisk: boolean) => {
    const options = { program, seed, disk: onDisk ? disk : null, ...(tell ? { tell } : {}) };
    const result = await crashRound(options).catch((thrown) => failedRound(seed, thrown));
    results.push(result);
    onResult?.(result);
  };
  // There is one small disk: whoever has it plays all the rounds on it, one after the other.
  const isOnDisk = (seed: string) => Number(/\d+$/.exec(seed)?.[0] ?? 1) % SMALL_DISK_EVERY === 0;
  const onDisk = seeds.filter(isOnDisk);
  const others = seeds.filter((seed) => !isOnDisk(seed));
  const worker = async (hasDisk: boolean) => {
    if (hasDisk) for (const seed of onDisk) await play(seed, true);
    for (let seed = others.shift(); seed !== undefined; seed = others.shift()) await play(seed, false);
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, atOnce) }, (_, index) => worker(index === 0)));
  } finally {
    disk?.unmount();
  }
  return { results, noSmallDisk };
}

/** The harness itself met something: a finding like any other, and the other rounds go on. */
function failedRound(seed: string, thrown: unknown): RoundResult {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    seed,
    broken: [{ promise: 'the round runs to its end', detail }],
    story: [],
    lives: 0,
    kills: [],
    posted: 0,
  };
}
