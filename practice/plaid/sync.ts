/** `/transactions/sync` (plaid.com/docs/api/products/transactions/#transactionssync), with its traps. */
import { addDays, instantOf } from '../../main/core/calendar.ts';
import type { FeedLine } from '../company/lifecycle.ts';
import { accountBody } from './accounts.ts';
import { type Cursor, type Knowledge, readCursor, writeCursor } from './cursor.ts';
import { liveLines } from './live.ts';
import { PlaidProblem } from './problems.ts';
import { type Item, lineIdIn, openAccounts, type PlaidState } from './state.ts';
import { type TransactionOptions, transactionBody } from './transactions.ts';

export type SyncRequest = {
  readonly cursor: string;
  readonly count: number;
  /** Only this account: a cursor stream of its own. */
  readonly accountId: string | null;
  readonly options: TransactionOptions;
};

type Change = { readonly kind: 'added' | 'modified' | 'removed'; readonly line: FeedLine };

/** The first month comes early, the rest later. */
const INITIAL_DAYS = 30;

export function syncPage(state: PlaidState, item: Item, request: SyncRequest) {
  const { cursor, loop } = openLoop(state, item, request);
  item.toldUntil = loop?.to ?? item.toldUntil ?? { end: 0, whole: false };
  if (loop === null) return answer(state, item, [], request, '', false, 'NOT_READY');
  const changes = changesOf(state, item, request.accountId, cursor?.from ?? null, loop.to);
  const page = changes.slice(loop.done, loop.done + Math.min(request.count, state.pageLimit));
  const done = loop.done + page.length;
  const hasMore = done < changes.length;
  const next = {
    ...identity(item, request.accountId),
    from: hasMore ? (cursor?.from ?? null) : loop.to,
    loop: hasMore ? { ...loop, done } : null,
  };
  const status = loop.to.whole ? 'HISTORICAL_UPDATE_COMPLETE' : 'INITIAL_UPDATE_COMPLETE';
  return answer(state, item, page, request, writeCursor(next), hasMore, status);
}

function identity(item: Item, accountId: string | null): Pick<Cursor, 'item' | 'account' | 'generation'> {
  return { item: item.id.slice(0, 12), account: accountId?.slice(0, 12) ?? '', generation: item.cursorGeneration };
}

/** The loop that a request goes on with or begins; null while the bank has sent nothing yet. */
function openLoop(state: PlaidState, item: Item, request: SyncRequest) {
  const cursor = request.cursor === '' ? null : readCursor(request.cursor);
  const own = identity(item, request.accountId);
  if (request.cursor !== '' && (cursor?.item !== own.item || cursor.account !== own.account)) {
    throw new PlaidProblem('INVALID_FIELD', 'cursor not associated with access_token');
  }
  if (cursor !== null && cursor.generation !== own.generation) throw new PlaidProblem(item.spoiledBy);
  if (cursor?.loop) {
    if (state.mutations > 0) {
      state.mutations -= 1;
      state.brokenLoops.add(cursor.loop.id);
    }
    // The same page of a broken loop fails for ever; only a new loop from its first cursor can succeed.
    if (state.brokenLoops.has(cursor.loop.id)) {
      throw new PlaidProblem('TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION');
    }
    return { cursor, loop: cursor.loop };
  }
  const to = knowable(state, item);
  if (to === null) return { cursor, loop: null };
  state.loops += 1;
  return { cursor, loop: { to, done: 0, id: state.loops } };
}

function knowable(state: PlaidState, item: Item): Knowledge | null {
  const now = state.clock.now();
  if (now < item.createdAt + state.initialAfterMs) return null;
  const { end } = state.company.eventsOf(item.bank, now);
  return { end, whole: now >= item.createdAt + state.historyAfterMs };
}

type Changes = { readonly key: string; readonly list: readonly Change[] };
const ofLastLoop = new WeakMap<Item, Changes>();

/** The changes of a loop: the same on each of its pages, whatever happens meanwhile. */
function changesOf(
  state: PlaidState,
  item: Item,
  accountId: string | null,
  from: Knowledge | null,
  to: Knowledge,
): readonly Change[] {
  const key = JSON.stringify([accountId, from, to, state.removedFirst]);
  const kept = ofLastLoop.get(item);
  if (kept?.key === key) return kept.list;
  const { added, modified, removed } = findChanges(state, item, accountId, from, to);
  const list = state.removedFirst ? [...removed, ...added, ...modified] : [...added, ...modified, ...removed];
  ofLastLoop.set(item, { key, list });
  return list;
}

/** Everything that has changed between two states of knowledge, oldest change first within each kind. */
function findChanges(
  state: PlaidState,
  item: Item,
  accountId: string | null,
  from: Knowledge | null,
  to: Knowledge,
): Record<Change['kind'], Change[]> {
  const live = liveLines(state, item.bank, to.end);
  const changes: Record<Change['kind'], Change[]> = { added: [], modified: [], removed: [] };
  const shownBefore = from === null ? () => false : shownBy(item, accountId, from.whole);
  if (from === null || from.whole !== to.whole) {
    const shownNow = shownBy(item, accountId, to.whole);
    for (const line of live.all.values()) {
      if (shownNow(line) && !shownBefore(line)) changes.added.push({ kind: 'added', line });
    }
  }
  if (from === null) return changes;
  const touched = new Map<string, Change>();
  const { events } = state.company.eventsOf(item.bank, state.clock.now());
  for (const { line, change } of events.slice(from.end, to.end)) {
    if (!shownBefore(line)) continue;
    const kind = change === 'removed' ? 'removed' : live.firstEvent(line.id) < from.end ? 'modified' : 'added';
    // What came and went since the last time is still reported as removed.
    touched.delete(line.id);
    touched.set(line.id, { kind, line });
  }
  for (const change of touched.values()) changes[change.kind].push(change);
  return changes;
}

/** Which lines an Item shows: as far back as was asked for, or only its last month. */
function shownBy(item: Item, accountId: string | null, whole: boolean): (line: FeedLine) => boolean {
  const linked = instantOf(item.createdAt).slice(0, 10);
  const first = addDays(linked, -(whole ? item.daysRequested : Math.min(INITIAL_DAYS, item.daysRequested)));
  return (line) => {
    const id = item.accountIds.get(line.account);
    return line.date >= first && id !== undefined && (accountId === null || id === accountId);
  };
}

function answer(
  state: PlaidState,
  item: Item,
  page: readonly Change[],
  { options }: SyncRequest,
  nextCursor: string,
  hasMore: boolean,
  status: string,
) {
  const bodies = (kind: Change['kind']) =>
    page.filter((change) => change.kind === kind).map(({ line }) => transactionBody(state, line, item, options));
  const touched = new Set(page.map(({ line }) => line.account));
  return {
    accounts: openAccounts(state, item)
      .filter((account) => touched.has(account.key))
      .map((account) => accountBody(state, account)),
    added: bodies('added'),
    has_more: hasMore,
    modified: bodies('modified'),
    next_cursor: nextCursor,
    removed: page
      .filter((change) => change.kind === 'removed')
      .map(({ line }) => ({
        account_id: item.accountIds.get(line.account) ?? '',
        transaction_id: lineIdIn(item, line.id),
      })),
    transactions_update_status: status,
  };
}
