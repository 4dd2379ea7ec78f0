import '../../components/sheet.css';
import { useDeferredValue, useState } from 'react';
import { z } from 'zod';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go, to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { tell } from '../../app/toasts.tsx';
import { useRemembered } from '../../app/view.ts';
import { Amount } from '../../components/amount.tsx';
import { approverLabel } from '../../components/approver.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { ExportDialog } from '../../components/export-dialog.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { OpenQuestions } from '../../components/journal-question/open-questions.tsx';
import { ledgerNumber } from '../../components/ledger-number.ts';
import { Answered, Empty } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { postingLabel, postingTone } from './labels.ts';
import { Pager } from './pager.tsx';
import { ActivityTabs } from './tabs.tsx';

type Journal = CallOutput<'activity.journals'>['journals'][number];

const LIMIT = 100;
const filterSchema = z.enum(['all', 'open', 'posted', 'trouble']);
type Filter = z.infer<typeof filterSchema>;

const STATES: Readonly<Record<Exclude<Filter, 'all'>, string[]>> = {
  open: ['intended', 'sending', 'unknown', 'retry'],
  posted: ['posted'],
  trouble: ['refused', 'different', 'unknown'],
};

/** The journals that Daybook made, with the ERP's numbers and how far each is there. */
export function Journals() {
  const [offset, setOffset] = useState(0);
  const [filter, setFilter] = useRemembered('activity.journals', filterSchema, 'all');
  const [search, setSearch] = useState('');
  const words = useDeferredValue(search.trim());
  const shown = {
    ...(filter === 'all' ? {} : { states: STATES[filter] }),
    ...(words === '' ? {} : { search: words }),
  };
  const answer = useCall('activity.journals', { ...shown, offset, limit: LIMIT });
  const [exporting, setExporting] = useState(false);
  const count = answer.data?.total ?? 0;
  useCommands({ 'export.open': count > 0 ? () => setExporting(true) : undefined });
  const follow = useAction('post.follow');
  const narrowed = filter !== 'all' || words !== '';
  const clear = () => {
    setFilter('all');
    setSearch('');
    setOffset(0);
  };
  const askLedger = async () => {
    const seen = await follow.run({});
    if (!seen) return;
    const odd = seen.gone + seen.different + seen.moved;
    tell(
      odd === 0
        ? t('The ERP holds every confirmed entry; {count} came into the general ledger', { count: seen.inLedger })
        : t('{gone} were deleted in the ERP, {different} edited, {moved} moved to another journal', { ...seen }),
    );
  };
  return (
    <Page
      title={t('Activity')}
      tools={
        <>
          {answer.data ? <Pager offset={offset} limit={LIMIT} total={answer.data.total} onOffset={setOffset} /> : null}
          <Choose
            label={t('State')}
            hideLabel
            value={filter}
            choices={[
              { value: 'all', label: t('All journals') },
              { value: 'open', label: t('Not finished') },
              { value: 'posted', label: t('Confirmed') },
              { value: 'trouble', label: t('Refused or unclear') },
            ]}
            onChange={(next) => {
              setFilter(next);
              setOffset(0);
            }}
          />
          <TextInput
            label={t('Search journals')}
            hideLabel
            type="search"
            placeholder={t('Number or reference')}
            value={search}
            onChange={(next) => {
              setSearch(next);
              setOffset(0);
            }}
          />
          <Button isDisabled={count === 0} onPress={() => setExporting(true)}>
            {t('Export')}
          </Button>
          <Button isDisabled={follow.busy} onPress={() => void askLedger()}>
            {follow.busy ? t('Asking the ERP') : t('Ask the ERP')}
          </Button>
        </>
      }
      under={<ActivityTabs tab="journals" />}
    >
      <ErrorNote error={follow.error} retry={() => void askLedger()} onClose={follow.clear} />
      <OpenQuestions />
      <Answered answer={answer}>
        {({ journals, total }) =>
          total === 0 ? (
            narrowed ? (
              <Empty title={t('No journal fits')} actions={<Button onPress={clear}>{t('Clear the filter')}</Button>} />
            ) : (
              <Empty
                title={t('Nothing was posted yet')}
                actions={<Button onPress={() => go(['review', 'ready'])}>{t('Open what is approved')}</Button>}
              >
                {t(
                  'Posting approved entries makes one journal per bank account and entity. They stand here with the ERP’s numbers.',
                )}
              </Empty>
            )
          ) : (
            <div className="activity">
              <JournalTable journals={journals} />
            </div>
          )
        }
      </Answered>
      {exporting ? (
        <ExportDialog name="export.journals" input={shown} count={count} onClose={() => setExporting(false)} />
      ) : null}
    </Page>
  );
}

function JournalTable({ journals }: { readonly journals: readonly Journal[] }) {
  const { data: about } = useAbout();
  return (
    <table className="sheet">
      <thead>
        <tr>
          <th scope="col">{t('Sent')}</th>
          <th scope="col">{t('Entity')}</th>
          <th scope="col">{t('Journal')}</th>
          <th scope="col">{t('Name')}</th>
          <th scope="col" className="fig">
            {t('Entries')}
          </th>
          <th scope="col" className="fig">
            {t('Debit')}
          </th>
          <th scope="col" className="fig">
            {t('Credit')}
          </th>
          <th scope="col">{t('Posting')}</th>
          <th scope="col">{t('In the ERP')}</th>
          <th scope="col">{t('Approved by')}</th>
        </tr>
      </thead>
      <tbody>
        {journals.map((journal) => (
          <tr key={journal.id}>
            <td className="nowrap">
              <Instant value={journal.intendedAt} {...(about ? { today: about.today } : {})} />
            </td>
            <td>{journal.legalEntity}</td>
            <td className="nowrap">
              <a href={to(['activity', 'journal', journal.id])}>
                {ledgerNumber(journal.journalNumber, journal.voucher) ?? t('no number yet')}
              </a>
            </td>
            <td className="nowrap">{journal.journalName}</td>
            <td className="fig">{formatCount(journal.entries)}</td>
            <td className="fig">
              {journal.totals.currencies.map(({ debit }) => (
                <div key={debit.currency}>
                  <Amount value={debit} />
                </div>
              ))}
            </td>
            <td className="fig">
              {journal.totals.currencies.map(({ credit }) => (
                <div key={credit.currency}>
                  <Amount value={credit} />
                </div>
              ))}
            </td>
            <td className="wrap">
              <JournalState journal={journal} today={about?.today} />
            </td>
            <td className="nowrap">{ledgerWords(journal)}</td>
            <td className="approved-by" title={approverLabel(journal.approvedBy)}>
              {approverLabel(journal.approvedBy)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function JournalState({ journal, today }: { readonly journal: Journal; readonly today: string | undefined }) {
  const { state, attempts, nextAttemptAt, error } = journal;
  return (
    <>
      <span className={`tone-${postingTone(state)}`}>{postingLabel(state)}</span>
      {attempts > 1 ? <span className="quiet small"> {t('{attempts} attempts', { attempts })}</span> : null}
      {nextAttemptAt ? (
        <span className="quiet small">
          {' '}
          {t('next')} <Instant value={nextAttemptAt} {...(today === undefined ? {} : { today })} />
        </span>
      ) : null}
      {error ? <div className="small">{error.sentence}</div> : null}
    </>
  );
}

/** `62 in an open journal`, `9 booked, still open`, `18 in the general ledger`: where the ERP has the confirmed entries. */
export function ledgerWords({ ledgerStates }: Journal): string {
  const { open, booked, posted, unseen } = ledgerStates;
  const parts = [
    posted > 0 ? t('{posted} in the general ledger', { posted: formatCount(posted) }) : '',
    booked > 0 ? t('{booked} booked, still open', { booked: formatCount(booked) }) : '',
    open > 0 ? t('{open} in an open journal', { open: formatCount(open) }) : '',
    unseen > 0 ? t('{unseen} not seen yet', { unseen: formatCount(unseen) }) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '–' : parts.join(', ');
}
