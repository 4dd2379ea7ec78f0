import { DaybookError } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { type Attempted, cutOff, tooLarge } from './http-failures.ts';

/**
 * Reads a whole body as UTF-8, at most `maxBytes` of it.
 * @throws DaybookError `answer_unreadable` when it is longer, or shorter than announced.
 */
export async function readBody(response: Response, maxBytes: number, attempted: Attempted): Promise<string> {
  const announced = announcedLength(response.headers);
  if (announced !== undefined && announced > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(attempted, maxBytes);
  }
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const chunk = await nextChunk(reader, attempted);
    if (chunk === undefined) break;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw tooLarge(attempted, maxBytes);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  if (announced !== undefined && bytes < announced) throw cutOff(attempted);
  return text + decoder.decode();
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  attempted: Attempted,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (thrown) {
    throw cutOff(attempted, thrown);
  }
}

/** Content-Length, when it counts the bytes that we shall see (it counts compressed ones otherwise). */
function announcedLength(headers: Headers): number | undefined {
  const encoding = headers.get('content-encoding');
  const length = headers.get('content-length');
  if (length === null || !/^\d{1,15}$/.test(length)) return undefined;
  return encoding === null || encoding === 'identity' ? Number(length) : undefined;
}

/**
 * The JSON value of an answer's body.
 * @throws DaybookError `answer_unreadable` for an empty, cut off or non-JSON body, or a web page of a gateway.
 */
export function parseJsonAnswer(answer: HttpAnswer): unknown {
  const { host, status, text } = answer;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may hold tokens or bank data: it is left out on purpose.
    throw new DaybookError('answer_unreadable', unreadableSentence(host, status, text));
  }
}

function unreadableSentence(host: string, status: number, text: string): string {
  const rest = 'Nothing of it was used; Daybook tries again by itself.';
  const start = text.trimStart();
  if (start === '') return `${host} sent an empty answer (status ${status}). ${rest}`;
  if (start.startsWith('<')) return `${host} sent a web page instead of data (status ${status}). ${rest}`;
  if (start.startsWith('{') || start.startsWith('['))
    return `The answer of ${host} broke off before its end (status ${status}). ${rest}`;
  return `${host} sent an answer that is not data (status ${status}). ${rest}`;
}
