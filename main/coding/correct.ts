import type { CalendarDate } from '../core/calendar.ts';
import { negate } from '../core/money.ts';
import { stemOf } from '../core/reference.ts';
import type { LineLink, NewProposal } from '../store/proposal-writes.ts';
import type { Proposal, ProposalOffset } from '../store/proposals.ts';
import { bankSide, judge, lineStem } from './draft.ts';
import type { CodingLine } from './line.ts';
import type { Mapping } from './mappings.ts';
import { CHECK_DIFFERENCE } from './needs.ts';
import { amountChanged } from './recode.ts';
import type { Run } from './run.ts';
import { reshare } from './split.ts';
import { entryText, shortReason } from './text.ts';

/** Which money a reversal is about: the entry that it takes back, by its stem. */
export function reversalStem(workspaceId: string, original: Pick<Proposal, 'stem' | 'generation'>): string {
  return stemOf({ workspaceId, kind: 'reversal', members: [original.stem], generation: original.generation });
}

/** A posted entry turned round: same accounts, every amount negated. Linked, and no place of its lines. */
export function reversalOf(
  workspaceId: string,
  original: Proposal,
  parts: {
    readonly id: string;
    readonly reason: string;
    readonly codedBy: 'person' | 'system';
    readonly date?: CalendarDate;
  },
): Proposal {
  const text = entryText(`Reversal: ${original.text}`);
  return {
    ...fresh(original),
    id: parts.id,
    kind: 'reversal',
    date: parts.date ?? original.date,
    amount: negate(original.amount),
    text,
    codedBy: parts.codedBy,
    reason: shortReason(parts.reason),
    stem: reversalStem(workspaceId, original),
    offsets: original.offsets.map((offset) => ({ ...offset, amount: negate(offset.amount) })),
  };
}

/** What a related entry takes over from the one it is about. */
function fresh(original: Proposal): Proposal {
  return {
    ...original,
    state: 'ready',
    needs: [],
    ruleId: null,
    confidence: null,
    alternative: null,
    note: null,
    revision: 0,
    relatedProposalId: original.id,
    approvedAt: null,
    approvedBy: null,
    approvedHash: null,
    excludedAt: null,
    excludedBy: null,
    excludedWhy: null,
    error: null,
  };
}

/**
 * The difference between what is posted for a line and what the bank says now, against the accounts of the posted
 * entry. `open` is an unposted correction that is brought up to date instead of making a second one.
 */
export function correctionOf(
  run: Run,
  original: Proposal,
  line: CodingLine,
  mapping: Mapping,
  parts: { readonly postedMinor: bigint; readonly generation: number; readonly open: Proposal | null },
): Proposal {
  const { currency } = original.amount;
  const amount = { minor: line.amount.minor - parts.postedMinor, currency };
  const { offsets, doubtful } = shareDifference(original, amount);
  const former = parts.open;
  const base: Proposal = {
    ...(former ?? fresh(original)),
    id: former?.id ?? run.newId(),
    kind: 'correction',
    date: line.date,
    amount,
    text: entryText(`Correction: ${original.text}`),
    codedBy: 'system',
    reason: 'amended by the bank after posting',
    generation: parts.generation,
    revision: former ? former.revision + 1 : 0,
    // By the entry that it corrects, so that a line posted anew after a reversal starts its own count.
    stem: stemOf({
      workspaceId: run.workspaceId,
      kind: 'correction',
      members: [original.stem, `${line.providerAccountId}/${line.providerLineId}`],
      generation: parts.generation,
    }),
    offsets,
    error: null,
  };
  const before = { minor: parts.postedMinor, currency };
  const advice = doubtful ? [`${amountChanged(before, line.amount, '')}${CHECK_DIFFERENCE}`] : [];
  return judge(base, run.bookOf(mapping), advice);
}

/** Takes a posted pending entry off the clearing account and onto the bank, with any difference to its accounts. */
export function settlementOf(
  run: Run,
  pending: Proposal,
  line: CodingLine,
  mapping: Mapping,
  postedMinor: bigint,
): NewProposal {
  const { currency } = pending.amount;
  const difference = { minor: line.amount.minor - postedMinor, currency };
  const { offsets, doubtful } =
    difference.minor === 0n ? { offsets: [], doubtful: false } : shareDifference(pending, difference);
  const text = entryText(line.bankText ?? line.text) || pending.text;
  const base: Proposal = {
    ...fresh(pending),
    ...bankSide('settlement', mapping, run.bookOf(mapping)),
    id: run.newId(),
    kind: 'settlement',
    date: line.date,
    amount: line.amount,
    text,
    codedBy: 'system',
    reason: shortReason(`settles the pending entry of ${pending.date}`),
    stem: lineStem(run.workspaceId, 'settlement', [line], pending.generation),
    offsets: [
      {
        accountType: pending.accountType,
        account: pending.account,
        dimensions: pending.dimensions,
        amount: { minor: postedMinor, currency },
        text,
      },
      ...offsets,
    ],
  };
  const link: LineLink = { lineId: line.id, claim: true, lineRevision: line.revision };
  const advice = doubtful ? [CHECK_DIFFERENCE] : [];
  return { proposal: judge(base, run.bookOf(mapping), advice), links: [link] };
}

/** A difference shared as the entry was. With one account that is sure; with several, a person looks. */
function shareDifference(
  original: Proposal,
  difference: Proposal['amount'],
): { readonly offsets: ProposalOffset[]; readonly doubtful: boolean } {
  const [first] = original.offsets;
  if (!first) return { offsets: [], doubtful: true };
  if (original.offsets.length === 1) return { offsets: [{ ...first, amount: difference }], doubtful: false };
  const amounts = reshare(
    difference,
    original.offsets.map((offset) => offset.amount),
  );
  const shared = original.offsets.flatMap((offset, index) => {
    const amount = amounts?.[index];
    return amount === undefined || amount.minor === 0n ? [] : [{ ...offset, amount }];
  });
  return { offsets: shared.length > 0 ? shared : [{ ...first, account: null, amount: difference }], doubtful: true };
}
