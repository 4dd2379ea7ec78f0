/** Keys in URLs: `LedgerJournalLines(dataAreaId='usmf',JournalBatchNumber='00461',LineNumber=1)`. */
import { badRequest } from './errors.ts';
import { literalValue } from './filter.ts';
import type { EntitySpec } from './schema.ts';
import type { Values } from './values.ts';

/** A resource path after `/data/`: a set, perhaps with a key. */
export type ResourcePath = { readonly set: string; readonly key: string | undefined };

export function parsePath(path: string): ResourcePath {
  const match = /^(\w+)(?:\((.*)\))?$/s.exec(path);
  if (!match?.[1]) throw badRequest(`Bad Request - Error in query syntax: '${path}'.`);
  return { set: match[1], key: match[2] };
}

/** The key's values in the order of the spec's keys. All key fields must be named, each once. */
export function parseKey(spec: EntitySpec, text: string): string[] {
  const given = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const match = /^(\w+)=((?:[\w.]+)?'(?:[^']|'')*'|[^',]+)(?:,|$)/.exec(rest);
    const [whole, name, literal] = match ?? [];
    if (whole === undefined || name === undefined || literal === undefined || given.has(name)) throw wrongKey(spec);
    given.set(name, literal);
    rest = rest.slice(whole.length);
  }
  if (given.size !== spec.keys.length) throw wrongKey(spec);
  return spec.keys.map((name) => {
    const kind = spec.fields.get(name);
    const literal = given.get(name);
    const value = kind === undefined || literal === undefined ? undefined : literalValue(kind, literal);
    if (value === undefined) throw wrongKey(spec);
    return value;
  });
}

function wrongKey(spec: EntitySpec): Error {
  return badRequest(
    `The key of '${spec.set}' needs exactly these fields, each with a literal of its type: ${spec.keys.join(', ')}.`,
  );
}

/** The address of a record, as `Location` names it. */
export function recordUrl(origin: string, spec: EntitySpec, values: Values): string {
  const parts = spec.keys.map((name) => {
    const kind = spec.fields.get(name);
    const value = values[name] ?? '';
    if (kind?.kind === 'string') return `${name}='${encodeURIComponent(value.replaceAll("'", "''"))}'`;
    if (kind?.kind === 'enum') return `${name}=Microsoft.Dynamics.DataEntities.${kind.type}'${value}'`;
    return `${name}=${encodeURIComponent(value)}`;
  });
  return `${origin}/data/${spec.set}(${parts.join(',')})`;
}
