import { useCall } from '../../api/use-call.ts';
import { useAbout } from '../../app/session.ts';
import { Instant } from '../../components/day.tsx';
import { t } from '../../i18n/t.ts';
import { sourceLabel, stateLabel } from './labels.ts';

/** How the state of a bank came about, the newest first. */
export function History({ feedId }: { readonly feedId: string }) {
  const { data: steps } = useCall('connections.history', { feedId });
  const { data: about } = useAbout();
  if (steps === undefined || steps.length === 0) return null;
  return (
    <details className="feed-history">
      <summary>
        {t('{count, plural, one {# change of state} other {# changes of state}}', { count: steps.length })}
      </summary>
      <ol>
        {steps.map((step) => (
          <li key={`${step.at} ${step.to}`}>
            <Instant value={step.at} {...(about ? { today: about.today } : {})} />{' '}
            {t('{state}, {source}', { state: stateLabel(step.to), source: sourceLabel(step.source) })}
            {step.sentence === null ? null : <p className="small quiet">{step.sentence}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}
