import { type Body, writeBody } from './odata.ts';

/**
 * `$batch` of OData v4 as `multipart/mixed`: the only way to write several lines in one transaction.
 * Source: facts §3.6; OData 4.0 part 1, section 11.7.
 */
export type Creation = { readonly url: string; readonly body: Body };

export type BatchText = { readonly contentType: string; readonly body: string };

const CRLF = '\r\n';

/**
 * One changeset: all creations are stored or none. Content-IDs count from 1 in order.
 * @param unique A random text without meaning, part of the boundaries; it must not occur in the bodies.
 */
export function writeChangeset(creations: readonly Creation[], unique: string): BatchText {
  const batch = `batch_${unique}`;
  const changeset = `changeset_${unique}`;
  const parts = creations.map((creation, index) =>
    [
      `--${changeset}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${index + 1}`,
      '',
      `POST ${creation.url} HTTP/1.1`,
      'Content-Type: application/json; charset=utf-8',
      'Accept: application/json',
      '',
      writeBody(creation.body),
    ].join(CRLF),
  );
  const body = [
    `--${batch}`,
    `Content-Type: multipart/mixed; boundary=${changeset}`,
    '',
    ...parts,
    `--${changeset}--`,
    `--${batch}--`,
    '',
  ].join(CRLF);
  return { contentType: `multipart/mixed; boundary=${batch}`, body };
}

/** Reads outside any changeset: many long filters in one request. Content-IDs count from 1 in order. */
export function writeReads(urls: readonly string[], unique: string): BatchText {
  const batch = `batch_${unique}`;
  const parts = urls.map((url, index) =>
    [
      `--${batch}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${index + 1}`,
      '',
      `GET ${url} HTTP/1.1`,
      'Accept: application/json',
      '',
      '',
    ].join(CRLF),
  );
  return { contentType: `multipart/mixed; boundary=${batch}`, body: [...parts, `--${batch}--`, ''].join(CRLF) };
}

/** The answer to one operation, or to a whole changeset that failed. */
export type BatchPart = {
  readonly contentId: string | null;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
};

/**
 * Reads a batch answer, its changesets flattened in order. Null when it is not whole and well formed: the closing
 * boundary is missing, a part has no status line. The caller then does not know what was stored.
 */
export function readBatch(contentType: string | null, text: string): BatchPart[] | null {
  const boundary = boundaryOf(contentType ?? '');
  if (boundary === null) return null;
  const pieces = splitParts(text, boundary);
  if (pieces === null) return null;
  const parts: BatchPart[] = [];
  for (const piece of pieces) {
    const { headers, body } = splitHead(piece);
    const type = headers.get('content-type') ?? '';
    if (/^multipart\/mixed/i.test(type)) {
      const inner = readBatch(type, body);
      if (inner === null) return null;
      parts.push(...inner);
      continue;
    }
    const part = readHttpPart(headers, body);
    if (part === null) return null;
    parts.push(part);
  }
  return parts;
}

function boundaryOf(contentType: string): string | null {
  const match = /^multipart\/mixed\s*;.*?\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}

/** The texts between the boundary lines; null without an opening and a closing one. */
function splitParts(text: string, boundary: string): string[] | null {
  const line = new RegExp(
    `(?:^|\\r?\\n)--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(--)?[ \\t]*(?=\\r?\\n|$)`,
    'g',
  );
  const pieces: string[] = [];
  let from: number | undefined;
  for (const match of text.matchAll(line)) {
    if (from !== undefined) pieces.push(text.slice(from, match.index));
    if (match[1] === '--') return from === undefined ? null : pieces.map((piece) => piece.replace(/^\r?\n/, ''));
    from = match.index + match[0].length;
  }
  return null;
}

function splitHead(text: string): { readonly headers: Headers; readonly body: string } {
  // A part without headers begins with the empty line itself.
  const match = /^(?:\r?\n)|\r?\n\r?\n/.exec(text);
  const head = match ? text.slice(0, match.index) : text;
  const headers = new Headers();
  for (const row of head.split(/\r?\n/)) {
    const colon = row.indexOf(':');
    const name = row.slice(0, colon).trim();
    if (colon > 0 && /^[\w!#$%&'*+.^`|~-]+$/.test(name)) headers.set(name, row.slice(colon + 1).trim());
  }
  return { headers, body: match ? text.slice(match.index + match[0].length) : '' };
}

function readHttpPart(outer: Headers, text: string): BatchPart | null {
  const status = /^\s*HTTP\/\d(?:\.\d)? (\d{3})[^\r\n]*(?:\r?\n|$)/.exec(text);
  if (!status) return null;
  const { headers, body } = splitHead(text.slice(status[0].length));
  const contentId = outer.get('content-id') ?? headers.get('content-id') ?? null;
  return { contentId, status: Number(status[1]), headers, body };
}
