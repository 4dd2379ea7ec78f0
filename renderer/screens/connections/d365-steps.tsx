import type { UseFormReturn } from 'react-hook-form';
import { FileButton } from '../../components/file-button.tsx';
import { FormChoose, FormText } from '../../components/form-fields.tsx';
import { t } from '../../i18n/t.ts';
import type { D365Form } from './d365-form.ts';

type StepProps = { readonly form: UseFormReturn<D365Form> };

export function EnvironmentStep({ form, isNew }: StepProps & { readonly isNew: boolean }) {
  const { control } = form;
  const sandbox = form.watch('environment') === 'sandbox';
  return (
    <>
      <p>
        {t('The address is the beginning of what the browser shows when you are signed in to Finance and Operations.')}
      </p>
      <FormText
        control={control}
        name="endpoint"
        label={t('Address of the environment')}
        placeholder="https://contoso.operations.dynamics.com"
        autoFocus
      />
      <FormText control={control} name="name" label={t('Name in Daybook')} isDisabled={!isNew} />
      <FormChoose
        control={control}
        name="environment"
        label={t('What it holds')}
        isDisabled={!isNew}
        choices={[
          { value: 'production', label: t('Real books (production)') },
          { value: 'sandbox', label: t('Test books (sandbox)') },
        ]}
      />
      <FormChoose
        control={control}
        name="cloud"
        label={t('Microsoft cloud')}
        choices={[
          { value: 'public', label: t('Worldwide') },
          { value: 'usgov', label: t('US government') },
          { value: 'china', label: t('China (21Vianet)') },
        ]}
      />
      {sandbox ? (
        <details open={form.getValues('tokenEndpoint') !== ''}>
          <summary className="small">{t('For developers: a server on this computer')}</summary>
          <FormText
            control={control}
            name="tokenEndpoint"
            label={t('Address for tokens')}
            description={t('Only where a local server stands in for Microsoft.')}
          />
        </details>
      ) : null}
    </>
  );
}

export function RegistrationStep({ form: { control } }: StepProps) {
  return (
    <>
      <p>
        {t(
          'Daybook signs in as an application of its own, with the rights of one Finance and Operations user. An administrator sets that up once:',
        )}
      </p>
      <ol className="guide-list">
        <li>
          {t('Microsoft Entra admin centre, App registrations, New registration. Single tenant, no redirect address.')}
        </li>
        <li>
          {t(
            'In Finance and Operations: create a user for Daybook with the right to make journals, and no more. Give it access to your legal entities.',
          )}
        </li>
        <li>
          {t('System administration, Setup, Microsoft Entra applications, New: the client id, a name, and that user.')}
        </li>
      </ol>
      <FormText
        control={control}
        name="tenant"
        label={t('Directory (tenant) id')}
        description={t('On the registration’s overview. A domain such as contoso.com does as well.')}
        autoFocus
      />
      <FormText
        control={control}
        name="clientId"
        label={t('Application (client) id')}
        description={t('On the same page.')}
      />
    </>
  );
}

export function KeyStep({ form, stored }: StepProps & { readonly stored: readonly string[] }) {
  const { control } = form;
  const byCertificate = form.watch('keyKind') === 'certificate';
  const key = form.watch('certificateKey');
  return (
    <>
      <FormChoose
        control={control}
        name="keyKind"
        label={t('How Daybook proves who it is')}
        choices={[
          { value: 'certificate', label: t('Certificate (recommended)') },
          { value: 'secret', label: t('Client secret') },
        ]}
      />
      {byCertificate ? (
        <>
          <p>
            {t(
              'Upload the certificate under Certificates and secrets of the registration. Its private key stays on this computer, encrypted.',
            )}
          </p>
          <FormText control={control} name="thumbprint" label={t('SHA-256 thumbprint of the certificate')} />
          <FormText
            control={control}
            name="certificateKey"
            label={t('Private key, PKCS#8 PEM')}
            multiline
            description={
              stored.includes('certificateKey') && key === ''
                ? t('A key is stored. Leave it empty to keep it.')
                : t('Paste it, or choose its file.')
            }
          />
          <div>
            <FileButton
              accept={['.pem', '.key']}
              small
              onText={(text) => form.setValue('certificateKey', text, { shouldValidate: true })}
            >
              {t('Choose the key’s file')}
            </FileButton>
          </div>
        </>
      ) : (
        <>
          <p>
            {t(
              'Certificates and secrets of the registration, New client secret. Copy its value at once, Microsoft shows it only then; the id beside it is not the secret.',
            )}
          </p>
          <FormText
            control={control}
            name="secret"
            type="password"
            label={t('Value of the client secret')}
            description={
              stored.includes('secret')
                ? t('A secret is stored. Leave it empty to keep it.')
                : t('Kept encrypted on this computer; never shown again.')
            }
            autoFocus
          />
          <FormText
            control={control}
            name="secretExpiresOn"
            type="date"
            label={t('The secret ends on (optional)')}
            description={t('As the registration shows it. Daybook reminds you a week before.')}
          />
        </>
      )}
    </>
  );
}
