import '../../components/sheet.css';
import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Amount } from '../../components/amount.tsx';
import { approverLabel } from '../../components/approver.ts';
import { Button } from '../../components/button.tsx';
import { Day, Instant } from '../../components/day.tsx';
import { DimensionCodes, type OfLedger, useDimensions } from '../../components/dimensions.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { ledgerNumber } from '../../components/ledger-number.ts';
import { WorkProgress } from '../../components/progress.tsx';
import { accountText } from '../../components/review-grid/labels.ts';
import { TotalsBar } from '../../components/review-grid/totals-bar.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Fact } from './fact.tsx';
import { JournalState, ledgerWords } from './journals.tsx';
import { ledgerStateLabel, postingLabel, postingTone } from './labels.ts';
import { Pager } from './pager.tsx';

type Detail = CallOutput<'activity.journal'>;
type Entry = Detail['entries'][number];

/** Entries on one page of the table. */
const LIMIT = 200;

/** One journal as it was sent, and what the ERP holds of each entry. */
export function JournalPage({ id }: { readonly id: string }) {
  const answer = useCall('activity.journal', { id });
  const { journal } = answer.data ?? {};
  const { data: about } = useAbout();
  const [offset, setOffset] = useState(0);
  const post = useAction('post.run');
  const takeUp = (entries: readonly Entry[]) => {
    const ids = entries
      .filter(({ state }) => state === 'unknown' || state === 'intended')
      .map(({ proposalId }) => proposalId);
    if (ids.length > 0) void post.run({ ids });
  };
  return (
    <Page
      title={
        journal
          ? t('Journal {number}', {
              number: ledgerNumber(journal.journalNumber, journal.voucher) ?? journal.reference,
            })
          : t('Journal')
      }
      tools={
        <>
          {answer.data && answer.data.entries.length > LIMIT ? (
            <Pager offset={offset} limit={LIMIT} total={answer.data.entries.length} onOffset={setOffset} />
          ) : null}
          <a href={to(['activity', 'journals'])}>{t('All journals')}</a>
        </>
      }
      totals={
        journal ? (
          <TotalsBar sums={{ count: journal.totals.count, currencies: journal.totals.currencies.map(sums) }} />
        ) : null
      }
    >
      <Answered answer={answer}>
        {(detail) => (
          <div className="activity">
            <dl className="facts journal-facts">
              <Fact label={t('Entity')}>{detail.journal.legalEntity}</Fact>
              <Fact label={t('Journal name')}>{detail.journal.journalName}</Fact>
              <Fact label={t('Description')}>{detail.description}</Fact>
              <Fact label={t('Our reference')}>
                <span className="figure">{detail.journal.reference}</span>
              </Fact>
              <Fact label={t('Approved by')}>{approverLabel(detail.journal.approvedBy)}</Fact>
              <Fact label={t('Sent')}>
                <Instant value={detail.journal.intendedAt} />
              </Fact>
              <Fact label={t('Confirmed')}>
                {detail.journal.confirmedAt ? <Instant value={detail.journal.confirmedAt} /> : null}
              </Fact>
              <Fact label={t('State')}>
                <JournalState journal={{ ...detail.journal, error: null }} today={about?.today} />
              </Fact>
              <Fact label={t('In the ERP')}>{ledgerWords(detail.journal)}</Fact>
            </dl>
            {['unknown', 'retry', 'intended', 'sending'].includes(detail.journal.state) ? (
              <div className="note warning">
                <span className="sentence">
                  {t(
                    'This journal is not finished. Daybook first looks it up in the ERP by its reference, and sends only what is not there.',
                  )}
                </span>
                <Button small isDisabled={post.busy} onPress={() => takeUp(detail.entries)}>
                  {t('Take it up now')}
                </Button>
              </div>
            ) : null}
            {post.busy ? <WorkProgress progress={post.progress} label={t('Looking it up in the ERP')} /> : null}
            <ErrorNote error={post.error ?? detail.journal.error} retry={() => takeUp(detail.entries)} />
            <Entries
              entries={detail.entries.slice(offset, offset + LIMIT)}
              ledger={{ connectionId: detail.journal.ledgerConnectionId, legalEntity: detail.journal.legalEntity }}
            />
          </div>
        )}
      </Answered>
    </Page>
  );
}

function sums({ debit, credit, net }: Detail['journal']['totals']['currencies'][number]) {
  return { currency: net.currency, debit: debit.amount, credit: credit.amount, net: net.amount };
}

function Entries({ entries, ledger }: { readonly entries: readonly Entry[]; readonly ledger: OfLedger }) {
  const used = entries.flatMap(({ rows }) =>
    rows.flatMap((row) => [row, row.offset].flatMap((side) => (side ? Object.keys(side.dimensions) : []))),
  );
  const dimensions = useDimensions(ledger, used);
  return (
    <table className="sheet journal-entries">
      <thead>
        <tr>
          <th scope="col">{t('Voucher')}</th>
          <th scope="col">{t('Date')}</th>
          <th scope="col">{t('Account')}</th>
          <th scope="col">{t('Text')}</th>
          <th scope="col" className="fig">
            {t('Debit')}
          </th>
          <th scope="col" className="fig">
            {t('Credit')}
          </th>
          <th scope="col">{t('Offset')}</th>
          <th scope="col">{t('State')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.flatMap((entry) =>
          entry.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of an entry never change their order
            <tr key={`${entry.proposalId} ${index}`}>
              {index === 0 ? (
                <th scope="row" rowSpan={entry.rows.length}>
                  <a className="figure" href={to(['activity', 'entry', entry.proposalId])}>
                    {entry.voucher ?? t('no voucher')}
                  </a>
                </th>
              ) : null}
              <td className="nowrap">
                <Day value={row.date} form="short" />
              </td>
              <td className="account" title={accountText(row.account, row.accountName)}>
                {accountText(row.account, row.accountName)}
                <div className="codes">
                  <DimensionCodes dimensions={dimensions} of={row.dimensions} />
                </div>
              </td>
              <td className="account" title={row.text}>
                <bdi>{row.text}</bdi>
              </td>
              <td className="fig">
                <Amount value={row.debit} currency={false} />
              </td>
              <td className="fig">
                <Amount value={row.credit} currency={false} />
              </td>
              <td className="account">
                {row.offset ? accountText(row.offset.account, row.offset.accountName) : null}
                {row.offset ? (
                  <div className="codes">
                    <DimensionCodes dimensions={dimensions} of={row.offset.dimensions} />
                  </div>
                ) : null}
              </td>
              {index === 0 ? (
                <td rowSpan={entry.rows.length} className="wrap">
                  <span className={`tone-${postingTone(entry.state)}`}>
                    {entry.state === 'posted' ? ledgerStateLabel(entry.ledgerState) : postingLabel(entry.state)}
                  </span>
                  {entry.error ? <div className="small">{entry.error.sentence}</div> : null}
                </td>
              ) : null}
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
