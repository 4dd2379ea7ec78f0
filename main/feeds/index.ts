/** The feeds: connections, the banks behind them, and the way of a movement into the workspace. */
import {
  type Connector,
  can,
  type FeedAccess,
  type LinkOutcome,
  type LinkSession,
  type Stop,
} from '../connectors/capabilities.ts';
import { DaybookError, type SerialError } from '../core/errors.ts';
import type { Writer } from '../store/store.ts';
import { saveBalances } from './balances.ts';
import { type Gap, openGaps } from './completeness.ts';
import { type ConnectionView, listConnections } from './connection-list.ts';
import {
  type ConnectionInput,
  connectorOpener,
  type FeedParts,
  type SavedConnection,
  saveConnection,
} from './connections.ts';
import { type FeedException, listExceptions, settleException } from './exceptions.ts';
import { feedFailed } from './feed-state.ts';
import { isConnectionTrouble } from './health.ts';
import { dueRetries, keepUpLifecycles } from './lifecycle/keep-up.ts';
import type { Subject } from './lifecycle/kept.ts';
import { noteLedger } from './lifecycle/note-ledger.ts';
import { type LifecycleNotice, lifecycleOnNotice } from './lifecycle/on-notice.ts';
import { type LifecycleStep, type LifecycleView, readHistory } from './lifecycle/view.ts';
import { waitsUntil } from './lifecycle/waits.ts';
import {
  type FinishedLink,
  finishLink,
  pollLink,
  removeFeed,
  type StartLinkOptions,
  setWebhook,
  startLink,
} from './link.ts';
import { refreshNumbers } from './numbers.ts';
import { type FeedContext, openFeed } from './open-feed.ts';
import { type AccountView, type FeedView, listAccounts, listFeeds } from './overview.ts';
import { type Registered, registerFeed } from './registration.ts';
import { removeConnection } from './remove-connection.ts';
import { type Accepted, acceptReplacement } from './replacement/accept.ts';
import { type DecidedReplacement, listDecided } from './replacement/decided.ts';
import type { AccountPair } from './replacement/pair.ts';
import { declineReplacement, proposeReplacements, type ReplacementProposal } from './replacement/propose.ts';
import { replacementSentence } from './replacement/tie-out.ts';
import { type Undone, undoReplacement } from './replacement/undo.ts';
import {
  finishSignIn,
  type KeptSignIn,
  keepSignedIn,
  type SignInView,
  type StartedSignIn,
  signInOf,
  startSignIn,
} from './sign-in.ts';
import { createStatementFiles, type StatementFiles } from './statement-files/index.ts';
import { type SyncOptions, type SyncResult, syncFeed } from './sync.ts';

export { bankBalanceOn } from '../store/statement-lines.ts';
export { digestOfPull } from './pull-digest.ts';
export type {
  Accepted,
  AccountPair,
  AccountView,
  ConnectionInput,
  ConnectionView,
  DecidedReplacement,
  FeedException,
  FeedParts,
  FeedView,
  FinishedLink,
  Gap,
  KeptSignIn,
  LifecycleNotice,
  LifecycleStep,
  LifecycleView,
  Registered,
  ReplacementProposal,
  SavedConnection,
  SignInView,
  StartedSignIn,
  StartLinkOptions,
  SyncOptions,
  SyncResult,
  Undone,
};

/** One feed's part of a run over all: its result, or why it was not begun. */
export type SyncAllResult =
  | SyncResult
  | { readonly feedId: string; readonly outcome: 'skipped' | 'failed'; readonly error: SerialError };

export type SyncAllOptions = SyncOptions & { readonly feedIds?: readonly string[] };

export type Feeds = {
  saveConnection(input: ConnectionInput, actor: string): Promise<SavedConnection>;
  listConnections(): Promise<ConnectionView[]>;
  /** The connector of a stored connection, opened. @throws DaybookError `not_found`, `secret_missing`, `setup_invalid`. */
  connector(connectionId: string): Promise<Connector>;
  registerFeed(connectionId: string, access: FeedAccess, actor: string, stop?: Stop): Promise<Registered>;
  startLink(connectionId: string, options?: StartLinkOptions, stop?: Stop): Promise<LinkSession>;
  pollLink(connectionId: string, linkToken: string, stop?: Stop): Promise<LinkOutcome>;
  finishLink(
    connectionId: string,
    linkToken: string,
    actor: string,
    options?: { readonly feedId?: string; readonly stop?: Stop },
  ): Promise<FinishedLink>;
  /** Begins a sign-in in the system browser; see sign-in.ts. */
  startSignIn(connectionId: string, actor: string): Promise<StartedSignIn>;
  finishSignIn(connectionId: string, address: string, actor: string, stop?: Stop): Promise<SignInView>;
  /** Asks nobody; null where there is no sign-in. */
  signIn(connectionId: string): Promise<SignInView | null>;
  /** Uses every sign-in that would otherwise run out; to be called daily or more often. */
  keepSignedIn(stop?: Stop): Promise<KeptSignIn[]>;
  removeFeed(feedId: string, actor: string, stop?: Stop): Promise<void>;
  /** A whole connection: its banks at the provider first, then its keys; see remove-connection.ts. */
  removeConnection(connectionId: string, actor: string, stop?: Stop): Promise<void>;
  setWebhook(feedId: string, url: string | null, actor: string, stop?: Stop): Promise<void>;
  /** A feed that is being synced already is not synced twice: the caller gets the run under way. */
  syncFeed(feedId: string, options?: SyncOptions): Promise<SyncResult>;
  /**
   * All live feeds, or those of `feedIds` that live, a few at a time. Where the connection itself is in trouble, its
   * other feeds are skipped, and so is a feed that its provider does not want to be asked before a moment.
   */
  syncAll(options?: SyncAllOptions): Promise<SyncAllResult[]>;
  /** Asks the bank for live balances: billed per call. */
  refreshBalances(feedId: string, stop?: Stop): Promise<void>;
  /** Ids of the accounts whose number is new or changed. */
  refreshNumbers(feedId: string, actor: string, stop?: Stop): Promise<string[]>;
  listFeeds(): Promise<FeedView[]>;
  listAccounts(): Promise<AccountView[]>;
  /** New accounts that seem to be old ones under another provider id. */
  proposeReplacements(): Promise<ReplacementProposal[]>;
  /** The old account goes on under the new one's id; then the login is read and tied out. See replacement/accept.ts. */
  acceptReplacement(pair: AccountPair, actor: string, stop?: Stop): Promise<Accepted & { readonly sentence: string }>;
  declineReplacement(pair: AccountPair, actor: string): Promise<void>;
  undoReplacement(replacementId: string, actor: string): Promise<Undone>;
  replacements(): Promise<DecidedReplacement[]>;
  /** Steps of a connection's state, the newest first. */
  lifecycleHistory(subject: Subject): Promise<LifecycleStep[]>;
  /** What the calendar says: announces ends a week before. To be called daily or more often; asks nobody. */
  keepUpLifecycles(): Promise<void>;
  /** Feeds that failed for a while and whose pause is over: fetch them again. */
  dueRetries(): Promise<string[]>;
  /** What reading or writing a ledger says of its connection: trouble of its keys, or null when it answered. */
  noteLedger(connectionId: string, error: SerialError | null): Promise<void>;
  /** To be called in the transaction that takes a verified notice in. */
  onNotice(trx: Writer, notice: LifecycleNotice): Promise<void>;
  gaps(): Promise<Gap[]>;
  exceptions(options?: { readonly feedId?: string; readonly settled?: boolean }): Promise<FeedException[]>;
  settleException(id: bigint, actor: string, note: string): Promise<void>;
  readonly statementFiles: StatementFiles;
};

export function createFeeds(parts: FeedParts): Feeds {
  const { store, ports } = parts;
  const context: FeedContext = { ...parts, connector: connectorOpener(parts) };
  const running = new Map<string, Promise<SyncResult>>();

  const sync: Feeds['syncFeed'] = (feedId, options) => {
    const under = running.get(feedId);
    if (under) return under;
    const run = syncFeed(context, feedId, options).finally(() => running.delete(feedId));
    running.set(feedId, run);
    return run;
  };

  return {
    saveConnection: (input, actor) => saveConnection(parts, input, actor),
    listConnections: () => listConnections(context),
    connector: context.connector,
    registerFeed: (connectionId, access, actor, stop) => registerFeed(context, connectionId, access, actor, stop),
    startLink: (connectionId, options = {}, stop) => startLink(context, connectionId, options, stop),
    pollLink: (connectionId, linkToken, stop) => pollLink(context, connectionId, linkToken, stop),
    finishLink: (connectionId, linkToken, actor, options) =>
      finishLink(context, sync, connectionId, linkToken, actor, options),
    startSignIn: (connectionId, actor) => startSignIn(context, connectionId, actor),
    finishSignIn: (connectionId, address, actor, stop) => finishSignIn(context, connectionId, address, actor, stop),
    signIn: (connectionId) => signInOf(context, connectionId),
    keepSignedIn: (stop) => keepSignedIn(context, stop),
    removeConnection: (connectionId, actor, stop) => removeConnection(context, connectionId, actor, stop),
    removeFeed: (feedId, actor, stop) => removeFeed(context, feedId, actor, stop),
    setWebhook: (feedId, url, actor, stop) => setWebhook(context, feedId, url, actor, stop),
    syncFeed: sync,
    syncAll: (options) => syncAll(context, sync, options),
    refreshBalances: (feedId, stop) => refreshBalances(context, feedId, stop),
    refreshNumbers: (feedId, actor, stop) => refreshNumbers(context, feedId, actor, stop),
    listFeeds: () => listFeeds(store.read, ports.clock),
    listAccounts: () => listAccounts(store.read),
    proposeReplacements: () => proposeReplacements(store.read),
    acceptReplacement: async (pair, actor, stop) => {
      const accepted = await acceptReplacement(context, pair, actor);
      const read = await sync(accepted.feedId, stop === undefined ? {} : { stop });
      return { ...accepted, sentence: await replacementSentence(store.read, accepted, read) };
    },
    declineReplacement: (pair, actor) => declineReplacement(store, ports, pair, actor),
    undoReplacement: (replacementId, actor) => undoReplacement(context, replacementId, actor),
    replacements: () => listDecided(store.read),
    lifecycleHistory: (subject) => readHistory(store.read, subject),
    keepUpLifecycles: () => keepUpLifecycles(context),
    dueRetries: () => dueRetries(store.read, ports.clock),
    noteLedger: (connectionId, error) => noteLedger(context, connectionId, error),
    onNotice: lifecycleOnNotice(ports),
    gaps: () => openGaps(store.read),
    exceptions: (options) => listExceptions(store.read, options),
    settleException: (id, actor, note) => settleException(store, ports.clock, id, actor, note),
    statementFiles: createStatementFiles(context),
  };
}

/** Feeds read at the same time; what they bring is applied one after another. */
const AT_ONCE = 4;

async function syncAll(
  context: FeedContext,
  sync: Feeds['syncFeed'],
  { feedIds, ...options }: SyncAllOptions = {},
): Promise<SyncAllResult[]> {
  const { store, ports } = context;
  const live = await store.read
    .selectFrom('feed')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['feed.id', 'feed.connection_id'])
    .where('feed.state', '<>', 'removed')
    // Files are brought, not fetched.
    .where('connection.kind', '<>', 'file')
    .orderBy('feed.created_at')
    .orderBy('feed.id')
    .execute();
  const feeds = live.filter(({ id }) => feedIds === undefined || feedIds.includes(id));
  const troubled = new Map<string, SerialError>();
  const pausing = await waitsUntil(store.read, ports.clock);
  const results = new Map<string, SyncAllResult>();
  const waiting = [...feeds];
  const work = async () => {
    for (let feed = waiting.shift(); feed !== undefined; feed = waiting.shift()) {
      const trouble = troubled.get(feed.connection_id) ?? pausing.get(feed.id);
      const result = trouble
        ? { feedId: feed.id, outcome: 'skipped' as const, error: trouble }
        : await syncOrFail(context, sync, feed.id, options);
      if (result.error && isConnectionTrouble(result.error.code)) troubled.set(feed.connection_id, result.error);
      results.set(feed.id, result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return feeds.flatMap((feed) => results.get(feed.id) ?? []);
}

/** One feed that cannot even begin (its token is missing) does not keep the others from their run, and its state says so. */
async function syncOrFail(
  { store, ports }: FeedContext,
  sync: Feeds['syncFeed'],
  feedId: string,
  options: SyncOptions,
): Promise<SyncAllResult> {
  try {
    return await sync(feedId, options);
  } catch (thrown) {
    if (!(thrown instanceof DaybookError)) throw thrown;
    await store.write((trx) => feedFailed(trx, ports, feedId, thrown));
    return { feedId, outcome: 'failed', error: thrown.toJSON() };
  }
}

async function refreshBalances(context: FeedContext, feedId: string, stop?: Stop): Promise<void> {
  const { connector, access } = await openFeed(context, feedId);
  if (!can(connector, 'pullLiveBalances'))
    throw new DaybookError('not_supported', `A ${connector.kind} connection gives no live balances.`);
  const open = await context.store.read
    .selectFrom('feed_account')
    .select(['id', 'provider_account_id'])
    .where('feed_id', '=', feedId)
    .where('closed_at', 'is', null)
    .execute();
  const accounts = new Map(open.map((row) => [row.provider_account_id, row.id]));
  const records = await connector.pullLiveBalances(access, [...accounts.keys()], stop);
  await context.store.write((trx) =>
    saveBalances(trx, context.ports.clock, accounts, records, { source: 'live', pullId: null }),
  );
}
