import type { z } from 'zod';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Reader, Writer } from './store.ts';

/** A named value of the workspace, kept as JSON. Define it once, in the module that it belongs to. */
export type Setting<T> = {
  readonly name: string;
  /** Validates on reading and writing. The value must survive JSON: no bigint, no date. */
  readonly schema: z.ZodType<T>;
  /** Used until somebody sets it. */
  readonly fallback: T;
};

/** The value, or the setting's fallback. Throws `setup_invalid` when what is stored is none this version knows. */
export async function readSetting<T>(db: Reader, setting: Setting<T>): Promise<T> {
  const row = await db.selectFrom('setting').select('value_json').where('name', '=', setting.name).executeTakeFirst();
  if (!row) return setting.fallback;
  const parsed = setting.schema.safeParse(jsonOf(row.value_json));
  if (parsed.success) return parsed.data;
  throw new DaybookError('setup_invalid', `The setting ${setting.name} holds a value that Daybook cannot read.`, {
    path: setting.name,
    cause: parsed.error,
  });
}

/** Stores a value, in the transaction of the change that it belongs to. Throws `setup_invalid` for a bad value. */
export async function writeSetting<T>(trx: Writer, clock: Clock, setting: Setting<T>, value: T): Promise<void> {
  const parsed = setting.schema.safeParse(value);
  if (!parsed.success)
    throw new DaybookError('setup_invalid', `The setting ${setting.name} cannot take this value.`, {
      path: setting.name,
      cause: parsed.error,
    });
  const values = { value_json: JSON.stringify(parsed.data), updated_at: instantNow(clock) };
  await trx
    .insertInto('setting')
    .values({ name: setting.name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

/** Puts a setting back to its fallback. */
export async function clearSetting<T>(trx: Writer, setting: Setting<T>): Promise<void> {
  await trx.deleteFrom('setting').where('name', '=', setting.name).execute();
}

/** What is no JSON at all is `undefined`, which no schema of a setting accepts. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
