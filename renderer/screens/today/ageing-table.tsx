import '../../components/sheet.css';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { feedAccountText } from '../../components/review-grid/labels.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { bucketLabel } from './bucket-label.ts';
import type { Ageing } from './today.ts';

/** Per account and age: how many lines wait, their sum without signs, and what they would move. */
export function AgeingTable({ ageing }: { readonly ageing: Ageing }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className="chart-table" tabIndex={0} aria-label={t('Ageing as a table')}>
      <table className="sheet">
        <thead>
          <tr>
            <th scope="col">{t('Account')}</th>
            <th scope="col">{t('Age')}</th>
            <th scope="col" className="fig">
              {t('Lines')}
            </th>
            <th scope="col" className="fig">
              {t('Gross')}
            </th>
            <th scope="col" className="fig">
              {t('Net')}
            </th>
          </tr>
        </thead>
        <tbody>
          {ageing.accounts.flatMap(({ account, values }) =>
            ageing.buckets.flatMap((bucket, index) => {
              const value = values[index];
              if (!value || value.count === 0) return [];
              return [
                <tr key={`${account.id} ${bucket.from}`}>
                  <th scope="row">
                    <a href={to(['review'], { feedAccount: account.id })}>{feedAccountText(account)}</a>
                  </th>
                  <td>{bucketLabel(bucket)}</td>
                  <td className="fig">{formatCount(value.count)}</td>
                  <td className="fig">
                    <Amount value={value.gross} currency={false} />
                  </td>
                  <td className="fig">
                    <Amount value={value.net} currency={false} />
                  </td>
                </tr>,
              ];
            }),
          )}
        </tbody>
      </table>
    </section>
  );
}
