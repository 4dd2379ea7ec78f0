import { redactText } from './redact-text.ts';

export { redactText } from './redact-text.ts';

/** Bounds of what is copied: a log record is for reading, not for keeping data. */
const MAX_DEPTH = 8;
const MAX_ENTRIES = 100;
/** Values in all; a text counts as one for each 64 characters. */
const MAX_NODES = 5_000;
const TEXT_NODE = 64;

/** Keys (letters and digits only, lower case) whose values are secrets. */
const SECRET_KEY =
  /secret|passw|passphrase|authorization|cookie|apikey|accesskey|privatekey|signingkey|credential|assertion|salt$|^pin$|^otp$|^kek$/;
const TOKEN_KEY = /token/;
/** Keys that speak about a token without being one: `tokenEndpoint`, `token_type`, `is_tokenized_account_number`. */
const ABOUT_TOKEN = /tokenized|tokentype|tokenurl|tokenuri|tokenendpoint|tokenexpir/;
/** Keys whose values are account numbers: only their end is kept. */
const NUMBER_KEY =
  /^account$|account(number|no|num)|accountnumber|iban|bban|routing|sortcode|cardnumber|^pan$|^ssn$|^taxid$/;
/** A URL's query as its own field, as axios has it: `params`. */
const QUERY_KEY = /^(params|query|querystring|search)$/;

/** Fields of an Error that are safe and useful. An axios error's `config` and `request` hold the keys. */
const ERROR_FIELDS = [
  'code',
  'errno',
  'syscall',
  'status',
  'statusCode',
  'errorCode',
  'subError',
  'correlationId',
  'retryable',
  'repair',
  'providerCode',
  'requestId',
  'retryAfterMs',
  'path',
];

/**
 * A copy of any value that may be logged or shown: secrets by key and by shape replaced, account numbers cut to their
 * end, query strings dropped, errors without the request that caused them. Never throws; cyclic and huge values come
 * out bounded. The result holds only what JSON can hold.
 */
export function redact(value: unknown): unknown {
  return copy(value, '', { ancestors: [], nodes: 0 });
}

type Walk = { readonly ancestors: object[]; nodes: number };

function copy(value: unknown, key: string, walk: Walk): unknown {
  walk.nodes += 1;
  if (walk.nodes > MAX_NODES) return '[more]';
  const kind = kindOf(key, value);
  if (kind === 'secret') return '[secret]';
  if (kind === 'number') return endOnly(String(value));
  if (typeof value === 'string') return copyText(value, walk);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (value === undefined) return undefined;
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (walk.ancestors.includes(value)) return '[circular]';
  if (walk.ancestors.length >= MAX_DEPTH) return '[deeper]';
  walk.ancestors.push(value);
  try {
    return copyObject(value, key, walk);
  } catch {
    // A getter or a revoked proxy of somebody else's object threw: the rest of the record is still worth writing.
    return '[unreadable]';
  } finally {
    walk.ancestors.pop();
  }
}

function copyText(text: string, walk: Walk): string {
  const shown = redactText(text);
  walk.nodes += Math.floor(shown.length / TEXT_NODE);
  return shown;
}

function copyObject(value: object, key: string, walk: Walk): unknown {
  if (value instanceof Error) return copyError(value, walk);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams)
    return copyEntries([...value.entries()], walk);
  if (value instanceof Set) return copyList([...value], key, walk);
  if (Array.isArray(value)) return copyList(value, key, walk);
  return copyEntries(Object.entries(value), walk);
}

function copyList(list: readonly unknown[], key: string, walk: Walk): unknown[] {
  const kept = list.slice(0, MAX_ENTRIES).map((item) => copy(item, key, walk) ?? null);
  return list.length > MAX_ENTRIES ? [...kept, `[${list.length - MAX_ENTRIES} more]`] : kept;
}

function copyEntries(entries: ReadonlyArray<readonly [unknown, unknown]>, walk: Walk): Record<string, unknown> {
  const kept = entries
    .slice(0, MAX_ENTRIES)
    .map(([name, item]) => [redactText(String(name)), copy(item, String(name), walk)] as const);
  const more = entries.length - kept.length;
  return Object.fromEntries(more > 0 ? [...kept, ['[more]', more] as const] : kept);
}

function copyError(error: Error, walk: Walk): Record<string, unknown> {
  const fields: Record<string, unknown> = { name: error.name, message: redactText(error.message) };
  for (const field of ERROR_FIELDS) {
    const item: unknown = Reflect.get(error, field);
    if (item !== undefined && typeof item !== 'object') fields[field] = copy(item, field, walk);
  }
  if (error.stack) fields.stack = redactText(error.stack);
  if (error.cause !== undefined) fields.cause = copy(error.cause, 'cause', walk);
  if (error instanceof AggregateError) fields.errors = copyList(error.errors, 'errors', walk);
  return fields;
}

/** What a field's name says of its value. Names win over shapes: a short password has no shape. */
function kindOf(key: string, value: unknown): 'secret' | 'number' | 'open' {
  if (key === '' || value === null || value === undefined || typeof value === 'boolean') return 'open';
  const name = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (SECRET_KEY.test(name)) return 'secret';
  if (TOKEN_KEY.test(name) && !ABOUT_TOKEN.test(name) && typeof value !== 'number') return 'secret';
  if (QUERY_KEY.test(name) && typeof value === 'string') return 'secret';
  if (NUMBER_KEY.test(name) && typeof value !== 'object') return 'number';
  return 'open';
}

/** The last four characters of an account number; the last two of a short one. */
function endOnly(text: string): string {
  const plain = text.replace(/[\s-]/g, '');
  return `…${plain.slice(plain.length >= 8 ? -4 : -2)}`;
}
