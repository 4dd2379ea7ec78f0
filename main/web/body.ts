import type { IncomingMessage } from 'node:http';

/** A setup document of a large firm is about one megabyte. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * The text of a request; null when it is larger than we take. The rest of it is then read and dropped, because a
 * connection that is closed in the middle of a request never delivers its answer.
 */
export async function readBody(incoming: IncomingMessage, mostBytes = MOST_BYTES): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= mostBytes) chunks.push(bytes);
    else chunks.length = 0;
  }
  return length > mostBytes ? null : Buffer.concat(chunks).toString('utf8');
}
