import { record } from '../audit/trail.ts';
import type { CodingContext } from '../coding/context.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { saveProposals } from '../store/proposal-writes.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import { isAs, type ProposalPatch, stepToRedo, stepToUndo, type UndoStep } from './undo-step.ts';

export type UndoResult = {
  /** What was undone or redone, as it stands in the list of steps. */
  readonly sentence: string;
  readonly changed: readonly string[];
};

/**
 * Takes back the last action of this person, a bulk action as a whole. Approvals come back as they were, because the
 * entries have again exactly the content that was approved.
 * @throws DaybookError `nothing_there`; `stale` when posting has begun or an entry changed meanwhile
 */
export async function undo(context: CodingContext, actor: string): Promise<UndoResult> {
  return move(context, actor, 'undo');
}

/** Does again what this person undid last. @throws as `undo` */
export async function redo(context: CodingContext, actor: string): Promise<UndoResult> {
  return move(context, actor, 'redo');
}

async function move(context: CodingContext, actor: string, way: 'undo' | 'redo'): Promise<UndoResult> {
  return context.store.write(async (trx) => {
    const step = way === 'undo' ? await stepToUndo(trx, actor) : await stepToRedo(trx, actor);
    if (!step)
      throw new DaybookError(
        'nothing_there',
        way === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.',
      );
    const at = instantNow(context.clock);
    const proposals = await loadProposals(
      trx,
      step.patches.map((patch) => patch.id),
    );
    const next = moved(step, proposals, way);
    await saveProposals(trx, next, at);
    await trx
      .updateTable('undo_step')
      .set({ undone_at: way === 'undo' ? at : null })
      .where('id', '=', step.id)
      .execute();
    await record(trx, context.clock, {
      actor,
      action: way === 'undo' ? 'review.undone' : 'review.redone',
      subject: `undo_step:${step.id}`,
      data: { sentence: step.sentence, proposals: next.map(({ id, state, revision }) => ({ id, state, revision })) },
    });
    return { sentence: step.sentence, changed: next.map(({ id }) => id) };
  });
}

function moved(step: UndoStep, proposals: readonly Proposal[], way: 'undo' | 'redo'): Proposal[] {
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  return step.patches.map((patch) => {
    const proposal = byId.get(patch.id);
    const [from, to] = way === 'undo' ? [patch.after, patch.before] : [patch.before, patch.after];
    if (!proposal) throw new DaybookError('stale', 'An entry of this step is gone, so it cannot be undone.');
    if (HAS_BEGUN.has(proposal.state))
      throw new DaybookError(
        'stale',
        `Posting has begun for ${proposal.date} ${proposal.text}, so this step stays. Reverse the entry if it is wrong.`,
        { path: proposal.id },
      );
    if (!isAs(proposal, from))
      throw new DaybookError(
        'stale',
        `${proposal.date} ${proposal.text} changed since then, so this step stays. Change the entry itself.`,
        { path: proposal.id },
      );
    return { ...proposal, ...to, revision: proposal.revision + (isContent(to) ? 1 : 0) };
  });
}

const HAS_BEGUN: ReadonlySet<Proposal['state']> = new Set(['posting', 'unknown', 'different', 'posted', 'reversed']);

/** Whether a patch touches what is posted, and not only the decision about it. */
function isContent(patch: ProposalPatch): boolean {
  const { accountType, account, dimensions, date, amount, text, offsets } = patch;
  return [accountType, account, dimensions, date, amount, text, offsets].some((field) => field !== undefined);
}
