import { exponentOf } from '../core/currencies.ts';
import { allocate, formatAmount, isZero, type Money, parseAmount } from '../core/money.ts';

/**
 * How one part of a split is measured. Fixed amounts are taken first, percentages share what is left of the amount,
 * and the rest takes what remains. A fixed amount follows the line's direction: "12.00" of a payment of 100.00 is
 * 12.00 paid; "-3.00" goes the other way (a fee inside a receipt).
 */
export type SplitShare =
  | { readonly kind: 'percent'; readonly percent: string }
  | { readonly kind: 'amount'; readonly amount: string }
  | { readonly kind: 'rest' };

export type SplitResult =
  | { readonly ok: true; readonly amounts: readonly Money[] }
  | { readonly ok: false; readonly problem: string };

/** Percent with up to six decimals as a whole number of millionths of a percent. */
const PERCENT = /^(\d{1,3})(?:\.(\d{1,6}))?$/;
export const ALL = 100_000_000n;

/** A percentage as a whole-number weight out of `ALL`; undefined when it is none. */
export function percentWeight(text: string): bigint | undefined {
  const match = PERCENT.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  const weight = BigInt(whole + fraction.padEnd(6, '0'));
  return weight <= ALL ? weight : undefined;
}

/**
 * Shares `total` among the parts, in their order. The amounts always add up to `total`; where they cannot, `problem`
 * is a sentence that says why.
 */
export function splitAmount(total: Money, shares: readonly SplitShare[]): SplitResult {
  const { currency } = total;
  const direction = total.minor < 0n ? -1n : 1n;
  const fixed: bigint[] = [];
  const weights: bigint[] = [];
  let rests = 0;
  for (const share of shares) {
    let amount = 0n;
    let weight = 0n;
    if (share.kind === 'amount') {
      const parsed = parseAmount(share.amount, currency);
      if (!parsed.ok)
        return {
          ok: false,
          problem: `${share.amount} is no amount in ${currency} with ${exponentOf(currency) ?? 2} decimals.`,
        };
      amount = parsed.money.minor * direction;
    } else if (share.kind === 'percent') {
      const parsed = percentWeight(share.percent);
      if (parsed === undefined) return { ok: false, problem: `${share.percent} is no percentage from 0 to 100.` };
      weight = parsed;
    } else rests += 1;
    fixed.push(amount);
    weights.push(weight);
  }
  if (shares.length === 0) return { ok: false, problem: 'A split needs at least one part.' };
  if (rests > 1) return { ok: false, problem: 'Only one part of a split can take the rest.' };
  const percents = weights.reduce((a, b) => a + b, 0n);
  if (percents > ALL) return { ok: false, problem: 'The percentages of the split are more than 100.' };
  const left: Money = { minor: total.minor - fixed.reduce((a, b) => a + b, 0n), currency };
  if (left.minor * direction < 0n)
    return { ok: false, problem: 'The fixed amounts of the split are more than the amount.' };
  const shared = shares.some((share) => share.kind === 'percent');
  if (rests === 0 && (shared ? percents !== ALL : !isZero(left)))
    return {
      ok: false,
      problem: shared
        ? 'The percentages of the split do not add up to 100; add a part that takes the rest.'
        : `The parts of the split leave ${formatAmount(left)} ${currency} over.`,
    };
  if (rests === 0 && !shared) return { ok: true, amounts: fixed.map((minor) => ({ minor, currency })) };
  const parts = allocate(
    left,
    shares.map((share, index) => (share.kind === 'rest' ? ALL - percents : (weights[index] ?? 0n))),
  );
  return {
    ok: true,
    amounts: parts.map((part, index) => ({ minor: part.minor + (fixed[index] ?? 0n), currency })),
  };
}

/**
 * Shares a new total in the proportions of a former split. Null where the parts went in both directions: no proportion
 * keeps their meaning then, and a person must say.
 */
export function reshare(total: Money, former: readonly Money[]): Money[] | null {
  const negative = former.some((part) => part.minor < 0n);
  if (negative && former.some((part) => part.minor > 0n)) return null;
  const weights = former.map((part) => (part.minor < 0n ? -part.minor : part.minor));
  return weights.some((weight) => weight > 0n) ? allocate(total, weights) : null;
}
