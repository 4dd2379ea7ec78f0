import '../../components/sheet.css';
import './reconcile.css';
import { useState } from 'react';
import { z } from 'zod';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { useAbout } from '../../app/session.ts';
import { tell } from '../../app/toasts.tsx';
import { useRemembered } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { ExportButton } from '../../components/export-button.tsx';
import { Check, Choose, TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { formatCount, formatDay } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { ExportStatementButton } from '../statement-files/export-statement.tsx';
import { DayTable } from './day-table.tsx';
import { isZero } from './sums.ts';
import type { Reconciliation } from './types.ts';

const filterSchema = z.object({
  account: z.string(),
  from: z.string(),
  to: z.string(),
  newest: z.boolean(),
});
type Filter = z.infer<typeof filterSchema>;
const NO_FILTER: Filter = { account: '', from: '', to: '', newest: true };
const NOTHING = {};
const MOST = 500;

/** Bank against ledger, per account and day: balances, the difference, and the open items that explain it. */
export default function ReconcileScreen() {
  const [filter, setFilter] = useRemembered('reconcile.filter', filterSchema, NO_FILTER);
  const asked = {
    newest: filter.newest,
    ...(filter.account === '' ? {} : { feedAccountId: filter.account }),
    ...(filter.from === '' ? {} : { from: filter.from }),
    ...(filter.to === '' ? {} : { to: filter.to }),
  };
  const answer = useCall('reconcile.list', { ...asked, limit: MOST });
  const run = useAction('reconcile.run');
  const [standIns, setStandIns] = useState<readonly string[]>([]);
  const narrowed = filter.account !== '' || filter.from !== '' || filter.to !== '';

  const reconcile = async (day: string) => {
    const made = await run.run({ dates: [day] });
    if (!made) return;
    setStandIns(made.filter(({ ledgerSource }) => ledgerSource === 'postings').map(({ account }) => account));
    tell(storyOf(made, day));
  };
  return (
    <Page
      title={t('Reconcile')}
      tools={
        <>
          <ExportStatementButton account={filter.account} />
          <ExportButton name="export.reconciliations" input={asked} />
          <RunTools busy={run.busy} onRun={(day) => void reconcile(day)} />
        </>
      }
      under={<FilterBar filter={filter} onFilter={setFilter} />}
      totals={
        answer.data && answer.data.reconciliations.length > 0 ? (
          <Tied rows={answer.data.reconciliations} of={answer.data.total} />
        ) : null
      }
    >
      <ErrorNote error={run.error} onClose={run.clear} />
      {run.busy ? (
        <div className="reconcile-work">
          <WorkProgress progress={run.progress} label={t('Reading the ledgers’ bank accounts')} />
          <Button small isDisabled={run.cancelling} onPress={run.cancel}>
            {t('Stop')}
          </Button>
        </div>
      ) : null}
      {standIns.length > 0 ? (
        <p className="note warning">
          {t(
            'The ledger does not show its bank lines of {accounts} to Daybook; confirmed entries of Daybook stand in for them.',
            {
              accounts: standIns.join(', '),
            },
          )}
        </p>
      ) : null}
      <Answered answer={answer}>
        {({ reconciliations }) =>
          reconciliations.length > 0 ? (
            <div className="reconcile-days">
              <DayTable rows={reconciliations} />
            </div>
          ) : narrowed ? (
            <Empty
              title={t('No reconciliation fits')}
              actions={<Button onPress={() => setFilter(NO_FILTER)}>{t('Clear the filter')}</Button>}
            />
          ) : (
            <Empty title={t('Nothing was reconciled yet')}>
              {t(
                'Reconciling compares each mapped account’s balance at the bank with the ledger’s at the end of a day, and names every open item between them. Choose a day above and press Reconcile.',
              )}
            </Empty>
          )
        }
      </Answered>
    </Page>
  );
}

function RunTools({ busy, onRun }: { readonly busy: boolean; readonly onRun: (day: string) => void }) {
  const { data: about } = useAbout();
  const [chosen, setChosen] = useState<string>();
  const day = chosen ?? about?.today ?? '';
  return (
    <>
      <TextInput label={t('End of day')} hideLabel type="date" value={day} onChange={setChosen} />
      <Button kind="primary" isDisabled={busy || day === ''} onPress={() => onRun(day)}>
        {busy ? t('Reconciling') : t('Reconcile')}
      </Button>
    </>
  );
}

type FilterBarProps = { readonly filter: Filter; readonly onFilter: (filter: Filter) => void };

function FilterBar({ filter, onFilter }: FilterBarProps) {
  const mappings = useCall('mappings.list', NOTHING);
  const accounts = (mappings.data ?? [])
    .filter(({ mapping }) => mapping !== null)
    .map(({ account }) => ({
      value: account.id,
      label: account.mask ? `${account.name} ··${account.mask}` : account.name,
    }));
  const set = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  return (
    <div className="reconcile-filter">
      <Choose
        label={t('Account')}
        hideLabel
        value={filter.account}
        choices={[{ value: '', label: t('All accounts') }, ...accounts]}
        onChange={(account) => set({ account })}
      />
      <TextInput label={t('From')} hideLabel type="date" value={filter.from} onChange={(from) => set({ from })} />
      <span className="quiet">{t('to')}</span>
      <TextInput label={t('To')} hideLabel type="date" value={filter.to} onChange={(to) => set({ to })} />
      <Check checked={filter.newest} onChange={(newest) => set({ newest })}>
        {t('Only the newest day of each account')}
      </Check>
    </div>
  );
}

/** Never scrolls away: how many tie out, how many are explained, how many are not. */
function Tied({ rows, of }: { readonly rows: readonly Reconciliation[]; readonly of: number }) {
  const tied = rows.filter(({ difference, explained }) => isZero(difference) && explained).length;
  const wrong = rows.filter(({ explained }) => !explained).length;
  const explained = rows.length - tied - wrong;
  const items = rows.reduce((sum, { openItems }) => sum + openItems.length, 0);
  return (
    <section className="reconcile-totals" aria-label={t('Totals')}>
      <span className="count figure">
        {t('{count, plural, one {# reconciliation} other {{shown} reconciliations}}', {
          count: rows.length,
          shown: formatCount(rows.length),
        })}
        {of > rows.length ? <span className="quiet"> {t('of {total}', { total: formatCount(of) })}</span> : null}
      </span>
      <span className={tied === rows.length ? 'tone-proven' : undefined}>
        {t('{count} tied out', { count: formatCount(tied) })}
      </span>
      <span>{t('{count} explained by open items', { count: formatCount(explained) })}</span>
      <span className={wrong > 0 ? 'tone-wrong' : undefined}>
        {t('{count} not explained', { count: formatCount(wrong) })}
      </span>
      <span className="quiet">
        {t('{count, plural, one {# open item} other {{shown} open items}}', {
          count: items,
          shown: formatCount(items),
        })}
      </span>
    </section>
  );
}

function storyOf(made: CallOutput<'reconcile.run'>, day: string): string {
  const wrong = made.filter(({ explained }) => !explained).length;
  const counted = { count: made.length, shown: formatCount(made.length), day: formatDay(day), wrong };
  if (made.length === 0) return t('No account is mapped yet, so there is nothing to compare.');
  return wrong === 0
    ? t(
        '{count, plural, one {# account} other {{shown} accounts}} reconciled at the end of {day}; every difference is explained',
        counted,
      )
    : t(
        '{count, plural, one {# account} other {{shown} accounts}} reconciled at the end of {day}; {wrong, plural, one {# difference is} other {# differences are}} not explained',
        counted,
      );
}
