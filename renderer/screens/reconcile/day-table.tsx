import { Fragment, useState } from 'react';
import { useAbout } from '../../app/session.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day, Instant } from '../../components/day.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import { Difference } from './difference.tsx';
import { OpenItems } from './open-items.tsx';
import { byDay, type DayGroup, isZero } from './sums.ts';
import type { Reconciliation } from './types.ts';

/** Bank, ledger and difference of each account at the end of each day, with the day's sums by currency. */
export function DayTable({ rows }: { readonly rows: readonly Reconciliation[] }) {
  return (
    <table className="sheet reconcile">
      <thead>
        <tr>
          <th scope="col">{t('Account')}</th>
          <th scope="col">{t('Ledger account')}</th>
          <th scope="col" className="fig">
            {t('Bank balance')}
          </th>
          <th scope="col" className="fig">
            {t('Ledger balance')}
          </th>
          <th scope="col" className="fig difference-head">
            {t('Difference')}
          </th>
          <th scope="col">{t('Made')}</th>
        </tr>
      </thead>
      {byDay(rows).map((group) => (
        <DayBody key={group.date} group={group} />
      ))}
    </table>
  );
}

function DayBody({ group: { date, rows, totals } }: { readonly group: DayGroup }) {
  return (
    <tbody>
      <tr className="day">
        <th scope="rowgroup" colSpan={6}>
          <Day value={date} form="full" />
        </th>
      </tr>
      {rows.map((row) => (
        <Account key={row.feedAccountId} row={row} />
      ))}
      {totals.map(({ currency, bank, ledger, difference }) => (
        <tr className="total" key={currency}>
          <th scope="row" colSpan={2}>
            {t('All accounts in {currency}', { currency })}
          </th>
          <td className="fig">
            <Amount value={bank} />
          </td>
          <td className="fig">
            <Amount value={ledger} />
          </td>
          <td className="fig">
            <Difference
              value={difference}
              explained={rows.every((row) => row.difference.currency !== currency || row.explained)}
            />
          </td>
          <td />
        </tr>
      ))}
    </tbody>
  );
}

function Account({ row }: { readonly row: Reconciliation }) {
  const { data: about } = useAbout();
  const open = row.openItems.length;
  const quiet = isZero(row.difference) && row.explained;
  const [unfolded, setUnfolded] = useState(!quiet);
  const nothing = open === 0 && row.explained;
  return (
    <Fragment>
      <tr className="account">
        <th scope="row">
          {nothing ? (
            <span className="account-name">
              <bdi>{row.account}</bdi>
            </span>
          ) : (
            <Button kind="plain" aria-expanded={unfolded} onPress={() => setUnfolded(!unfolded)}>
              <Icon name={unfolded ? 'down' : 'right'} />
              <bdi>{row.account}</bdi>
            </Button>
          )}
        </th>
        <td className="nowrap">
          {row.legalEntity === '' ? (
            <span className="quiet">{t('not mapped now')}</span>
          ) : (
            `${row.legalEntity} · ${row.bankAccount}`
          )}
        </td>
        <td className="fig">
          <Amount value={row.bankBalance} />
        </td>
        <td className="fig">
          <Amount value={row.ledgerBalance} />
        </td>
        <td className="fig">
          <Difference value={row.difference} explained={row.explained} />
        </td>
        <td className="nowrap quiet">
          <Instant value={row.madeAt} {...(about ? { today: about.today } : {})} />
        </td>
      </tr>
      {unfolded && !nothing ? <OpenItems of={row} /> : null}
    </Fragment>
  );
}
