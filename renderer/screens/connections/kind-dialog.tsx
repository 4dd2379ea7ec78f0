import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { SerialError } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { CheckSteps } from './check-steps.tsx';
import { EntitiesChoice, UseEntities } from './entities-choice.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import { KindFields } from './kind-fields.tsx';
import { entitiesField, type KindForm, kindConnection, kindSchema, kindValues } from './kind-form.ts';
import { SignInStep } from './sign-in-step.tsx';
import type { CheckStep, Connection, Kind } from './types.ts';
import { useEntities } from './use-entities.ts';

type Step = 'settings' | 'signIn' | 'check' | 'entities';

export type KindDialogProps = {
  readonly kind: Kind;
  readonly connection: Connection | null;
  readonly connections: readonly Connection[];
  /** Reads the connections anew: what was saved is one of them. */
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

/** Leads through connecting a ledger whose form its connector tells: settings, sign-in, check, legal entities. */
export function KindDialog({ kind, connection: first, connections, onSaved, onClose }: KindDialogProps) {
  const [step, setStep] = useState<Step>('settings');
  const [id, setId] = useState(first?.id);
  const connection = connections.find((one) => one.id === id) ?? first;
  const form = useForm<KindForm>({
    defaultValues: kindValues(kind, first),
    resolver: zodResolver(kindSchema(kind, connection?.secrets ?? [])),
  });
  useEffect(() => {
    // A field that was found wrong is looked at again with each letter, so that its error goes when it is right.
    const watching = form.watch((_, { name }) => {
      if (name && form.getFieldState(name).invalid) void form.trigger(name);
    });
    return () => watching.unsubscribe();
  }, [form]);
  const save = useAction('connections.save');
  const check = useAction('connections.check');
  const [found, setFound] = useState<readonly CheckStep[] | null>(null);
  const field = entitiesField(kind);
  const entities = useEntities(
    step === 'entities' && connection && field ? { kind, connection, field } : null,
    onClose,
  );
  const steps: readonly Step[] = [
    'settings',
    ...(kind.signsIn ? (['signIn'] as const) : []),
    'check',
    ...(field ? (['entities'] as const) : []),
  ];
  const signedIn = connection?.signIn?.state === 'signed_in';

  const runCheck = async (connectionId: string) => {
    setStep('check');
    setFound(null);
    const result = await check.run({ connectionId });
    setFound(result?.steps ?? null);
  };
  const submit = form.handleSubmit(async (values) => {
    const saved = await save.run(kindConnection(kind, values, connection));
    if (!saved) return;
    setId(saved.id);
    onSaved();
    if (kind.signsIn && !signedIn) setStep('signIn');
    else await runCheck(saved.id);
  });
  const works = found !== null && found.length > 0 && found.every(({ ok }) => ok);
  const at = steps.indexOf(step);
  return (
    <Dialog
      wide
      title={first ? t('Connection {name}', { name: first.name }) : t('Connect {ledger}', { ledger: kind.title })}
      onClose={onClose}
      footer={
        <>
          {at > 0 ? (
            <span className="left">
              <Button isDisabled={check.busy} onPress={() => setStep(steps[at - 1] ?? 'settings')}>
                {t('Back')}
              </Button>
            </span>
          ) : null}
          {step === 'settings' ? (
            <>
              <Button onPress={onClose}>{t('Cancel')}</Button>
              <Button kind="primary" isDisabled={save.busy} onPress={() => void submit()}>
                {kind.signsIn && !signedIn ? t('Save and sign in') : t('Save and check')}
              </Button>
            </>
          ) : null}
          {step === 'signIn' && connection && signedIn ? (
            <Button key="next" kind="primary" autoFocus onPress={() => void runCheck(connection.id)}>
              {t('Check the connection')}
            </Button>
          ) : null}
          {step === 'check' && connection ? (
            <>
              {check.busy ? (
                <Button onPress={check.cancel}>{t('Stop')}</Button>
              ) : (
                <Button onPress={() => void runCheck(connection.id)}>{t('Check again')}</Button>
              )}
              {field ? (
                <Button
                  // Another button once it can be pressed, so that it takes the focus then.
                  key={works ? 'next' : 'not yet'}
                  kind="primary"
                  autoFocus={works}
                  isDisabled={!works}
                  onPress={() => setStep('entities')}
                >
                  {t('Next')}
                </Button>
              ) : (
                <Button key="done" kind="primary" autoFocus isDisabled={check.busy} onPress={onClose}>
                  {t('Done')}
                </Button>
              )}
            </>
          ) : null}
          {step === 'entities' ? <UseEntities entities={entities} /> : null}
        </>
      }
    >
      <div className="guide">
        <ol className="guide-steps">
          {steps.map((one, index) => (
            <li key={one} aria-current={one === step ? 'step' : undefined} data-done={index < at}>
              <span className="figure">{index + 1}</span> {one === 'entities' ? field?.label : stepLabel(one)}
            </li>
          ))}
        </ol>
        <div className="guide-body">
          <EnvironmentTag environment={form.watch('environment')} sentence />
          {step === 'settings' ? (
            <KindFields
              kind={kind}
              form={form}
              stored={connection?.secrets ?? []}
              isNew={first === null}
              submit={() => void submit()}
            />
          ) : null}
          {step === 'settings' ? <ErrorNote error={save.error} retry={() => void submit()} /> : null}
          {step === 'signIn' && connection ? (
            <SignInStep
              connection={connection}
              title={kind.title}
              onSettings={() => setStep('settings')}
              onSignedIn={() => void runCheck(connection.id)}
            />
          ) : null}
          {step === 'check' && connection ? (
            <Checking
              check={check}
              steps={found}
              works={works}
              retry={() => void runCheck(connection.id)}
              edit={() => setStep('settings')}
              signIn={() => setStep('signIn')}
            />
          ) : null}
          {step === 'entities' && field ? (
            <EntitiesChoice entities={entities} field={field} onSignIn={() => setStep('signIn')} />
          ) : null}
        </div>
      </div>
    </Dialog>
  );
}

function stepLabel(step: Exclude<Step, 'entities'>): string {
  switch (step) {
    case 'settings':
      return t('Settings');
    case 'signIn':
      return t('Sign-in');
    default:
      return t('Check');
  }
}

type CheckingProps = {
  readonly check: { readonly busy: boolean; readonly error: SerialError | undefined } & Pick<
    ReturnType<typeof useAction<'connections.check'>>,
    'progress'
  >;
  readonly steps: readonly CheckStep[] | null;
  readonly works: boolean;
  readonly retry: () => void;
  readonly edit: () => void;
  readonly signIn: () => void;
};

function Checking({ check, steps, works, retry, edit, signIn }: CheckingProps) {
  const ways = { check_keys: edit, edit_setup: edit, sign_in_again: signIn };
  return (
    <>
      {check.busy ? <WorkProgress progress={check.progress} label={t('Checking the connection')} /> : null}
      <ErrorNote error={check.error} retry={retry} ways={ways} />
      {steps ? <CheckSteps steps={steps} retry={retry} ways={ways} /> : null}
      {works ? <p role="status">{t('The connection works.')}</p> : null}
    </>
  );
}
