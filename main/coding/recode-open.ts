import { record } from '../audit/trail.ts';
import { yieldToOthers } from '../core/clock.ts';
import { releaseLines, saveProposals } from '../store/proposal-writes.ts';
import { loadProposals, type Proposal, proposalIdsInState } from '../store/proposals.ts';
import type { Writer } from '../store/store.ts';
import { type CodingContext, SYSTEM_ACTOR } from './context.ts';
import { loadLines } from './line.ts';
import type { Mapping } from './mappings.ts';
import { recode } from './recode.ts';
import { type Run, startRun } from './run.ts';

const PAGE = 500;

/**
 * Codes everything that is not posted anew, after mappings, rules or the ledger's accounts changed. A person's coding
 * stays, and so does an approval unless the entry's target moved.
 * @returns how many entries changed
 */
export async function recodeOpen(
  context: CodingContext,
  options: { readonly stop?: AbortSignal } = {},
): Promise<number> {
  const run = await startRun(context);
  const ids = await proposalIdsInState(context.store.read, [
    'needs_person',
    'ready',
    'approved',
    'refused',
    'excluded',
  ]);
  let changed = 0;
  for (let start = 0; start < ids.length; start += PAGE) {
    options.stop?.throwIfAborted();
    changed += await context.store.write((trx) => recodePage(context, trx, run, ids.slice(start, start + PAGE)));
    await yieldToOthers();
  }
  return changed;
}

async function recodePage(context: CodingContext, trx: Writer, run: Run, ids: readonly string[]): Promise<number> {
  const proposals = await loadProposals(trx, ids);
  const lines = await loadLines(
    trx,
    proposals.flatMap((proposal) => proposal.lineIds),
  );
  const byId = new Map(lines.map((line) => [line.id, line]));
  const saved: Proposal[] = [];
  const released: string[] = [];
  for (const proposal of proposals) {
    const mapping = run.byId.get(proposal.mappingId);
    const line = byId.get(proposal.lineIds[0] ?? -1);
    if (!mapping || !line) continue;
    const moved = hasMoved(proposal, mapping);
    if (proposal.codedBy === 'transfer' || proposal.kind === 'transfer') {
      if (!moved) continue;
      released.push(proposal.id);
      saved.push({ ...proposal, state: 'superseded', needs: [], approvedHash: null });
      continue;
    }
    if (proposal.kind !== 'entry' && proposal.kind !== 'pending') continue;
    if (!moved && (proposal.state === 'approved' || proposal.state === 'refused')) continue;
    if (line.state === 'removed') continue;
    const next = recode(run, proposal, line, mapping);
    if (next !== proposal) saved.push(next);
  }
  if (saved.length === 0) return 0;
  await saveProposals(trx, saved, run.at());
  await releaseLines(trx, released);
  await record(trx, context.clock, {
    actor: SYSTEM_ACTOR,
    action: 'proposals.recoded',
    subject: 'proposals',
    data: { proposals: saved.map(({ id, revision, state }) => ({ id, revision, state })) },
  });
  return saved.length;
}

/** The mapping sends its entries elsewhere now. */
function hasMoved(proposal: Proposal, mapping: Mapping): boolean {
  return (
    proposal.ledgerConnectionId !== mapping.ledgerConnectionId ||
    proposal.legalEntity !== mapping.legalEntity ||
    proposal.journalName !== mapping.journalName ||
    (proposal.accountType === 'bank' && proposal.account !== mapping.bankAccount)
  );
}
