import { canonicalJson } from '../core/canonical.ts';
import { entryHash } from '../core/entry.ts';
import { formatAmount, type Money } from '../core/money.ts';
import { ledgerEntryOf, type Proposal } from '../store/proposals.ts';
import { codeLine } from './code-line.ts';
import { SYSTEM_ACTOR } from './context.ts';
import { blankProposal, judge, lineStem, withCoding } from './draft.ts';
import type { CodingLine } from './line.ts';
import type { Mapping } from './mappings.ts';
import { REVERSED_BEFORE } from './needs.ts';
import type { Run } from './run.ts';
import { reshare } from './split.ts';

/**
 * An unposted entry of one line as it should be now: amount and date as the bank has them, target as the mapping has
 * it. A person's coding is kept; any other is made anew. The former approval holds only if the entry is the same.
 */
export function recode(run: Run, former: Proposal, line: CodingLine, mapping: Mapping): Proposal {
  const kind = line.state === 'pending' ? 'pending' : 'entry';
  const blank = blankProposal({
    id: former.id,
    kind,
    mapping,
    book: run.bookOf(mapping),
    lines: [line],
    stem: lineStem(run.workspaceId, kind, [line], former.generation),
    generation: former.generation,
  });
  const base = {
    ...blank,
    note: former.note,
    revision: former.revision,
    relatedProposalId: former.relatedProposalId,
    error: standingAdvice(former).length > 0 ? former.error : null,
  };
  const next = keepsExclusion(former, line)
    ? { ...base, ...codingOf(former), ...exclusionOf(former) }
    : former.codedBy === 'person'
      ? keepCoding(run, former, base, mapping)
      : codeAnew(run, former, base, line, mapping);
  return settle(former, next);
}

/** The same proposal when nothing changed; one revision up when the entry itself did. */
export function settle(former: Proposal, next: Proposal): Proposal {
  if (sameEntry(former, next)) {
    if (former.state === 'approved' && next.state !== 'excluded' && next.stem === former.stem) return former;
    return canonicalJson(visible(former)) === canonicalJson(visible(next)) ? former : next;
  }
  return { ...next, revision: former.revision + 1 };
}

function keepsExclusion(former: Proposal, line: CodingLine): boolean {
  const byPerson =
    former.state === 'excluded' && former.excludedBy !== SYSTEM_ACTOR && !former.excludedBy?.startsWith('rule:');
  return byPerson && former.amount.minor === line.amount.minor;
}

function codingOf({ codedBy, ruleId, reason, confidence, alternative, text, offsets }: Proposal) {
  return { codedBy, ruleId, reason, confidence, alternative, text, offsets };
}

function exclusionOf({ state, needs, excludedAt, excludedBy, excludedWhy }: Proposal) {
  return { state, needs, excludedAt, excludedBy, excludedWhy };
}

function keepCoding(run: Run, former: Proposal, base: Proposal, mapping: Mapping): Proposal {
  const parts = former.offsets.map((offset) => offset.amount);
  const changed = former.amount.minor !== base.amount.minor || former.amount.currency !== base.amount.currency;
  const amounts = changed ? reshare(base.amount, parts) : parts;
  const offsets = former.offsets.map((offset, index) => ({ ...offset, amount: amounts?.[index] ?? offset.amount }));
  const advice = [
    ...standingAdvice(former),
    ...(changed && offsets.length > 1 ? [amountChanged(former.amount, base.amount, 'Check the split.')] : []),
    ...(changed && former.state === 'excluded' ? [amountChanged(former.amount, base.amount, 'It was excluded.')] : []),
  ];
  return judge({ ...base, ...codingOf(former), offsets }, run.bookOf(mapping), advice);
}

function codeAnew(run: Run, former: Proposal, base: Proposal, line: CodingLine, mapping: Mapping): Proposal {
  const coding = codeLine(line, mapping, run.rules, run.model);
  const wasExcluded =
    former.state === 'excluded' && former.excludedBy !== SYSTEM_ACTOR && !former.excludedBy?.startsWith('rule:');
  const advice = [
    ...coding.advice,
    ...standingAdvice(former),
    ...(former.generation > 0 ? [REVERSED_BEFORE] : []),
    ...(wasExcluded ? [amountChanged(former.amount, base.amount, 'It was excluded.')] : []),
  ];
  return withCoding(base, { ...coding, advice }, run.bookOf(mapping), run.at());
}

/** What posting found (an entry deleted in the ledger) stays for a person to decide, whatever the bank changes. */
function standingAdvice(former: Proposal): readonly string[] {
  return former.state === 'needs_person' && former.error !== null ? former.needs : [];
}

export function amountChanged(before: Money, after: Money, whatToDo: string): string {
  return `The bank changed the amount from ${formatAmount(before)} to ${formatAmount(after)} ${after.currency}. ${whatToDo}`;
}

function sameEntry(a: Proposal, b: Proposal): boolean {
  const incomplete = (proposal: Proposal) => proposal.offsets.some((offset) => offset.account === null);
  const target = (proposal: Proposal) =>
    [proposal.ledgerConnectionId, proposal.legalEntity, proposal.journalName, proposal.stem].join('\u0000');
  if (target(a) !== target(b) || incomplete(a) !== incomplete(b)) return false;
  if (incomplete(a)) return canonicalJson(content(a)) === canonicalJson(content(b));
  return entryHash(ledgerEntryOf(a)) === entryHash(ledgerEntryOf(b));
}

function content({ accountType, account, dimensions, date, amount, text, offsets }: Proposal) {
  return { accountType, account, dimensions, date, amount, text, offsets };
}

function visible(proposal: Proposal) {
  const { state, needs, codedBy, ruleId, excludedBy, excludedWhy, alternative } = proposal;
  return { ...content(proposal), state, needs, codedBy, ruleId, excludedBy, excludedWhy, other: alternative?.account };
}
