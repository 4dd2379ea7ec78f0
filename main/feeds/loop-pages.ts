import { z } from 'zod';
import type { LinePage, RejectedRow, StatementLineRecord } from '../connectors/capabilities.ts';
import { openSpill } from '../store/spill.ts';
import type { Store } from '../store/store.ts';

/** Payload characters that one loop may hold in memory; beyond that its pages wait in a temporary file. */
const MEMORY_LIMIT = 24_000_000;

/**
 * Everything that one page loop delivered, kept until the loop has ended: only then may it be applied. Memory holds
 * the ids (to know which version of a line is the last) and at most `MEMORY_LIMIT` of payload.
 */
export type LoopPages = {
  add(page: LinePage): Promise<void>;
  readonly counts: { readonly pages: number; readonly lines: number };
  /** In order of arrival, each line once and in its last version. Only inside `store.write`. */
  batches(): Generator<readonly StatementLineRecord[]>;
  /** The booked line of this loop that replaces this pending line of this loop. */
  isReplaced(providerAccountId: string, providerLineId: string): boolean;
  /** True when the loop spoke of this line: as a line, or as a row that could not be read. */
  saw(providerAccountId: string, providerLineId: string): boolean;
  /** Rows that could not be read, the last version of each, without those that a later page brought in good form. */
  rejected(): Iterable<RejectedRow>;
  removed(): Iterable<LinePage['removed'][number]>;
  accounts(): string[];
  /** Frees what waits on disk. */
  clear(): Promise<void>;
};

/** `memoryLimit` is for tests. */
export function openLoopPages(store: Store, memoryLimit = MEMORY_LIMIT): LoopPages {
  const spill = openSpill(store);
  const latest = new Map<string, Map<string, number>>();
  const replaced = new Map<string, Set<string>>();
  const rejected = new Map<string, { row: RejectedRow; page: number }>();
  const removed = new Map<string, LinePage['removed'][number]>();
  let pages = 0;
  let lines = 0;
  let held: Batch[] = [];
  let heldSize = 0;

  const isLast = (line: StatementLineRecord, page: number, at: number) =>
    latest.get(line.providerAccountId)?.get(line.providerLineId) === place(page, at);

  return {
    add: async (page) => {
      pages += 1;
      for (const [at, line] of page.lines.entries()) {
        inner(latest, line.providerAccountId, () => new Map()).set(line.providerLineId, place(pages, at));
        heldSize += line.payload.length;
        const old = line.replacesProviderLineId;
        if (old !== null && old !== line.providerLineId && line.state === 'booked')
          inner(replaced, line.providerAccountId, () => new Set()).add(old);
        rejected.delete(line.providerLineId);
      }
      for (const row of page.rejected) rejected.set(row.providerLineId, { row, page: pages });
      for (const row of page.removed) removed.set(`${row.providerAccountId ?? ''} ${row.providerLineId}`, row);
      lines += page.lines.length;
      held.push({ page: pages, lines: page.lines });
      if (heldSize <= memoryLimit) return;
      for (const batch of held) await spill.put(toText(batch));
      held = [];
      heldSize = 0;
    },
    get counts() {
      return { pages, lines };
    },
    *batches() {
      for (let index = 0; index < spill.size; index++) yield lastVersions(fromText(spill.get(index)), isLast);
      for (const batch of held) yield lastVersions(batch, isLast);
    },
    isReplaced: (account, line) => replaced.get(account)?.has(line) === true,
    saw: (account, line) => latest.get(account)?.has(line) === true || rejected.has(line),
    rejected: function* () {
      for (const { row } of rejected.values()) yield row;
    },
    removed: () => removed.values(),
    accounts: () => [...latest.keys()],
    clear: async () => {
      held = [];
      await spill.clear();
    },
  };
}

type Batch = { readonly page: number; readonly lines: readonly StatementLineRecord[] };

/** A page has fewer lines than this; so a place is unique and rises with the arrival. */
const PLACES_A_PAGE = 1_000_000;
const place = (page: number, at: number) => page * PLACES_A_PAGE + at;

function lastVersions(
  { page, lines }: Batch,
  isLast: (line: StatementLineRecord, page: number, at: number) => boolean,
): readonly StatementLineRecord[] {
  return lines.filter((line, at) => isLast(line, page, at));
}

function inner<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const text = z.string().nullable();
const storedBatch = z.object({
  page: z.number(),
  lines: z.array(
    z.object({
      providerAccountId: z.string(),
      providerLineId: z.string(),
      replacesProviderLineId: text,
      state: z.enum(['pending', 'booked']),
      amount: z.object({ minor: z.string().transform(BigInt), currency: z.string() }),
      date: z.string(),
      authorizedDate: text,
      text: z.string(),
      bankText: text,
      counterparty: text,
      reference: text,
      checkNumber: text,
      category: text,
      channel: text,
      payload: z.string(),
    }),
  ),
});

function toText(batch: Batch): string {
  const lines = batch.lines.map((line) => ({
    ...line,
    amount: { minor: line.amount.minor.toString(), currency: line.amount.currency },
  }));
  return JSON.stringify({ page: batch.page, lines });
}

function fromText(stored: string): Batch {
  return storedBatch.parse(JSON.parse(stored));
}
