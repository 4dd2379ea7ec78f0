import { type Random, seededRandom } from '../../main/core/random.ts';

/** Choices that repeat exactly for a seed. */
export type Dice = Random & {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<T>(list: readonly T[]): T;
  /** Each with the chance that its weight gives it. */
  weighted<T>(choices: ReadonlyArray<readonly [weight: number, choice: T]>): T;
  /**
   * Goes on with choices that depend on the seed and this chapter alone. So one chapter stays as it was when another is
   * changed, which is what makes a long story shrink.
   */
  chapter(name: string): void;
};

export function createDice(seed: number | string): Dice {
  let random = seededRandom(seed);
  const int = (below: number) => Math.floor(random.next() * below);
  const pick = <T>(list: readonly T[]): T => {
    const [chosen] = list.slice(int(list.length));
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  };
  return {
    next: () => random.next(),
    bytes: (length) => random.bytes(length),
    int,
    pick,
    chance: (probability) => random.next() < probability,
    weighted: (choices) => {
      let left = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      return pick(choices.map(([, choice]) => choice));
    },
    chapter: (name) => {
      random = seededRandom(`${seed}:${name}`);
    },
  };
}
