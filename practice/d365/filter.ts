/**
 * `$filter` as F&O has it: eq ne gt ge lt le, and or not, parentheses, `*` as a wildcard inside strings of eq and ne,
 * qualified enum literals, unquoted instants. No `in`, no `has`, no functions.
 */
import type { Row, Table } from './database.ts';
import { enumMembers } from './enums.ts';
import { badRequest } from './errors.ts';
import type { EntitySpec, FieldKind } from './schema.ts';
import { compareDecimals, normalDecimal } from './values.ts';

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
type Comparison = (typeof COMPARISONS)[number];

export type Filter =
  | { readonly op: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly op: 'not'; readonly inner: Filter }
  | {
      readonly op: Comparison;
      readonly field: string;
      readonly kind: FieldKind;
      readonly value: string;
      /** The texts between the wildcards, in lower case; undefined without a wildcard. */
      readonly pieces: readonly string[] | undefined;
    };

type Token = { readonly text: string; readonly at: number };

const TOKEN = /\s*(?:([()])|([\w.]+'(?:[^']|'')*')|('(?:[^']|'')*')|([^\s()',]+)|(.))/gy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.trim().matchAll(TOKEN)) {
    const part = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (part === undefined) throw badRequest(`Syntax error at position ${match.index} in '${text}'.`);
    tokens.push({ text: part, at: match.index });
  }
  return tokens;
}

/** Parses a filter over the fields of one entity. @throws Refusal 400, as the service would. */
export function parseFilter(text: string, spec: EntitySpec): Filter {
  const tokens = tokenize(text);
  let at = 0;
  const syntax = () => badRequest(`Syntax error at position ${tokens[at]?.at ?? text.length} in '${text}'.`);
  const next = () => {
    const token = tokens[at];
    if (token === undefined) throw syntax();
    at += 1;
    return token.text;
  };

  const or = (): Filter => {
    let left = and();
    while (tokens[at]?.text === 'or') {
      at += 1;
      left = { op: 'or', left, right: and() };
    }
    return left;
  };
  const and = (): Filter => {
    let left = unary();
    while (tokens[at]?.text === 'and') {
      at += 1;
      left = { op: 'and', left, right: unary() };
    }
    return left;
  };
  const unary = (): Filter => {
    const token = tokens[at]?.text;
    if (token === 'not') {
      at += 1;
      // `not` binds tighter than `eq`: without parentheses it would negate the field.
      if (tokens[at]?.text !== '(') throw syntax();
      return { op: 'not', inner: unary() };
    }
    if (token === '(') {
      at += 1;
      const inner = or();
      if (next() !== ')') throw syntax();
      return inner;
    }
    return comparison();
  };
  const comparison = (): Filter => {
    const field = next();
    if (tokens[at]?.text === '(') throw badRequest(`An unknown function with name '${field}' was found.`);
    const kind = spec.fields.get(field);
    if (kind === undefined) throw unknownField(field, spec);
    const op = COMPARISONS.find((name) => name === tokens[at]?.text);
    if (op === undefined) throw syntax();
    at += 1;
    return compare(op, field, kind, next());
  };

  const filter = or();
  if (at < tokens.length) throw syntax();
  return filter;
}

export function unknownField(field: string, spec: EntitySpec): Error {
  return badRequest(
    `Could not find a property named '${field}' on type 'Microsoft.Dynamics.DataEntities.${spec.type}'.`,
  );
}

function compare(op: Comparison, field: string, kind: FieldKind, literal: string): Filter {
  const value = literalValue(kind, literal);
  if (value === undefined)
    throw badRequest(`A binary operator with incompatible types was detected: '${field}' and ${literal}.`);
  if (kind.kind === 'enum' && op !== 'eq' && op !== 'ne')
    throw badRequest(`The operator '${op}' is not supported for the enum field '${field}'.`);
  const wild = kind.kind === 'string' && (op === 'eq' || op === 'ne') && value.includes('*');
  return { op, field, kind, value, pieces: wild ? value.toLowerCase().split('*') : undefined };
}

/** Whether a text holds the pieces in order, the first at its beginning and the last at its end. */
function fits(text: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** The value of a literal of the field's own type; undefined when it is of another. */
export function literalValue(kind: FieldKind, literal: string): string | undefined {
  const quoted = /^'(.*)'$/s.exec(literal)?.[1]?.replaceAll("''", "'");
  switch (kind.kind) {
    case 'string':
      return quoted;
    case 'decimal':
      return normalDecimal(literal);
    case 'int':
    case 'long':
      return /^-?\d+$/.test(literal) ? literal : undefined;
    case 'date':
    case 'instant':
      return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(literal) &&
        !Number.isNaN(Date.parse(literal))
        ? new Date(literal).toISOString().replace(/\.\d{3}Z$/, 'Z')
        : undefined;
    case 'enum': {
      const match = /^Microsoft\.Dynamics\.DataEntities\.(\w+)'(\w*)'$/.exec(literal);
      const member = match?.[1] === kind.type ? match[2] : undefined;
      return member !== undefined && enumMembers(kind.type).includes(member) ? member : undefined;
    }
  }
}

/** Whether a row passes. Texts compare without regard to letter case, as the ERP's database does. */
export function matches(filter: Filter, row: Row): boolean {
  switch (filter.op) {
    case 'and':
      return matches(filter.left, row) && matches(filter.right, row);
    case 'or':
      return matches(filter.left, row) || matches(filter.right, row);
    case 'not':
      return !matches(filter.inner, row);
    default: {
      const value = row.values[filter.field] ?? '';
      if (filter.pieces !== undefined) return fits(value.toLowerCase(), filter.pieces) === (filter.op === 'eq');
      return holds(filter.op, compareValues(filter.kind, value, filter.value));
    }
  }
}

/** Order of two stored values of one kind. */
export function compareValues(kind: FieldKind, a: string, b: string): number {
  if (a === b) return 0;
  if (kind.kind === 'decimal' || kind.kind === 'int' || kind.kind === 'long') return compareDecimals(a, b);
  if (kind.kind === 'enum') return enumMembers(kind.type).indexOf(a) - enumMembers(kind.type).indexOf(b);
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()];
  return lowerA < lowerB ? -1 : lowerA > lowerB ? 1 : 0;
}

function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

/** A superset of the matching rows from the indexes; undefined when only a scan can tell. */
export function candidates(filter: Filter, table: Table): Set<Row> | undefined {
  if (filter.op === 'and') {
    const left = candidates(filter.left, table);
    const right = candidates(filter.right, table);
    if (left === undefined || right === undefined) return left ?? right;
    return left.size <= right.size ? left : right;
  }
  if (filter.op === 'or') {
    const left = candidates(filter.left, table);
    const right = left === undefined ? undefined : candidates(filter.right, table);
    return left === undefined || right === undefined ? undefined : left.union(right);
  }
  if (filter.op === 'eq' && filter.kind.kind !== 'enum') {
    const rows = table.mayEqual(filter.field, filter.value);
    return rows === undefined ? undefined : new Set(rows);
  }
  return undefined;
}
