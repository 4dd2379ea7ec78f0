import { useState } from 'react';
import type { SerialError } from '../../api/contract.ts';
import type { Progress } from '../../api/use-action.ts';
import { EntityChoice } from '../../components/entity-choice.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { CheckSteps } from './check-steps.tsx';
import type { CheckStep } from './types.ts';

export type D365CheckProps = {
  readonly busy: boolean;
  readonly progress: Progress | undefined;
  readonly error: SerialError | undefined;
  readonly checked: { readonly id: string; readonly steps: readonly CheckStep[] } | null;
  readonly retry: (legalEntity?: string) => void;
  /** Goes back to the field that an error blames. */
  readonly edit: (error: SerialError) => void;
};

/** The last step: each part of the connection tried, with what to do where one fails. */
export function D365Check({ busy, progress, error, checked, retry, edit }: D365CheckProps) {
  const [legalEntity, setLegalEntity] = useState('');
  const again = () => retry(legalEntity || undefined);
  const failed = checked?.steps.find((step) => step.error)?.error;
  const back = (blamed: SerialError | null | undefined) => (blamed ? () => edit(blamed) : undefined);
  const waysFor = (blamed: SerialError | null | undefined) => {
    const go = back(blamed);
    return go ? { check_keys: go, edit_setup: go } : {};
  };
  const ok = checked !== null && checked.steps.length > 0 && checked.steps.every((step) => step.ok);
  return (
    <>
      {busy ? <WorkProgress progress={progress} label={t('Checking the connection')} /> : null}
      <ErrorNote error={error} retry={again} ways={waysFor(error)} />
      {checked ? <CheckSteps steps={checked.steps} retry={again} ways={waysFor(failed)} /> : null}
      {failed ? <Help error={failed} /> : null}
      {ok ? (
        <>
          <p role="status">
            {legalEntity === ''
              ? t('The connection works. Choose a legal entity to see what Daybook can read there.')
              : t('The connection works. Map your accounts next.')}
          </p>
          <EntityChoice
            connectionId={checked.id}
            value={legalEntity}
            label={t('Legal entity')}
            onChange={(entity) => {
              setLegalEntity(entity);
              retry(entity);
            }}
          />
        </>
      ) : null}
    </>
  );
}

/** Where an administrator finds what the sentence speaks of. */
function Help({ error }: { readonly error: SerialError }) {
  const place = placeOf(error);
  return place ? (
    <p className="small quiet">
      {t('Where:')} {place}
    </p>
  ) : null;
}

function placeOf({ code }: SerialError): string | undefined {
  switch (code) {
    case 'wrong_keys':
    case 'keys_expired':
      return t('Microsoft Entra admin centre, App registrations, the application, Certificates and secrets.');
    case 'registration_needed':
      return t(
        'Finance and Operations, System administration, Setup, Microsoft Entra applications: client id, name, user.',
      );
    case 'not_permitted':
      return t('Finance and Operations, System administration, Users, the user of Daybook: roles and organisations.');
    case 'wrong_environment':
      return t('Step 1, address and cloud; step 2, directory id.');
    default:
      return undefined;
  }
}
