/** Reads the JSON body of a write by the declared fields. */
import { exponentOf } from '../../main/core/currencies.ts';
import { badRequest } from './errors.ts';
import type { Body } from './resource.ts';
import type { Field, Fields } from './schema.ts';
import { localText } from './values.ts';

/** What was sent, checked for names and types. A field that only the site fills is dropped without a word. */
export type Input = {
  has(name: string): boolean;
  text(name: string): string | null;
  /** Lower case. */
  guid(name: string): string | null;
  integer(name: string): number | null;
  boolean(name: string): boolean | null;
  /** An amount in minor units; more decimals than the currency has are rounded half away from zero. */
  minor(name: string, currency: string): bigint | null;
  /** Zone-less; a `Z` at the end shifts it to the site's own time. */
  dateTime(name: string): string | null;
  collection(name: string): readonly Body[];
};

/** @throws Refusal 400 for an unknown name or a wrong type, without saying which. */
export function readInput(fields: Fields, body: Body): Input {
  const sent = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const field = fields.get(name);
    if (field === undefined || !fits(field, value)) throw badRequest();
    if (field.post !== 'no' && value !== null && value !== '') sent.set(name, value);
  }
  const text = (name: string) => {
    const value = sent.get(name);
    return typeof value === 'string' ? value : null;
  };
  const number = (name: string) => {
    const value = sent.get(name);
    return typeof value === 'number' ? value : null;
  };
  return {
    has: (name) => sent.has(name),
    text,
    guid: (name) => text(name)?.toLowerCase() ?? null,
    integer: number,
    boolean: (name) => (sent.has(name) ? sent.get(name) === true : null),
    minor: (name, currency) => {
      const value = number(name);
      return value === null ? null : roundedMinor(value, currency);
    },
    dateTime: (name) => {
      const value = text(name);
      return value === null ? null : readDateTime(value);
    },
    collection: (name) => collectionOf(sent.get(name)),
  };
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ZONELESS = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z)?)?$/;

function fits({ type }: Field, value: unknown): boolean {
  if (value === null) return true;
  switch (type) {
    case 'Guid':
      return typeof value === 'string' && (value === '' || GUID.test(value));
    case 'String':
    case 'Binary':
      return typeof value === 'string';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Byte':
    case 'Int16':
    case 'Int32':
      return Number.isInteger(value);
    case 'Int64':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
    case 'Double':
      return typeof value === 'number' && Number.isFinite(value);
    case 'DateTime':
      return typeof value === 'string' && ZONELESS.test(value) && !Number.isNaN(Date.parse(value));
    case 'Collection':
      return Array.isArray(value) && value.every(isObject);
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function collectionOf(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function readDateTime(text: string): string {
  const whole = text.length === 10 ? `${text}T00:00:00` : text;
  // The sites keep Central European time: what says it is UTC comes out an hour later.
  return whole.endsWith('Z') ? localText(Date.parse(whole) + 3_600_000).slice(0, 19) : whole.slice(0, 19);
}

/** The minor units of a double by its shortest decimal text. */
function roundedMinor(value: number, currency: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value.toString());
  const exponent = exponentOf(currency) ?? 2;
  // A text with an exponent is far outside of what a bank line holds.
  if (match === null) throw badRequest();
  const [, sign, whole = '', fraction = ''] = match;
  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  const rounded = kept + (Number(fraction[exponent] ?? '0') >= 5 ? 1n : 0n);
  return sign === '-' ? -rounded : rounded;
}
