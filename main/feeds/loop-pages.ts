import type { LinePage, RejectedRow, StatementLineRecord } from '../connectors/capabilities.ts';
import { openStaging, type StagedLine, type StagedPage } from '../store/staging.ts';

/** Payload characters that one loop may hold in memory; beyond that its pages wait in a temporary file. */
const MEMORY_LIMIT = 24_000_000;

/**
 * Everything that one page loop delivered, kept until the loop has ended: only then may it be applied. Memory holds
 * the ids (to know which version of a line is the last) and at most `MEMORY_LIMIT` of payload.
 */
export type LoopPages = {
  add(page: LinePage): void;
  readonly counts: { readonly pages: number; readonly lines: number };
  /** In order of arrival, each line once and in its last version. */
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
  close(): void;
};

/** `memoryLimit` is for tests. */
export function openLoopPages(memoryLimit = MEMORY_LIMIT): LoopPages {
  const staging = openStaging();
  const latest = new Map<string, Map<string, number>>();
  /** Places of versions that a later one of the same line has overtaken. */
  const overtaken = new Set<number>();
  const replaced = new Map<string, Set<string>>();
  const rejected = new Map<string, { row: RejectedRow; page: number }>();
  const removed = new Map<string, LinePage['removed'][number]>();
  let pages = 0;
  let lines = 0;
  const held: Batch[] = [];
  const staged: Array<{ page: number; at: StagedPage }> = [];
  let heldSize = 0;

  const lastVersions = ({ page, lines: all }: Batch) =>
    overtaken.size === 0 ? all : all.filter((_line, at) => !overtaken.has(place(page, at)));

  return {
    add: (page) => {
      pages += 1;
      for (const [at, line] of page.lines.entries()) {
        const places = inner(latest, line.providerAccountId, () => new Map<string, number>());
        const earlier = places.get(line.providerLineId);
        if (earlier !== undefined) overtaken.add(earlier);
        places.set(line.providerLineId, place(pages, at));
        heldSize += line.payload.length;
        const old = line.replacesProviderLineId;
        if (old !== null && old !== line.providerLineId && line.state === 'booked')
          inner(replaced, line.providerAccountId, () => new Set()).add(old);
        if (rejected.size > 0) rejected.delete(line.providerLineId);
      }
      for (const row of page.rejected) rejected.set(row.providerLineId, { row, page: pages });
      for (const row of page.removed) removed.set(`${row.providerAccountId ?? ''} ${row.providerLineId}`, row);
      lines += page.lines.length;
      // Once a page went to disk, all later ones do: their order must stay.
      if (staged.length === 0 && heldSize <= memoryLimit) held.push({ page: pages, lines: page.lines });
      else staged.push({ page: pages, at: staging.put(page.lines) });
    },
    get counts() {
      return { pages, lines };
    },
    *batches() {
      for (const batch of held) yield lastVersions(batch);
      for (const { page, at } of staged) yield lastVersions({ page, lines: staging.get(at).map(fromStaged) });
    },
    isReplaced: (account, line) => replaced.get(account)?.has(line) === true,
    saw: (account, line) => latest.get(account)?.has(line) === true || rejected.has(line),
    rejected: function* () {
      for (const { row } of rejected.values()) yield row;
    },
    removed: () => removed.values(),
    accounts: () => [...latest.keys()],
    close: () => {
      held.length = 0;
      staging.close();
    },
  };
}

type Batch = { readonly page: number; readonly lines: readonly StatementLineRecord[] };

/** A page has fewer lines than this; so a place is unique and rises with the arrival. */
const PLACES_A_PAGE = 1_000_000;
const place = (page: number, at: number) => page * PLACES_A_PAGE + at;

function inner<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function fromStaged(line: StagedLine): StatementLineRecord {
  return {
    providerAccountId: line.providerAccountId,
    providerLineId: line.providerLineId,
    replacesProviderLineId: line.replacesProviderLineId,
    state: line.state,
    amount: { minor: line.minor, currency: line.currency },
    date: line.date,
    authorizedDate: line.authorizedDate,
    text: line.text,
    bankText: line.bankText,
    counterparty: line.counterparty,
    reference: line.reference,
    checkNumber: line.checkNumber,
    category: line.category,
    channel: line.channel,
    payload: line.payload,
  };
}
