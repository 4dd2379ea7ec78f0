import { record } from '../audit/trail.ts';
import {
  type Connector,
  can,
  type FeedAccess,
  type FeedAccountRecord,
  type FeedRecord,
  type PullsAccounts,
  type PullsStatementLines,
  type Stop,
} from '../connectors/capabilities.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow, yieldToOthers } from '../core/clock.ts';
import { asDaybookError, DaybookError, type SerialError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Writer } from '../store/store.ts';
import { ensureAccounts, saveAccounts } from './accounts.ts';
import { saveBalances } from './balances.ts';
import { tieOut } from './completeness.ts';
import { applyRejected } from './exceptions.ts';
import { feedAnswered, feedFailed, saveFeedRecord, troubleOf } from './feed-state.ts';
import { storedLinesOf } from './find-stored.ts';
import { ingestLines } from './ingest.ts';
import { tellRepair } from './lifecycle/back-fill.ts';
import { type FeedContext, type OpenFeed, openFeed } from './open-feed.ts';
import { type FinishedLoop, type PullProgress, pullLoop } from './pull.ts';
import { proposeReplacements } from './replacement/propose.ts';

export type SyncOptions = { readonly stop?: Stop; readonly onProgress?: (progress: SyncProgress) => void };
export type SyncProgress = PullProgress & { readonly feedId: string; readonly phase: 'reading' | 'saving' };

export type SyncResult = {
  readonly feedId: string;
  readonly pullId: string;
  readonly outcome: 'applied' | 'not_ready' | 'failed' | 'cancelled';
  readonly pages: number;
  readonly restarts: number;
  readonly newLines: number;
  readonly changedLines: number;
  readonly removedLines: number;
  readonly unchangedLines: number;
  readonly rejectedRows: number;
  /** Set unless applied; its `repair` says what to do. */
  readonly error: SerialError | null;
};

const NOTHING = { newLines: 0, changedLines: 0, removedLines: 0, unchangedLines: 0, rejectedRows: 0 };

/**
 * Brings one feed up to date: reads the whole loop, then applies all of it, the balances, the proof of completeness
 * and the cursor in one transaction. Trouble of the bank or the network is a result and the feed's health, not a throw.
 * @throws DaybookError `not_found`, `feed_gone` (removed), `secret_missing`, and errors of our own disk at the start.
 */
export async function syncFeed(parts: FeedContext, feedId: string, options: SyncOptions = {}): Promise<SyncResult> {
  const opened = await openFeed(parts, feedId);
  const pullId = await startRun(parts, opened);
  let loop: FinishedLoop | undefined;
  const report = { pages: 0, lines: 0, restarts: 0 };
  try {
    const connector = pulling(opened.connector);
    const { access } = opened;
    const feed = await connector.readFeed(access, options.stop);
    const trouble = troubleOf(feed);
    // The bank wants something of a person: reading on would give the old data again and again.
    if (trouble !== null && !trouble.retryable) throw trouble;
    loop = await pullLoop({
      connector,
      access,
      cursor: opened.feed.cursor,
      findStored: await storedLinesOf(parts.store.read, feedId),
      clock: parts.ports.clock,
      stop: options.stop,
      onProgress: (progress) => {
        Object.assign(report, progress);
        options.onProgress?.({ feedId, phase: 'reading', ...progress });
      },
    });
    if (isNotReady(loop))
      throw new DaybookError('not_ready', 'The bank is still preparing its movements. Daybook asks again by itself.');
    const accounts = await listAccounts(connector, access, options.stop);
    options.onProgress?.({ feedId, phase: 'saving', ...report });
    const applying = { opened, pullId, loop, feed, trouble: accounts.trouble ?? trouble, listed: accounts.listed };
    const counts = await parts.store.write((trx) => apply(trx, parts, { ...applying, stop: options.stop }));
    return { feedId, pullId, outcome: 'applied', pages: report.pages, restarts: loop.restarts, ...counts, error: null };
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'internal') parts.ports.log.error({ feedId, pullId, err: thrown }, 'sync failed');
    const outcome = error.code === 'cancelled' || error.code === 'not_ready' ? error.code : 'failed';
    await endRun(parts, feedId, pullId, { ...report, outcome, error });
    return {
      feedId,
      pullId,
      outcome,
      pages: report.pages,
      restarts: report.restarts,
      ...NOTHING,
      error: error.toJSON(),
    };
  } finally {
    await yieldToOthers();
    loop?.pages.close();
  }
}

/** Nothing came and more is announced: the first data of a new login is still on its way. */
function isNotReady(loop: FinishedLoop): boolean {
  if (loop.recovered && (loop.history === 'not_ready' || loop.history === 'partial')) return true;
  return loop.history === 'not_ready' && loop.pages.counts.lines === 0;
}

function pulling(connector: Connector): Connector & PullsAccounts & PullsStatementLines {
  if (can(connector, 'readFeed', 'pullAccounts', 'pullLines')) return connector;
  throw new DaybookError('not_supported', `A ${connector.kind} connection gives no statement lines.`);
}

type Listed = { readonly listed: readonly FeedAccountRecord[] | null; readonly trouble: DaybookError | null };

/** A login may look healthy and list no accounts: its lines are still taken in, and a person is asked to choose again. */
async function listAccounts(connector: PullsAccounts, access: FeedAccess, stop: Stop): Promise<Listed> {
  try {
    return { listed: await connector.pullAccounts(access, stop), trouble: null };
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'no_accounts') return { listed: null, trouble: error };
    throw thrown;
  }
}

type Applying = Listed & {
  readonly opened: OpenFeed;
  readonly pullId: string;
  readonly loop: FinishedLoop;
  readonly feed: FeedRecord;
  readonly stop: Stop;
};

type Counts = Pick<SyncResult, 'newLines' | 'changedLines' | 'removedLines' | 'unchangedLines' | 'rejectedRows'>;

async function apply(trx: Writer, parts: FeedContext, work: Applying): Promise<Counts> {
  const { store, ports } = parts;
  const { pullId, loop, listed } = work;
  const { id: feedId, cursor: startCursor } = work.opened.feed;
  const stored = await trx
    .selectFrom('feed')
    .select(['cursor', 'history'])
    .where('id', '=', feedId)
    .executeTakeFirstOrThrow();
  if (stored.cursor !== startCursor)
    throw new DaybookError(
      'stale',
      'Another Daybook process took in this feed meanwhile. Its lines are there already.',
    );
  await saveFeedRecord(trx, feedId, work.feed);
  if (listed !== null) await saveAccounts(trx, ports, feedId, work.feed.institutionName, listed);
  const accounts = await ensureAccounts(trx, ports, feedId, loop.pages.accounts());
  const ids = (listed ?? []).map((account) => account.providerAccountId);
  const reconcile = loop.recovered && loop.history === 'complete' ? ids : [];
  const { pages } = loop;
  const { digest, earliest, ...lines } = await ingestLines({
    ...{ store, clock: ports.clock, pullId, accounts, pages, reconcile, stop: work.stop },
    keepBooked: new Set((await proposeReplacements(trx)).map(({ oldAccountId }) => oldAccountId)),
  });
  await yieldToOthers();
  const rejectedRows = await applyRejected(trx, ports.clock, pages, { feedId, pullId, accounts });
  const history = loop.history === 'unknown' ? stored.history : loop.history;
  const records = listed ?? [];
  await saveBalances(trx, ports.clock, accounts, records, { source: 'cached', pullId });
  await tieOut(trx, {
    clock: ports.clock,
    pullId,
    accounts,
    records,
    earliest,
    historyComplete: history === 'complete',
  });
  const cursor = loop.cursor ?? stored.cursor;
  const at = instantNow(ports.clock);
  await trx.updateTable('feed').set({ cursor, history, last_success_at: at }).where('id', '=', feedId).execute();
  await feedAnswered(trx, ports, feedId, work.feed, work.trouble);
  await tellRepair(trx, ports.clock, feedId, lines);
  await trx
    .updateTable('pull')
    .set({
      finished_at: at,
      to_cursor: cursor,
      outcome: 'applied',
      pages: pages.counts.pages,
      restarts: loop.restarts,
      new_lines: lines.newLines,
      changed_lines: lines.changedLines,
      removed_lines: lines.removedLines,
      rejected_rows: rejectedRows,
    })
    .where('id', '=', pullId)
    .execute();
  await record(trx, ports.clock, {
    actor: 'daybook',
    action: 'pull.applied',
    subject: `feed:${feedId}`,
    data: { pull: pullId, ...lines, rejectedRows, pages: pages.counts.pages, recovered: loop.recovered, digest },
  });
  // The commit of a first sync takes its time: not in one turn with what comes before.
  await yieldToOthers();
  return { ...lines, rejectedRows };
}

async function startRun({ store, ports }: FeedContext, { feed }: OpenFeed): Promise<string> {
  const id = newId('pull', ports);
  const at = instantNow(ports.clock);
  await store.write(async (trx) => {
    // A run that never ended was cut off by a crash; it changed nothing.
    await trx
      .updateTable('pull')
      .set({ outcome: 'failed', finished_at: at })
      .where('feed_id', '=', feed.id)
      .where('outcome', '=', 'running')
      .execute();
    await trx
      .insertInto('pull')
      .values({
        id,
        feed_id: feed.id,
        started_at: at,
        from_cursor: feed.cursor,
        outcome: 'running',
        ...{ pages: 0, restarts: 0, new_lines: 0, changed_lines: 0, removed_lines: 0, rejected_rows: 0 },
      })
      .execute();
    await trx.updateTable('feed').set({ last_attempt_at: at }).where('id', '=', feed.id).execute();
  });
  return id;
}

type End = {
  readonly pages: number;
  readonly restarts: number;
  readonly outcome: string;
  readonly error: DaybookError;
};

async function endRun({ store, ports }: FeedContext, feedId: string, pullId: string, end: End): Promise<void> {
  const { pages, restarts, outcome, error } = end;
  try {
    await store.write(async (trx) => {
      await trx
        .updateTable('pull')
        .set({
          finished_at: instantNow(ports.clock),
          outcome,
          pages,
          restarts,
          error_json: canonicalJson({ ...error.toJSON() }),
        })
        .where('id', '=', pullId)
        .execute();
      await feedFailed(trx, ports, feedId, error);
    });
  } catch (thrown) {
    // A full disk that stopped the sync also stops this note; the first error is the one to show.
    ports.log.error({ feedId, pullId, err: thrown }, 'the end of a failed sync could not be recorded');
  }
}
