/** Reading and writing `multipart/mixed` bodies of `$batch`, strict about CRLF and boundaries as the service is. */

export type Part = { readonly headers: Headers; readonly body: string };

/** The boundary in a Content-Type; undefined when it is no `multipart/mixed`. */
export function boundaryOf(contentType: string | null): string | undefined {
  const match = /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** The parts between the boundaries; undefined when the body is not well formed. */
export function readParts(body: string, boundary: string): Part[] | undefined {
  const open = `--${boundary}\r\n`;
  const close = `--${boundary}--`;
  const start = body.indexOf(open);
  const end = body.indexOf(`\r\n${close}`);
  if (start < 0 || end < start) return undefined;
  const parts: Part[] = [];
  for (const text of body.slice(start + open.length, end).split(`\r\n${open}`)) {
    const part = readHead(text);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

/** Headers, an empty line, and the rest. */
export function readHead(text: string): Part | undefined {
  const gap = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
  if (gap < 0) return undefined;
  const headers = new Headers();
  for (const line of text.slice(0, gap).split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) return undefined;
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(gap === 0 ? 2 : gap + 4) };
}

export type EmbeddedRequest = {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
};

/** The HTTP request inside a part. */
export function readRequest(text: string): EmbeddedRequest | undefined {
  // Without a body, some of the empty lines at the end belong to the boundary.
  const whole = `${text}\r\n\r\n`;
  const lineEnd = whole.indexOf('\r\n');
  const match = /^(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP\/1\.1$/.exec(whole.slice(0, lineEnd));
  const head = readHead(whole.slice(lineEnd + 2));
  if (!match?.[1] || !match[2] || head === undefined) return undefined;
  return { method: match[1], target: match[2], headers: head.headers, body: head.body };
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  412: 'Precondition Failed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

export type EmbeddedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An HTTP answer as a part, with the Content-ID of its request. */
export function writeAnswer(answer: EmbeddedAnswer, contentId: string | null): string {
  const lines = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];
  if (contentId !== null) lines.push(`Content-ID: ${contentId}`);
  lines.push('', `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? 'Unknown'}`);
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`);
  lines.push('', answer.body);
  return lines.join('\r\n');
}

export function writeParts(parts: readonly string[], boundary: string): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}
