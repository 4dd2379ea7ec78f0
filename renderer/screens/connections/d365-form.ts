import { z } from 'zod';
import type { CallInput } from '../../api/contract.ts';
import { t } from '../../i18n/t.ts';
import type { Connection } from './types.ts';

export const STEPS = ['environment', 'registration', 'key', 'check'] as const;
export type Step = (typeof STEPS)[number];

/** Which step asks for a field, so that a finding leads back to it. */
export const FIELDS: Readonly<Record<Exclude<Step, 'check'>, readonly (keyof D365Form)[]>> = {
  environment: ['name', 'environment', 'endpoint', 'cloud', 'tokenEndpoint'],
  registration: ['tenant', 'clientId'],
  key: ['keyKind', 'secret', 'secretExpiresOn', 'thumbprint', 'certificateKey'],
};

/** @param stored names of the secrets that are kept already and may stay as they are */
export function d365Schema(stored: readonly string[]) {
  const needed = (field: 'secret' | 'certificateKey', text: string) => text.trim() !== '' || stored.includes(field);
  return z
    .object({
      name: z.string().trim().min(1, t('Give the connection a name.')).max(100),
      environment: z.enum(['sandbox', 'production']),
      endpoint: z
        .string()
        .trim()
        .regex(/^https?:\/\/[^\s/?#]+(\/\S*)?$/, t('The address begins with https:// and ends with the host.')),
      cloud: z.enum(['public', 'usgov', 'china']),
      tokenEndpoint: z.string().trim(),
      tenant: z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, t('A directory id or a domain such as contoso.com.')),
      clientId: z.string().trim().min(1, t('Copy the application (client) id from the registration.')),
      keyKind: z.enum(['secret', 'certificate']),
      secret: z.string(),
      secretExpiresOn: z.union([z.literal(''), z.iso.date(t('A date such as 2027-11-20.'))]),
      thumbprint: z.string().transform((text) => text.replaceAll(/[\s:]/g, '')),
      certificateKey: z.string(),
    })
    .superRefine((form, context) => {
      const wrong = (path: keyof D365Form, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (form.keyKind === 'secret') {
        if (!needed('secret', form.secret)) wrong('secret', t('Paste the value of the client secret.'));
        return;
      }
      if (!/^[0-9A-Fa-f]{64}$/.test(form.thumbprint))
        wrong('thumbprint', t('The SHA-256 thumbprint has 64 characters, 0 to 9 and A to F.'));
      if (!needed('certificateKey', form.certificateKey))
        wrong('certificateKey', t('Choose the file with the private key.'));
      else if (form.certificateKey !== '' && !/-----BEGIN PRIVATE KEY-----/.test(form.certificateKey))
        wrong('certificateKey', t('This is no private key in PKCS#8 PEM form. It begins with BEGIN PRIVATE KEY.'));
    });
}

export type D365Form = {
  name: string;
  environment: 'sandbox' | 'production';
  endpoint: string;
  cloud: 'public' | 'usgov' | 'china';
  tokenEndpoint: string;
  tenant: string;
  clientId: string;
  keyKind: 'secret' | 'certificate';
  secret: string;
  secretExpiresOn: string;
  thumbprint: string;
  certificateKey: string;
};

const stored = z.looseObject({
  endpoint: z.string().catch(''),
  tokenEndpoint: z.string().catch(''),
  tenant: z.string().catch(''),
  clientId: z.string().catch(''),
  cloud: z.enum(['public', 'usgov', 'china']).catch('public'),
  secretExpiresOn: z.string().catch(''),
  certificate: z.looseObject({ thumbprintSha256: z.string() }).optional().catch(undefined),
});

export function d365Values(connection: Connection | null): D365Form {
  const settings = stored.parse(connection?.settings ?? {});
  return {
    name: connection?.name ?? 'Dynamics 365',
    environment: connection?.environment === 'sandbox' ? 'sandbox' : 'production',
    endpoint: settings.endpoint,
    cloud: settings.cloud,
    tokenEndpoint: settings.tokenEndpoint,
    tenant: settings.tenant,
    clientId: settings.clientId,
    keyKind: settings.certificate ? 'certificate' : 'secret',
    secret: '',
    secretExpiresOn: settings.secretExpiresOn,
    thumbprint: settings.certificate?.thumbprintSha256 ?? '',
    certificateKey: '',
  };
}

/** What to save: settings that the form does not show stay as they were. A secret left empty stays, too. */
export function d365Connection(form: D365Form, connection: Connection | null): CallInput<'connections.save'> {
  const {
    certificate: _,
    tokenEndpoint: __,
    secretExpiresOn: ___,
    ...kept
  } = z.record(z.string(), z.json()).parse(connection?.settings ?? {});
  const byCertificate = form.keyKind === 'certificate';
  return {
    kind: 'd365',
    name: form.name.trim(),
    environment: form.environment,
    settings: {
      ...kept,
      endpoint: form.endpoint.trim(),
      cloud: form.cloud,
      tenant: form.tenant.trim(),
      clientId: form.clientId.trim(),
      ...(form.tokenEndpoint.trim() === '' ? {} : { tokenEndpoint: form.tokenEndpoint.trim() }),
      ...(!byCertificate && form.secretExpiresOn !== '' ? { secretExpiresOn: form.secretExpiresOn } : {}),
      ...(byCertificate ? { certificate: { thumbprintSha256: form.thumbprint.replaceAll(/[\s:]/g, '') } } : {}),
    },
    secrets: {
      ...(!byCertificate && form.secret !== '' ? { secret: form.secret.trim() } : {}),
      ...(byCertificate && form.certificateKey !== '' ? { certificateKey: form.certificateKey } : {}),
    },
  };
}
