import type { Instant } from '../core/calendar.ts';
import type { Dimensions } from '../core/entry.ts';
import { entryHash } from '../core/entry.ts';
import { stemOf } from '../core/reference.ts';
import { ledgerEntryOf, type Proposal, type ProposalKind } from '../store/proposals.ts';
import { blockersOf } from './check.ts';
import type { Coding } from './code-line.ts';
import { dimensionsOfMovedMoney, type LedgerBook } from './ledger-reference.ts';
import type { CodingLine } from './line.ts';
import type { Mapping } from './mappings.ts';

/** Which money an entry stands for: the lines, by the provider's ids. See core/reference.ts. */
export function lineStem(
  workspaceId: string,
  kind: ProposalKind,
  lines: readonly CodingLine[],
  generation: number,
): string {
  const members = lines.map((line) => `${line.providerAccountId}/${line.providerLineId}`);
  return stemOf({ workspaceId, kind, members, generation });
}

/** The bank's side of a line: its bank account, or the clearing account while the line is pending. */
export function bankSide(
  kind: ProposalKind,
  mapping: Mapping,
  book: LedgerBook | null,
): Pick<Proposal, 'accountType' | 'account' | 'dimensions'> {
  if (kind === 'pending' && mapping.clearingAccount !== null)
    return {
      ...{ accountType: 'ledger', account: mapping.clearingAccount },
      dimensions: dimensionsOfMovedMoney(mapping.dimensions, book),
    };
  return { accountType: 'bank', account: mapping.bankAccount, dimensions: {} as Dimensions };
}

export type DraftParts = {
  readonly id: string;
  readonly kind: ProposalKind;
  readonly mapping: Mapping;
  readonly book: LedgerBook | null;
  readonly lines: readonly [CodingLine, ...CodingLine[]];
  readonly stem: string;
  readonly generation: number;
};

/** An empty proposal for these lines: everything but its coding. The first line gives date and amount. */
export function blankProposal({ id, kind, mapping, book, lines, stem, generation }: DraftParts): Proposal {
  const [line] = lines;
  return {
    id,
    kind,
    mappingId: mapping.id,
    ledgerConnectionId: mapping.ledgerConnectionId,
    legalEntity: mapping.legalEntity,
    journalName: mapping.journalName,
    ...bankSide(kind, mapping, book),
    date: line.date,
    amount: line.amount,
    text: '',
    state: 'needs_person',
    needs: [],
    codedBy: 'none',
    ruleId: null,
    reason: '',
    confidence: null,
    alternative: null,
    note: null,
    generation,
    revision: 0,
    stem,
    relatedProposalId: null,
    approvedAt: null,
    approvedBy: null,
    approvedHash: null,
    excludedAt: null,
    excludedBy: null,
    excludedWhy: null,
    error: null,
    offsets: [],
    lineIds: lines.map(({ id: lineId }) => lineId),
  };
}

const UNDECIDED = {
  approvedAt: null,
  approvedBy: null,
  approvedHash: null,
  excludedAt: null,
  excludedBy: null,
  excludedWhy: null,
} as const;

/** Puts a coding into a proposal and decides its state: excluded, needs a person, approved by a switch, or ready. */
export function withCoding(proposal: Proposal, coding: Coding, book: LedgerBook | null, at: Instant): Proposal {
  const coded: Proposal = {
    ...proposal,
    ...UNDECIDED,
    codedBy: coding.codedBy,
    ruleId: coding.ruleId,
    reason: coding.reason,
    confidence: coding.confidence,
    alternative: coding.alternative,
    text: coding.text,
    offsets: coding.offsets,
    needs: [],
  };
  if (coding.exclude !== null)
    return {
      ...coded,
      state: 'excluded',
      excludedAt: at,
      excludedBy: coding.exclude.by,
      excludedWhy: coding.exclude.why,
    };
  const judged = judge(coded, book, coding.advice);
  return judged.state === 'ready' && coding.approver !== null ? approve(judged, coding.approver, at) : judged;
}

/** Ready when nothing is missing and nothing must be looked at. Any approval is gone. */
export function judge(proposal: Proposal, book: LedgerBook | null, advice: readonly string[] = []): Proposal {
  const needs = [...blockersOf(proposal, book), ...advice];
  return { ...proposal, ...UNDECIDED, state: needs.length === 0 ? 'ready' : 'needs_person', needs };
}

/** Freezes what was looked at: what is posted must have this hash. */
export function approve(proposal: Proposal, actor: string, at: Instant): Proposal {
  return {
    ...proposal,
    ...UNDECIDED,
    state: 'approved',
    needs: [],
    error: null,
    approvedAt: at,
    approvedBy: actor,
    approvedHash: entryHash(ledgerEntryOf(proposal)),
  };
}
