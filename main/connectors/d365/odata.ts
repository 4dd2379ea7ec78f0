import type { CalendarDate } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';

/**
 * The dialect of OData that F&O speaks, as pure functions: literals, filters, keys, addresses, JSON with exact numbers.
 * Source: facts §3; Microsoft, "Open Data Protocol (OData)" for finance and operations.
 */

export const NAMESPACE = 'Microsoft.Dynamics.DataEntities';

/** An expression for `$filter` or a key, not yet percent-encoded. */
export type Expression = string;

/** A string literal: quotes are doubled. A `*` in it acts as a wildcard in `eq`; compare the rows again when it may occur. */
export function textLiteral(value: string): Expression {
  return `'${value.replaceAll("'", "''")}'`;
}

/** `IsPosted eq Microsoft.Dynamics.DataEntities.NoYes'Yes'` */
export function enumEquals(field: string, enumName: string, member: string): Expression {
  return `${field} eq ${NAMESPACE}.${enumName}${textLiteral(member)}`;
}

export function textEquals(field: string, value: string): Expression {
  return `${field} eq ${textLiteral(value)}`;
}

/** There is no `startswith`: a trailing `*` does it. Servers without wildcards find nothing by it. */
export function textBegins(field: string, start: string): Expression {
  return `${field} eq ${textLiteral(`${start}*`)}`;
}

export function allOf(...parts: readonly Expression[]): Expression {
  return parts.map((part) => (part.includes(' or ') ? `(${part})` : part)).join(' and ');
}

export function anyOf(...parts: readonly Expression[]): Expression {
  return parts.join(' or ');
}

/** The start of a day, for `ge`. */
export function startOfDay(date: CalendarDate): Expression {
  return `${date}T00:00:00Z`;
}

/** The end of a day, for `le`: date columns stand at noon. */
export function endOfDay(date: CalendarDate): Expression {
  return `${date}T23:59:59Z`;
}

/** How a calendar date is written: at noon UTC, so that no time zone moves it to a neighbour. */
export function noon(date: CalendarDate): string {
  return `${date}T12:00:00Z`;
}

/** The day of a date column; null for the ERP's empty date 1900-01-01 and for texts that are no date. */
export function dayOf(text: string): CalendarDate | null {
  const day = text.slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && day !== '1900-01-01' ? day : null;
}

/** `LedgerJournalHeaders(dataAreaId='usmf',JournalBatchNumber='00461')`, percent-encoded. */
export function entityPath(set: string, key: ReadonlyArray<readonly [field: string, literal: Expression]>): string {
  return `${set}(${key.map(([field, literal]) => `${field}=${encode(literal)}`).join(',')})`;
}

/** A query string; `cross-company` stands first, because without it the ERP silently answers for one company only. */
export function queryString(options: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${encode(value)}`],
  );
  return ['cross-company=true', ...parts].join('&');
}

/** Percent-encoding that also covers the quote, so that an address may stand in a `$batch` part or a log as it is. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29');
}

/**
 * Cuts expressions into `or` chains of at most `limit` characters once encoded. There is no `in` operator, and an
 * address beyond about 2,000 characters is refused by web servers.
 */
export function orChains(parts: readonly Expression[], limit: number): Expression[] {
  const chains: Expression[] = [];
  let chain: Expression[] = [];
  let length = 0;
  for (const part of parts) {
    const size = encode(` or ${part}`).length;
    if (chain.length > 0 && length + size > limit) {
      chains.push(anyOf(...chain));
      chain = [];
      length = 0;
    }
    chain.push(part);
    length += size;
  }
  return chain.length > 0 ? [...chains, anyOf(...chain)] : chains;
}

// ---------------------------------------------------------------------------------------------- JSON

/** A number in a request body, by its decimal text. */
export type DecimalText = { readonly decimal: string };

export type Body = Readonly<Record<string, string | DecimalText>>;

/** JSON of a flat record whose numbers are written digit by digit as given. */
export function writeBody(body: Body): string {
  const fields = Object.entries(body).map(([name, value]) => {
    if (typeof value === 'string') return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    if (!/^-?\d+(\.\d+)?$/.test(value.decimal)) throw new RangeError(`${name} is not a decimal number`);
    return `${JSON.stringify(name)}:${value.decimal}`;
  });
  return `{${fields.join(',')}}`;
}

/**
 * Parses JSON with every number as the text that stood in the answer, so that amounts and 64-bit ids lose nothing.
 * @throws DaybookError `answer_unreadable` for anything that is not JSON.
 */
export function parseExact(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    );
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new DaybookError(
      'answer_unreadable',
      'Dynamics 365 gave an unreadable answer, perhaps cut off on the way; Daybook tries again by itself.',
      { cause: thrown },
    );
  }
}
