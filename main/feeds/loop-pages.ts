import type { LinePage, RejectedRow, StatementLineRecord } from '../connectors/capabilities.ts';
import type { CalendarDate } from '../core/calendar.ts';
import { openStaging, type StagedLine, type StagedPage } from '../store/staging.ts';

/** Payload characters that one loop may hold in memory; beyond that its pages wait in a temporary file. */
const MEMORY_LIMIT = 24_000_000;

/**
 * Everything that one page loop delivered, kept until the loop has ended: only then may it be applied. Memory holds
 * the ids (to know which version of a line is the last) and at most `MEMORY_LIMIT` of payload.
 */
export type LoopPages = {
  add(page: LinePage): Promise<void>;
  /** `unchanged`: versions that were stored already, word for word. */
  readonly counts: { readonly pages: number; readonly lines: number; readonly unchanged: number };
  /** In order of arrival, each line once and in its last version; without those that are stored so already. */
  batches(): Generator<readonly StatementLineRecord[]>;
  /** The booked line of this loop that replaces this pending line of this loop. */
  isReplaced(providerAccountId: string, providerLineId: string): boolean;
  /** True when the loop spoke of this line: as a line, or as a row that could not be read. */
  saw(providerAccountId: string, providerLineId: string): boolean;
  /** Rows that could not be read, the last version of each, without those that a later page brought in good form. */
  rejected(): Iterable<RejectedRow>;
  removed(): Iterable<LinePage['removed'][number]>;
  accounts(): string[];
  /** Earliest day of the loop by provider account, changed or not: as far back as it can have seen. */
  readonly readFrom: ReadonlyMap<string, CalendarDate>;
  /** Frees what waits on disk. */
  close(): void;
};

/** Tells which of these lines are stored exactly so. */
export type FindStored = (lines: readonly StatementLineRecord[]) => Promise<ReadonlySet<StatementLineRecord>>;

/** `memoryLimit` is for tests. */
export function openLoopPages(findStored: FindStored = async () => new Set(), memoryLimit = MEMORY_LIMIT): LoopPages {
  const staging = openStaging();
  const latest = new Map<string, Map<string, number>>();
  /** Places of versions that a later one of the same line has overtaken. */
  const overtaken = new Set<number>();
  const replaced = new Map<string, Set<string>>();
  const rejected = new Map<string, RejectedRow>();
  const removed = new Map<string, LinePage['removed'][number]>();
  const readFrom = new Map<string, CalendarDate>();
  let pages = 0;
  let lines = 0;
  let unchanged = 0;
  const held: Batch[] = [];
  const staged: Array<{ page: number; at: StagedPage }> = [];
  let heldSize = 0;

  const lastVersions = ({ page, lines: all }: Batch) =>
    overtaken.size === 0 ? all : all.filter((_line, at) => !overtaken.has(place(page, at)));

  /** Notes what the line says about others, and that it is the last version of itself so far. */
  const note = (line: StatementLineRecord, at: number) => {
    const { providerAccountId, providerLineId, replacesProviderLineId: old, date } = line;
    const places = inner(latest, providerAccountId, () => new Map<string, number>());
    const earlier = places.get(providerLineId);
    if (earlier !== undefined) overtaken.add(earlier);
    places.set(providerLineId, at);
    if (old !== null && old !== providerLineId && line.state === 'booked')
      inner(replaced, providerAccountId, () => new Set()).add(old);
    if (rejected.size > 0) rejected.delete(providerLineId);
    const first = readFrom.get(providerAccountId);
    if (first === undefined || date < first) readFrom.set(providerAccountId, date);
  };

  return {
    add: async (page) => {
      pages += 1;
      lines += page.lines.length;
      const stored = await findStored(page.lines);
      unchanged += stored.size;
      const fresh: StatementLineRecord[] = [];
      for (const line of page.lines) {
        note(line, stored.has(line) ? NOWHERE : place(pages, fresh.length));
        if (stored.has(line)) continue;
        fresh.push(line);
        heldSize += line.payload.length;
      }
      for (const row of page.rejected) rejected.set(row.providerLineId, row);
      for (const row of page.removed) removed.set(`${row.providerAccountId ?? ''} ${row.providerLineId}`, row);
      if (fresh.length === 0) return;
      // Once a page went to disk, all later ones do: their order must stay.
      if (staged.length === 0 && heldSize <= memoryLimit) held.push({ page: pages, lines: fresh });
      else staged.push({ page: pages, at: staging.put(fresh) });
    },
    get counts() {
      return { pages, lines, unchanged };
    },
    *batches() {
      for (const batch of held) yield lastVersions(batch);
      for (const { page, at } of staged) yield lastVersions({ page, lines: staging.get(at).map(fromStaged) });
    },
    isReplaced: (account, line) => replaced.get(account)?.has(line) === true,
    saw: (account, line) => latest.get(account)?.has(line) === true || rejected.has(line),
    rejected: () => rejected.values(),
    removed: () => removed.values(),
    accounts: () => [...latest.keys()],
    readFrom,
    close: () => {
      held.length = 0;
      staging.close();
    },
  };
}

type Batch = { readonly page: number; readonly lines: readonly StatementLineRecord[] };

/** The place of a version that needs none, because it is stored already. */
const NOWHERE = -1;

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
