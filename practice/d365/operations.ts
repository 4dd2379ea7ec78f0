/** One OData operation under `/data`, plain or inside a batch: read, create, change, delete. */
import { type Database, etagOf, type Row, type Table } from './database.ts';
import { type Erp, journalKey } from './erp.ts';
import { badRequest, forbidden, preconditionFailed, segmentNotFound } from './errors.ts';
import { createHeader, createLine, patch, remove } from './journals.ts';
import { parseKey, parsePath, recordUrl } from './keys.ts';
import type { EmbeddedAnswer } from './multipart.ts';
import { isVisible, readPage, readRecord } from './query.ts';
import { ENTITY_SETS, type EntitySpec } from './schema.ts';
import type { JournalTail } from './vouchers.ts';

export type Operation = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
};

/** Sets that the service user's roles do not cover: refused with 403, or hidden behind a 404. */
export type Denials = ReadonlyMap<string, 'forbidden' | 'hidden'>;

const JSON_TYPE = 'application/json; odata.metadata=minimal; odata.streaming=true';

/** Carries out an operation in one go. @throws Refusal */
export function perform(
  erp: Erp,
  operation: Operation,
  denials: Denials,
  tails: Map<Row, JournalTail>,
): EmbeddedAnswer {
  const { method, url } = operation;
  const target = locate(erp.db, url);
  const denial = denials.get(target.spec.set);
  if (denial === 'hidden') throw segmentNotFound(target.spec.set);
  if (denial === 'forbidden') throw forbidden(target.spec.set);
  const linkOrigin = erp.settings.linkOrigin ?? url.origin;

  if (target.key === undefined) {
    if (method === 'GET') return json(200, readPage(target.table, url, { ...erp.settings, linkOrigin }));
    if (method !== 'POST') throw badRequest(`The method ${method} needs a key.`);
    if (!target.spec.writable) throw forbidden(target.spec.set);
    const body = parseBody(operation.body);
    const row = target.spec.set === 'LedgerJournalHeaders' ? createHeader(erp, body) : createLine(erp, body, tails);
    const answer = json(201, readRecord(target.spec, row, new URL(url.pathname, url.origin), linkOrigin));
    return {
      ...answer,
      headers: { ...answer.headers, Location: recordUrl(url.origin, target.spec, row.values), ETag: etagOf(row) },
    };
  }

  const row = target.table.find(parseKey(target.spec, target.key));
  if (row === undefined || !isVisible(target.spec, row, url, erp.settings.defaultCompany))
    throw segmentNotFound(target.spec.set);
  if (method === 'GET') {
    const answer = json(200, readRecord(target.spec, row, url, linkOrigin));
    return { ...answer, headers: { ...answer.headers, ETag: etagOf(row) } };
  }
  if (!target.spec.writable) throw forbidden(target.spec.set);
  const expected = operation.headers.get('if-match');
  if (expected !== null && expected !== '*' && expected !== etagOf(row)) throw preconditionFailed();
  // A line's number may have gone to another row: nothing of the journal is remembered any more.
  tails.clear();
  if (method === 'DELETE') remove(erp, target.spec, row);
  else if (method === 'PATCH' || method === 'PUT') patch(erp, target.spec, row, parseBody(operation.body));
  else throw badRequest(`The method ${method} is not allowed on a record.`);
  return { status: 204, headers: { 'OData-Version': '4.0' }, body: '' };
}

function json(status: number, body: string): EmbeddedAnswer {
  return { status, headers: { 'Content-Type': JSON_TYPE, 'OData-Version': '4.0' }, body };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The request body is not valid JSON.');
  }
}

function locate(
  db: Database,
  url: URL,
): { readonly spec: EntitySpec; readonly table: Table; readonly key: string | undefined } {
  const { set, key } = parsePath(decodePath(url.pathname.slice('/data/'.length)));
  const spec = ENTITY_SETS.get(set);
  if (spec === undefined) throw segmentNotFound(set);
  return { spec, table: db.table(set), key };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest('The address is not valid.');
  }
}

/** The journals that an operation writes to: only one writer at a time gets through. */
export function journalWritten(erp: Erp, operation: Operation): string | undefined {
  if (operation.method === 'GET') return undefined;
  const { set, key } = parsePath(decodePath(operation.url.pathname.slice('/data/'.length)));
  const spec = ENTITY_SETS.get(set);
  if (spec === undefined || !spec.writable) return undefined;
  if (key !== undefined) {
    const [company = '', journal = ''] = parseKey(spec, key);
    return journalKey(company, journal);
  }
  if (set === 'LedgerJournalHeaders') return undefined;
  const body = parseBody(operation.body);
  if (typeof body !== 'object' || body === null) return undefined;
  const company = 'dataAreaId' in body && typeof body.dataAreaId === 'string' ? body.dataAreaId : '';
  const journal =
    'JournalBatchNumber' in body && typeof body.JournalBatchNumber === 'string' ? body.JournalBatchNumber : '';
  return journalKey(company || erp.settings.defaultCompany, journal);
}
