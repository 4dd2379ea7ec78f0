import { z } from 'zod';
import { dayOf } from './dates.ts';

/**
 * Field types of Exact's reference as zod schemas. Numbers arrive as their decimal text (see `parseExact`), strings are
 * space-padded, absent values come as null or not at all.
 */

/** Edm.String, without the padding of codes. Empty when absent. */
export const string = z
  .string()
  .nullish()
  .transform((value) => value?.trim() ?? '');

/** Edm.String exactly as stored; empty when absent. For Notes, and for codes that must go out as they came. */
export const untrimmed = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Edm.Guid in lower case; null when absent or all zeros. */
export const guidOrNull = z
  .string()
  .nullish()
  .transform((value) => {
    const id = value?.toLowerCase().replace(/[{}]/g, '') ?? '';
    return id === '' || /^[0-]*$/.test(id) ? null : id;
  });

/** Edm.Guid of a key. */
export const guidKey = z
  .string()
  .min(1)
  .transform((value) => value.toLowerCase().replace(/[{}]/g, ''));

/** Edm.Int16, Int32, Byte; null when absent. A number stands only in what was kept from an earlier read. */
export const whole = z
  .union([z.string().regex(/^-?\d{1,15}$/), z.literal(''), z.int()])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : Number(value)));

/** Edm.Int64, a row version that only grows: its decimal text. */
export const rowVersion = z.string().regex(/^\d{1,19}$/);

/** Edm.Double as its decimal text; `0` when absent. Amounts are read with their currency, see `amounts.ts`. */
export const decimal = z
  .string()
  .nullish()
  .transform((value) => (value == null || value === '' ? '0' : value));

/** Edm.Double as its decimal text, null when absent, where absent and zero mean different things. */
export const decimalOrNull = z
  .string()
  .nullish()
  .transform((value) => (value == null || value === '' ? null : value));

/** Edm.Boolean or a flag kept as Edm.Byte; false when absent. */
export const yes = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value) => value === true || value === 'true' || value === '1');

/** Edm.DateTime that means a day; null when empty. */
export const calendarDay = z
  .string()
  .nullish()
  .transform((value) => dayOf(value ?? ''));
