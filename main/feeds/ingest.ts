import type { StatementLineRecord, Stop } from '../connectors/capabilities.ts';
import type { CalendarDate, Instant } from '../core/calendar.ts';
import { type Clock, instantNow, yieldToOthers } from '../core/clock.ts';
import { counterpartyKey } from '../core/normalise.ts';
import { type IncomingLine, type LineTable, lineTable, type StoredLine } from '../store/statement-lines.ts';
import type { Store } from '../store/store.ts';
import type { LoopPages } from './loop-pages.ts';
import { throwIfStopped } from './pull.ts';
import { pullDigest, type WrittenRevision } from './pull-digest.ts';

export type IngestOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly pullId: string;
  /** Our account ids by the provider's; holds every account that the loop speaks of. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly pages: LoopPages;
  /** After a full read in place of a useless cursor: provider ids of the accounts whose vanished lines are removed. */
  readonly reconcile: readonly string[];
  /** Our ids of accounts that seem to go on under another id: their booked lines did happen, whatever is withdrawn. */
  readonly keepBooked?: ReadonlySet<string>;
  readonly stop: Stop;
};

export type Ingested = {
  readonly newLines: number;
  readonly changedLines: number;
  readonly removedLines: number;
  readonly unchangedLines: number;
  /** See `pullDigest`. */
  readonly digest: string;
  /** Earliest day of a line that this pull wrote, by our account id: where a gap would begin. */
  readonly earliest: ReadonlyMap<string, CalendarDate>;
};

/** Rows handled before others get their turn. */
const SLICE = 250;

/**
 * Writes the lines of a finished loop: new, changed, replaced and removed ones. Runs inside one `store.write`, in
 * slices that let others have their turn. A line that is the same as stored is left alone.
 */
export async function ingestLines(options: IngestOptions): Promise<Ingested> {
  const { pages, stop } = options;
  const work = startWork(options);
  let rows = 0;
  const turn = async () => {
    throwIfStopped(stop);
    await yieldToOthers();
  };
  for (const batch of pages.batches()) {
    for (const record of batch) {
      applyLine(work, record);
      if (++rows % SLICE === 0) await turn();
    }
  }
  for (const { providerAccountId, providerLineId } of pages.removed()) {
    applyRemoval(work, providerAccountId === null ? work.accounts.keys() : [providerAccountId], providerLineId);
    if (providerAccountId !== null) applyRemovalElsewhere(work, providerAccountId, providerLineId);
    if (++rows % SLICE === 0) await turn();
  }
  for (const providerAccountId of options.reconcile) {
    for (const line of vanished(work, providerAccountId)) {
      applyRemoval(work, [providerAccountId], line);
      if (++rows % SLICE === 0) await turn();
    }
  }
  return { ...work.counts, digest: work.digest.finish(), earliest: work.earliest };
}

type Work = {
  readonly lines: LineTable;
  /** Accounts that had no line before this pull: what comes is new, and need not be looked up. */
  readonly empty: ReadonlySet<string>;
  readonly pages: LoopPages;
  readonly keepBooked: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, string>;
  readonly pullId: string;
  readonly keys: Map<string, string>;
  readonly at: Instant;
  readonly digest: ReturnType<typeof pullDigest>;
  readonly counts: { newLines: number; changedLines: number; removedLines: number; unchangedLines: number };
  readonly earliest: Map<string, CalendarDate>;
};

function startWork(options: IngestOptions): Work {
  const { store, clock, pullId, accounts, pages, keepBooked = new Set() } = options;
  const lines = lineTable(store);
  return {
    lines,
    empty: new Set([...accounts.values()].filter((account) => lines.isEmpty(account))),
    pages,
    keepBooked,
    accounts,
    pullId,
    keys: new Map(),
    at: instantNow(clock),
    digest: pullDigest(),
    counts: { newLines: 0, changedLines: 0, removedLines: 0, unchangedLines: pages.counts.unchanged },
    earliest: new Map(),
  };
}

function applyLine(work: Work, record: StatementLineRecord): void {
  const { lines, pages } = work;
  const account = work.accounts.get(record.providerAccountId);
  if (account === undefined) throw new Error(`no account ${record.providerAccountId} was prepared for the ingest`);
  const { providerLineId, replacesProviderLineId: old, state } = record;

  const mayBeKnown = !work.empty.has(account);
  const stored = mayBeKnown ? lines.find(account, providerLineId) : undefined;
  if (stored) {
    if (isSame(stored, record)) work.counts.unchangedLines += 1;
    else change(work, stored, incoming(work, account, record), changeOf(stored, record));
    return;
  }
  const twin = mayBeKnown ? lines.findTwin(account, providerLineId) : undefined;
  if (twin) {
    // The same movement under a new id: only what the bank says differently about it is a change.
    if (isSameMovement(twin, record)) work.counts.unchangedLines += 1;
    else change(work, twin, incoming(work, account, record), changeOf(twin, record));
    return;
  }
  // A pending line whose booked successor is here or was here before: it lives on in that line.
  if (state === 'pending') {
    if (pages.isReplaced(record.providerAccountId, providerLineId)) return;
    if (lines.aliasOf(account, providerLineId) !== undefined) return;
  }
  const line = incoming(work, account, record);
  if (mayBeKnown && old !== null && old !== providerLineId) {
    const pending = lines.find(account, old) ?? lines.findTwin(account, old);
    if (pending && pending.state !== 'booked') {
      change(work, pending, line, 'booked');
      lines.addAlias(account, old, pending.id);
      lines.dropTwin(account, old);
      return;
    }
  }
  const id = lines.insert(line, work.pullId);
  if (old !== null && old !== providerLineId) lines.addAlias(account, old, id);
  work.counts.newLines += 1;
  keepEarliest(work.earliest, account, line.date);
  work.digest.addNew(written(line, id, 1n));
}

function change(work: Work, stored: StoredLine, line: IncomingLine, kind: string): void {
  work.lines.replace(stored.id, line, { change: kind, pullId: work.pullId, at: work.at });
  work.counts.changedLines += 1;
  keepEarliest(work.earliest, line.feedAccountId, stored.date);
  keepEarliest(work.earliest, line.feedAccountId, line.date);
  work.digest.addChanged(written(line, stored.id, stored.revision + 1n));
}

function written(
  line: Pick<IncomingLine, 'providerLineId' | 'amountMinor' | 'date'>,
  lineId: bigint,
  revision: bigint,
): WrittenRevision {
  const { providerLineId, amountMinor, date } = line;
  return { lineId, providerLineId, revision, amountMinor, date };
}

function changeOf(stored: StoredLine, line: StatementLineRecord): string {
  if (stored.state === 'removed') return 'restored';
  return stored.state === 'pending' && line.state === 'booked' ? 'booked' : 'amended';
}

/** `removed` never deletes: it marks. An id that only names the pending past of a line is no removal of the line. */
function applyRemoval(work: Work, providerAccountIds: Iterable<string>, providerLineId: string): void {
  for (const providerAccountId of providerAccountIds) {
    const account = work.accounts.get(providerAccountId);
    if (account === undefined) continue;
    const own = work.lines.find(account, providerLineId);
    const stored = own ? { ...own, providerLineId } : work.lines.findTwin(account, providerLineId);
    if (!stored || stored.state === 'removed') continue;
    if (stored.state === 'booked' && work.keepBooked.has(account)) continue;
    remove(work, account, stored);
  }
}

/**
 * After a change of account ids the bank withdraws by the new id what stands under the old one, as long as nobody has put
 * the two together. Ids of lines are unique in a login. The line stays when the same pull tells the
 * movement again under the new id.
 */
function applyRemovalElsewhere(work: Work, providerAccountId: string, providerLineId: string): void {
  const { lines, accounts } = work;
  const account = accounts.get(providerAccountId);
  if (account === undefined || lines.find(account, providerLineId) || lines.findTwin(account, providerLineId)) return;
  if (lines.aliasOf(account, providerLineId) !== undefined) return;
  for (const other of accounts.values()) {
    const stored = other === account ? undefined : lines.find(other, providerLineId);
    if (!stored || stored.state === 'removed') continue;
    if (stored.state === 'booked' && lines.hasBooked(account, stored, work.pullId)) continue;
    remove(work, other, { ...stored, providerLineId });
  }
}

function remove(work: Work, account: string, stored: StoredLine & { readonly providerLineId: string }): void {
  work.lines.markRemoved(stored.id, { change: 'removed', pullId: work.pullId, at: work.at });
  work.counts.removedLines += 1;
  keepEarliest(work.earliest, account, stored.date);
  work.digest.addChanged(written(stored, stored.id, stored.revision + 1n));
}

/**
 * Provider ids of lines that we hold and a full read did not bring. Only from the earliest day that the read brought
 * for the account (for the feed, when it brought nothing for this account): a provider gives a limited history, and
 * what lies before it has not vanished.
 */
function* vanished(work: Work, providerAccountId: string): Generator<string> {
  const account = work.accounts.get(providerAccountId);
  const from = work.pages.readFrom.get(providerAccountId) ?? [...work.pages.readFrom.values()].sort()[0];
  if (account === undefined || from === undefined) return;
  for (let after = 0n; ; ) {
    const living = work.lines.living(account, from, after, SLICE);
    for (const line of living) {
      const ids = [line.providerLineId, ...work.lines.twinsOf(line.id)];
      if (!ids.some((id) => work.pages.saw(providerAccountId, id))) yield line.providerLineId;
    }
    const last = living.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function incoming(work: Work, feedAccountId: string, record: StatementLineRecord): IncomingLine {
  return {
    feedAccountId,
    providerLineId: record.providerLineId,
    state: record.state,
    amountMinor: record.amount.minor,
    currency: record.amount.currency,
    date: record.date,
    authorizedDate: record.authorizedDate,
    text: record.text,
    bankText: record.bankText,
    counterparty: record.counterparty,
    counterpartyKey: keyOf(work, record),
    reference: record.reference,
    checkNumber: record.checkNumber,
    category: record.category,
    channel: record.channel,
    payload: record.payload,
  };
}

/** The same few partners come again and again, and finding their key costs as much as reading the row. */
function keyOf({ keys }: Work, { counterparty, text }: StatementLineRecord): string {
  if (counterparty === null) return counterpartyKey(null, text);
  const known = keys.get(counterparty);
  if (known !== undefined) return known;
  const key = counterpartyKey(counterparty, text);
  if (keys.size < KEYS_KEPT) keys.set(counterparty, key);
  return key;
}

const KEYS_KEPT = 10_000;

/**
 * The other fields are read out of the payload, so they differ only when Daybook itself reads better than it did. That
 * is no amendment by the bank, and must not make every line of the workspace a changed one.
 */
export function isSame(stored: StoredLine, record: StatementLineRecord): boolean {
  return stored.payload === record.payload && isSameMovement(stored, record);
}

function isSameMovement(stored: StoredLine, record: StatementLineRecord): boolean {
  return (
    stored.state === record.state &&
    stored.amountMinor === record.amount.minor &&
    stored.currency === record.amount.currency &&
    stored.date === record.date
  );
}

function keepEarliest(earliest: Map<string, CalendarDate>, key: string, date: CalendarDate): void {
  const known = earliest.get(key);
  if (known === undefined || date < known) earliest.set(key, date);
}
