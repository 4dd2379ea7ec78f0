import './today.css';

import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { PracticeOffer } from '../../app/practice-offer.tsx';
import { go } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { waitsForLabel } from '../../components/run-words.ts';
import { Answered, Empty } from '../../components/states.tsx';
import { formatAnd, formatDay, formatInstant } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Attention } from './attention.tsx';
import { Charts } from './charts.tsx';
import { Digest } from './digest.tsx';
import { Health } from './health.tsx';
import { LastRun } from './last-run.tsx';
import { Positions } from './positions.tsx';
import type { Today } from './today.ts';

const NOTHING = {};

/** Where every entity stands this morning, what waits, and whether the banks can be heard. */
export default function TodayScreen() {
  const answer = useCall('today.get', NOTHING);
  const sync = useAction('sync.run');
  const today = answer.data;
  const linked = today?.health.some(({ kind }) => kind === 'feed') ?? false;

  const fetchAll = async () => {
    const done = await sync.run({});
    if (!done) return;
    const lines = done.feeds.reduce((sum, feed) => sum + feed.newLines, 0);
    tell(t('{lines, plural, =0 {No new lines} one {# new line} other {# new lines}}', { lines }));
  };
  useCommands({ 'sync.run': sync.busy || !linked ? undefined : () => void fetchAll() });

  return (
    <Page
      title={t('Today')}
      tools={
        <>
          {today ? <span className="today-date quiet">{formatDay(today.date, 'full')}</span> : null}
          {today?.nextRun ? (
            <span className="quiet small">
              {t('Next run')} <Instant value={today.nextRun} today={today.date} />
            </span>
          ) : null}
          {linked ? (
            <Button kind="primary" command="sync.run" isDisabled={sync.busy} onPress={() => void fetchAll()}>
              {t('Sync now')}
            </Button>
          ) : null}
        </>
      }
    >
      {today?.waiting && !sync.busy ? <Waiting waiting={today.waiting} date={today.date} /> : null}
      {sync.busy ? (
        <div className="today-sync">
          <WorkProgress progress={sync.progress} label={t('Fetching from the banks')} />
          <Button small isDisabled={sync.cancelling} onPress={sync.cancel}>
            {t('Stop')}
          </Button>
        </div>
      ) : null}
      <ErrorNote error={sync.error} retry={() => void fetchAll()} onClose={sync.clear} />
      <Answered answer={answer}>
        {(data) => (data.health.length === 0 ? <NothingLinked /> : <Sheet today={data} />)}
      </Answered>
    </Page>
  );
}

type WaitingProps = { readonly waiting: NonNullable<Today['waiting']>; readonly date: string };

/** A run of the schedule is due and waits; Sync now, above, does not. */
function Waiting({ waiting, date }: WaitingProps) {
  const reasons = waiting.waited.flatMap((one) => (one.until === null ? [waitsForLabel(one.for)] : []));
  return (
    <p className="note warning today-waiting" role="status">
      {t('A run is due since {at}. It waits for {what}; Sync now does not.', {
        ...{ at: formatInstant(waiting.dueAt, date), what: formatAnd(reasons) },
      })}
    </p>
  );
}

function NothingLinked() {
  return (
    <Empty
      title={t('Nothing is connected yet')}
      actions={
        <>
          <Button kind="primary" onPress={() => go(['connections'])}>
            {t('Connect a ledger and a bank')}
          </Button>
          <PracticeOffer />
        </>
      }
    >
      {t(
        'Connect your ledger and a bank, then say which bank account belongs to which account of the ledger. From then on each morning’s lines, balances and differences stand here.',
      )}
    </Empty>
  );
}

function Sheet({ today }: { readonly today: Today }) {
  return (
    <div className="today">
      <Attention today={today} />
      <Positions today={today} />
      <div className="today-columns">
        <Charts today={today.date} />
        <div className="today-aside">
          <LastRun today={today} />
          <Digest today={today.date} />
          <Health today={today} />
        </div>
      </div>
    </div>
  );
}
