import type { CalendarDate } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';
import { midnight } from './dates.ts';

/**
 * The dialect of OData that Exact Online speaks (version 2, verbose JSON), as pure functions: literals, filters,
 * addresses, answers with exact numbers. Source: facts §2.2.
 */

/** An expression for `$filter`, not yet percent-encoded. */
export type Expression = string;

/** A string literal: quotes are doubled. */
export function text(value: string): Expression {
  return `'${value.replaceAll("'", "''")}'`;
}

/** @throws RangeError for anything but a guid, so that no text slips into a filter unquoted. */
export function guid(value: string): Expression {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw new RangeError('not a guid');
  return `guid'${value}'`;
}

/** A day, for comparisons with date fields. */
export function day(value: CalendarDate): Expression {
  return `datetime'${midnight(value)}'`;
}

/** A 64-bit row version by its decimal text. */
export function int64(value: string): Expression {
  if (!/^-?\d{1,19}$/.test(value)) throw new RangeError('not a whole number');
  return `${value}L`;
}

/** `substringof('DBABC',Notes)`: the field holds the text. */
export function contains(field: string, part: string): Expression {
  return `substringof(${text(part)},${field})`;
}

export function allOf(...parts: readonly Expression[]): Expression {
  return parts.map((part) => (part.includes(' or ') ? `(${part})` : part)).join(' and ');
}

export function anyOf(...parts: readonly Expression[]): Expression {
  return parts.join(' or ');
}

/** A query string in the order given; options without a value are left out. */
export function queryString(options: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(options)
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${encode(value)}`]))
    .join('&');
}

/** Percent-encoding that also covers the quote and parentheses, so that an address may stand in a log as it is. */
export function encode(plain: string): string {
  return encodeURIComponent(plain).replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29');
}

/** Cuts expressions into `or` chains of at most `limit` characters once encoded, and at most `most` each. */
export function orChains(parts: readonly Expression[], limit: number, most = Number.POSITIVE_INFINITY): Expression[] {
  const chains: Expression[][] = [];
  let length = 0;
  for (const part of parts) {
    const size = encode(` or ${part}`).length;
    const chain = chains.at(-1);
    if (chain === undefined || chain.length >= most || length + size > limit) {
      chains.push([part]);
      length = size;
    } else {
      chain.push(part);
      length += size;
    }
  }
  return chains.map((chain) => anyOf(...chain));
}

// ---------------------------------------------------------------------------------------------- JSON

/** A number in a request body, by its decimal text. */
export type DecimalText = { readonly decimal: string };

export type BodyValue = string | boolean | null | DecimalText | readonly Body[];
export type Body = { readonly [field: string]: BodyValue };

/** JSON of a record and its lines whose numbers are written digit by digit as given. */
export function writeBody(body: Body): string {
  return `{${Object.entries(body)
    .map(([name, value]) => `${JSON.stringify(name)}:${writeValue(name, value)}`)
    .join(',')}}`;
}

function writeValue(name: string, value: BodyValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if ('decimal' in value) {
    if (!/^-?\d+(\.\d+)?$/.test(value.decimal)) throw new RangeError(`${name} is not a decimal number`);
    return value.decimal;
  }
  return `[${value.map(writeBody).join(',')}]`;
}

/**
 * Parses JSON with every number as the text that stood in the answer, so that amounts and 64-bit row versions lose
 * nothing. @throws DaybookError `answer_unreadable` for anything that is not JSON.
 */
export function parseExact(json: string): unknown {
  try {
    return JSON.parse(json, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    );
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    // The parser's message quotes the answer, which may hold bank data: it is left out on purpose.
    throw new DaybookError(
      'answer_unreadable',
      'Exact Online gave an unreadable answer, perhaps cut off on the way; Daybook tries again by itself.',
    );
  }
}

/** The rows in an answer, and the address of the next page. */
export type AnswerPage = { readonly rows: readonly unknown[]; readonly next: string | null };

/**
 * Unwraps `{"d":{"results":[…],"__next":…}}`, a bare array in `d`, and a single object in `d`. Null for anything else.
 */
export function readAnswer(json: unknown): AnswerPage | null {
  if (!isRecord(json) || !('d' in json)) return null;
  const { d } = json;
  if (Array.isArray(d)) return { rows: d, next: null };
  if (!isRecord(d)) return null;
  if (!('results' in d)) return { rows: [d], next: null };
  if (!Array.isArray(d.results)) return null;
  return { rows: d.results, next: typeof d.__next === 'string' && d.__next !== '' ? d.__next : null };
}

/**
 * Rows of a collection inside a record: expanded ones come as `{"results":[…]}`, sometimes as a bare array. Null for
 * `{"__deferred":…}`, which says that nobody asked for them.
 */
export function expandedRows(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isRecord(value) || !Array.isArray(value.results)) return null;
  return value.results;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
