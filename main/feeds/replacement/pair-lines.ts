/** As much of a line as tells whether two ids speak of one movement. */
export type PairedLine = {
  readonly id: bigint;
  readonly providerLineId: string;
  /** pending or booked */
  readonly state: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly date: string;
  readonly text: string;
};

export type Pairs = {
  /** Old line to the new one that tells the same movement. */
  readonly pairs: ReadonlyArray<{ readonly old: bigint; readonly fresh: bigint }>;
  /** New lines that the old account does not have. */
  readonly unpaired: readonly bigint[];
};

/**
 * Finds the overlap of two histories of one account. Provider ids differ, so day, amount and state speak; equal ones
 * pair by their text first, then in their order. Two payments of a day are two: each pairs once.
 */
export function pairLines(old: readonly PairedLine[], fresh: readonly PairedLine[]): Pairs {
  const waiting = Map.groupBy(old, keyOf);
  const pairs: Array<{ old: bigint; fresh: bigint }> = [];
  const rest: PairedLine[] = [];
  const take = (line: PairedLine, fits: (candidate: PairedLine) => boolean): boolean => {
    const candidates = waiting.get(keyOf(line)) ?? [];
    const at = candidates.findIndex(fits);
    const [found] = at < 0 ? [] : candidates.splice(at, 1);
    if (found === undefined) return false;
    pairs.push({ old: found.id, fresh: line.id });
    return true;
  };
  for (const line of fresh) if (!take(line, ({ text }) => text === line.text)) rest.push(line);
  const unpaired = rest.filter((line) => !take(line, () => true)).map(({ id }) => id);
  return { pairs, unpaired };
}

function keyOf({ state, amountMinor, currency, date }: PairedLine): string {
  return `${state} ${date} ${amountMinor} ${currency}`;
}
