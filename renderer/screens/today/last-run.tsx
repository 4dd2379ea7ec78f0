import { to } from '../../app/route.ts';
import { Instant } from '../../components/day.tsx';
import { Icon } from '../../components/icon.tsx';
import { begunByLabel, waitsForLabel } from '../../components/run-words.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { runStateLabel } from '../activity/labels.ts';
import type { Today } from './today.ts';

/** The latest fetch as a short story, and the places where it goes on. */
export function LastRun({ today }: { readonly today: Today }) {
  const { lastRun, entities } = today;
  const sum = (of: (entity: Today['entities'][number]) => number) =>
    entities.reduce((total, entity) => total + of(entity), 0);
  const toReview = sum((entity) => entity.toReview);
  const approved = sum((entity) => entity.approved);
  const exceptions = sum((entity) => entity.exceptions);
  return (
    <section>
      <h2>{t('The last run')}</h2>
      {lastRun ? (
        <>
          <p className="quiet small">
            <Instant value={lastRun.at} today={today.date} /> ·{' '}
            {lastRun.begunBy === 'person' ? lastRun.actor : begunByLabel(lastRun.begunBy)}
            {lastRun.state === 'done' ? null : ` · ${runStateLabel(lastRun.state)}`}
            {lastRun.needsPerson ? <span className="tone-act"> · {t('needs you')}</span> : null}
          </p>
          <RunReasons today={today} />
          <ul className="today-story">
            {lastRun.story.map((sentence) => (
              <li key={sentence}>
                <bdi>{sentence}</bdi>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="quiet">{t('No run is recorded yet.')}</p>
      )}
      <ul className="today-links">
        <GoOn show={toReview > 0} href={to(['review', 'review'])}>
          {t('Review {count, plural, one {# entry} other {{shown} entries}}', {
            count: toReview,
            shown: formatCount(toReview),
          })}
        </GoOn>
        <GoOn show={approved > 0} href={to(['review', 'ready'])}>
          {t('{count, plural, one {# approved entry waits} other {{shown} approved entries wait}} to be posted', {
            count: approved,
            shown: formatCount(approved),
          })}
        </GoOn>
        <GoOn show={exceptions > 0} href={to(['activity', 'exceptions'])}>
          {t('Settle {count, plural, one {# exception} other {{shown} exceptions}}', {
            count: exceptions,
            shown: formatCount(exceptions),
          })}
        </GoOn>
        <GoOn show={lastRun !== null} href={to(['activity', 'run', lastRun?.id ?? ''])}>
          {t('The whole story')}
        </GoOn>
        <GoOn show href={to(['activity', 'runs'])}>
          {t('All runs')}
        </GoOn>
      </ul>
    </section>
  );
}

/** Why it began when it did, and what came in since. */
function RunReasons({ today: { lastRun, sinceThen, date } }: { readonly today: Today }) {
  if (!lastRun) return null;
  const { dueAt, missed, waited } = lastRun;
  const late = dueAt !== null && (missed > 0 || waited.length > 0);
  return (
    <>
      {late ? (
        <p className="quiet small">
          {t('Was due')} <Instant value={dueAt} today={date} />
          {missed > 0
            ? ` · ${t('{missed, plural, one {makes up for # later run} other {makes up for # later runs}}', { missed })}`
            : null}
          {waited.map((one) => ` · ${t('waited for {what}', { what: waitsForLabel(one.for) })}`)}
        </p>
      ) : null}
      {sinceThen.runs > 0 ? (
        <p className="quiet small">
          {t(
            '{runs, plural, one {# fetch of single banks} other {# fetches of single banks}} since then: {lines, plural, one {# new line} other {# new lines}}',
            { runs: sinceThen.runs, lines: sinceThen.newLines },
          )}
        </p>
      ) : null}
    </>
  );
}

function GoOn({ show, href, children }: { readonly show: boolean; readonly href: string; readonly children: string }) {
  if (!show) return null;
  return (
    <li>
      <a href={href}>
        {children}
        <Icon name="right" />
      </a>
    </li>
  );
}
