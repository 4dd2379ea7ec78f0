import '../../components/sheet.css';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Page } from '../../app/page.tsx';
import { go, to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { fetchOutcomeLabel } from './labels.ts';
import { Pager } from './pager.tsx';
import { ActivityTabs } from './tabs.tsx';

const LIMIT = 100;

/** Each fetch of each bank with its counts; a failed one with its sentence and the way out. */
export function Fetches() {
  const [offset, setOffset] = useState(0);
  const answer = useCall('activity.pulls', { offset, limit: LIMIT });
  const sync = useAction('sync.run');
  const { data: about } = useAbout();
  const today = about ? { today: about.today } : {};
  return (
    <Page
      title={t('Activity')}
      tools={
        answer.data ? <Pager offset={offset} limit={LIMIT} total={answer.data.total} onOffset={setOffset} /> : null
      }
      under={<ActivityTabs tab="fetches" />}
    >
      <ErrorNote error={sync.error} onClose={sync.clear} />
      <Answered answer={answer}>
        {({ pulls, total }) =>
          total === 0 ? (
            <Empty
              title={t('Nothing was fetched yet')}
              actions={<Button onPress={() => go(['connections'])}>{t('Open connections')}</Button>}
            >
              {t('Once a bank is linked, each fetch stands here with the lines it brought.')}
            </Empty>
          ) : (
            <div className="activity">
              <table className="sheet">
                <thead>
                  <tr>
                    <th scope="col">{t('Started')}</th>
                    <th scope="col">{t('Bank')}</th>
                    <th scope="col" className="fig">
                      {t('New')}
                    </th>
                    <th scope="col" className="fig">
                      {t('Changed')}
                    </th>
                    <th scope="col" className="fig">
                      {t('Removed')}
                    </th>
                    <th scope="col" className="fig">
                      {t('Unreadable')}
                    </th>
                    <th scope="col" className="fig">
                      {t('Pages')}
                    </th>
                    <th scope="col">{t('Outcome')}</th>
                  </tr>
                </thead>
                <tbody>
                  {pulls.map((pull) => (
                    <tr key={pull.id}>
                      <td className="nowrap">
                        <Instant value={pull.startedAt} {...today} />
                      </td>
                      <td className="nowrap">
                        <bdi>{pull.bank ?? t('A bank')}</bdi>
                      </td>
                      <td className="fig">{count(pull.newLines)}</td>
                      <td className="fig">{count(pull.changedLines)}</td>
                      <td className="fig">{count(pull.removedLines)}</td>
                      <td className="fig">
                        {pull.rejectedRows > 0 ? (
                          <a className="tone-act" href={to(['activity', 'exceptions'])}>
                            {formatCount(pull.rejectedRows)}
                          </a>
                        ) : (
                          count(0)
                        )}
                      </td>
                      <td className="fig">
                        {formatCount(pull.pages)}
                        {pull.restarts > 0 ? (
                          <span className="quiet small">
                            {' '}
                            {t('{restarts, plural, one {begun anew once} other {begun anew # times}}', {
                              restarts: pull.restarts,
                            })}
                          </span>
                        ) : null}
                      </td>
                      <td className="wrap">
                        {pull.error ? (
                          <ErrorNote
                            error={pull.error}
                            retry={sync.busy ? undefined : () => void sync.run({ feedIds: [pull.feedId] })}
                          />
                        ) : (
                          fetchOutcomeLabel(pull.outcome)
                        )}
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

function count(value: number) {
  return value === 0 ? <span className="quiet">0</span> : formatCount(value);
}
