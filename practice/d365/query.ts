/** Reading a set: `$filter $select $orderby $top $skip $count`, server pages with an absolute `@odata.nextLink`. */
import { etagOf, type Row, type Table } from './database.ts';
import { badRequest } from './errors.ts';
import { candidates, compareValues, matches, parseFilter, unknownField } from './filter.ts';
import type { EntitySpec } from './schema.ts';
import { recordJson } from './values.ts';

export type QuerySettings = {
  readonly pageSize: number;
  /** The service user's company: all that is seen without `cross-company=true`. */
  readonly defaultCompany: string;
  /** Origin of nextLink and context; the request's own unless a test redirects it. */
  readonly linkOrigin: string;
};

const OPTIONS = new Set(['$filter', '$select', '$orderby', '$top', '$skip', '$count', '$skiptoken', 'cross-company']);

/** True when the request may see all companies. */
export function crossesCompanies(url: URL): boolean {
  return url.searchParams.get('cross-company')?.toLowerCase() === 'true';
}

/** True when a row may be seen by this request. */
export function isVisible(spec: EntitySpec, row: Row, url: URL, defaultCompany: string): boolean {
  if (!spec.perCompany || crossesCompanies(url)) return true;
  return row.values.dataAreaId?.toLowerCase() === defaultCompany.toLowerCase();
}

/** The JSON text of one page. @throws Refusal 400 for a query that the service does not understand. */
export function readPage(table: Table, url: URL, settings: QuerySettings): string {
  const { spec } = table;
  for (const option of url.searchParams.keys())
    if (!OPTIONS.has(option)) throw badRequest(`The query parameter '${option}' is not supported.`);
  const filterText = url.searchParams.get('$filter');
  const filter = filterText === null ? undefined : parseFilter(filterText, spec);
  const select = selection(spec, url);
  const order = ordering(spec, url);
  const top = wholeNumber(url, '$top') ?? Number.POSITIVE_INFINITY;
  const skip = wholeNumber(url, '$skip') ?? 0;

  const found = filter === undefined ? undefined : candidates(filter, table);
  const rows: Row[] = [];
  for (const row of found ?? table.rows())
    if (isVisible(spec, row, url, settings.defaultCompany) && (filter === undefined || matches(filter, row)))
      rows.push(row);
  sort(rows, order, spec, skip > 0, found !== undefined);

  const start = skip + (wholeNumber(url, '$skiptoken') ?? 0);
  const wanted = rows.slice(start, start + Math.min(top, settings.pageSize));
  const parts = [`"@odata.context":${JSON.stringify(contextOf(spec, select, settings))}`];
  if (url.searchParams.get('$count') === 'true') parts.push(`"@odata.count":${rows.length}`);
  parts.push(`"value":[${wanted.map((row) => recordJson(spec, row.values, etagOf(row), select)).join(',')}]`);
  if (wanted.length === settings.pageSize && top > wanted.length && rows.length > start + wanted.length)
    parts.push(`"@odata.nextLink":${JSON.stringify(nextLink(url, settings, wanted.length, top))}`);
  return `{${parts.join(',')}}`;
}

/** The JSON text of one record. */
export function readRecord(spec: EntitySpec, row: Row, url: URL, linkOrigin: string): string {
  const select = selection(spec, url);
  const context = `${linkOrigin}/data/$metadata#${spec.set}${select ? `(${select.join(',')})` : ''}/$entity`;
  return recordJson(spec, row.values, etagOf(row), select, context);
}

function contextOf(spec: EntitySpec, select: readonly string[] | undefined, settings: QuerySettings): string {
  return `${settings.linkOrigin}/data/$metadata#${spec.set}${select ? `(${select.join(',')})` : ''}`;
}

function selection(spec: EntitySpec, url: URL): string[] | undefined {
  const text = url.searchParams.get('$select');
  if (text === null || text.trim() === '*') return undefined;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) if (!spec.fields.has(name)) throw unknownField(name, spec);
  return [...new Set(names)];
}

type Order = ReadonlyArray<{ readonly field: string; readonly down: boolean }>;

function ordering(spec: EntitySpec, url: URL): Order {
  const text = url.searchParams.get('$orderby');
  if (text === null) return [];
  return text.split(',').map((part) => {
    const [field = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    if (!spec.fields.has(field)) throw unknownField(field, spec);
    if (more.length > 0 || (direction !== 'asc' && direction !== 'desc'))
      throw badRequest(`Syntax error in '$orderby': '${part.trim()}'.`);
    return { field, down: direction === 'desc' };
  });
}

function sort(rows: Row[], order: Order, spec: EntitySpec, skips: boolean, unordered: boolean): void {
  // Rows that the order leaves equal come as the database likes: with `$skip` in another way than without it, so
  // pages of `$skip` overlap and miss rows unless the order is total.
  const ties = skips ? -1 : 1;
  if (order.length === 0 && !skips && !unordered) return;
  rows.sort((a, b) => {
    for (const { field, down } of order) {
      const kind = spec.fields.get(field);
      const difference = kind === undefined ? 0 : compareValues(kind, a.values[field] ?? '', b.values[field] ?? '');
      if (difference !== 0) return down ? -difference : difference;
    }
    return ties * (a.recId - b.recId);
  });
}

function wholeNumber(url: URL, option: string): number | undefined {
  const text = url.searchParams.get(option);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`The value '${text}' is no valid '${option}'.`);
  return Number(text);
}

function nextLink(url: URL, settings: QuerySettings, served: number, top: number): string {
  const next = new URL(url.pathname + url.search, settings.linkOrigin);
  const before = Number(url.searchParams.get('$skiptoken') ?? 0);
  next.searchParams.set('$skiptoken', String(before + served));
  if (Number.isFinite(top)) next.searchParams.set('$top', String(top - served));
  return next.toString();
}
