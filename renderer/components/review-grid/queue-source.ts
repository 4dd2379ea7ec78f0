import { call, shownError } from '../../api/client.ts';
import type { CallInput, CallOutput, QueueItem, SerialError, Totals } from '../../api/contract.ts';
import { wait } from '../../api/wait.ts';

export type QueueFilter = NonNullable<CallInput<'queue.list'>['filter']>;
export type QueueSort = NonNullable<CallInput<'queue.list'>['sort']>;
export type QueueQuery = { readonly filter: QueueFilter; readonly sort: QueueSort | undefined };

/** Asks main for a window; `queue.list` outside of tests. */
export type ListWindow = (input: CallInput<'queue.list'>) => Promise<CallOutput<'queue.list'>>;

/**
 * The rows of a filter by index, fetched in windows as they come into sight. However long the list, only rows near the
 * eye are held.
 */
export type QueueSource = {
  /** Rises with each change; with `subscribe` it is a React external store. */
  readonly version: () => number;
  readonly subscribe: (tell: () => void) => () => void;
  /** Undefined until the first answer. */
  readonly total: () => number | undefined;
  readonly totals: () => Totals | undefined;
  readonly error: () => SerialError | undefined;
  /** Undefined while it is being fetched. */
  readonly at: (index: number) => QueueItem | undefined;
  /** All rows that are held, with their places. */
  readonly held: () => ReadonlyMap<number, QueueItem>;
  /** Where a row is, as far as it is held; looks near `hint` first. */
  readonly indexOf: (id: string, hint: number) => number | undefined;
  /** Rows `from` to `to` (inclusive) are in sight. */
  readonly show: (from: number, to: number) => void;
  /** Fetches rows `from` to `to` and gives those that are there. */
  readonly fetch: (from: number, to: number) => Promise<readonly QueueItem[]>;
  readonly setQuery: (query: QueueQuery) => void;
  /** Reads anew what is in sight; waits for writes under way and never runs twice at once. */
  readonly refresh: () => void;
  /** Takes rows out at once, before main has answered; the refresh after the write brings the truth. */
  readonly drop: (ids: ReadonlySet<string>) => void;
  readonly patch: (ids: ReadonlySet<string>, change: (item: QueueItem) => QueueItem) => void;
  /** Runs a write: no refresh comes between, one follows. */
  readonly writing: <T>(write: () => Promise<T>) => Promise<T>;
};

const PAGE = 100;
/** Rows held before those far from the eye are let go. */
const MOST_HELD = 3_000;
const KEEP_AROUND = 800;
const MOST_ASKED = 1_000;
/** Decisions come in quick succession; the list is read anew when the hand rests. */
const REST_MS = 120;

type Flight = { readonly from: number; readonly to: number; readonly epoch: number };

export function createQueueSource(
  list: ListWindow = (input) => call('queue.list', input),
  rest: () => Promise<void> = () => wait(REST_MS),
): QueueSource {
  let query: QueueQuery = { filter: {}, sort: undefined };
  let rows = new Map<number, QueueItem>();
  /** Rows of the last answers by id. */
  let known = new Map<string, QueueItem>();
  let total: number | undefined;
  let totals: Totals | undefined;
  let error: SerialError | undefined;
  let seen = { from: 0, to: PAGE - 1 };
  /** Answers of an older epoch were numbered before rows moved, and are thrown away. */
  let epoch = 0;
  let flights: Flight[] = [];
  let writes = 0;
  let refreshing = false;
  let resting = false;
  let dirty = false;
  let version = 0;
  const watchers = new Set<() => void>();
  const changed = () => {
    version += 1;
    for (const tell of watchers) tell();
  };

  const put = (offset: number, items: readonly QueueItem[]) => {
    for (const [index, item] of items.entries()) rows.set(offset + index, asBefore(item));
  };

  /** The same object while a row has not changed, so that it is not drawn anew. */
  const asBefore = (item: QueueItem): QueueItem => {
    const before = known.get(item.id);
    if (before !== undefined && sameJson(before, item)) return before;
    return item;
  };

  const letGo = () => {
    if (rows.size <= MOST_HELD) return;
    const [from, to] = [seen.from - KEEP_AROUND, seen.to + KEEP_AROUND];
    rows = new Map([...rows].filter(([index]) => index >= from && index <= to));
  };

  const ask = async (from: number, to: number): Promise<CallOutput<'queue.list'> | undefined> => {
    const flight: Flight = { from, to, epoch };
    flights.push(flight);
    try {
      const { sort, filter } = query;
      const input = { filter, offset: from, limit: Math.min(MOST_ASKED, to - from + 1) };
      const answer = await list(sort === undefined ? input : { ...input, sort });
      return flight.epoch === epoch ? answer : undefined;
    } catch (thrown) {
      if (flight.epoch === epoch) {
        error = shownError(thrown);
        changed();
      }
      return undefined;
    } finally {
      flights = flights.filter((other) => other !== flight);
    }
  };

  const take = (answer: CallOutput<'queue.list'>) => {
    error = undefined;
    total = answer.total;
    totals = answer.totals;
    put(answer.offset, answer.items);
    letGo();
    known = new Map([...rows.values()].map((row) => [row.id, row]));
    changed();
  };

  /** The first row in the range that is neither held nor on its way. */
  const firstMissing = (from: number, to: number): number | undefined => {
    for (let index = from; index <= to; index++) {
      if (rows.has(index)) continue;
      if (!flights.some((flight) => flight.epoch === epoch && index >= flight.from && index <= flight.to)) return index;
    }
    return undefined;
  };

  const fill = () => {
    if (total === undefined || error !== undefined || refreshing) return;
    const last = Math.min(total - 1, seen.to + 20);
    const from = firstMissing(Math.max(0, seen.from - 20), last);
    if (from === undefined || flights.filter((flight) => flight.epoch === epoch).length >= 2) return;
    // Backwards when the rows behind are held already: the eye moves up.
    const start = !rows.has(from + PAGE - 1) ? from : Math.max(0, from - PAGE + 20);
    void ask(start, Math.min(total - 1, start + PAGE - 1)).then((answer) => {
      if (answer) take(answer);
      fill();
    });
    fill();
  };

  const readAnew = async () => {
    refreshing = true;
    dirty = false;
    epoch += 1;
    const from = Math.max(0, seen.from - 40);
    const answer = await ask(from, Math.max(from + PAGE - 1, seen.to + 40));
    refreshing = false;
    if (answer && !dirty) {
      rows = new Map();
      take(answer);
    }
    if (dirty) refresh();
    else fill();
  };

  const refresh = () => {
    dirty = true;
    if (refreshing || resting || writes > 0) return;
    resting = true;
    void rest().then(() => {
      resting = false;
      // A write that began meanwhile asks again at its end.
      if (writes === 0 && !refreshing) void readAnew();
    });
  };

  return {
    version: () => version,
    subscribe: (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    total: () => total,
    totals: () => totals,
    error: () => error,
    at: (index) => rows.get(index),
    held: () => rows,
    indexOf: (id, hint) => {
      for (let distance = 0; distance < 60; distance++) {
        if (rows.get(hint + distance)?.id === id) return hint + distance;
        if (rows.get(hint - distance)?.id === id) return hint - distance;
      }
      for (const [index, row] of rows) if (row.id === id) return index;
      return undefined;
    },
    show: (from, to) => {
      if (from === seen.from && to === seen.to) return;
      seen = { from, to };
      fill();
    },
    fetch: async (from, to) => {
      for (let start = from; start <= to; start += MOST_ASKED) {
        const end = Math.min(to, start + MOST_ASKED - 1);
        let missing = false;
        for (let index = start; index <= end && !missing; index++) missing = !rows.has(index);
        if (!missing) continue;
        const answer = await ask(start, end);
        if (answer) put(answer.offset, answer.items);
      }
      const there: QueueItem[] = [];
      for (let index = from; index <= to; index++) {
        const row = rows.get(index);
        if (row) there.push(row);
      }
      return there;
    },
    setQuery: (next) => {
      query = next;
      rows = new Map();
      total = undefined;
      totals = undefined;
      error = undefined;
      seen = { from: 0, to: PAGE - 1 };
      changed();
      dirty = true;
      // A refresh under way reads the old filter; its answer is of an older epoch and falls away.
      if (refreshing) epoch += 1;
      else if (writes === 0) void readAnew();
    },
    refresh,
    drop: (ids) => {
      const gone = [...rows].filter(([, row]) => ids.has(row.id)).map(([index]) => index);
      if (gone.length === 0) return;
      epoch += 1;
      const left = [...rows].filter(([, row]) => !ids.has(row.id));
      rows = new Map(left.map(([index, row]) => [index - gone.filter((other) => other < index).length, row]));
      if (total !== undefined) total -= gone.length;
      changed();
    },
    patch: (ids, change) => {
      epoch += 1;
      for (const [index, row] of rows) if (ids.has(row.id)) rows.set(index, change(row));
      changed();
    },
    writing: async (write) => {
      writes += 1;
      try {
        return await write();
      } finally {
        writes -= 1;
        refresh();
      }
    },
  };
}

/** Deep equality of two values that came as JSON. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => sameJson(Reflect.get(a, key), Reflect.get(b, key)));
}
