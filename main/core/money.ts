import { exponentOf } from './currencies.ts';

/**
 * An amount: a whole number of minor units and its ISO 4217 currency. `{ minor: 1234n, currency: 'USD' }` is 12.34 USD,
 * `{ minor: 1234n, currency: 'JPY' }` is 1,234 yen. The sign's meaning is stated wherever a Money is declared.
 */
export type Money = { readonly minor: bigint; readonly currency: string };

/** Why a decimal text is no amount in that currency. The text stays with the row that goes to exceptions. */
export type AmountProblem = 'not_a_number' | 'too_precise' | 'unknown_currency' | 'too_large';

export type ParsedAmount =
  | { readonly ok: true; readonly money: Money }
  | { readonly ok: false; readonly problem: AmountProblem };

/** Far below SQLite's 64-bit integer: 15 digits before the point with two decimals, 14 with three. */
const LARGEST_MINOR = 10n ** 17n;
const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a decimal text, never through float arithmetic. Zeros beyond the currency's decimals are accepted ("12.3400"
 * USD); any other digit there is `too_precise`, because rounding in silence would break a tie-out.
 */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, problem: 'unknown_currency' };
  const match = DECIMAL.exec(text.trim());
  if (!match) return { ok: false, problem: 'not_a_number' };
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  // The point moves right by the currency's exponent plus any power of ten in the text (1e21, 5e-7).
  const shift = exponent + Number(power) - fraction.length;
  let digits = whole + fraction;
  if (/^0*$/.test(digits)) return { ok: true, money: { minor: 0n, currency } };
  if (shift >= 0) {
    if (shift > 60) return { ok: false, problem: 'too_large' };
    digits += '0'.repeat(shift);
  } else {
    const cut = digits.padStart(-shift + 1, '0');
    if (!/^0*$/.test(cut.slice(shift))) return { ok: false, problem: 'too_precise' };
    digits = cut.slice(0, shift);
  }
  const minor = BigInt(digits);
  if (minor > LARGEST_MINOR) return { ok: false, problem: 'too_large' };
  return { ok: true, money: { minor: sign === '-' ? -minor : minor, currency } };
}

/**
 * Reads a JSON number by its shortest decimal text: the text that the double prints as, which is what the sender wrote.
 * 4.35 becomes 435 cents; 4.35 * 100 would not.
 */
export function parseJsonAmount(value: number, currency: string): ParsedAmount {
  return Number.isFinite(value) ? parseAmount(String(value), currency) : { ok: false, problem: 'not_a_number' };
}

/** Reads an amount that our own code wrote; throws on anything else. */
export function money(text: string, currency: string): Money {
  const parsed = parseAmount(text, currency);
  if (!parsed.ok) throw new RangeError(`${text} ${currency} is not an amount: ${parsed.problem}`);
  return parsed.money;
}

/** Plain decimal text with a point and exactly the currency's decimals: "-1234.50". For files and requests. */
export function decimalText(amount: Money): string {
  const exponent = exponentOf(amount.currency);
  if (exponent === undefined) throw new RangeError(`${amount.currency} is not an ISO 4217 currency`);
  const negative = amount.minor < 0n;
  const digits = (negative ? -amount.minor : amount.minor).toString().padStart(exponent + 1, '0');
  const whole = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return negative ? `-${whole}` : whole;
}

/** For people, by locale: "-1,234.50". A true minus sign; the currency stands beside it, not in it. */
export function formatAmount(amount: Money, locale = 'en-GB'): string {
  const text = decimalText(amount);
  const digits = text.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  // Intl takes a decimal text exactly; a number would round beyond 2^53.
  return format.format(text as Intl.StringNumericLiteral).replace('-', '−');
}

/** The sum; refuses to add different currencies. An empty list is zero of `currency`. */
export function sum(amounts: readonly Money[], currency: string): Money {
  let minor = 0n;
  for (const amount of amounts) minor += sameCurrency(amount, currency);
  return { minor, currency };
}

export function add(a: Money, b: Money): Money {
  return { minor: a.minor + sameCurrency(b, a.currency), currency: a.currency };
}

export function subtract(a: Money, b: Money): Money {
  return { minor: a.minor - sameCurrency(b, a.currency), currency: a.currency };
}

export function negate(amount: Money): Money {
  return { minor: -amount.minor, currency: amount.currency };
}

export function absolute(amount: Money): Money {
  return amount.minor < 0n ? negate(amount) : amount;
}

export function isZero(amount: Money): boolean {
  return amount.minor === 0n;
}

function sameCurrency(amount: Money, currency: string): bigint {
  if (amount.currency !== currency) throw new RangeError(`${amount.currency} cannot be added to ${currency}`);
  return amount.minor;
}

/**
 * Shares an amount by whole-number weights without losing a minor unit: the parts always add up to the whole. The
 * units that do not divide go one each to the parts with the largest remainders, first parts first.
 */
export function allocate(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((a, b) => a + b, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) throw new RangeError('weights must be positive in sum');
  const negative = amount.minor < 0n;
  const whole = negative ? -amount.minor : amount.minor;
  const shares = weights.map((weight, index) => ({
    index,
    units: (whole * weight) / total,
    remainder: (whole * weight) % total,
  }));
  let left = whole - shares.reduce((a, share) => a + share.units, 0n);
  for (const share of [...shares].sort(
    (a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder),
  )) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map((share) => ({ minor: negative ? -share.units : share.units, currency: amount.currency }));
}
