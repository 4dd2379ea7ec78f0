import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { SerialError } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/t.ts';
import { D365Check } from './d365-check.tsx';
import { type D365Form, d365Connection, d365Schema, d365Values, FIELDS, STEPS, type Step } from './d365-form.ts';
import { EnvironmentStep, KeyStep, RegistrationStep } from './d365-steps.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import type { CheckStep, Connection } from './types.ts';

/** Leads through connecting Dynamics 365: environment, registration, key, and the check of it all. */
export function D365Dialog({
  connection,
  onClose,
}: {
  readonly connection: Connection | null;
  readonly onClose: () => void;
}) {
  const [step, setStep] = useState<Step>('environment');
  const [checked, setChecked] = useState<{ readonly id: string; readonly steps: readonly CheckStep[] } | null>(null);
  const form = useForm<D365Form>({
    defaultValues: d365Values(connection),
    resolver: zodResolver(d365Schema(connection?.secrets ?? [])),
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

  const runCheck = async (legalEntity?: string) => {
    setStep('check');
    setChecked(null);
    const saved = await save.run(d365Connection(form.getValues(), connection));
    if (!saved) return;
    const result = await check.run({ connectionId: saved.id, ...(legalEntity ? { legalEntity } : {}) });
    setChecked({ id: saved.id, steps: result?.steps ?? [] });
  };
  const next = async () => {
    if (step === 'check') return;
    if (!(await form.trigger([...FIELDS[step]], { shouldFocus: true }))) return;
    if (step === 'key') await runCheck();
    else setStep(STEPS[STEPS.indexOf(step) + 1] ?? 'check');
  };
  const at = STEPS.indexOf(step);
  const busy = save.busy || check.busy;
  return (
    <Dialog
      wide
      title={connection ? t('Connection {name}', { name: connection.name }) : t('Connect Dynamics 365')}
      onClose={onClose}
      footer={
        <>
          {at > 0 ? (
            <span className="left">
              <Button isDisabled={busy} onPress={() => setStep(STEPS[at - 1] ?? 'environment')}>
                {t('Back')}
              </Button>
            </span>
          ) : null}
          {step === 'check' ? (
            <>
              {busy ? (
                <Button onPress={check.cancel}>{t('Stop')}</Button>
              ) : (
                <Button onPress={() => void runCheck()}>{t('Check again')}</Button>
              )}
              <Button kind="primary" isDisabled={busy} onPress={onClose}>
                {t('Done')}
              </Button>
            </>
          ) : (
            <>
              <Button onPress={onClose}>{t('Cancel')}</Button>
              <Button kind="primary" onPress={() => void next()}>
                {step === 'key' ? t('Save and check') : t('Next')}
              </Button>
            </>
          )}
        </>
      }
    >
      <div className="guide">
        <ol className="guide-steps">
          {STEPS.map((one, index) => (
            <li key={one} aria-current={one === step ? 'step' : undefined} data-done={index < at}>
              <span className="figure">{index + 1}</span> {stepLabel(one)}
            </li>
          ))}
        </ol>
        <form
          noValidate
          className="guide-body"
          onSubmit={(event) => {
            event.preventDefault();
            void next();
          }}
        >
          <EnvironmentTag environment={form.watch('environment')} sentence />
          {step === 'environment' ? <EnvironmentStep form={form} isNew={connection === null} /> : null}
          {step === 'registration' ? <RegistrationStep form={form} /> : null}
          {step === 'key' ? <KeyStep form={form} stored={connection?.secrets ?? []} /> : null}
          {step === 'check' ? (
            <D365Check
              progress={check.progress}
              busy={busy}
              error={save.error ?? check.error}
              checked={checked}
              retry={(legalEntity) => void runCheck(legalEntity)}
              edit={(error) => setStep(stepOf(error))}
            />
          ) : null}
          {/* Enter in a field goes on. */}
          <input type="submit" hidden />
        </form>
      </div>
    </Dialog>
  );
}

function stepLabel(step: Step): string {
  switch (step) {
    case 'environment':
      return t('Environment');
    case 'registration':
      return t('App registration');
    case 'key':
      return t('Secret or certificate');
    default:
      return t('Check');
  }
}

/** Where the field is that a finding blames: by its path, or else by the provider's code. */
function stepOf({ path, providerCode }: SerialError): Step {
  const field = path?.split('.').at(-1) ?? '';
  for (const step of STEPS) if (step !== 'check' && FIELDS[step].some((name) => name === field)) return step;
  if (providerCode === 'AADSTS700016' || providerCode === 'AADSTS90002') return 'registration';
  if (providerCode === 'AADSTS500011' || providerCode === 'AADSTS50049') return 'environment';
  return 'key';
}
