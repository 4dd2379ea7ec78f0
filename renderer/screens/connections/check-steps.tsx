import type { RepairAction } from '../../api/contract.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import type { CheckStep } from './types.ts';

export type CheckStepsProps = {
  readonly steps: readonly CheckStep[];
  readonly retry: () => void;
  /** Ways to repair that this place has, e.g. going back to the field. */
  readonly ways?: Partial<Record<RepairAction, () => void>>;
};

/** What was tried, one step after another: what was found, or what is wrong and the button that repairs it. */
export function CheckSteps({ steps, retry, ways }: CheckStepsProps) {
  return (
    <ol className="check-steps" aria-label={t('Steps of the check')}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity and keep their order
        <li key={index} data-ok={step.ok}>
          <Icon name={step.ok ? 'check' : 'warning'} />
          <div>
            <h3>{step.name}</h3>
            {step.error ? <ErrorNote error={step.error} retry={retry} ways={ways} /> : <p>{step.sentence}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
