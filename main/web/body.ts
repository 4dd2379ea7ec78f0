import type { IncomingMessage } from 'node:http';

/** A setup document of a large firm is about one megabyte. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The text of a request; null when it is larger than we take. The rest of it is then not read. */
export async function readBody(incoming: IncomingMessage, mostBytes = MOST_BYTES): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > mostBytes) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
