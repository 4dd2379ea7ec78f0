import './totals-bar.css';
import type { ReactNode } from 'react';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Amount } from '../amount.tsx';
import type { Sums } from '../decimal.ts';
import { Icon } from '../icon.tsx';

export type TotalsBarProps = {
  readonly sums: Sums;
  /** How many there are in all, when `sums` is of a selection. */
  readonly of?: number | undefined;
  readonly children?: ReactNode;
};

/** Count, debit (money in), credit (money out) and difference per currency. It never scrolls away. */
export function TotalsBar({ sums, of, children }: TotalsBarProps) {
  const { count } = sums;
  return (
    <section className="totals-bar" aria-label={t('Totals')}>
      <span>
        <span className="count figure">
          {of === undefined
            ? t('{count, plural, one {# line} other {{shown} lines}}', { count, shown: formatCount(count) })
            : t('{count, plural, one {# line selected} other {{shown} lines selected}}', {
                count,
                shown: formatCount(count),
              })}
        </span>
        {of === undefined ? null : <span className="of figure"> {t('of {total}', { total: formatCount(of) })}</span>}
      </span>
      {sums.currencies.map(({ currency, debit, credit, net }) => (
        <dl key={currency}>
          <Sum label={t('debit')} amount={debit} />
          <Sum label={t('credit')} amount={credit} />
          <div>
            <dt>{t('difference')}</dt>
            <dd className={isZero(net) ? 'balanced' : undefined}>
              <Amount value={{ amount: net, currency }} />
            </dd>
            {isZero(net) ? (
              <span className="balanced">
                <Icon name="check" />
              </span>
            ) : null}
          </div>
        </dl>
      ))}
      {children ? <div className="actions">{children}</div> : null}
    </section>
  );
}

function Sum({ label, amount }: { readonly label: string; readonly amount: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Amount value={{ amount, currency: '' }} currency={false} />
      </dd>
    </div>
  );
}

function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}
