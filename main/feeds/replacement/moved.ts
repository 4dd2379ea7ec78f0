import { z } from 'zod';

const ids = z.array(z.string());

/** What an acceptance moved, as it stands in `account_replacement.moved_json`. Ids of rows are texts. */
export const moved = z.object({
  /** Lines that came over from the new account. */
  lines: ids,
  /** Provider ids that became a second name of a line. */
  twins: ids,
  /** Former ids of pending lines that came along. */
  aliases: ids,
  snapshots: ids,
  exceptions: ids,
  /** Newest line of the workspace then: what came to the account later came under its new identity. */
  lastLine: z.string(),
  oldClosedAt: z.string().nullable(),
  /** Since when the new account was shown no more either, because its id had changed again. */
  newClosedAt: z.string().nullable().default(null),
});
export type Moved = z.output<typeof moved>;

/** SQL parameters are few; ids of a large account are many. */
export function inParts<T>(all: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}
