/** Values on the wire: verbose JSON of OData v2 out, and how two of one type compare. */
import type { Field, FieldType, Value } from './schema.ts';

/** JSON text of a value: doubles are numbers, Int64 are texts, dates are `/Date(ms)/`. */
export function valueJson(field: Field, value: Value): string {
  if (value === null) return 'null';
  switch (field.type) {
    case 'Double':
      return trimmedDecimal(String(value));
    case 'Int64':
      return JSON.stringify(String(value));
    case 'DateTime':
      return `"/Date(${epochOfLocal(String(value))})/"`;
    default:
      return JSON.stringify(value);
  }
}

/** A zone-less time read as if it were UTC, which is how the site prints it. */
export function epochOfLocal(text: string): number {
  return Date.parse(`${text.length === 10 ? `${text}T00:00:00` : text}Z`);
}

/** Zone-less text of a moment, milliseconds kept. */
export function localText(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, -1);
}

function trimmedDecimal(text: string): string {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  return fraction === '' ? (whole === '0' ? '0' : `${sign}${whole}`) : `${sign}${whole}.${fraction}`;
}

/**
 * Order of two values of one type; nulls come first. Texts compare as the database does: neither letter case nor spaces
 * at the end make a difference.
 */
export function compareValues(type: FieldType, a: Value, b: Value): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  switch (type) {
    case 'Int64': {
      const difference = BigInt(a) - BigInt(b);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    }
    case 'Double':
    case 'Byte':
    case 'Int16':
    case 'Int32':
      return Math.sign(Number(a) - Number(b));
    case 'DateTime':
      return Math.sign(epochOfLocal(String(a)) - epochOfLocal(String(b)));
    default: {
      const [left, right] = [String(a).toLowerCase().trimEnd(), String(b).toLowerCase().trimEnd()];
      return left < right ? -1 : left > right ? 1 : 0;
    }
  }
}
