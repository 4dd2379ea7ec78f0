import { useEffect, useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Day, Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';
import type { Schedule } from './schedule-rules.ts';

/** A schedule is asked about when nobody has changed it for so long. */
const SETTLED_MS = 250;

/** The next runs of the schedule as it stands in the form, with the days that are passed over and why. */
export function NextRuns({ schedule, changed }: { readonly schedule: Schedule | null; readonly changed: boolean }) {
  const settled = useSettled(schedule);
  const { data, error } = useCall('schedule.preview', settled === null ? null : { schedule: settled });
  return (
    <section className="next-runs" aria-label={t('Next runs')}>
      <h2>{changed ? t('Next runs, once saved') : t('Next runs')}</h2>
      <ErrorNote error={error} />
      {data === undefined ? null : data.runs.length === 0 ? (
        <p className="quiet">{t('No run: the schedule is off, or has no time.')}</p>
      ) : (
        <ol>
          {data.runs.map(({ at, skipped }) => (
            <li key={at}>
              {skipped.map(({ date, reason }) => (
                <p key={date} className="quiet small">
                  <Day value={date} /> {t('no run: {reason}', { reason })}
                </p>
              ))}
              <Instant value={at} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(JSON.parse(key) as T), SETTLED_MS);
    return () => window.clearTimeout(timer);
  }, [key]);
  return settled;
}
