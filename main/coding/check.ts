import { isPlausibleDate } from '../core/calendar.ts';
import { formatAmount, sum } from '../core/money.ts';
import type { Proposal } from '../store/proposals.ts';
import { codingProblems, type LedgerBook } from './ledger-reference.ts';
import { NO_ACCOUNT } from './needs.ts';
import { ENTRY_TEXT_LENGTH } from './text.ts';

/**
 * What keeps an entry from being approved, as sentences; none when it can be. The ledger's own checks come before
 * posting; these are what can be known here.
 */
export function blockersOf(proposal: Proposal, book: LedgerBook | null): string[] {
  const { amount, offsets } = proposal;
  const problems: string[] = [];
  if (amount.minor === 0n) problems.push('The amount is zero, so there is nothing to book. Exclude it.');
  if (offsets.length === 0 || offsets.some((offset) => offset.account === null)) problems.push(NO_ACCOUNT);
  const total = sum(
    offsets.map((offset) => offset.amount),
    amount.currency,
  );
  if (offsets.length > 0 && total.minor !== amount.minor)
    problems.push(
      `The split adds up to ${formatAmount(total)} instead of ${formatAmount(amount)} ${amount.currency}. Mend it.`,
    );
  if (amount.minor !== 0n && offsets.some((offset) => offset.amount.minor === 0n))
    problems.push('A part of the split is zero. Remove it.');
  if (!isPlausibleDate(proposal.date)) problems.push(`${proposal.date} is no date that a ledger takes. Change it.`);
  problems.push(...signedOffProblems(proposal, book));
  if (proposal.text.trim() === '' || proposal.text.length > ENTRY_TEXT_LENGTH)
    problems.push(`The text needs 1 to ${ENTRY_TEXT_LENGTH} characters. Change it.`);
  if (proposal.accountType === 'ledger') problems.push(...codingProblems(book, proposal));
  for (const { account, ...offset } of offsets)
    if (account !== null) problems.push(...codingProblems(book, { ...offset, account }));
  return [...new Set(problems)];
}

/** An entry may not move a bank account within a period that is signed off. */
function signedOffProblems({ accountType, account, date, offsets }: Proposal, book: LedgerBook | null): string[] {
  const sides = [{ accountType, account }, ...offsets];
  return sides.flatMap((side) => {
    const until = side.accountType === 'bank' && book?.signedOffUntil?.get((side.account ?? '').toLowerCase());
    return until && date <= until
      ? [`${side.account} is signed off up to ${until}. Date the entry later, or open the period again.`]
      : [];
  });
}
