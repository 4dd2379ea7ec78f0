import { record } from '../audit/trail.ts';
import { yieldToOthers } from '../core/clock.ts';
import { amendedPlaces, reversedPlaces } from '../store/line-places.ts';
import { insertProposals, markSeen, type NewProposal, releaseLines, saveProposals } from '../store/proposal-writes.ts';
import { loadProposal, loadProposals, type Proposal, type ProposalState } from '../store/proposals.ts';
import type { Writer } from '../store/store.ts';
import { type CodingContext, SYSTEM_ACTOR } from './context.ts';
import { correctionOf, reversalOf, settlementOf } from './correct.ts';
import { dimensionsOfMovedMoney } from './ledger-reference.ts';
import { type CodingLine, loadLines } from './line.ts';
import type { Mapping } from './mappings.ts';
import { recode } from './recode.ts';
import { type ReversalChain, reversalChain } from './reversal-chain.ts';
import type { Run } from './run.ts';

export type AmendCounts = {
  /** Unposted entries brought up to date with an amended line. */
  readonly recoded: number;
  /** Unposted entries whose line is gone, or that are no longer right as they were. */
  readonly superseded: number;
  /** Corrections, reversals and settlements made for lines that changed after posting. */
  readonly corrections: number;
  /** Amended lines whose entry is on its way; they are looked at again once its outcome is known. */
  readonly waiting: number;
};

/** States in which an entry is ours alone: nothing of it is in the ledger or on its way. */
export const OPEN_STATES: ReadonlySet<ProposalState> = new Set([
  'needs_person',
  'ready',
  'approved',
  'refused',
  'excluded',
]);
const ON_ITS_WAY: ReadonlySet<ProposalState> = new Set(['posting', 'unknown', 'different']);

const PAGE = 100;

type Changes = {
  readonly saved: Proposal[];
  readonly made: NewProposal[];
  readonly released: string[];
  /** Pending entries that are the place of their line again. */
  readonly reclaimed: string[];
  readonly seen: Array<{ proposalId: string; lineId: number; lineRevision: number }>;
  readonly counts: { recoded: number; superseded: number; corrections: number; waiting: number };
};

/** Follows what the feed changed in lines that have a place already. */
export async function applyAmendments(context: CodingContext, run: Run): Promise<AmendCounts> {
  const total = { recoded: 0, superseded: 0, corrections: 0, waiting: 0 };
  await reopenReversed(context);
  // A settlement that falls away gives the line back to its pending entry, which is then looked at in the next round.
  for (let round = 0; round < 3; round++) {
    const places = await amendedPlaces(context.store.read);
    total.waiting = 0;
    let changed = false;
    const ids = [...new Set(places.map((place) => place.proposalId))];
    for (let start = 0; start < ids.length; start += PAGE) {
      const page = ids.slice(start, start + PAGE);
      const counts = await context.store.write((trx) => amendPage(context, trx, run, page));
      for (const key of ['recoded', 'superseded', 'corrections', 'waiting'] as const) total[key] += counts[key];
      changed ||= counts.superseded > 0;
      await yieldToOthers();
    }
    if (!changed) break;
  }
  return total;
}

/** A line whose entry was reversed goes back to the queue, unless the bank took the line back as well. */
async function reopenReversed(context: CodingContext): Promise<void> {
  await context.store.write(async (trx) => {
    const ids = await reversedPlaces(trx);
    if (ids.length === 0) return;
    await releaseLines(trx, ids);
    await record(trx, context.clock, {
      actor: SYSTEM_ACTOR,
      action: 'proposals.lines_reopened',
      subject: 'proposals',
      data: { reversed: ids },
    });
  });
}

async function amendPage(context: CodingContext, trx: Writer, run: Run, ids: readonly string[]) {
  const proposals = await loadProposals(trx, ids);
  const lines = await loadLines(
    trx,
    proposals.flatMap((proposal) => proposal.lineIds),
  );
  const byId = new Map(lines.map((line) => [line.id, line]));
  const changes: Changes = {
    saved: [],
    made: [],
    released: [],
    reclaimed: [],
    seen: [],
    counts: { recoded: 0, superseded: 0, corrections: 0, waiting: 0 },
  };
  for (const proposal of proposals) {
    const own = proposal.lineIds.flatMap((id) => byId.get(id) ?? []);
    await amendOne(trx, run, proposal, own, changes);
  }
  await write(context, trx, run, changes);
  return changes.counts;
}

async function amendOne(
  trx: Writer,
  run: Run,
  proposal: Proposal,
  lines: readonly CodingLine[],
  changes: Changes,
): Promise<void> {
  const mapping = run.byId.get(proposal.mappingId);
  const [line] = lines;
  if (!mapping || !line) return;
  if (ON_ITS_WAY.has(proposal.state)) {
    changes.counts.waiting += 1;
    return;
  }
  if (OPEN_STATES.has(proposal.state)) await amendOpen(trx, run, proposal, lines, line, mapping, changes);
  else if (proposal.state === 'posted' && !(await amendPosted(trx, run, proposal, lines, line, changes))) return;
  for (const { id, revision } of lines)
    changes.seen.push({ proposalId: proposal.id, lineId: id, lineRevision: revision });
}

async function amendOpen(
  trx: Writer,
  run: Run,
  proposal: Proposal,
  lines: readonly CodingLine[],
  line: CodingLine,
  mapping: Mapping,
  changes: Changes,
): Promise<void> {
  const gone =
    lines.some(({ state }) => state === 'removed') || (line.state === 'pending' && mapping.pending === 'wait');
  if (proposal.kind === 'settlement' && proposal.relatedProposalId !== null) {
    // Made anew from what is posted for the pending line.
    supersede(changes, proposal);
    changes.reclaimed.push(proposal.relatedProposalId);
    return;
  }
  if (gone) return supersede(changes, proposal);
  if (proposal.kind === 'transfer') {
    const [into, out] = [lines.find(({ amount }) => amount.minor > 0n), lines.find(({ amount }) => amount.minor < 0n)];
    const still =
      into?.amount.minor === proposal.amount.minor &&
      out?.amount.minor === -proposal.amount.minor &&
      into.date === out.date &&
      into.date === proposal.date;
    if (!still) supersede(changes, proposal);
    return;
  }
  if (proposal.codedBy === 'transfer') {
    const same = line.amount.minor === proposal.amount.minor && line.date === proposal.date;
    if (same) return;
    supersede(changes, proposal);
    if (proposal.relatedProposalId === null) return;
    const other = await loadProposal(trx, proposal.relatedProposalId);
    if (other.codedBy === 'transfer' && OPEN_STATES.has(other.state)) supersede(changes, other);
    return;
  }
  const next = recode(run, proposal, line, mapping);
  if (next === proposal) return;
  changes.saved.push(next);
  changes.counts.recoded += 1;
}

function supersede(changes: Changes, proposal: Proposal): void {
  if (changes.released.includes(proposal.id)) return;
  changes.saved.push({ ...proposal, state: 'superseded', needs: [], approvedHash: null });
  changes.released.push(proposal.id);
  changes.counts.superseded += 1;
}

/** @returns false when it must be looked at again later */
async function amendPosted(
  trx: Writer,
  run: Run,
  proposal: Proposal,
  lines: readonly CodingLine[],
  line: CodingLine,
  changes: Changes,
): Promise<boolean> {
  const chain = await reversalChain(trx, proposal);
  const { reversal } = chain;
  const corrections = [...chain.posted.filter(({ kind }) => kind === 'correction'), ...chain.open].filter(
    (other) => other.relatedProposalId === proposal.id,
  );
  if ([...chain.open, ...(reversal ? [reversal] : [])].some((other) => ON_ITS_WAY.has(other.state))) {
    changes.counts.waiting += 1;
    return false;
  }
  if (lines.some(({ state }) => state === 'removed')) {
    if (!reversal) takeBack(run, chain, lines.length > 1, changes);
    return true;
  }
  // The bank brought the line back before its reversal was posted.
  if (reversal && reversal.codedBy === 'system' && OPEN_STATES.has(reversal.state)) supersede(changes, reversal);
  else if (reversal) return true;
  if (proposal.kind === 'transfer') {
    for (const leg of lines) correctTransferLeg(run, proposal, leg, corrections, changes);
    return true;
  }
  const posted = corrections.filter(({ state }) => state === 'posted');
  const postedMinor = posted.reduce((sum, other) => sum + other.amount.minor, proposal.amount.minor);
  const open = corrections.find(({ state }) => state !== 'posted') ?? null;
  const mapping = run.byId.get(proposal.mappingId);
  if (!mapping) return true;
  if (proposal.kind === 'pending' && line.state === 'booked') {
    if (open) supersede(changes, open);
    changes.released.push(proposal.id);
    changes.made.push(settlementOf(run, proposal, line, mapping, postedMinor));
    changes.counts.corrections += 1;
    return true;
  }
  if (line.amount.minor === postedMinor) {
    if (open) supersede(changes, open);
    return true;
  }
  const source =
    proposal.kind === 'settlement' && proposal.relatedProposalId !== null
      ? { ...proposal, offsets: (await loadProposal(trx, proposal.relatedProposalId)).offsets }
      : proposal;
  const generation = nextGeneration(posted, open);
  const correction = correctionOf(run, source, line, mapping, { postedMinor, generation, open });
  if (open) changes.saved.push(correction);
  else changes.made.push(linked(correction, line));
  changes.counts.corrections += 1;
  return true;
}

/** The bank took the line back: all that is posted for it is reversed. */
function takeBack(run: Run, chain: ReversalChain, isTransfer: boolean, changes: Changes): void {
  for (const entry of chain.posted) {
    const reversal = reversalOf(run.workspaceId, entry, {
      id: run.newId(),
      reason: 'line removed by the bank after posting',
      codedBy: 'system',
    });
    const doubt = 'The bank took back one side of this transfer only. Check the other side.';
    changes.made.push({
      proposal: isTransfer ? { ...reversal, state: 'needs_person', needs: [doubt] } : reversal,
      links: entry.lineIds.map((lineId) => ({ lineId, claim: false, lineRevision: 1 })),
    });
    changes.counts.corrections += 1;
  }
  for (const open of chain.open) supersede(changes, open);
}

/** One side of a posted transfer has another amount now: the difference of that bank, against the money on its way. */
function correctTransferLeg(
  run: Run,
  transfer: Proposal,
  leg: CodingLine,
  corrections: readonly Proposal[],
  changes: Changes,
): void {
  const mapping = run.byAccount.get(leg.feedAccountId);
  if (!mapping) return;
  const own = corrections.filter((other) => other.lineIds.includes(leg.id));
  const posted = own.filter(({ state }) => state === 'posted');
  const first = mapping.bankAccount === transfer.account ? transfer.amount.minor : -transfer.amount.minor;
  const postedMinor = posted.reduce((sum, other) => sum + other.amount.minor, first);
  const open = own.find(({ state }) => state !== 'posted') ?? null;
  if (leg.amount.minor === postedMinor) {
    if (open) supersede(changes, open);
    return;
  }
  const side: Proposal = {
    ...transfer,
    mappingId: mapping.id,
    journalName: mapping.journalName,
    account: mapping.bankAccount,
    offsets: [
      {
        accountType: 'ledger',
        account: mapping.transferAccount,
        dimensions: dimensionsOfMovedMoney(mapping.dimensions, run.bookOf(mapping)),
        amount: transfer.amount,
        text: transfer.text,
      },
    ],
  };
  const generation = nextGeneration(posted, open);
  const correction = correctionOf(run, side, leg, mapping, { postedMinor, generation, open });
  const doubt = 'The bank changed one side of a posted transfer. Check the other side.';
  const doubtful: Proposal = { ...correction, state: 'needs_person', needs: [...correction.needs, doubt] };
  if (open) changes.saved.push(doubtful);
  else changes.made.push(linked(doubtful, leg));
  changes.counts.corrections += 1;
}

/** One that was deleted in the ledger keeps its own number, however many came after it. */
function nextGeneration(posted: readonly Proposal[], open: Proposal | null): number {
  return open?.generation ?? posted.reduce((highest, { generation }) => Math.max(highest, generation), -1) + 1;
}

function linked(proposal: Proposal, line: CodingLine): NewProposal {
  return {
    proposal: { ...proposal, lineIds: [line.id] },
    links: [{ lineId: line.id, claim: false, lineRevision: line.revision }],
  };
}

async function write(context: CodingContext, trx: Writer, run: Run, changes: Changes): Promise<void> {
  const { saved, made, released, reclaimed, seen } = changes;
  const at = run.at();
  await saveProposals(trx, saved, at);
  await releaseLines(trx, released);
  for (const id of reclaimed)
    await trx.updateTable('proposal_line').set({ claim: 1, line_revision: 0 }).where('proposal_id', '=', id).execute();
  await insertProposals(trx, made, at);
  await markSeen(trx, seen);
  for (const proposal of saved)
    await record(trx, context.clock, {
      actor: SYSTEM_ACTOR,
      action: proposal.state === 'superseded' ? 'proposal.superseded' : 'proposal.amended',
      subject: `proposal:${proposal.id}`,
      data: { state: proposal.state, revision: proposal.revision, amount: proposal.amount.minor, date: proposal.date },
    });
  for (const { proposal } of made)
    await record(trx, context.clock, {
      actor: SYSTEM_ACTOR,
      action: `proposal.${proposal.kind}_made`,
      subject: `proposal:${proposal.id}`,
      data: {
        about: proposal.relatedProposalId,
        state: proposal.state,
        amount: proposal.amount.minor,
        reason: proposal.reason,
      },
    });
  const quiet = seen.filter(({ proposalId }) => !saved.some(({ id }) => id === proposalId));
  if (quiet.length > 0)
    await record(trx, context.clock, {
      actor: SYSTEM_ACTOR,
      action: 'proposals.amendment_seen',
      subject: 'proposals',
      data: { lines: quiet.map(({ proposalId, lineId, lineRevision }) => ({ proposalId, lineId, lineRevision })) },
    });
}
