import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { CallInput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { FormChoose, FormText } from '../../components/form-fields.tsx';
import { t } from '../../i18n/t.ts';
import { EnvironmentTag } from './environment-tag.tsx';
import type { Connection } from './types.ts';

type PlaidForm = {
  name: string;
  environment: 'sandbox' | 'production';
  clientId: string;
  secret: string;
  clientName: string;
  countryCodes: string;
  language: string;
  daysRequested: string;
};

const stored = z.looseObject({
  clientId: z.string().catch(''),
  clientName: z.string().catch('Daybook'),
  countryCodes: z.array(z.string()).catch(['US']),
  language: z.string().catch('en'),
  daysRequested: z.number().catch(730),
});

/** The keys of a Plaid account and what is asked for when a bank is linked. */
export function PlaidDialog({
  connection,
  onClose,
  onSaved,
}: {
  readonly connection: Connection | null;
  readonly onClose: () => void;
  readonly onSaved: (connectionId: string) => void;
}) {
  const settings = stored.parse(connection?.settings ?? {});
  const form = useForm<PlaidForm>({
    defaultValues: {
      name: connection?.name ?? 'Banks',
      environment: connection?.environment === 'sandbox' ? 'sandbox' : 'production',
      clientId: settings.clientId,
      secret: '',
      clientName: settings.clientName,
      countryCodes: settings.countryCodes.join(' '),
      language: settings.language,
      daysRequested: String(settings.daysRequested),
    },
    resolver: zodResolver(schema(connection?.secrets.includes('secret') ?? false)),
  });
  const save = useAction('connections.save');
  const submit = form.handleSubmit(async (values) => {
    const saved = await save.run(inputOf(values, connection));
    if (saved) onSaved(saved.id);
  });
  const { control } = form;
  return (
    <Dialog
      title={connection ? t('Connection {name}', { name: connection.name }) : t('Connect Plaid')}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <Button kind="primary" isDisabled={save.busy} onPress={() => void submit()}>
            {t('Save and check')}
          </Button>
        </>
      }
    >
      <EnvironmentTag environment={form.watch('environment')} sentence />
      <p>
        {t(
          'Banks are reached through Plaid, with your firm’s own Plaid account. Its keys are in the Plaid dashboard under Developers, Keys.',
        )}
      </p>
      <form
        noValidate
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <FormText control={control} name="clientId" label={t('Client id')} autoFocus />
        <FormText
          control={control}
          name="secret"
          type="password"
          label={t('Secret')}
          description={
            connection?.secrets.includes('secret')
              ? t('A secret is stored. Leave it empty to keep it.')
              : t('Each environment has its own. Kept encrypted on this computer; never shown again.')
          }
        />
        <FormText control={control} name="name" label={t('Name in Daybook')} isDisabled={connection !== null} />
        <FormChoose
          control={control}
          name="environment"
          label={t('What it reaches')}
          isDisabled={connection !== null}
          choices={[
            { value: 'production', label: t('Real banks (production)') },
            { value: 'sandbox', label: t('Test banks (sandbox)') },
          ]}
        />
        <details>
          <summary className="small">{t('What is asked for when a bank is linked')}</summary>
          <div className="form">
            <FormText
              control={control}
              name="clientName"
              label={t('Name shown at the sign-in')}
              description={t('At most 30 letters.')}
            />
            <FormText
              control={control}
              name="countryCodes"
              label={t('Countries of your banks')}
              description={t('Two letters each, e.g. US NL DE.')}
            />
            <FormText
              control={control}
              name="language"
              label={t('Language of the sign-in')}
              description={t('Two letters, e.g. en.')}
            />
            <FormText
              control={control}
              name="daysRequested"
              label={t('Days of history')}
              description={t('1 to 730. Fixed once a bank is linked.')}
            />
          </div>
        </details>
        <input type="submit" hidden />
      </form>
      <ErrorNote error={save.error} retry={() => void submit()} />
    </Dialog>
  );
}

function schema(hasSecret: boolean) {
  return z.object({
    name: z.string().trim().min(1, t('Give the connection a name.')).max(100),
    environment: z.enum(['sandbox', 'production']),
    clientId: z.string().trim().min(1, t('Copy the client id from the Plaid dashboard.')),
    secret: z
      .string()
      .refine((text) => hasSecret || text.trim() !== '', t('Copy the secret from the Plaid dashboard.')),
    clientName: z.string().trim().min(1).max(30, t('Plaid shows another name when it is longer than 30 letters.')),
    countryCodes: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}([\s,]+[A-Z]{2})*$/, t('Two letters each, with blanks between.')),
    language: z.string().trim().length(2, t('Two letters, e.g. en.')),
    daysRequested: z
      .string()
      .trim()
      .refine(
        (text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 730,
        t('A whole number from 1 to 730.'),
      ),
  });
}

/** Settings that the form does not show stay as they were. */
function inputOf(form: PlaidForm, connection: Connection | null): CallInput<'connections.save'> {
  const kept = z.record(z.string(), z.json()).parse(connection?.settings ?? {});
  return {
    kind: 'plaid',
    name: form.name.trim(),
    environment: form.environment,
    settings: {
      ...kept,
      clientId: form.clientId.trim(),
      clientName: form.clientName.trim(),
      countryCodes: form.countryCodes
        .trim()
        .toUpperCase()
        .split(/[\s,]+/),
      language: form.language.trim(),
      daysRequested: Number(form.daysRequested),
    },
    secrets: form.secret.trim() === '' ? {} : { secret: form.secret.trim() },
  };
}
