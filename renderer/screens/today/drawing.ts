/** Positions on the paper. Nothing here is shown as a figure: figures are printed from their exact texts. */

/** An amount as a length to draw. */
export function lengthOf(amount: string): number {
  return Number(amount);
}

/** Round values that span these lengths and nought, about `count` of them, in rising order. */
export function ticksAround(lengths: readonly number[], count: number): number[] {
  const low = Math.min(0, ...lengths);
  const high = Math.max(0, ...lengths);
  if (low === high) return [0];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/**
 * Where labels stand so that none covers another: each as near to its wish as its neighbours let it, in the order of
 * the wishes, between `top` and `bottom`.
 */
export function spread(wishes: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wishes.map((wish, index) => ({ wish, index })).sort((a, b) => a.wish - b.wish || a.index - b.index);
  const placed: number[] = [];
  for (const { wish } of order) placed.push(Math.max(wish, top, (placed.at(-1) ?? Number.NEGATIVE_INFINITY) + gap));
  // What was pushed below the edge pushes back up.
  for (let at = placed.length - 1, limit = bottom; at >= 0; at--, limit -= gap)
    placed[at] = Math.min(placed[at] ?? limit, limit);
  const result = wishes.map(() => 0);
  order.forEach(({ index }, at) => {
    result[index] = placed[at] ?? 0;
  });
  return result;
}

/** A calendar day as a place on a time axis. */
export function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
