import type { Money } from '../api/contract.ts';
import { formatDecimal } from '../i18n/format.ts';
import { useLocale } from '../i18n/locale.ts';

export type AmountProps = {
  readonly value: Money | null | undefined;
  /** The currency code after the figure; leave it out only where one currency is named for the whole column. */
  readonly currency?: boolean;
};

/** A figure by locale, with a true minus and its currency in small ink. Nothing for no amount. */
export function Amount({ value, currency = true }: AmountProps) {
  const { locale } = useLocale();
  if (!value) return null;
  return (
    <span className="amount">
      {formatDecimal(value.amount, locale)}
      {currency ? <span className="currency">{value.currency}</span> : null}
    </span>
  );
}
