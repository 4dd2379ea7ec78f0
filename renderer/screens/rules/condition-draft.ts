/** A rule's conditions while they are edited: a tree with keys for the screen, and back to the document. */
import type { RuleCondition } from './types.ts';

export const TEXT_FIELDS = ['counterparty', 'text', 'bankText', 'reference', 'category', 'channel', 'account'] as const;
export const FIELDS = [...TEXT_FIELDS, 'amount', 'date'] as const;
export type Field = (typeof FIELDS)[number];

export const TEXT_OPS = [
  'is',
  'isNot',
  'contains',
  'containsNot',
  'startsWith',
  'startsNot',
  'matches',
  'matchesNot',
] as const;
export const AMOUNT_OPS = ['in', 'out', 'is', 'isNot', 'between', 'notBetween', 'from', 'to'] as const;
export const DATE_OPS = ['is', 'isNot', 'between', 'notBetween', 'from', 'to'] as const;
export type Op = (typeof TEXT_OPS)[number] | (typeof AMOUNT_OPS)[number];

export const MODES = ['all', 'any', 'none', 'notAll'] as const;
export type Mode = (typeof MODES)[number];

export type FieldNode = {
  readonly kind: 'field';
  readonly key: string;
  readonly field: Field;
  readonly op: Op;
  /** As the person wrote it; with `between` the lower bound. */
  readonly value: string;
  readonly upTo: string;
};
export type GroupNode = {
  readonly kind: 'group';
  readonly key: string;
  readonly mode: Mode;
  readonly children: readonly Node[];
};
export type Node = FieldNode | GroupNode;

const newKey = () => crypto.randomUUID();

export function newField(field: Field = 'counterparty'): FieldNode {
  return { kind: 'field', key: newKey(), field, op: opsOf(field)[0] ?? 'is', value: '', upTo: '' };
}

export function newGroup(mode: Mode = 'any', children: readonly Node[] = [newField()]): GroupNode {
  return { kind: 'group', key: newKey(), mode, children };
}

export function opsOf(field: Field): readonly Op[] {
  return field === 'amount' ? AMOUNT_OPS : field === 'date' ? DATE_OPS : TEXT_OPS;
}

/** What is to be written beside an operator: nothing, one value, or two bounds. */
export function valuesOf(op: Op): 0 | 1 | 2 {
  if (op === 'in' || op === 'out') return 0;
  return op === 'between' || op === 'notBetween' ? 2 : 1;
}

/** Another field keeps what still makes sense. */
export function withField(node: FieldNode, field: Field): FieldNode {
  const ops = opsOf(field);
  const sameKind = ops === opsOf(node.field);
  if (sameKind) return { ...node, field };
  return { ...node, field, op: ops[0] ?? 'is', value: '', upTo: '' };
}

/** The root is always a group, so that conditions can be added to it. */
export function draftOf(condition: RuleCondition): GroupNode {
  const node = nodeOf(condition);
  return node.kind === 'group' ? node : newGroup('all', [node]);
}

function nodeOf(condition: RuleCondition): Node {
  if ('all' in condition) return newGroup('all', condition.all.map(nodeOf));
  if ('any' in condition) return newGroup('any', condition.any.map(nodeOf));
  if ('not' in condition) return negated(nodeOf(condition.not));
  const field = { ...newField(), field: condition.field };
  if (condition.field === 'amount' && condition.is === undefined) {
    if (condition.from === LEAST && condition.to === undefined) return { ...field, op: 'in' };
    if (condition.to === `-${LEAST}` && condition.from === undefined) return { ...field, op: 'out' };
  }
  if (condition.field === 'amount' || condition.field === 'date') {
    const { is, from, to } = condition;
    if (is !== undefined || (from !== undefined && from === to)) return { ...field, op: 'is', value: is ?? from ?? '' };
    if (from !== undefined && to !== undefined) return { ...field, op: 'between', value: from, upTo: to };
    return from !== undefined ? { ...field, op: 'from', value: from } : { ...field, op: 'to', value: to ?? '' };
  }
  const op = (['is', 'contains', 'startsWith', 'matches'] as const).find((one) => condition[one] !== undefined) ?? 'is';
  return { ...field, op, value: condition[op] ?? '' };
}

/** Money in at all, as a rule drafted from a line says it. */
const LEAST = '0.01';

const OPPOSITE: Readonly<Partial<Record<Op, Op>>> = {
  is: 'isNot',
  contains: 'containsNot',
  startsWith: 'startsNot',
  matches: 'matchesNot',
  between: 'notBetween',
};
const OPPOSITE_MODE: Readonly<Record<Mode, Mode>> = { all: 'notAll', notAll: 'all', any: 'none', none: 'any' };

function negated(node: Node): Node {
  if (node.kind === 'group') return { ...node, mode: OPPOSITE_MODE[node.mode] };
  const opposite = OPPOSITE[node.op] ?? positiveOf(node.op);
  return opposite === undefined ? newGroup('none', [node]) : { ...node, op: opposite };
}

/** The plain operator under a negative one; undefined for one that is plain itself. */
function positiveOf(op: Op): Op | undefined {
  return (Object.keys(OPPOSITE) as Op[]).find((plain) => OPPOSITE[plain] === op);
}

/** What keeps a node from being read, by its key. */
export type Problem = 'empty' | 'emptyGroup' | 'noAmount' | 'noDate' | 'reversed';
export type Problems = ReadonlyMap<string, Problem>;

/** The document of a tree; undefined, with the problems by key, when it is not complete. */
export function conditionOf(root: GroupNode): { readonly condition?: RuleCondition; readonly problems: Problems } {
  const problems = new Map<string, Problem>();
  const [only, ...more] = root.children;
  const condition =
    only && more.length === 0 && (root.mode === 'all' || root.mode === 'any')
      ? documentOf(only, problems)
      : documentOf(root, problems);
  return problems.size === 0 && condition ? { condition, problems } : { problems };
}

function documentOf(node: Node, problems: Map<string, Problem>): RuleCondition | undefined {
  if (node.kind === 'group') {
    const parts = node.children.flatMap((child) => documentOf(child, problems) ?? []);
    if (node.children.length === 0) problems.set(node.key, 'emptyGroup');
    const joined = node.mode === 'any' || node.mode === 'none' ? { any: parts } : { all: parts };
    return node.mode === 'none' || node.mode === 'notAll' ? { not: joined } : joined;
  }
  const positive = positiveOf(node.op);
  const plain = fieldDocument({ ...node, op: positive ?? node.op }, problems);
  return plain && positive !== undefined ? { not: plain } : plain;
}

function fieldDocument(node: FieldNode, problems: Map<string, Problem>): RuleCondition | undefined {
  const { field, op, key } = node;
  const wrong = (problem: Problem) => {
    problems.set(key, problem);
    return undefined;
  };
  if (field === 'amount' && op === 'in') return { field, from: LEAST };
  if (field === 'amount' && op === 'out') return { field, to: `-${LEAST}` };
  if (field !== 'amount' && field !== 'date') {
    const value = node.value.trim();
    if (value === '') return wrong('empty');
    if (op === 'contains') return { field, contains: value };
    if (op === 'startsWith') return { field, startsWith: value };
    return op === 'matches' ? { field, matches: value } : { field, is: value };
  }
  const read = field === 'amount' ? decimalOf : dayOf;
  const value = read(node.value);
  if (value === undefined) return wrong(field === 'amount' ? 'noAmount' : 'noDate');
  if (op === 'from') return { field, from: value };
  if (op === 'to') return { field, to: value };
  if (op !== 'between') return { field, is: value };
  const upTo = read(node.upTo);
  if (upTo === undefined) return wrong(field === 'amount' ? 'noAmount' : 'noDate');
  const reversed = field === 'amount' ? isLess(upTo, value) : upTo < value;
  return reversed ? wrong('reversed') : { field, from: value, to: upTo };
}

/** A decimal text as a person writes it: `1,200.50`, `−12,5`; undefined when it is none. */
export function decimalOf(text: string): string | undefined {
  const plain = text
    .replaceAll('−', '-')
    .replace(/\s/g, '')
    .replace(/,(?=\d{3}(?:\D|$))/g, '')
    .replaceAll(',', '.');
  return /^[+-]?\d{1,15}(\.\d{1,6})?$/.test(plain) ? plain : undefined;
}

function dayOf(text: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

function isLess(a: string, b: string): boolean {
  const digits = Math.max(a.split('.')[1]?.length ?? 0, b.split('.')[1]?.length ?? 0);
  const minor = (text: string) => {
    const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
    const value = BigInt(whole + fraction.padEnd(digits, '0'));
    return text.startsWith('-') ? -value : value;
  };
  return minor(a) < minor(b);
}

/** The tree with one node changed, or removed by undefined. */
export function changed(root: GroupNode, key: string, change: (node: Node) => Node | undefined): GroupNode {
  if (root.key === key) {
    const next = change(root);
    return next?.kind === 'group' ? next : root;
  }
  const children = root.children.flatMap((child): Node[] => {
    if (child.key !== key) return [child.kind === 'group' ? changed(child, key, change) : child];
    const next = change(child);
    return next ? [next] : [];
  });
  return { ...root, children };
}
