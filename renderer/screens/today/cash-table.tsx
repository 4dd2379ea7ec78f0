import '../../components/sheet.css';
import { Amount } from '../../components/amount.tsx';
import { Day } from '../../components/day.tsx';
import { feedAccountText } from '../../components/review-grid/labels.ts';
import { t } from '../../i18n/t.ts';
import { cashRows } from './cash-rows.ts';
import type { Cash } from './today.ts';

/** The figures of the cash chart, newest day first. */
export function CashTable({ cash }: { readonly cash: Cash }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className="chart-table" tabIndex={0} aria-label={t('Cash position as a table')}>
      <table className="sheet">
        <thead>
          <tr>
            <th scope="col">{t('End of day')}</th>
            {cash.accounts.map(({ account }) => (
              <th key={account.id} scope="col" className="fig">
                {feedAccountText(account)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cashRows(cash)
            .toReversed()
            .map(({ date, balances }) => (
              <tr key={date}>
                <th scope="row">
                  <Day value={date} />
                </th>
                {cash.accounts.map(({ account }, index) => (
                  <td key={account.id} className="fig">
                    <Amount value={balances[index]} currency={false} />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
