import { digitsOf, evaluate, fromMinor, toMinor } from '../decimal.ts';

/** One part of a split as a person types it: an amount, an expression, or a percentage such as `25%`. */
export type PartDraft = {
  readonly key: string;
  readonly accountType: 'ledger' | 'bank' | 'customer' | 'vendor';
  readonly account: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly text: string;
  readonly share: string;
};

export type PartShare =
  | { readonly kind: 'amount'; readonly amount: string }
  | { readonly kind: 'percent'; readonly percent: string };

export type SplitView = {
  /** Amount of each part by its key, with the entry's sign; undefined where the share cannot be read. */
  readonly amounts: ReadonlyMap<string, string | undefined>;
  /** What no part takes. */
  readonly rest: string;
  readonly restIsZero: boolean;
};

const PERCENT = /^(\d{1,3}(?:[.,]\d{1,6})?)\s*%$/;
const ALL = 100_000_000n;

/**
 * A fixed amount as main wants it: it goes with the entry, so `12.00` of a payment is 12.00 paid and `-3.00` comes back.
 */
export function withEntry(amount: string, entryAmount: string): string {
  if (!entryAmount.startsWith('-')) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

/**
 * How a share is read. A figure without a sign goes with the entry (`25` of a payment of 100.00 is 25.00 paid); with
 * one it is meant as written (`-3` in a receipt is a fee). Undefined when it is neither figure nor percentage.
 */
export function shareOf(text: string, entryAmount: string): PartShare | undefined {
  const trimmed = text.trim();
  const percent = PERCENT.exec(trimmed)?.[1];
  if (percent !== undefined) return { kind: 'percent', percent: percent.replace(',', '.') };
  const digits = digitsOf(entryAmount);
  const minor = evaluate(trimmed, digits);
  if (minor === undefined) return undefined;
  const signed = /^[-+−]/.test(trimmed) || !entryAmount.startsWith('-') ? minor : -minor;
  return { kind: 'amount', amount: fromMinor(signed, digits) };
}

/**
 * The parts in figures, as main will share them: fixed amounts first, percentages of what is left after those, the rest
 * takes what remains; cents that do not divide go one each to the largest remainders. See main/coding/split.ts.
 */
export function viewSplit(entryAmount: string, parts: readonly Pick<PartDraft, 'key' | 'share'>[]): SplitView {
  const digits = digitsOf(entryAmount);
  const shares = parts.map(({ key, share }) => ({ key, share: shareOf(share, entryAmount) }));
  const amounts = new Map<string, string | undefined>();
  let left = toMinor(entryAmount, digits);
  for (const { key, share } of shares) {
    amounts.set(key, share?.kind === 'amount' ? share.amount : undefined);
    if (share?.kind === 'amount') left -= toMinor(share.amount, digits);
  }
  const percents = shares.flatMap(({ key, share }) =>
    share?.kind === 'percent' ? [{ key, weight: weightOf(share.percent) }] : [],
  );
  const restWeight = ALL - percents.reduce((sum, { weight }) => sum + weight, 0n);
  if (percents.length > 0 && restWeight >= 0n) {
    const shared = allocate(left, [...percents.map(({ weight }) => weight), restWeight]);
    for (const [index, { key }] of percents.entries()) amounts.set(key, fromMinor(shared[index] ?? 0n, digits));
    left = shared.at(-1) ?? 0n;
  }
  return { amounts, rest: fromMinor(left, digits), restIsZero: left === 0n };
}

function weightOf(percent: string): bigint {
  const [whole = '0', fraction = ''] = percent.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sign = total < 0n ? -1n : 1n;
  const whole = total * sign;
  const sum = weights.reduce((a, b) => a + b, 0n);
  const shares = weights.map((weight, index) => ({
    index,
    units: (whole * weight) / sum,
    over: (whole * weight) % sum,
  }));
  let left = whole - shares.reduce((a, { units }) => a + units, 0n);
  for (const share of [...shares].sort((a, b) => Number(b.over > a.over) - Number(b.over < a.over))) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map(({ units }) => units * sign);
}
