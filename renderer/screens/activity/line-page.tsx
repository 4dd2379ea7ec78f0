import '../../components/sheet.css';
import type { ReactNode } from 'react';
import type { CallInput, CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { approverLabel } from '../../components/approver.ts';
import { categoryText } from '../../components/category.ts';
import { Day, Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { ledgerNumber } from '../../components/ledger-number.ts';
import { kindLabel, saidReason, stateLabel, stateTone } from '../../components/review-grid/labels.ts';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Fact } from './fact.tsx';
import { changeLabel, ledgerStateLabel, lineStateLabel, postingLabel, postingTone } from './labels.ts';
import { Payload } from './payload.tsx';

type Story = CallOutput<'line.story'>;

/** One line from the bank's payload to the voucher, in the order in which it travelled. */
export function LinePage({ about }: { readonly about: CallInput<'line.story'> }) {
  const answer = useCall('line.story', about);
  return (
    <Page title={t('Line')} tools={<a href={to(['activity', 'find'])}>{t('Find a line')}</a>}>
      <Answered answer={answer}>
        {(story) => (
          <article className="story-page">
            <Head story={story} />
            <AtTheBank story={story} />
            <Changes story={story} />
            <Entries story={story} />
            <Postings story={story} />
            <Trail story={story} />
          </article>
        )}
      </Answered>
    </Page>
  );
}

function Head({ story: { line, proposals, postings } }: { readonly story: Story }) {
  const place = proposals.find((proposal) => proposal.place);
  const posting = postings.findLast(({ state }) => state === 'posted');
  return (
    <header>
      <p className="story-amount">
        <Amount value={line.amount} />
      </p>
      <p className="story-text">
        <bdi>{line.counterparty ?? line.text}</bdi>
      </p>
      <p className="quiet">
        <Day value={line.date} form="full" /> · {line.mask ? `${line.accountName} ··${line.mask}` : line.accountName} ·{' '}
        {place ? stateLabel(place.state) : t('no entry')}
        {posting?.voucher ? ` · ${t('voucher {voucher}', { voucher: posting.voucher })}` : null}
      </p>
    </header>
  );
}

type StepProps = { readonly title: string; readonly children: ReactNode };

/** One station of the line's way. */
function Step({ title, children }: StepProps) {
  return (
    <section className="story-step">
      <h2>{title}</h2>
      <div className="story-body">{children}</div>
    </section>
  );
}

function AtTheBank({ story: { line } }: { readonly story: Story }) {
  return (
    <Step title={t('At the bank')}>
      <dl className="facts">
        <Fact label={t('Bank')}>{line.bank}</Fact>
        <Fact label={t('State')}>{lineStateLabel(line.state)}</Fact>
        <Fact label={t('Authorised')}>{line.authorizedDate ? <Day value={line.authorizedDate} /> : null}</Fact>
        <Fact label={t('Counterparty')}>{line.counterparty}</Fact>
        <Fact label={t('Text')}>{line.text}</Fact>
        <Fact label={t('Bank’s text')}>{line.bankText === line.text ? null : line.bankText}</Fact>
        <Fact label={t('Reference')}>{line.reference}</Fact>
        <Fact label={t('Check number')}>{line.checkNumber}</Fact>
        <Fact label={t('Category')}>{categoryText(line.category)}</Fact>
        <Fact label={t('Channel')}>{line.channel}</Fact>
        <Fact label={t('Bank’s id')}>
          <span className="mono">{line.providerLineId}</span>
        </Fact>
        <Fact label={t('Former ids')}>
          {line.formerProviderIds.length > 0 ? <span className="mono">{line.formerProviderIds.join(', ')}</span> : null}
        </Fact>
        <Fact label={t('Fetched')}>{line.fetchedAt ? <Instant value={line.fetchedAt} /> : null}</Fact>
      </dl>
      <Payload text={line.payload} label={t('As the bank sent it')} />
    </Step>
  );
}

function Changes({ story: { revisions } }: { readonly story: Story }) {
  if (revisions.length === 0) return null;
  return (
    <Step title={t('How it was before')}>
      <ol className="story-list">
        {revisions.map((revision) => (
          <li key={revision.revision}>
            <p>
              <Day value={revision.date} /> · {lineStateLabel(revision.state)} · <Amount value={revision.amount} /> ·{' '}
              <bdi>{revision.text}</bdi>
            </p>
            <p className="quiet small">
              {t('until it {change}', { change: changeLabel(revision.change) })} · <Instant value={revision.at} />
            </p>
            <Payload text={revision.payload} label={t('As the bank sent it then')} />
          </li>
        ))}
      </ol>
    </Step>
  );
}

function Entries({ story: { proposals } }: { readonly story: Story }) {
  return (
    <Step title={t('Coding and approval')}>
      {proposals.length === 0 ? (
        <p className="quiet">
          {t(
            'No entry was made for this line: its account belongs to no ledger, or it came before the first day that is booked here.',
          )}
        </p>
      ) : (
        <ol className="story-list">
          {proposals.map((proposal) => (
            <li key={proposal.id}>
              <p>
                <a href={to(['review', 'entry', proposal.id])}>{kindLabel(proposal.kind)}</a> ·{' '}
                <span className={`tone-${stateTone(proposal.state)}`}>{stateLabel(proposal.state)}</span> ·{' '}
                <Day value={proposal.date} /> · <Amount value={proposal.amount} />
                {proposal.place ? null : <span className="quiet"> · {t('stands beside it')}</span>}
              </p>
              <p>
                <bdi>{proposal.text}</bdi>
              </p>
              <p className="quiet small">{reasonWords(proposal)}</p>
              {proposal.approvedBy && proposal.approvedAt ? (
                <p className="quiet small">
                  {t('Approved by {who}', { who: approverLabel(proposal.approvedBy) })} ·{' '}
                  <Instant value={proposal.approvedAt} />
                </p>
              ) : null}
            </li>
          ))}
        </ol>
      )}
    </Step>
  );
}

/** Who or what coded it, and why. */
function reasonWords(proposal: Story['proposals'][number]): string {
  const { by, reason } = saidReason(proposal);
  return [by, reason].filter(Boolean).join(': ');
}

function Postings({ story: { postings } }: { readonly story: Story }) {
  return (
    <Step title={t('In the ERP')}>
      {postings.length === 0 ? (
        <p className="quiet">{t('Nothing was sent yet.')}</p>
      ) : (
        <ol className="story-list">
          {postings.map((posting) => (
            <li key={posting.id}>
              <p>
                <a href={to(['activity', 'journal', posting.journalId])}>
                  {t('Journal {number}', {
                    number: ledgerNumber(posting.journalNumber, posting.voucher) ?? posting.reference,
                  })}
                </a>
                {posting.voucher && posting.voucher !== ledgerNumber(posting.journalNumber, posting.voucher)
                  ? ` · ${t('voucher {voucher}', { voucher: posting.voucher })}`
                  : null}{' '}
                · <span className={`tone-${postingTone(posting.state)}`}>{postingLabel(posting.state)}</span>
                {posting.state === 'posted' ? `, ${ledgerStateLabel(posting.ledgerState)}` : null}
              </p>
              <p className="quiet small">
                {t('Our reference')} <span className="figure">{posting.reference}</span> · {t('sent')}{' '}
                <Instant value={posting.intendedAt} />
                {posting.confirmedAt ? (
                  <>
                    {' '}
                    · {t('confirmed')} <Instant value={posting.confirmedAt} />
                  </>
                ) : null}
              </p>
              <ErrorNote error={posting.error} />
            </li>
          ))}
        </ol>
      )}
    </Step>
  );
}

function Trail({ story: { events } }: { readonly story: Story }) {
  if (events.length === 0) return null;
  return (
    <Step title={t('Trail')}>
      <table className="sheet">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('When')}</th>
            <th scope="col">{t('By')}</th>
            <th scope="col">{t('What')}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.seq} className="top">
              <td className="nowrap">
                <Instant value={event.at} />
              </td>
              <td className="nowrap">{event.actor}</td>
              <td className="wrap">
                <bdi>{event.sentence}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Step>
  );
}
