/** Bodies of answers: OData v2 verbose JSON, or the Atom feed that comes when nobody asks for JSON. */
import { escapeMarkup } from './markup.ts';
import type { Page, Selection } from './query.ts';
import type { Caller, Resource } from './resource.ts';
import type { Values } from './schema.ts';
import { epochOfLocal, localText, valueJson } from './values.ts';

/** Where a resource lies, for `__metadata` and deferred links. */
export type Base = { readonly origin: string; readonly division: number | 'current' };

export function pageJson(resource: Resource, caller: Caller, base: Base, page: Page): string {
  const results = page.rows.map((row) => recordJson(resource, caller, base, row, page.selection)).join(',');
  if (page.bare) return `{"d":[${results}]}`;
  const count = page.count === undefined ? '' : `"__count":"${page.count}",`;
  const next = page.next === undefined ? '' : `,"__next":${JSON.stringify(page.next)}`;
  return `{"d":{${count}"results":[${results}]${next}}}`;
}

export function oneJson(resource: Resource, caller: Caller, base: Base, row: Values, selection: Selection): string {
  return `{"d":${recordJson(resource, caller, base, row, selection)}}`;
}

function recordJson(resource: Resource, caller: Caller, base: Base, row: Values, selection: Selection): string {
  const uri = addressOf(resource, base, row);
  const parts = [`"__metadata":${JSON.stringify({ uri, type: `Exact.Web.Api.Models.${resource.type}` })}`];
  for (const name of selection.names) {
    const field = resource.fields.get(name);
    if (field === undefined) continue;
    if (field.type !== 'Collection') parts.push(`"${name}":${valueJson(field, row[name] ?? null)}`);
    else if (selection.lines !== undefined && resource.expand?.name === name)
      parts.push(`"${name}":${linesJson(resource.expand, caller, base, row[resource.key] ?? null, selection.lines)}`);
    else parts.push(`"${name}":${JSON.stringify({ __deferred: { uri: `${uri}/${name}` } })}`);
  }
  return `{${parts.join(',')}}`;
}

function linesJson(
  expand: NonNullable<Resource['expand']>,
  caller: Caller,
  base: Base,
  key: Values[string],
  names: readonly string[],
): string {
  const selection = { names, lines: undefined };
  const rows = [...expand.rows(caller, key ?? null)];
  return `{"results":[${rows.map((row) => recordJson(expand.lines, caller, base, row, selection)).join(',')}]}`;
}

function addressOf({ path, key, fields }: Resource, { origin, division }: Base, row: Values): string {
  const several = row['#'];
  if (typeof several === 'string') return `${origin}/api/v1/${division}/${path}(${several})`;
  const value = String(row[key] ?? '');
  const type = fields.get(key)?.type;
  const literal =
    type === 'Guid' ? `guid'${value}'` : type === 'String' ? `'${value}'` : type === 'Int64' ? `${value}L` : value;
  return `${origin}/api/v1/${division}/${path}(${literal})`;
}

/** The same page as Atom, with zone-less times. */
export function pageAtom(resource: Resource, base: Base, page: Page): string {
  const entries = page.rows.map((row) => {
    const id = escapeMarkup(addressOf(resource, base, row));
    const properties = page.selection.names.map((name) => {
      const type = resource.fields.get(name)?.type ?? 'String';
      const value = row[name] ?? null;
      if (type === 'Collection') return '';
      const attribute = type === 'String' ? '' : ` m:type="Edm.${type}"`;
      if (value === null) return `<d:${name}${attribute} m:null="true" />`;
      const text = type === 'DateTime' ? localText(epochOfLocal(String(value))).replace('.000', '') : String(value);
      return `<d:${name}${attribute}>${escapeMarkup(text)}</d:${name}>`;
    });
    return `<entry><id>${id}</id><content type="application/xml"><m:properties>${properties.join('')}</m:properties></content></entry>`;
  });
  const next = page.next === undefined ? '' : `<link rel="next" href="${escapeMarkup(page.next)}" />`;
  return (
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?>' +
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" ' +
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">' +
    `<title type="text">${resource.type}</title>${entries.join('')}${next}</feed>`
  );
}
