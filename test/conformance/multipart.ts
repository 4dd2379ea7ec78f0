/** A reader of `multipart/mixed` for the judge alone, so that it shares no mistake with client or server. */

export type MimePart = {
  readonly headers: Headers;
  readonly body: string;
  /** Inner parts, when the part is itself `multipart/mixed`. */
  readonly parts: readonly MimePart[] | undefined;
};

/** The parts of a body; undefined when it is not well formed with CRLF. */
export function readMultipart(contentType: string | null, body: string): MimePart[] | undefined {
  const boundary = /^multipart\/mixed;\s*boundary="?([^";]+)"?$/i.exec(contentType ?? '')?.[1];
  if (boundary === undefined) return undefined;
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  if (pieces.length < 2 || !pieces.at(-1)?.startsWith('--')) return undefined;
  const parts: MimePart[] = [];
  for (const piece of pieces.slice(1, -1)) {
    if (!piece.startsWith('\r\n')) return undefined;
    const { headers, body: inner } = readHead(piece.slice(2));
    const type = headers.get('content-type');
    const nested = type?.startsWith('multipart/mixed') ? readMultipart(type, inner) : undefined;
    if (type?.startsWith('multipart/mixed') && nested === undefined) return undefined;
    parts.push({ headers, body: inner, parts: nested });
  }
  return parts;
}

/** The operations of a unit: those of a changeset, or the one that it is. */
export function flatten(part: MimePart): readonly MimePart[] {
  return part.parts ?? [part];
}

export type HttpMessage = { readonly start: string; readonly headers: Headers; readonly body: string };

/** The HTTP request or answer inside a part. */
export function readHttp(text: string): HttpMessage | undefined {
  const end = text.indexOf('\r\n');
  const start = end < 0 ? text : text.slice(0, end);
  if (!/^([A-Z]+ \S+ HTTP\/1\.1|HTTP\/1\.1 \d{3}.*)$/.test(start)) return undefined;
  return { start, ...readHead(end < 0 ? '' : text.slice(end + 2)) };
}

function readHead(text: string): { headers: Headers; body: string } {
  const headers = new Headers();
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n');
    const line = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 2);
    if (line === '') return { headers, body: rest };
    const colon = line.indexOf(':');
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    if (end < 0) return { headers, body: '' };
  }
}
