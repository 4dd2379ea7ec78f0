import type { Random } from '../../main/core/random.ts';

/** Choices from a seeded generator. */
export type Draw = {
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  /** True with this chance. */
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  /** A count around `mean`, at most a fifth away from it. */
  around(mean: number): number;
  /** An amount in cents between two, small ones more often than large ones. */
  cents(from: number, to: number): bigint;
  /** A provider's id: 37 letters and digits, case-sensitive. */
  id(): string;
};

const LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function createDraw(random: Random): Draw {
  const int = (from: number, to: number) => from + Math.floor(random.next() * (to - from + 1));
  return {
    int,
    chance: (probability) => random.next() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
    around: (mean) => int(Math.ceil(mean * 0.8), Math.floor(mean * 1.2)),
    cents: (from, to) => {
      const share = random.next();
      return BigInt(from + Math.floor(share * share * (to - from + 1)));
    },
    id: () => {
      let text = '';
      while (text.length < 37) {
        // Five letters from one number: 58^5 is below the generator's 2^32.
        let rest = Math.floor(random.next() * 58 ** 5);
        for (let i = 0; i < 5 && text.length < 37; i++) {
          text += LETTERS[rest % 58];
          rest = Math.floor(rest / 58);
        }
      }
      return text;
    },
  };
}
