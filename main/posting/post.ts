import { record } from '../audit/trail.ts';
import { can, type Finding } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { entryHash, isBalanced } from '../core/entry.ts';
import { asDaybookError, DaybookError, type SerialError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { stemIn } from '../core/reference.ts';
import { withLease } from '../store/leases.ts';
import {
  insertIntent,
  type JournalState,
  ledgersWithWork,
  setProposalState,
  unfinishedJournals,
} from '../store/postings.ts';
import { loadProposals } from '../store/proposals.ts';
import { approvedEntries, type Ledger } from './approved.ts';
import type { PostingContext } from './context.ts';
import { type PlannedJournal, planJournals } from './group.ts';
import { type Held, writeHeld } from './held.ts';
import { entryToJson, journalHash, journalToJson } from './journal-json.ts';
import { type Run, runJournal } from './protocol.ts';
import { refuseProposal } from './record.ts';

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
};

export type PostResult = {
  readonly journals: number;
  readonly posted: number;
  readonly refused: number;
  readonly different: number;
  readonly unknown: number;
  /** A ledger that could not be reached at all; its entries stay approved. */
  readonly failures: ReadonlyArray<{ readonly legalEntity: string; readonly error: SerialError }>;
};

/**
 * Posts everything that is approved, ledger after ledger, and first takes up what an earlier run left open. A failure
 * of one ledger does not stop the others.
 */
export async function postApproved(context: PostingContext, options: PostOptions): Promise<PostResult> {
  const total = { journals: 0, posted: 0, refused: 0, different: 0, unknown: 0 };
  const failures: Array<{ legalEntity: string; error: SerialError }> = [];
  for (const ledger of await ledgersWithWork(context.store.read)) {
    if (options.legalEntity !== undefined && options.legalEntity !== ledger.legalEntity) continue;
    try {
      await withLease(
        context.store,
        {
          name: `posting:${ledger.ledgerConnectionId}:${ledger.legalEntity}`,
          clock: context.clock,
          random: context.random,
          processes: context.processes,
          ttlMs: LEASE_MS,
          ...(options.stop === undefined ? {} : { stop: options.stop }),
        },
        async (lease) => {
          const done = await postLedger({ context, lease }, ledger, options);
          for (const key of ['journals', 'posted', 'refused', 'different', 'unknown'] as const) total[key] += done[key];
        },
      );
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled') throw error;
      if (error.code === 'internal') context.log.error({ error: thrown }, 'posting failed');
      failures.push({ legalEntity: ledger.legalEntity, error: error.toJSON() });
    }
  }
  return { ...total, failures };
}

async function postLedger(held: Held, ledger: Ledger, options: PostOptions): Promise<Omit<PostResult, 'failures'>> {
  const { context } = held;
  const total = { journals: 0, posted: 0, refused: 0, different: 0, unknown: 0 };
  const connector = await context.connectorFor(ledger.ledgerConnectionId);
  if (!can(connector, 'preflight', 'lookUp', 'send', 'discardEmpty', 'entriesPerJournal'))
    throw new DaybookError('not_supported', 'This connection is no ledger that Daybook can post to.');
  const run: Run = { ...held, connector, stop: options.stop };

  const runAll = async () => {
    const rows = await unfinishedJournals(context.store.read, ledger.ledgerConnectionId, ledger.legalEntity);
    await atOnce(JOURNALS_AT_ONCE, rows, async (row) => {
      options.stop?.throwIfAborted();
      const outcome = await runJournal(run, row);
      total.journals += 1;
      total.posted += outcome.posted;
      total.refused += outcome.refused;
      total.different += outcome.different;
      total.unknown += outcome.unknown;
      options.onProgress?.({
        legalEntity: ledger.legalEntity,
        journal: row.reference,
        entries: outcome.posted + outcome.refused + outcome.different + outcome.unknown,
        state: outcome.state,
      });
    });
  };

  await runAll();
  const postable = await approvedEntries(context.store, ledger, options.only);
  for (const planned of planJournals(context.store.workspaceId, postable, connector.entriesPerJournal)) {
    options.stop?.throwIfAborted();
    const passed = await preflight(run, planned);
    total.refused += planned.journal.entries.length - passed.length;
    // What is left after a refusal is another set of entries, hence another journal.
    const kept = postable.filter((item) => passed.includes(item.entry.reference));
    for (const journal of planJournals(context.store.workspaceId, kept, connector.entriesPerJournal))
      await writeIntent(run, ledger, journal, options.actor);
  }
  await runAll();
  return total;
}

/** Returns the references that may be sent; the others are refused with the finding's sentence. */
async function preflight(run: Run, planned: PlannedJournal): Promise<string[]> {
  const unbalanced: Finding[] = planned.journal.entries
    .filter((entry) => !isBalanced(entry))
    .map((entry) => ({
      blocking: true,
      code: 'entry_unbalanced',
      reference: entry.reference,
      sentence: 'The offsets of this entry do not add up to its amount. Mend the split.',
    }));
  const found = [...unbalanced, ...(await run.connector.preflight(planned.journal, run.stop))].filter(
    (f) => f.blocking,
  );
  if (found.length === 0) return planned.journal.entries.map((entry) => entry.reference);
  const general = found.find((finding) => finding.reference === null);
  const passed: string[] = [];
  await writeHeld(run, async (trx) => {
    for (const [reference, proposalId] of planned.proposalIds) {
      const finding = general ?? found.find((item) => item.reference === reference);
      if (finding)
        await refuseProposal(run.context, trx, proposalId, reference, new DaybookError(finding.code, finding.sentence));
      else passed.push(reference);
    }
  });
  return passed;
}

/**
 * Commits the intent, with `synchronous=FULL`, before the first byte leaves. What is frozen here is what was approved:
 * the hash is compared once more inside the transaction, so an edit in the same moment cannot slip through.
 */
async function writeIntent(run: Run, ledger: Ledger, planned: PlannedJournal, actor: string): Promise<void> {
  const { context } = run;
  const at = instantNow(context.clock);
  await writeHeld(run, async (trx) => {
    const proposals = await loadProposals(trx, [...planned.proposalIds.values()]);
    const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
    const approvers = new Set<string>();
    for (const entry of planned.journal.entries) {
      const proposal = byId.get(planned.proposalIds.get(entry.reference) ?? '');
      if (proposal?.state !== 'approved' || proposal.approvedHash !== entryHash(entry))
        throw new DaybookError(
          'not_approved',
          'An entry changed after it was approved. Look at it and approve it again.',
        );
      approvers.add(proposal.approvedBy ?? '');
    }
    const journalId = await insertIntent(
      trx,
      {
        id: newId('jrn', context),
        ledgerConnectionId: ledger.ledgerConnectionId,
        legalEntity: ledger.legalEntity,
        journalName: planned.journal.journalName,
        reference: planned.journal.reference,
        requestJson: journalToJson(planned.journal),
        requestHash: journalHash(planned.journal),
        approvedBy: [...approvers].sort().join(', '),
        at,
      },
      planned.journal.entries.map((entry) => ({
        id: newId('post', context),
        proposalId: planned.proposalIds.get(entry.reference) ?? '',
        reference: entry.reference,
        stem: stemIn(entry.reference),
        entryJson: entryToJson(entry),
        entryHash: entryHash(entry),
      })),
    );
    for (const proposalId of planned.proposalIds.values())
      await setProposalState(trx, proposalId, { state: 'posting', at, error: null });
    await record(trx, context.clock, {
      actor,
      action: 'posting.intended',
      subject: `journal:${journalId}`,
      data: {
        reference: planned.journal.reference,
        legalEntity: ledger.legalEntity,
        journalName: planned.journal.journalName,
        requestHash: journalHash(planned.journal),
        entries: planned.journal.entries.map((entry) => ({ reference: entry.reference, hash: entryHash(entry) })),
      },
    });
  });
}

/** Works through a list, `limit` pieces at a time. A failure ends it once the pieces under way have ended. */
async function atOnce<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
