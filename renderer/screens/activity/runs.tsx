import '../../components/sheet.css';
import { useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { go, to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { begunByLabel } from '../../components/run-words.ts';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { runKindLabel, runStateLabel, runStateTone } from './labels.ts';
import { Pager } from './pager.tsx';
import { ActivityTabs } from './tabs.tsx';

const LIMIT = 100;

/** Where a run of each kind left its work. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  sync: ['activity', 'fetches'],
  post: ['activity', 'journals'],
  reconcile: ['reconcile'],
};

/** Where a person sees what a run of each kind could not do alone. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  sync: ['today'],
  post: ['activity', 'exceptions'],
  reconcile: ['reconcile'],
};

/** Fetches, postings and reconciliations, newest first, each as its short story. */
export function Runs() {
  const [offset, setOffset] = useState(0);
  const answer = useCall('activity.runs', { offset, limit: LIMIT });
  const { data: about } = useAbout();
  return (
    <Page
      title={t('Activity')}
      tools={
        answer.data ? <Pager offset={offset} limit={LIMIT} total={answer.data.total} onOffset={setOffset} /> : null
      }
      under={<ActivityTabs tab="runs" />}
    >
      <Answered answer={answer}>
        {({ runs, total }) =>
          total === 0 ? (
            <Empty title={t('No run yet')} actions={<Button onPress={() => go(['today'])}>{t('Open Today')}</Button>}>
              {t(
                'Each fetch, posting and reconciliation is kept here with who started it and what came of it. Sync now on Today begins one.',
              )}
            </Empty>
          ) : (
            <div className="activity">
              <table className="sheet">
                <thead>
                  <tr>
                    <th scope="col">{t('When')}</th>
                    <th scope="col">{t('What')}</th>
                    <th scope="col">{t('By')}</th>
                    <th scope="col">{t('What came of it')}</th>
                  </tr>
                </thead>
                <tbody>
                  {runs.map((run) => (
                    <tr key={run.id} className="top">
                      <td className="nowrap">
                        <a href={to(['activity', 'run', run.id])}>
                          <Instant value={run.at} {...(about ? { today: about.today } : {})} />
                        </a>
                      </td>
                      <td className="nowrap">
                        <a href={to(PLACES[run.kind] ?? ['activity'])}>{runKindLabel(run.kind)}</a>
                      </td>
                      <td className="nowrap">{run.begunBy === 'person' ? run.actor : begunByLabel(run.begunBy)}</td>
                      <td className="wrap story">
                        {run.state === 'done' ? null : (
                          <p className={`tone-${runStateTone(run.state)}`}>{runStateLabel(run.state)}</p>
                        )}
                        {run.story.map((sentence) => (
                          <p key={sentence}>
                            <bdi>{sentence}</bdi>
                          </p>
                        ))}
                        {run.needsPerson ? (
                          <a className="tone-act" href={to(NEEDS[run.kind] ?? ['activity', 'exceptions'])}>
                            {t('Needs you')}
                          </a>
                        ) : null}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
    </Page>
  );
}
