import { z } from 'zod';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { SecretName } from './document.ts';
import type { SetupContext } from './ports.ts';

/**
 * The names of the environment variables that secrets came from, so that an export names them again. Values are the
 * vault's alone.
 */
const SETTING = 'setup.secret_names';
const namesSchema = z.record(z.string(), z.string());

/** The value of a secret. @throws DaybookError `secret_missing` that names the variable */
export function secretValue(context: SetupContext, secret: SecretName, path: string): string {
  const value = context.env[secret.env];
  if (value !== undefined && value !== '') return value;
  throw new DaybookError(
    'secret_missing',
    `The environment variable ${secret.env} is not set, and ${path} takes its secret from it. Set it and apply the document again.`,
    { path, repair: 'edit_setup' },
  );
}

/** By owner and secret: `conn_… secret`, `feed_… accessToken`. */
export function secretKey(owner: string, name: string): string {
  return `${owner} ${name}`;
}

export async function loadSecretNames({ store }: Pick<SetupContext, 'store'>): Promise<Record<string, string>> {
  const row = await store.read
    .selectFrom('setting')
    .select('value_json')
    .where('name', '=', SETTING)
    .executeTakeFirst();
  return row === undefined ? {} : namesSchema.parse(JSON.parse(row.value_json));
}

export async function saveSecretNames(context: SetupContext, added: Readonly<Record<string, string>>): Promise<void> {
  const known = await loadSecretNames(context);
  const value_json = canonicalJson({ ...known, ...added });
  if (value_json === canonicalJson(known)) return;
  const updated_at = instantNow(context.clock);
  await context.store.write((trx) =>
    trx
      .insertInto('setting')
      .values({ name: SETTING, value_json, updated_at })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value_json, updated_at }))
      .execute(),
  );
}
