import { z } from 'zod';

/** What a client knows of a bank: everything up to `end`, and the whole history or only its last month. */
const knowledge = z.object({ end: z.int(), whole: z.boolean() });
export type Knowledge = z.infer<typeof knowledge>;

const cursorSchema = z.object({
  /** First characters of the Item's id, and of the account's when only one account is followed. */
  item: z.string(),
  account: z.string(),
  generation: z.int(),
  /** What the client knew when the loop began; null = nothing. */
  from: knowledge.nullable(),
  /** Inside a loop: what it will know at its end, how many changes it has, which loop it is. */
  loop: z.object({ to: knowledge, done: z.int(), id: z.int() }).nullable(),
});

export type Cursor = z.infer<typeof cursorSchema>;

/** At most 256 characters of base64. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** Null for a text that is no cursor of ours. */
export function readCursor(text: string): Cursor | null {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch {
    return null;
  }
}
