import '../../components/sheet.css';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go, to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { begunByLabel, waitsForLabel } from '../../components/run-words.ts';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Fact } from './fact.tsx';
import { runKindLabel, runStateLabel, runStateTone, stepLabel } from './labels.ts';

type Run = CallOutput<'runs.get'>;

/** One run with its whole story: why it began, each step with what it found, and how to repair what failed. */
export function RunPage({ id }: { readonly id: string }) {
  const answer = useCall('runs.get', { id });
  const stop = useAction('runs.stop');
  useCommands({ escape: () => go(['activity', 'runs']) });
  const run = answer.data;
  return (
    <Page
      title={run ? runKindLabel(run.kind) : t('A run')}
      tools={
        <>
          {run?.state === 'running' ? (
            <Button isDisabled={stop.busy} onPress={() => void stop.run({ id })}>
              {t('Stop this run')}
            </Button>
          ) : null}
          <a href={to(['activity', 'runs'])}>{t('All runs')}</a>
        </>
      }
    >
      <ErrorNote error={stop.error} onClose={stop.clear} />
      <Answered answer={answer}>
        {(told) => (
          <div className="activity">
            <Facts run={told} />
            <Parts run={told} />
          </div>
        )}
      </Answered>
    </Page>
  );
}

function Facts({ run }: { readonly run: Run }) {
  const { data: about } = useAbout();
  const today = about ? { today: about.today } : {};
  return (
    <dl className="facts journal-facts">
      <Fact label={t('Began')}>
        <Instant value={run.at} {...today} />
      </Fact>
      <Fact label={t('Ended')}>{run.finishedAt === null ? null : <Instant value={run.finishedAt} {...today} />}</Fact>
      <Fact label={t('By')}>{run.begunBy === 'person' ? run.actor : begunByLabel(run.begunBy)}</Fact>
      <Fact label={t('State')}>
        <span className={`tone-${runStateTone(run.state)}`}>{runStateLabel(run.state)}</span>
      </Fact>
      <Fact label={t('Because')}>{run.reason}</Fact>
      <Fact label={t('Was due')}>
        {run.dueAt === null ? null : (
          <>
            <Instant value={run.dueAt} {...today} />
            {run.missed > 0
              ? ` · ${t('{missed, plural, one {makes up for # later run} other {makes up for # later runs}}', { missed: run.missed })}`
              : null}
          </>
        )}
      </Fact>
      {run.waited.map((one) => (
        <Fact key={`${one.for} ${one.from}`} label={t('Waited for')}>
          {waitsForLabel(one.for)}, <Instant value={one.from} {...today} /> – <Instant value={one.until} {...today} />
        </Fact>
      ))}
    </dl>
  );
}

function Parts({ run }: { readonly run: Run }) {
  return (
    <table className="sheet run-parts">
      <thead>
        <tr>
          <th scope="col">{t('Step')}</th>
          <th scope="col">{t('What came of it')}</th>
        </tr>
      </thead>
      <tbody>
        {run.parts.map((part, index) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: a story is only added to.
            key={index}
            className="top"
          >
            <td className="nowrap quiet">{run.parts[index - 1]?.step === part.step ? null : stepLabel(part.step)}</td>
            <td className="wrap story">
              {part.error ? (
                // The part names the bank, which the error alone does not.
                <ErrorNote error={{ ...part.error, sentence: part.sentence }} />
              ) : (
                <p className={part.needsPerson ? 'tone-act' : part.detail ? 'quiet' : undefined}>
                  <bdi>{part.sentence}</bdi>
                </p>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
