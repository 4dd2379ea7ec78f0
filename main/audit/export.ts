import { yieldToOthers } from '../core/clock.ts';
import { BYTE_ORDER_MARK, csvRow, inertText } from '../core/csv.ts';
import type { Reader } from '../store/store.ts';
import type { AuditEvent } from './trail.ts';
import { eventsAfter } from './verify.ts';

export type ExportFormat = 'csv' | 'jsonl';

/**
 * The whole trail as text, in pieces to be written one after another.
 *
 * `csv`: UTF-8 with byte order mark, comma, CRLF, every field quoted, for a spreadsheet: a field that one would take
 * for a formula gets an apostrophe before it.
 *
 * `jsonl`: one JSON object a line with the exact fields, from which anybody can recompute the hashes: SHA-256 of the
 * JSON of {action, actor, at, data, previous, seq, subject}, in this order and without spaces, where `data` is the
 * text of the `data` object (keys sorted, no spaces), `previous` the hash of the event before, and `seq` a text.
 */
export async function* exportTrail(db: Reader, format: ExportFormat): AsyncGenerator<string, void, void> {
  if (format === 'csv') yield `${BYTE_ORDER_MARK}${csvRow(COLUMNS)}`;
  let last = 0n;
  for (;;) {
    const page = await eventsAfter(db, last);
    const end = page.at(-1);
    if (!end) return;
    yield page.map(format === 'csv' ? csvLine : jsonLine).join('');
    last = end.seq;
    await yieldToOthers();
  }
}

const COLUMNS = ['seq', 'at', 'actor', 'action', 'subject', 'data', 'previous_hash', 'hash'];

function csvLine(event: AuditEvent): string {
  const { seq, at, actor, action, subject, data_json, previous_hash, hash } = event;
  return csvRow([seq.toString(), at, actor, action, subject, data_json, previous_hash, hash].map(inertText));
}

function jsonLine(event: AuditEvent): string {
  const { seq, at, actor, action, subject, data_json, previous_hash, hash } = event;
  return `${JSON.stringify({ seq: Number(seq), at, actor, action, subject, data: dataOf(data_json), previous_hash, hash })}\n`;
}

/** Data that somebody made unreadable is exported as the text that it is; the check of the trail names it. */
function dataOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
