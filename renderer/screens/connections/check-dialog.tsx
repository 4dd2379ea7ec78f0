import { useEffect, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EntityChoice } from '../../components/entity-choice.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { CheckSteps } from './check-steps.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import type { CheckStep, Connection } from './types.ts';

export type CheckDialogProps = {
  readonly connection: Connection;
  /** Opens the keys of this connection. */
  readonly onEdit: () => void;
  /** Opens the sign-in of a ledger that a person signs in to. */
  readonly onSignIn: () => void;
  readonly onClose: () => void;
};

/** Tries a connection step by step. */
export function CheckDialog({ connection, onEdit, onSignIn, onClose }: CheckDialogProps) {
  const check = useAction('connections.check');
  const [steps, setSteps] = useState<readonly CheckStep[] | null>(null);
  const [legalEntity, setLegalEntity] = useState('');
  const run = async (entity: string) => {
    setSteps(null);
    const input = { connectionId: connection.id, ...(entity === '' ? {} : { legalEntity: entity }) };
    const result = await check.run(input);
    if (result) setSteps(result.steps);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => void run(''), []);
  const retry = () => void run(legalEntity);
  const signedIn = steps?.every(({ ok }) => ok) ?? false;
  return (
    <Dialog
      title={t('Check of {name}', { name: connection.name })}
      onClose={onClose}
      footer={
        <>
          {check.busy ? (
            <Button onPress={check.cancel}>{t('Stop')}</Button>
          ) : (
            <Button onPress={retry}>{t('Check again')}</Button>
          )}
          <Button kind="primary" autoFocus onPress={onClose}>
            {t('Close')}
          </Button>
        </>
      }
    >
      <EnvironmentTag environment={connection.environment} sentence />
      {check.busy ? <WorkProgress progress={check.progress} label={t('Checking')} /> : null}
      <ErrorNote error={check.error} retry={retry} />
      {steps ? (
        <>
          <CheckSteps
            steps={steps}
            retry={retry}
            ways={{
              ...{ check_keys: onEdit, edit_setup: onEdit, wait: retry },
              ...(connection.signIn ? { sign_in_again: onSignIn } : {}),
            }}
          />
          <p role="status">
            {signedIn
              ? t('Every step went well.')
              : t('{count, plural, one {One step needs} other {# steps need}} you.', {
                  count: steps.filter(({ ok }) => !ok).length,
                })}
          </p>
          {connection.role === 'ledger' && (signedIn || legalEntity !== '') ? (
            <EntityChoice
              connectionId={connection.id}
              value={legalEntity}
              label={t('Also read a legal entity')}
              onChange={(entity) => {
                setLegalEntity(entity);
                void run(entity);
              }}
            />
          ) : null}
        </>
      ) : null}
    </Dialog>
  );
}
