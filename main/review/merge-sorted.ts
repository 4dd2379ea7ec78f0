import { yieldToOthers } from '../core/clock.ts';

/**
 * One sorted list of several, two by two, and others get their turn in between. Of equal items those of the earlier
 * list come first.
 */
export async function mergeSorted<T>(
  lists: readonly (readonly T[])[],
  compare: (a: T, b: T) => number,
): Promise<readonly T[]> {
  let runs = lists;
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(mergeTwo(runs[at] ?? [], runs[at + 1] ?? [], compare));
      await yieldToOthers();
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function mergeTwo<T>(one: readonly T[], other: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  const merged: T[] = [];
  let at = 0;
  for (const item of one) {
    for (let next = other[at]; next !== undefined && compare(next, item) < 0; next = other[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(item);
  }
  for (; at < other.length; at++) {
    const next = other[at];
    if (next !== undefined) merged.push(next);
  }
  return merged;
}
