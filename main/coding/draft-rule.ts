import { loadProposal } from '../store/proposals.ts';
import type { Reader } from '../store/store.ts';
import { loadLines } from './line.ts';
import type { Condition, RuleDocument } from './rule.ts';
import { cleanText } from './text.ts';

/**
 * A rule made from one entry, to be looked at and saved: lines of the same counterparty (or with the same words, where
 * the bank names none), in the same direction, get the same coding.
 */
export async function draftRule(db: Reader, proposalId: string): Promise<RuleDocument> {
  const proposal = await loadProposal(db, proposalId);
  const [line] = await loadLines(db, proposal.lineIds.slice(0, 1));
  const who = cleanText(line?.counterparty ?? '');
  const words = who !== '' ? who : telling(line?.bankText ?? line?.text ?? proposal.text);
  const partner: Condition = who !== '' ? { field: 'counterparty', is: words } : { field: 'text', contains: words };
  const direction: Condition =
    proposal.amount.minor < 0n ? { field: 'amount', to: '-0.01' } : { field: 'amount', from: '0.01' };
  const [only, ...more] = proposal.offsets;
  const then: RuleDocument['then'] =
    proposal.state === 'excluded'
      ? { exclude: proposal.excludedWhy ?? 'not to be booked' }
      : only?.account != null && more.length === 0
        ? {
            account: only.account,
            ...(only.accountType === 'ledger' ? {} : { accountType: only.accountType }),
            ...(Object.keys(only.dimensions).length === 0 ? {} : { dimensions: { ...only.dimensions } }),
          }
        : { text: proposal.text };
  return { name: words.slice(0, 100), when: { all: [partner, direction] }, then };
}

/** The text without numbers, which change from line to line. */
function telling(text: string): string {
  const words = cleanText(text)
    .split(' ')
    .filter((word) => !/\d/.test(word));
  return (words.length > 0 ? words.join(' ') : cleanText(text)).slice(0, 100) || 'text';
}
