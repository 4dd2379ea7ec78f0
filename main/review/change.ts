import { record } from '../audit/trail.ts';
import { OPEN_STATES } from '../coding/amend.ts';
import type { CodingContext } from '../coding/context.ts';
import { type LedgerBook, loadLedgerBook } from '../coding/ledger-reference.ts';
import { ledgerKey } from '../coding/suggest.ts';
import type { Json } from '../core/canonical.ts';
import { instantNow, yieldToOthers } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { saveProposals } from '../store/proposal-writes.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import type { Reader, Writer } from '../store/store.ts';
import { type Change, rememberStep } from './undo-step.ts';

/** Which entries an action is about, and who acts. */
export type Target = {
  /** A person's name; it stands in the audit trail. */
  readonly actor: string;
  readonly ids: readonly string[];
  /** The revision that the person looked at, by proposal id; another one on disk refuses the action as stale. */
  readonly revisions?: Readonly<Record<string, number>>;
};

export type ChangeResult = {
  /** Ids of the entries that changed. */
  readonly changed: readonly string[];
};

export type Action = {
  /** `proposal.edited` … */
  readonly name: string;
  /** For the list of what can be undone: "Excluded 3 entries". */
  readonly sentence: (count: number) => string;
  /** The entry after the action; the same object when nothing changes. Throws what refuses the whole action. */
  readonly change: (proposal: Proposal, book: LedgerBook | null) => Proposal;
  /** What the trail keeps of each entry. */
  readonly data: (change: Change) => { readonly [key: string]: Json | undefined };
  readonly save?: (trx: Writer, proposals: readonly Proposal[], at: string) => Promise<void>;
};

/** Up to so many entries get an event of their own; a larger action is told in batches that list them. */
const OWN_EVENTS = 100;
const PAGE = 500;

/**
 * Does one action on entries that are not posted: all of them or none, in one transaction, as one step of undo.
 * @throws DaybookError `not_found`, `stale`, and what `change` throws
 */
export async function changeEntries(context: CodingContext, target: Target, action: Action): Promise<ChangeResult> {
  const ids = [...new Set(target.ids)];
  return context.store.write(async (trx) => {
    const at = instantNow(context.clock);
    const bookOf = books(trx);
    const changes: Change[] = [];
    for (let start = 0; start < ids.length; start += PAGE) {
      const page = ids.slice(start, start + PAGE);
      const found = await loadProposals(trx, page);
      requireAll(page, found);
      const now: Change[] = [];
      for (const before of found) {
        requireOpen(before);
        requireFresh(before, target.revisions?.[before.id]);
        const after = action.change(before, await bookOf(before));
        if (after !== before) now.push({ before, after });
      }
      await (action.save ?? saveProposals)(
        trx,
        now.map(({ after }) => after),
        at,
      );
      changes.push(...now);
      await yieldToOthers();
    }
    if (changes.length === 0) return { changed: [] };
    await tell(context, trx, target.actor, action, changes);
    await rememberStep(trx, context, target.actor, action.sentence(changes.length), changes);
    return { changed: changes.map(({ after }) => after.id) };
  });
}

async function tell(
  context: CodingContext,
  trx: Writer,
  actor: string,
  action: Action,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length <= OWN_EVENTS) {
    for (const change of changes)
      await record(trx, context.clock, {
        actor,
        action: action.name,
        subject: `proposal:${change.after.id}`,
        data: action.data(change),
      });
    return;
  }
  for (let start = 0; start < changes.length; start += PAGE)
    await record(trx, context.clock, {
      actor,
      action: action.name,
      subject: 'proposals',
      data: {
        proposals: changes
          .slice(start, start + PAGE)
          .map((change) => ({ id: change.after.id, ...action.data(change) })),
      },
    });
}

/** The ledgers' references, each read once. */
export function books(db: Reader | Writer): (proposal: Proposal) => Promise<LedgerBook | null> {
  const known = new Map<string, LedgerBook | null>();
  return async ({ ledgerConnectionId, legalEntity }) => {
    const key = ledgerKey(ledgerConnectionId, legalEntity);
    const found = known.get(key);
    if (found !== undefined) return found;
    const book = await loadLedgerBook(db, ledgerConnectionId, legalEntity);
    known.set(key, book);
    return book;
  };
}

function requireAll(ids: readonly string[], found: readonly Proposal[]): void {
  if (found.length === ids.length) return;
  const missing = ids.find((id) => !found.some((proposal) => proposal.id === id));
  throw new DaybookError('not_found', `There is no entry with the id ${missing}.`);
}

/** Nothing of it may be in the ledger or on its way there. @throws DaybookError `stale` */
export function requireOpen(proposal: Proposal): void {
  if (OPEN_STATES.has(proposal.state)) return;
  const { state } = proposal;
  const why =
    state === 'posted' || state === 'reversed'
      ? 'This entry is posted. Reverse it instead of changing it.'
      : state === 'superseded'
        ? 'This entry was replaced by another one. Look at the queue again.'
        : 'Posting of this entry has begun. Wait for its outcome, then reverse it if it is wrong.';
  throw new DaybookError('stale', why, { path: proposal.id });
}

function requireFresh(proposal: Proposal, seen: number | undefined): void {
  if (seen === undefined || seen === proposal.revision) return;
  throw new DaybookError('stale', 'This entry changed since you looked at it. Look at it again before you decide.', {
    path: proposal.id,
  });
}

/** "1 entry", "3 entries". */
export function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
