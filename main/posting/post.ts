import { can } from '../connectors/capabilities.ts';
import { asDaybookError, DaybookError, type ErrorCode, type SerialError } from '../core/errors.ts';
import { withLease } from '../store/leases.ts';
import {
  type JournalRow,
  type JournalState,
  ledgersWithWork,
  unfinishedJournals,
  updateJournal,
} from '../store/postings.ts';
import { unfinishedTakeBacks } from '../store/take-backs.ts';
import type { Ledger } from './approved.ts';
import type { PostingContext } from './context.ts';
import { type Held, type Run, writeHeld } from './held.ts';
import { inLanes } from './in-order.ts';
import { writeIntents } from './intent.ts';
import { runJournal } from './protocol.ts';
import { countRefusals } from './refusals.ts';
import { runTakeBack } from './take-back-run.ts';

/** How long a holder may go without renewing. Longer than any request of a connector may take. */
const LEASE_MS = 15 * 60_000;

/** One request at a time per journal, a few journals at a time: what D365 asks of a polite client (facts §4). */
const JOURNALS_AT_ONCE = 4;

export type PostProgress = {
  readonly legalEntity: string;
  readonly journal: string;
  readonly entries: number;
  readonly state: JournalState;
};

export type PostOptions = {
  readonly actor: string;
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: PostProgress) => void;
  /** Only these ledgers; all when absent. */
  readonly legalEntity?: string;
  /** Only these of the approved entries. What an earlier run left open is taken up all the same. */
  readonly only?: ReadonlySet<string>;
  /** A person asks for it at this moment: what pauses after equal refusals is tried once more. */
  readonly byPerson?: boolean;
};

export type PostResult = {
  readonly journals: number;
  readonly posted: number;
  readonly refused: number;
  readonly different: number;
  readonly unknown: number;
  /** Ledgers that could not be reached, and journals and entries that could not be dealt with; the others went on. */
  readonly failures: ReadonlyArray<{ readonly legalEntity: string; readonly error: SerialError }>;
};

type Tally = { -readonly [Key in Exclude<keyof PostResult, 'failures'>]: number } & {
  readonly failures: Array<{ readonly legalEntity: string; readonly error: SerialError }>;
};

/** Codes that are about the whole connection or this computer: the next journal would meet them as well. */
const ENDS_THE_RUN: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'busy_elsewhere',
  'wrong_keys',
  'keys_expired',
  'wrong_environment',
  'not_permitted',
  'registration_needed',
  'quota_used_up',
  'foreign_host',
  'vault_locked',
  'secret_missing',
  'disk_full',
  'database_read_only',
  'database_corrupt',
]);

/**
 * Posts everything that is approved, ledger after ledger, and first takes up what an earlier run left open. A failure
 * of one ledger or journal does not stop the others.
 */
export async function postApproved(context: PostingContext, options: PostOptions): Promise<PostResult> {
  const tally: Tally = { journals: 0, posted: 0, refused: 0, different: 0, unknown: 0, failures: [] };
  for (const ledger of await ledgersWithWork(context.store.read)) {
    if (options.legalEntity !== undefined && options.legalEntity !== ledger.legalEntity) continue;
    try {
      await holdLedger(context, ledger, options.stop, (held) => postLedger(held, ledger, options, tally));
    } catch (thrown) {
      noteFailure(context, tally, ledger, thrown);
    }
  }
  return tally;
}

/** Works on a ledger while no other process posts to it. @throws DaybookError `busy_elsewhere` */
export function holdLedger<T>(
  context: PostingContext,
  ledger: Ledger,
  stop: AbortSignal | undefined,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  return withLease(
    context.store,
    {
      name: `posting:${ledger.ledgerConnectionId}:${ledger.legalEntity}`,
      clock: context.clock,
      random: context.random,
      processes: context.processes,
      ttlMs: LEASE_MS,
      ...(stop === undefined ? {} : { stop }),
    },
    (lease) => work({ context, lease }),
  );
}

/** Keeps a failure for the result, once. @throws DaybookError `cancelled` */
function noteFailure(context: PostingContext, tally: Tally, { legalEntity }: Ledger, thrown: unknown): void {
  const error = asDaybookError(thrown);
  if (error.code === 'cancelled') throw error;
  if (error.code === 'internal') context.log.error({ error: thrown }, 'posting failed');
  const same = (other: SerialError) => JSON.stringify(other) === JSON.stringify(error);
  if (!tally.failures.some((failure) => failure.legalEntity === legalEntity && same(failure.error)))
    tally.failures.push({ legalEntity, error: error.toJSON() });
}

async function postLedger(held: Held, ledger: Ledger, options: PostOptions, tally: Tally): Promise<void> {
  const { context } = held;
  const connector = await context.connectorFor(ledger.ledgerConnectionId);
  if (!can(connector, 'preflight', 'lookUp', 'send', 'discardEmpty', 'entriesPerJournal'))
    throw new DaybookError('not_supported', 'This connection is no ledger that Daybook can post to.');
  const { inOrder = false, refusesWhole = false } = connector.postingRules ?? {};
  const refusals = countRefusals(refusesWhole);
  const run: Run = { ...held, ledger, connector, stop: options.stop, refusals };
  const unlessItEndsTheRun = (thrown: unknown) => {
    const error = asDaybookError(thrown);
    if (ENDS_THE_RUN.has(error.code)) throw error;
    noteFailure(context, tally, ledger, thrown);
  };

  const done = new Set<string>();
  const runAll = async () => {
    const rows = await unfinishedJournals(context.store.read, ledger.ledgerConnectionId, ledger.legalEntity);
    const waiting = rows.filter((row) => !done.has(row.id));
    await atOnce(JOURNALS_AT_ONCE, inLanes(waiting, inOrder), async (lane) => {
      for (const row of lane) if (!(await runOne(row)) && inOrder) return;
    });
  };

  /** False when a later journal of the same name must wait for this one. */
  const runOne = async (row: JournalRow): Promise<boolean> => {
    options.stop?.throwIfAborted();
    if (refusals.end() !== null) return false;
    done.add(row.id);
    tally.journals += 1;
    const outcome = await runJournal(run, row).catch(unlessItEndsTheRun);
    if (!outcome) return false;
    tally.posted += outcome.posted;
    tally.refused += outcome.refused;
    tally.different += outcome.different;
    tally.unknown += outcome.unknown;
    options.onProgress?.({
      legalEntity: ledger.legalEntity,
      journal: row.reference,
      entries: outcome.posted + outcome.refused + outcome.different + outcome.unknown,
      state: outcome.state,
    });
    return outcome.unknown === 0;
  };

  if (options.byPerson === true && connector.endPause?.(ledger.legalEntity) === true) await tryPausedNow(run);
  // What was being taken back comes first: its other entries are journals to post then.
  for (const row of await unfinishedTakeBacks(context.store.read, ledger))
    await runTakeBack(run, row.id).catch(unlessItEndsTheRun);
  await runAll();
  if (refusals.end() === null) {
    tally.refused += await writeIntents(run, ledger, options, unlessItEndsTheRun);
    await runAll();
  }
  const end = refusals.end();
  if (end !== null) noteFailure(context, tally, ledger, end);
}

/** Journals that surely were not stored wait for nothing any more. Those of unknown outcome go on waiting. */
async function tryPausedNow(run: Run): Promise<void> {
  const { read } = run.context.store;
  const rows = await unfinishedJournals(read, run.ledger.ledgerConnectionId, run.ledger.legalEntity);
  const paused = rows.filter((row) => row.state === 'retry');
  if (paused.length > 0)
    await writeHeld(run, async (trx) => {
      for (const { id } of paused) await updateJournal(trx, id, { nextAttemptAt: null });
    });
}

/** Works through a list, `limit` pieces at a time. A failure ends it once the pieces under way have ended. */
async function atOnce<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await work(item).catch((thrown: unknown) => {
        waiting.length = 0;
        throw thrown;
      });
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
