import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import { useCall } from '../../api/use-call.ts';
import { useRemembered } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { Choose } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { AgeingChart } from './ageing-chart.tsx';
import { AgeingTable } from './ageing-table.tsx';
import { CashChart } from './cash-chart.tsx';
import { CashTable } from './cash-table.tsx';

const viewSchema = z.object({
  currency: z.string().nullable(),
  days: z.enum(['30', '90', '365']),
});
type ChartView = z.infer<typeof viewSchema>;

const AS_DELIVERED: ChartView = { currency: null, days: '90' };
const NOTHING = {};

/** Cash position and ageing, one currency at a time, each with the same figures as a table. */
export function Charts({ today }: { readonly today: string }) {
  const [view, setView] = useRemembered('today.charts', viewSchema, AS_DELIVERED);
  const cash = useCall('today.cash', {
    days: Number(view.days),
    ...(view.currency === null ? {} : { currency: view.currency }),
  });
  const ageing = useCall('today.ageing', NOTHING);
  const currencies = [
    ...new Set([
      ...(cash.data?.currencies ?? []),
      ...(ageing.data?.accounts.map(({ account }) => account.currency ?? '') ?? []),
    ]),
  ].filter((currency) => currency !== '');
  const currency = view.currency ?? cash.data?.currency ?? currencies[0] ?? '';
  const chooseCurrency =
    currencies.length > 1 ? (
      <Choose
        label={t('Currency')}
        hideLabel
        value={currency}
        choices={currencies.sort().map((value) => ({ value, label: value }))}
        onChange={(next) => setView({ ...view, currency: next })}
      />
    ) : null;
  return (
    <div className="today-charts">
      <Answered answer={cash}>
        {(data) => (
          <Chart
            title={t('Cash position')}
            unit={currency}
            tools={
              <>
                {chooseCurrency}
                <Choose
                  label={t('Period')}
                  hideLabel
                  value={view.days}
                  choices={[
                    { value: '30', label: t('30 days') },
                    { value: '90', label: t('90 days') },
                    { value: '365', label: t('A year') },
                  ]}
                  onChange={(days) => setView({ ...view, days })}
                />
              </>
            }
            empty={
              data.accounts.length === 0
                ? t(
                    'No account has a proven balance yet. The line begins with the first fetch that ties out with the bank.',
                  )
                : null
            }
            drawing={<CashChart cash={data} today={today} />}
            table={<CashTable cash={data} />}
          />
        )}
      </Answered>
      <Answered answer={ageing}>
        {(data) => {
          const shown = { ...data, accounts: data.accounts.filter(({ account }) => account.currency === currency) };
          return (
            <Chart
              title={t('Not in the ledger yet, by age')}
              unit={currency}
              empty={shown.accounts.length === 0 ? t('Every booked line is in the ledger.') : null}
              drawing={<AgeingChart ageing={shown} />}
              table={<AgeingTable ageing={shown} />}
            />
          );
        }}
      </Answered>
    </div>
  );
}

type ChartProps = {
  readonly title: string;
  readonly unit: string;
  readonly tools?: ReactNode;
  /** Why there is nothing to draw; null when there is. */
  readonly empty: string | null;
  readonly drawing: ReactNode;
  readonly table: ReactNode;
};

/** A drawing and its table under one heading and one switch. */
function Chart({ title, unit, tools, empty, drawing, table }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section className="chart" aria-label={title}>
      <header>
        <h2>
          {title} <span className="currency">{unit}</span>
        </h2>
        {tools}
        {empty === null ? (
          <Button small kind="plain" aria-pressed={asTable} onPress={() => setAsTable(!asTable)}>
            {asTable ? t('Chart') : t('Table')}
          </Button>
        ) : null}
      </header>
      {empty === null ? asTable ? table : <figure>{drawing}</figure> : <p className="quiet">{empty}</p>}
    </section>
  );
}
