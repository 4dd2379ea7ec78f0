/**
 * `$filter` of OData v2 as far as Exact has been seen to take it: eq ne gt ge lt le, and or not, parentheses,
 * substringof startswith trim tolower toupper; literals 'text', guid'…', datetime'…', 12, 12L, 1.5d, true, null. A field
 * is compared with a literal only.
 */
import { badRequest } from './errors.ts';
import type { Fields, FieldType, Value, Values } from './schema.ts';
import { compareValues } from './values.ts';

export type Test = (row: Values) => boolean;

/** A side of a comparison: reads a row, or is a literal. */
type Term =
  | { readonly kind: 'field'; readonly type: FieldType; readonly read: (row: Values) => Value }
  | { readonly kind: 'literal'; readonly type: FieldType | 'null'; readonly value: Value };

export type Filter = {
  readonly test: Test;
  /** Fields that the filter names. */
  readonly fields: ReadonlySet<string>;
  /** Operators it uses, e.g. `eq`, `substringof`. */
  readonly operators: ReadonlySet<string>;
};

const TOKEN = /\s*(?:([(),])|((?:guid|datetime)?'(?:[^']|'')*')|([^\s(),']+)|(.))/gy;
const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const LONGEST_NUMBER = /^-?\d{1,19}$/;

/** @throws Refusal 400 for anything that Exact does not understand, without saying what. */
export function parseFilter(text: string, fields: Fields): Filter {
  const tokens = [...text.trim().matchAll(TOKEN)].map((match) => {
    const token = match[1] ?? match[2] ?? match[3];
    if (token === undefined) throw badRequest();
    return token;
  });
  const named = new Set<string>();
  const operators = new Set<string>();
  let at = 0;
  const next = () => {
    const token = tokens[at++];
    if (token === undefined) throw badRequest();
    return token;
  };
  const expect = (wanted: string) => {
    if (next() !== wanted) throw badRequest();
  };

  const or = (): Test => {
    const left = and();
    if (tokens[at] !== 'or') return left;
    at += 1;
    const right = or();
    return (row) => left(row) || right(row);
  };
  const and = (): Test => {
    const left = unary();
    if (tokens[at] !== 'and') return left;
    at += 1;
    const right = and();
    return (row) => left(row) && right(row);
  };
  const unary = (): Test => {
    if (tokens[at] === 'not') {
      at += 1;
      const inner = unary();
      return (row) => !inner(row);
    }
    if (tokens[at] === '(') {
      at += 1;
      const inner = or();
      expect(')');
      return inner;
    }
    return predicate();
  };
  const predicate = (): Test => {
    const name = tokens[at] ?? '';
    if ((name === 'substringof' || name === 'startswith') && tokens[at + 1] === '(') {
      at += 2;
      const first = term();
      expect(',');
      const second = term();
      expect(')');
      operators.add(name);
      const test = name === 'substringof' ? textTest(second, first, 'holds') : textTest(first, second, 'begins');
      if (tokens[at] !== 'eq') return test;
      at += 1;
      const wanted = next();
      if (wanted !== 'true' && wanted !== 'false') throw badRequest();
      return (row) => test(row) === (wanted === 'true');
    }
    const left = term();
    const operator = next();
    if (!OPERATORS.includes(operator)) throw badRequest();
    operators.add(operator);
    return comparison(left, operator, term());
  };
  const term = (): Term => {
    const token = next();
    if (['trim', 'tolower', 'toupper'].includes(token) && tokens[at] === '(') {
      at += 1;
      const inner = term();
      expect(')');
      if (inner.kind !== 'field' || inner.type !== 'String') throw badRequest();
      operators.add(token);
      const change = (value: Value) =>
        value === null ? null : token === 'trim' ? String(value).trim() : String(value).toLowerCase();
      return { ...inner, read: (row) => change(inner.read(row)) };
    }
    const field = fields.get(token);
    if (field === undefined) return literal(token);
    if (field.type === 'Collection') throw badRequest();
    named.add(token);
    return { kind: 'field', type: field.type, read: (row) => row[token] ?? null };
  };

  const test = or();
  if (at < tokens.length) throw badRequest();
  return { test, fields: named, operators };
}

function literal(token: string): Term {
  const quoted = /^(guid|datetime)?'(.*)'$/s.exec(token);
  if (quoted !== null) {
    const text = (quoted[2] ?? '').replaceAll("''", "'");
    if (quoted[1] === undefined) return { kind: 'literal', type: 'String', value: text };
    if (quoted[1] === 'guid') {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw badRequest();
      return { kind: 'literal', type: 'Guid', value: text.toLowerCase() };
    }
    if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?)?$/.test(text) || Number.isNaN(Date.parse(text)))
      throw badRequest();
    return { kind: 'literal', type: 'DateTime', value: text };
  }
  if (token === 'null') return { kind: 'literal', type: 'null', value: null };
  if (token === 'true' || token === 'false') return { kind: 'literal', type: 'Boolean', value: token === 'true' };
  const number = /^(-?\d+(?:\.\d+)?)([LlDdMm]?)$/.exec(token);
  if (number?.[1] === undefined) throw badRequest();
  const suffix = number[2]?.toLowerCase();
  if (suffix === 'l' && !LONGEST_NUMBER.test(number[1])) throw badRequest();
  const type = suffix === 'l' ? 'Int64' : suffix === '' && !number[1].includes('.') ? 'Int32' : 'Double';
  return { kind: 'literal', type, value: number[1] };
}

const NUMBERS: ReadonlySet<string> = new Set(['Byte', 'Int16', 'Int32', 'Double']);

/** An Int64 is compared with an `L` literal only; other numbers with each other. */
function isComparable(field: FieldType, other: FieldType | 'null'): boolean {
  return other === 'null' || field === other || (NUMBERS.has(field) && NUMBERS.has(other));
}

function comparison(left: Term, operator: string, right: Term): Test {
  if (left.kind !== 'field' || right.kind !== 'literal' || !isComparable(left.type, right.type)) throw badRequest();
  const { type, read } = left;
  const wanted = right.value;
  if (wanted === null && operator !== 'eq' && operator !== 'ne') throw badRequest();
  return (row) => {
    const value = read(row);
    if (value === null || wanted === null)
      return operator === 'eq' ? value === wanted : operator === 'ne' && value !== wanted;
    const order = compareValues(type, value, wanted);
    if (operator === 'eq') return order === 0;
    if (operator === 'ne') return order !== 0;
    return operator.startsWith('g')
      ? order > 0 || (order === 0 && operator === 'ge')
      : order < 0 || (order === 0 && operator === 'le');
  };
}

function textTest(subject: Term, part: Term, how: 'holds' | 'begins'): Test {
  if (subject.kind !== 'field' || subject.type !== 'String' || part.kind !== 'literal' || part.type !== 'String')
    throw badRequest();
  const wanted = String(part.value).toLowerCase();
  return (row) => {
    const value = subject.read(row);
    if (value === null) return false;
    const text = String(value).toLowerCase();
    return how === 'holds' ? text.includes(wanted) : text.startsWith(wanted);
  };
}
