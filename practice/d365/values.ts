/**
 * Values as the ERP stores them: every field is a text, because decimals and Int64 must not pass through floats. The
 * kind of the field says how it is written into JSON and compared.
 */
import { isCalendarDate } from '../../main/core/calendar.ts';
import { enumMembers } from './enums.ts';
import type { EntitySpec, FieldKind } from './schema.ts';

export type Values = Readonly<Record<string, string>>;

/** How the service writes "no date". */
export const EMPTY_DATE = '1900-01-01T12:00:00Z';
/** How the service writes "valid for ever". */
export const NEVER = '2154-12-31T23:59:59Z';

/** What a field holds when nobody set it: "", 0, the empty date, the first member. */
export function emptyValue(kind: FieldKind): string {
  switch (kind.kind) {
    case 'string':
      return '';
    case 'decimal':
    case 'int':
    case 'long':
      return '0';
    case 'date':
      return EMPTY_DATE;
    case 'instant':
      return '1900-01-01T00:00:00Z';
    case 'enum':
      return enumMembers(kind.type)[0] ?? '';
  }
}

/** A calendar day as a date column holds it: noon in UTC. */
export function noon(day: string): string {
  return `${day}T12:00:00Z`;
}

/** The day of a date column. */
export function dayOf(value: string): string {
  return value.slice(0, 10);
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** "0012.50" becomes "12.5"; undefined when the text is no plain decimal. */
export function normalDecimal(text: string): string | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return match[1] === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** Compares two decimals exactly: negative, 0 or positive. */
export function compareDecimals(a: string, b: string): number {
  const decimals = Math.max(fractionLength(a), fractionLength(b));
  const difference = scaled(a, decimals) - scaled(b, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A decimal as a whole number of 10^-decimals; digits beyond are refused with undefined. */
export function toMinor(text: string, decimals: number): bigint | undefined {
  return fractionLength(text) > decimals ? undefined : scaled(text, decimals);
}

/** A whole number of 10^-decimals as a decimal text. */
export function fromMinor(minor: bigint, decimals: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return normalDecimal(minor < 0n ? `-${text}` : text) ?? '0';
}

function fractionLength(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function scaled(text: string, decimals: number): bigint {
  const point = text.indexOf('.');
  const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
  return BigInt(digits + '0'.repeat(decimals - fractionLength(text)));
}

export type ReadValue = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

/** A JSON value of a request body as the field stores it. */
export function readJsonValue(kind: FieldKind, json: unknown): ReadValue {
  const refuse = (type: string): ReadValue => ({
    ok: false,
    why: `Cannot convert the literal '${typeof json === 'object' ? JSON.stringify(json) : String(json)}' to the expected type '${type}'.`,
  });
  switch (kind.kind) {
    case 'string':
      if (json === null) return { ok: true, value: '' };
      return typeof json === 'string' ? { ok: true, value: json } : refuse('Edm.String');
    case 'decimal': {
      // A JSON number's own digits: the shortest text of the double is what the sender wrote.
      const text = typeof json === 'number' ? normalDecimal(plain(json)) : undefined;
      return text === undefined ? refuse('Edm.Decimal') : { ok: true, value: text };
    }
    case 'int':
    case 'long':
      return typeof json === 'number' && Number.isSafeInteger(json)
        ? { ok: true, value: String(json) }
        : refuse(kind.kind === 'int' ? 'Edm.Int32' : 'Edm.Int64');
    case 'date':
    case 'instant': {
      const read = typeof json === 'string' ? readInstant(json) : undefined;
      if (read === undefined) return refuse('Edm.DateTimeOffset');
      return { ok: true, value: kind.kind === 'date' ? noon(dayOf(read)) : read };
    }
    case 'enum':
      return typeof json === 'string' && enumMembers(kind.type).includes(json)
        ? { ok: true, value: json }
        : refuse(`Microsoft.Dynamics.DataEntities.${kind.type}`);
  }
}

/** `2026-07-23`, or a full instant, turned to UTC: a local midnight lands on the day before, as it does in the ERP. */
function readInstant(text: string): string | undefined {
  if (isCalendarDate(text)) return noon(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function plain(value: number): string {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  const [digits = '0', power = '0'] = text.toLowerCase().split('e');
  const [whole = '0', fraction = ''] = digits.split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const bare = whole.replace('-', '');
  const shift = Number(power);
  if (shift >= 0) return sign + bare + fraction.padEnd(shift, '0');
  return `${sign}0.${'0'.repeat(Math.max(0, -shift - bare.length))}${bare}${fraction}`;
}

/** One record as JSON text, with its etag; only `select`ed fields when given. */
export function recordJson(
  spec: EntitySpec,
  values: Values,
  etag: string,
  select: readonly string[] | undefined,
  context?: string,
): string {
  const parts = context === undefined ? [] : [`"@odata.context":${JSON.stringify(context)}`];
  parts.push(`"@odata.etag":${JSON.stringify(etag)}`);
  for (const name of select ?? spec.fields.keys()) {
    const kind = spec.fields.get(name);
    if (kind === undefined) continue;
    const value = values[name] ?? emptyValue(kind);
    parts.push(`${JSON.stringify(name)}:${jsonText(spec, name, kind, value)}`);
  }
  return `{${parts.join(',')}}`;
}

function jsonText(spec: EntitySpec, name: string, kind: FieldKind, value: string): string {
  if (kind.kind === 'decimal' || kind.kind === 'int' || kind.kind === 'long') return value;
  if (name !== 'dataAreaId') return JSON.stringify(value);
  return JSON.stringify(spec.companyCase === 'lower' ? value.toLowerCase() : value.toUpperCase());
}
