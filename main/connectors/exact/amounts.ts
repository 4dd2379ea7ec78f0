import { exponentOf } from '../../core/currencies.ts';
import { decimalText, type Money, parseAmount } from '../../core/money.ts';
import type { DecimalText } from './odata.ts';

/** An amount of Exact, or the text of one that its currency cannot have. */
export type ExactAmount =
  | { readonly money: Money; readonly odd: null }
  | { readonly money: null; readonly odd: string };

/** Digits beyond the currency's decimals that count: what stands behind them is the noise of a binary double. */
const MEANT_DIGITS = 4;

/**
 * Reads an Edm.Double by its decimal text, never through a float. Exact adds amounts up as doubles, so a sum may come as
 * `1234.5600000000002`: it is rounded four digits behind the currency's own. A cent's fraction that somebody meant
 * (`12.345`) stays odd.
 */
export function readAmount(given: string, currency: string): ExactAmount {
  const exponent = exponentOf(currency);
  const meant = exponent === undefined ? given : roundedText(given, exponent + MEANT_DIGITS);
  const parsed = parseAmount(meant, currency);
  return parsed.ok ? { money: parsed.money, odd: null } : { money: null, odd: given };
}

/** An amount for a request body. */
export function sentAmount(amount: Money): DecimalText {
  return { decimal: decimalText(amount) };
}

/** The decimal text rounded half away from zero to `places`; unchanged when it is no decimal text or has no more. */
function roundedText(given: string, places: number): string {
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(given.trim());
  if (match === null) return given;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const surplus = fraction.length - Number(power) - places;
  if (surplus <= 0) return given;
  const digits = (whole + fraction).padStart(surplus + 1, '0');
  const kept = BigInt(digits.slice(0, -surplus));
  const rounded = (digits.at(-surplus) ?? '0') >= '5' ? kept + 1n : kept;
  return `${sign}${rounded}e-${places}`;
}
