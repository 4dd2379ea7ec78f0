import { type Instant, instantOf } from '../../core/calendar.ts';
import { exponentOf } from '../../core/currencies.ts';
import { type AmountProblem, type Money, parseJsonAmount } from '../../core/money.ts';

/**
 * Plaid sends amounts as JSON numbers. A double carries 15 decimal digits for certain, so an amount of more minor units
 * may have lost cents on its way, unseen. Nobody's bank account holds that much.
 */
const LARGEST_CERTAIN_MINOR = 10n ** 15n;

export type ReadAmount =
  | { readonly ok: true; readonly money: Money }
  | { readonly ok: false; readonly problem: AmountProblem | 'no_official_currency' };

/** Plaid's number by its shortest decimal text, with Plaid's sign. */
export function readAmount(value: number, isoCurrency: string | null | undefined): ReadAmount {
  if (isoCurrency === null || isoCurrency === undefined || isoCurrency === '')
    return { ok: false, problem: 'no_official_currency' };
  const parsed = parseJsonAmount(value, isoCurrency);
  if (!parsed.ok) return parsed;
  const { minor } = parsed.money;
  if (minor > LARGEST_CERTAIN_MINOR || minor < -LARGEST_CERTAIN_MINOR) return { ok: false, problem: 'too_large' };
  return parsed;
}

/** The official code when ISO 4217 knows it; else the unofficial one. Plaid fills exactly one of its two fields. */
export function currencyOf(codes: {
  readonly iso_currency_code?: string | null | undefined;
  readonly unofficial_currency_code?: string | null | undefined;
}): { readonly currency: string | null; readonly unofficialCurrency: string | null } {
  const iso = codes.iso_currency_code || null;
  const unofficial = codes.unofficial_currency_code || null;
  if (iso !== null && exponentOf(iso) !== undefined) return { currency: iso, unofficialCurrency: unofficial };
  return { currency: null, unofficialCurrency: unofficial ?? iso };
}

/**
 * Collects amounts that may be missing or odd: what reads becomes Money, what does not stays as Plaid's own text under
 * its field name in `exact`.
 */
export function amountReader(currency: string | null): {
  readonly read: (field: string, value: number | null | undefined, turnSign?: boolean) => Money | null;
  readonly exact: Record<string, string>;
} {
  const exact: Record<string, string> = {};
  return {
    exact,
    read: (field, value, turnSign = false) => {
      if (value === null || value === undefined) return null;
      const parsed = readAmount(value, currency);
      if (!parsed.ok) {
        exact[field] = String(value);
        return null;
      }
      return turnSign ? { ...parsed.money, minor: -parsed.money.minor } : parsed.money;
    },
  };
}

/** Plaid's date-times as our instants; null when absent or no moment at all. */
export function instantFrom(text: string | null | undefined): Instant | null {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : instantOf(at);
}
