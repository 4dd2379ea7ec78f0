import { z } from 'zod';
import type { CodingContext } from '../coding/context.ts';
import { judge } from '../coding/draft.ts';
import { type SplitShare, splitAmount } from '../coding/split.ts';
import { ENTRY_TEXT_LENGTH, entryText, shortReason } from '../coding/text.ts';
import { isPlausibleDate } from '../core/calendar.ts';
import type { AccountType, Dimensions } from '../core/entry.ts';
import { DaybookError } from '../core/errors.ts';
import type { Proposal, ProposalOffset } from '../store/proposals.ts';
import { type ChangeResult, changeEntries, entries, type Target } from './change.ts';

/** What a person sets on one entry or many. Fields that are not there stay as they are. */
export const editSchema = z.strictObject({
  account: z.string().trim().min(1).exactOptional(),
  accountType: z.enum(['ledger', 'customer', 'vendor', 'bank']).exactOptional(),
  /** Set over those that are there; an empty value removes one. */
  dimensions: z.record(z.string().min(1), z.string()).exactOptional(),
  text: z.string().trim().min(1).max(ENTRY_TEXT_LENGTH).exactOptional(),
  date: z.string().refine(isPlausibleDate, 'must be a date such as "2026-11-20"').exactOptional(),
  /** Stays in Daybook; null removes it. */
  note: z.string().max(2000).nullable().exactOptional(),
});
export type Edit = z.output<typeof editSchema>;

/**
 * Changes entries before they are posted. Each gets its next revision and loses its approval; a note alone changes
 * neither, because it is no part of the entry.
 * @throws DaybookError `usage`, `stale`, `not_found`
 */
export async function editEntries(context: CodingContext, target: Target, edit: Edit): Promise<ChangeResult> {
  const wanted = readEdit(edit);
  return changeEntries(context, target, {
    name: 'proposal.edited',
    sentence: (count) => `Edited ${entries(count)}`,
    change: (proposal, book) => {
      const noted = wanted.note === undefined ? proposal : { ...proposal, note: wanted.note };
      const { note: _, ...content } = wanted;
      if (Object.keys(content).length === 0) return noted;
      refuseExcluded(proposal);
      return judge(byPerson(applyEdit(noted, content), target.actor), book);
    },
    data: ({ after }) => ({ revision: after.revision, edit: { ...wanted } }),
  });
}

function readEdit(edit: Edit): Edit {
  const parsed = editSchema.safeParse(edit);
  if (parsed.success && Object.keys(parsed.data).length > 0) return parsed.data;
  const issue = parsed.error?.issues[0];
  const field = issue?.path.map(String).join('.');
  throw new DaybookError('usage', issue ? `${field || 'The edit'} ${issue.message}.` : 'Say what to change.', {
    path: field ?? '',
  });
}

function applyEdit(proposal: Proposal, edit: Edit): Proposal {
  if (edit.account !== undefined || edit.accountType !== undefined) refuseLinked(proposal);
  if (edit.account !== undefined && proposal.offsets.length > 1)
    throw new DaybookError('usage', 'This entry is split, so one account does not fit. Split it anew instead.', {
      path: proposal.id,
    });
  const text = edit.text ?? proposal.text;
  const former: readonly ProposalOffset[] =
    proposal.offsets.length > 0
      ? proposal.offsets
      : [{ accountType: 'ledger', account: null, dimensions: {}, amount: proposal.amount, text: proposal.text }];
  return {
    ...proposal,
    date: edit.date ?? proposal.date,
    text,
    offsets: former.map((offset) => ({
      ...offset,
      account: edit.account ?? offset.account,
      // Another account without a type is a main account, as in a rule.
      accountType: edit.accountType ?? (edit.account === undefined ? offset.accountType : 'ledger'),
      dimensions: mergeDimensions(offset.dimensions, edit.dimensions),
      text: offset.text === proposal.text ? text : offset.text,
    })),
  };
}

function mergeDimensions(former: Dimensions, change: Dimensions | undefined): Dimensions {
  return Object.fromEntries(Object.entries({ ...former, ...change }).filter(([, value]) => value !== ''));
}

/** One part of a split. */
export type SplitPart = {
  readonly share: SplitShare;
  readonly account: string;
  readonly accountType?: AccountType;
  readonly dimensions?: Dimensions;
  readonly text?: string;
};

/**
 * Splits one entry over several accounts by amounts, percentages and the rest; the parts always add up to it.
 * @throws DaybookError `entry_unbalanced` with the reason when they cannot
 */
export async function splitEntry(
  context: CodingContext,
  target: { readonly actor: string; readonly id: string; readonly revision?: number },
  parts: readonly SplitPart[],
): Promise<ChangeResult> {
  const { actor, id, revision } = target;
  const revisions = revision === undefined ? {} : { revisions: { [id]: revision } };
  return changeEntries(
    context,
    { actor, ids: [id], ...revisions },
    {
      name: 'proposal.split',
      sentence: () => `Split 1 entry into ${parts.length}`,
      change: (proposal, book) => {
        refuseExcluded(proposal);
        refuseLinked(proposal);
        const shared = splitAmount(
          proposal.amount,
          parts.map((part) => part.share),
        );
        if (!shared.ok) throw new DaybookError('entry_unbalanced', shared.problem, { path: proposal.id });
        const offsets = parts.flatMap((part, index): ProposalOffset[] => {
          const amount = shared.amounts[index];
          if (amount === undefined || amount.minor === 0n) return [];
          return [
            {
              accountType: part.accountType ?? 'ledger',
              account: part.account,
              dimensions: part.dimensions ?? {},
              amount,
              text: entryText(part.text ?? proposal.text),
            },
          ];
        });
        return judge(byPerson({ ...proposal, offsets }, actor), book);
      },
      data: ({ after }) => ({
        revision: after.revision,
        parts: after.offsets.map((offset) => ({ account: offset.account, amount: offset.amount.minor })),
      }),
    },
  );
}

function byPerson(proposal: Proposal, actor: string): Proposal {
  return {
    ...proposal,
    codedBy: 'person',
    ruleId: null,
    confidence: null,
    alternative: null,
    reason: shortReason(`coded by ${actor}`),
    revision: proposal.revision + 1,
    error: null,
  };
}

function refuseExcluded(proposal: Proposal): void {
  if (proposal.state === 'excluded')
    throw new DaybookError('stale', 'This entry is excluded. Include it again before you change it.', {
      path: proposal.id,
    });
}

/** A reversal mirrors its entry, and a transfer stands for two lines: other accounts would break that. */
function refuseLinked(proposal: Proposal): void {
  if (proposal.kind === 'reversal')
    throw new DaybookError(
      'usage',
      'A reversal has the accounts of the entry that it takes back. Change its date or text only.',
      { path: proposal.id, repair: 'edit_entry' },
    );
  if (proposal.kind === 'transfer')
    throw new DaybookError(
      'usage',
      'This entry stands for both sides of a transfer. Take it apart before you give it another account.',
      { path: proposal.id, repair: 'edit_entry' },
    );
}
