/** When a process is killed. Drawn from the seed; what the process has done by then is its own affair. */
import type { Dice } from '../simulation/dice.ts';

export type Mark =
  /** So long after it opened the workspace. */
  | { readonly kind: 'time'; readonly ms: number }
  /** At the n-th request that the practice servers see of it, or the n-th of those that store something in a ledger. */
  | {
      readonly kind: 'request' | 'write';
      readonly nth: number;
      readonly when: 'as it arrives' | 'carried out, not answered' | 'answered';
    }
  /** At the n-th statement or file operation that changes something, counted from its start. */
  | { readonly kind: 'step'; readonly nth: number; readonly side: 'before' | 'after' };

/** How much of each an undisturbed process makes; a mark beyond its end kills nobody. */
export type Span = {
  readonly ms: number;
  readonly requests: number;
  readonly writes: number;
  readonly steps: number;
};

export function drawMark(dice: Dice, { ms, requests, writes, steps }: Span): Mark {
  const choices: Array<readonly [number, () => Mark]> = [
    [2, () => ({ kind: 'time', ms: dice.int(ms) })],
    [5, () => ({ kind: 'step', nth: 1 + dice.int(steps), side: dice.pick(['before', 'after'] as const) })],
  ];
  const when = ['as it arrives', 'carried out, not answered', 'carried out, not answered', 'answered'] as const;
  if (requests > 0) choices.push([6, () => ({ kind: 'request', nth: 1 + dice.int(requests), when: dice.pick(when) })]);
  if (writes > 0) choices.push([9, () => ({ kind: 'write', nth: 1 + dice.int(writes), when: dice.pick(when) })]);
  return dice.weighted(choices)();
}

export function markText(mark: Mark): string {
  if (mark.kind === 'time') return `${mark.ms} ms after opening`;
  if (mark.kind === 'step') return `${mark.side} disk step ${mark.nth}`;
  return `at ${mark.kind} ${mark.nth}, ${mark.when}`;
}
