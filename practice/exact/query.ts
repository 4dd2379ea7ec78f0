/** Reading a resource: `$filter $select $expand $orderby $top $skip $inlinecount`, pages with `__next`. */
import { badRequest, selectMissing } from './errors.ts';
import { parseFilter } from './filter.ts';
import type { Caller, Resource } from './resource.ts';
import type { Fields, Values } from './schema.ts';
import { compareValues } from './values.ts';

const OPTIONS = ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$inlinecount', '$skiptoken', '$format'];

/** Names to answer; `lines` those of the expanded collection, where it is expanded. */
export type Selection = { readonly names: readonly string[]; readonly lines: readonly string[] | undefined };

export type Page = {
  readonly rows: readonly Values[];
  readonly selection: Selection;
  /** Verbatim address of the next page. */
  readonly next: string | undefined;
  readonly count: number | undefined;
  /** The site leaves the `results` out when `$top` was asked and nothing follows. */
  readonly bare: boolean;
};

/** @throws Refusal 400 */
export function readPage(resource: Resource, caller: Caller, url: URL): Page {
  const { fields } = resource;
  for (const option of url.searchParams.keys()) if (!OPTIONS.includes(option)) throw badRequest();
  const top = wholeNumber(url, '$top');
  if (resource.selectDemanded && !url.searchParams.has('$select') && top !== 1) throw selectMissing();
  const selection = selectionOf(resource, url);
  const found = rowsOf(resource, caller, url);
  const order = orderOf(fields, url);
  const ordered = sorted(found, resource, order);

  const token = url.searchParams.get('$skiptoken');
  const start = token === null ? (wholeNumber(url, '$skip') ?? 0) : startAfter(ordered, resource.key, token);
  const { pageSize, syncPageSize } = caller.site.settings;
  const longest = resource.bulk === true ? syncPageSize : pageSize;
  const length = Math.min(top ?? longest, longest);
  const rows = ordered.slice(start, start + length);
  const goesOn = rows.length > 0 && start + rows.length < ordered.length && (top ?? Number.POSITIVE_INFINITY) > length;
  return {
    rows,
    selection,
    next: goesOn ? nextAddress(url, rows, resource.key, start + rows.length, top) : undefined,
    count: url.searchParams.get('$inlinecount') === 'allpages' ? found.length : undefined,
    bare: top !== undefined && !goesOn && !url.searchParams.has('$inlinecount'),
  };
}

export function countRows(resource: Resource, caller: Caller, url: URL): number {
  return rowsOf(resource, caller, url).length;
}

function rowsOf(resource: Resource, caller: Caller, url: URL): Values[] {
  const text = url.searchParams.get('$filter');
  if (text === null) return [...resource.rows(caller)];
  if (resource.path.startsWith('bulk/') && !caller.site.settings.bulkFilters) throw badRequest();
  const { test, fields, operators } = parseFilter(text, resource.fields);
  const { filterable } = resource;
  if (filterable !== undefined) {
    if ([...fields].some((name) => !filterable.fields.includes(name))) throw badRequest();
    const allowed = filterable.operators;
    if (allowed !== undefined && [...operators].some((name) => !allowed.includes(name))) throw badRequest();
  }
  const rows: Values[] = [];
  for (const row of resource.rows(caller)) if (test(row)) rows.push(row);
  return rows;
}

/** What to answer. A collection is expanded only when both `$expand` and `$select` name it. */
export function selectionOf(resource: Resource, url: URL): Selection {
  const { fields, expand } = resource;
  const asked = url.searchParams.get('$expand')?.split(',') ?? [];
  for (const name of asked) if (name.trim() !== expand?.name) throw badRequest();
  const select = url.searchParams.get('$select');
  const words = select === null ? ['*'] : select.split(',').map((word) => word.trim());
  const names = new Set<string>();
  const lines = new Set<string>();
  for (const word of words) {
    const [name = '', line] = word.split('/');
    if (word === '*') for (const field of fields.keys()) names.add(field);
    else if (!fields.has(name)) throw badRequest();
    else names.add(name);
    if (line === undefined) continue;
    if (name !== expand?.name || (line !== '*' && !expand.lines.fields.has(line))) throw badRequest();
    lines.add(line);
  }
  const expanded = asked.length > 0 && expand !== undefined && names.has(expand.name);
  const all = lines.size === 0 || lines.has('*');
  return {
    names: [...names],
    lines: expanded ? (all ? [...expand.lines.fields.keys()] : [...lines]) : undefined,
  };
}

type Order = ReadonlyArray<{ readonly name: string; readonly down: boolean }>;

function orderOf(fields: Fields, url: URL): Order | undefined {
  const text = url.searchParams.get('$orderby');
  if (text === null) return undefined;
  return text.split(',').map((part) => {
    const [name = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    const type = fields.get(name)?.type;
    if (type === undefined || type === 'Collection' || more.length > 0) throw badRequest();
    if (direction !== 'asc' && direction !== 'desc') throw badRequest();
    return { name, down: direction === 'desc' };
  });
}

/** Without an order asked for, rows always come the same way, and never a useful one. */
function sorted(rows: readonly Values[], { fields, key, order: own }: Resource, asked: Order | undefined): Values[] {
  const order = asked ?? (own === undefined ? [] : [{ name: own, down: false }]);
  const ranks = new Map(rows.map((row) => [row, rankOf(identityOf(row, key))]));
  return rows.toSorted((a, b) => {
    for (const { name, down } of order) {
      const difference = compareValues(fields.get(name)?.type ?? 'String', a[name] ?? null, b[name] ?? null);
      if (difference !== 0) return down ? -difference : difference;
    }
    return (ranks.get(a) ?? '') < (ranks.get(b) ?? '') ? -1 : 1;
  });
}

/** What tells a row from others: its key, or all of it where the key is of several fields. */
function identityOf(row: Values, key: string): string {
  return String(row['#'] ?? row[key]);
}

/** The key read backwards: ids are random already, and codes get out of their order. */
function rankOf(key: string): string {
  return Array.from(key).reverse().join('');
}

/** A token is the key of the last row served, so that rows added before it shift nothing; and its place, if it is gone. */
function startAfter(rows: readonly Values[], keyName: string, token: string): number {
  const [, key = '', place = ''] = /^(.*),(\d{1,9})$/s.exec(token) ?? [];
  const at = rows.findIndex((row) => identityOf(row, keyName) === key);
  if (place === '') throw badRequest();
  return at < 0 ? Number(place) : at + 1;
}

function nextAddress(
  url: URL,
  rows: readonly Values[],
  keyName: string,
  place: number,
  top: number | undefined,
): string {
  const next = new URL(url);
  next.searchParams.delete('$skip');
  next.searchParams.set('$skiptoken', `${identityOf(rows.at(-1) ?? {}, keyName)},${place}`);
  if (top !== undefined) next.searchParams.set('$top', String(top - rows.length));
  return next.toString();
}

function wholeNumber(url: URL, option: string): number | undefined {
  const text = url.searchParams.get(option);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRequest();
  return Number(text);
}
