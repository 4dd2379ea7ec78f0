export type SumSearch = {
  /** Indexes of each set that adds up, at most two. */
  readonly found: ReadonlyArray<readonly number[]>;
  /** The bound was reached: there may be more sets, so none of those found is proven to be the only one. */
  readonly gaveUp: boolean;
};

/** Steps of one search; a search takes well below a millisecond. */
const MOST_STEPS = 4_000;
export const MOST_AMOUNTS = 24;

/**
 * Sets of at least two amounts that add up to `target`, in the order of the amounts given. Ends after the second set,
 * because two already make a tie.
 */
export function findSums(amounts: readonly number[], target: number, most = MOST_AMOUNTS): SumSearch {
  if (amounts.length > MOST_AMOUNTS) return { found: [], gaveUp: true };
  const order = amounts
    .map((_, index) => index)
    .sort((a, b) => Math.abs(at(amounts, b)) - Math.abs(at(amounts, a)) || a - b);
  // What the amounts from a place on can still add, upwards and downwards.
  const up = new Array<number>(order.length + 1).fill(0);
  const down = new Array<number>(order.length + 1).fill(0);
  for (let place = order.length - 1; place >= 0; place--) {
    const amount = at(amounts, at(order, place));
    up[place] = at(up, place + 1) + Math.max(amount, 0);
    down[place] = at(down, place + 1) + Math.min(amount, 0);
  }
  const found: number[][] = [];
  const chosen: number[] = [];
  let steps = 0;
  const search = (place: number, rest: number): void => {
    if (found.length >= 2 || steps > MOST_STEPS) return;
    steps += 1;
    if (place === order.length || chosen.length === most) return;
    if (rest > at(up, place) || rest < at(down, place)) return;
    const index = at(order, place);
    const left = rest - at(amounts, index);
    chosen.push(index);
    if (left === 0 && chosen.length >= 2) found.push([...chosen].sort((a, b) => a - b));
    search(place + 1, left);
    chosen.pop();
    search(place + 1, rest);
  };
  search(0, target);
  return { found, gaveUp: steps > MOST_STEPS };
}

function at(list: readonly number[], index: number): number {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no element ${index}`);
  return value;
}
