import '../../components/sheet.css';
import { useDeferredValue, useState } from 'react';
import type { CallInput, CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { to, useRoute } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { ExportDialog } from '../../components/export-dialog.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { feedAccountText, stateLabel, stateTone } from '../../components/review-grid/labels.ts';
import { TotalsBar } from '../../components/review-grid/totals-bar.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { AlsoFound } from './also-found.tsx';
import { lineStateLabel } from './labels.ts';
import { Pager } from './pager.tsx';
import { ActivityTabs } from './tabs.tsx';

type Line = CallOutput<'lines.search'>['lines'][number];

const LIMIT = 200;
const NOTHING = {};
const NO_FIELDS = { words: '', account: '', from: '', to: '', amount: '' };

/** A plain decimal amount, as the search takes it. */
const AMOUNT = /^\d{1,15}(\.\d{1,6})?$/;

/** Every bank line of every account, with or without an entry, and what else bears the words. */
export function Find() {
  const { query } = useRoute();
  const asked = query.get('q') ?? '';
  return <Search key={asked} asked={asked} />;
}

function Search({ asked }: { readonly asked: string }) {
  const [fields, setFields] = useState({ ...NO_FIELDS, words: asked });
  const [offset, setOffset] = useState(0);
  const deferred = useDeferredValue(fields);
  const set = (part: Partial<typeof NO_FIELDS>) => {
    setFields({ ...fields, ...part });
    setOffset(0);
  };
  const answer = useCall('lines.search', { ...searchOf(deferred), offset, limit: LIMIT });
  const accounts = useCall('accounts.list', NOTHING);
  const narrowed = Object.values(fields).some((value) => value.trim() !== '');
  const amountIsWrong = fields.amount !== '' && !AMOUNT.test(plainAmount(fields.amount));
  const [exporting, setExporting] = useState(false);
  const count = answer.data?.total ?? 0;
  useCommands({ 'search.focus': focusSearch, 'export.open': count > 0 ? () => setExporting(true) : undefined });
  return (
    <Page
      title={t('Activity')}
      tools={
        <>
          {answer.data ? <Pager offset={offset} limit={LIMIT} total={answer.data.total} onOffset={setOffset} /> : null}
          <Button isDisabled={count === 0} onPress={() => setExporting(true)}>
            {t('Export')}
          </Button>
        </>
      }
      under={<ActivityTabs tab="find" />}
      totals={answer.data ? <TotalsBar sums={sumsOf(answer.data.totals)} /> : null}
    >
      <search className="find-fields">
        <div id={SEARCH_FIELD} className="words">
          <TextInput
            label={t('Words')}
            type="search"
            placeholder={t('Text, counterparty, reference')}
            value={fields.words}
            onChange={(words) => set({ words })}
          />
        </div>
        <Choose
          label={t('Account')}
          value={fields.account}
          choices={[
            { value: '', label: t('All accounts') },
            ...(accounts.data ?? []).map((account) => ({ value: account.id, label: feedAccountText(account) })),
          ]}
          onChange={(account) => set({ account })}
        />
        <TextInput label={t('From')} type="date" value={fields.from} onChange={(from) => set({ from })} />
        <TextInput label={t('To')} type="date" value={fields.to} onChange={(to) => set({ to })} />
        <TextInput
          label={t('Amount')}
          value={fields.amount}
          error={amountIsWrong ? t('Write it as 1234.56') : undefined}
          onChange={(amount) => set({ amount })}
        />
        <Button isDisabled={!narrowed} onPress={() => set(NO_FIELDS)}>
          {t('Clear')}
        </Button>
      </search>
      <AlsoFound words={deferred.words.trim()} />
      <Answered answer={answer}>
        {({ lines, total }) =>
          total > 0 ? (
            <div className="activity">
              <Lines lines={lines} />
            </div>
          ) : narrowed ? (
            <Empty
              title={t('No bank line fits')}
              actions={<Button onPress={() => set(NO_FIELDS)}>{t('Clear the search')}</Button>}
            >
              {t('All words must stand in the line: its text, counterparty, reference or id.')}
            </Empty>
          ) : (
            <Empty title={t('No bank line yet')}>{t('Lines come here once a bank is linked and fetched.')}</Empty>
          )
        }
      </Answered>
      {exporting ? (
        <ExportDialog
          name="export.lines"
          input={searchOf(deferred)}
          count={count}
          onClose={() => setExporting(false)}
        />
      ) : null}
    </Page>
  );
}

const SEARCH_FIELD = 'find-words';

function focusSearch(): void {
  document.querySelector<HTMLInputElement>(`#${SEARCH_FIELD} input`)?.focus();
}

function plainAmount(typed: string): string {
  return typed
    .trim()
    .replaceAll(',', '')
    .replace(/^[-−+]/, '');
}

/** The fields as the call takes them; what is not yet whole is left out. */
function searchOf({ words, account, from, to, amount }: typeof NO_FIELDS): CallInput<'lines.search'> {
  const plain = plainAmount(amount);
  return {
    search: words.trim().slice(0, 200),
    ...(account === '' ? {} : { feedAccountIds: [account] }),
    ...(from === '' ? {} : { from }),
    ...(to === '' ? {} : { to }),
    ...(AMOUNT.test(plain) ? { amountFrom: plain, amountTo: plain } : {}),
  };
}

function sumsOf({ count, currencies }: CallOutput<'lines.search'>['totals']) {
  return {
    count,
    currencies: currencies.map(({ debit, credit, net }) => ({
      currency: net.currency,
      debit: debit.amount,
      credit: credit.amount,
      net: net.amount,
    })),
  };
}

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <table className="sheet find-lines">
      <thead>
        <tr>
          <th scope="col">{t('Date')}</th>
          <th scope="col">{t('Account')}</th>
          <th scope="col">{t('Counterparty and text')}</th>
          <th scope="col">{t('Reference')}</th>
          <th scope="col" className="fig">
            {t('Amount')}
          </th>
          <th scope="col">{t('At the bank')}</th>
          <th scope="col">{t('Entry')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <td className="nowrap">
              <Day value={line.date} />
            </td>
            <td className="nowrap">{line.mask ? `${line.accountName} ··${line.mask}` : line.accountName}</td>
            <td className="line-text">
              <a href={to(['activity', 'line', line.id])} title={line.text.slice(0, 300)}>
                <bdi>{line.counterparty ?? line.text}</bdi>
              </a>{' '}
              {line.counterparty ? <bdi className="quiet">{line.text}</bdi> : null}
            </td>
            <td className="reference">
              <bdi>{line.reference}</bdi>
            </td>
            <td className="fig">
              <Amount value={line.amount} />
            </td>
            <td className={line.state === 'booked' ? 'nowrap quiet' : 'nowrap'}>{lineStateLabel(line.state)}</td>
            <td className="nowrap">
              {line.proposalId && line.proposalState ? (
                <a className={`tone-${stateTone(line.proposalState)}`} href={to(['review', 'entry', line.proposalId])}>
                  {stateLabel(line.proposalState)}
                </a>
              ) : (
                <span className="quiet">{t('none')}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
