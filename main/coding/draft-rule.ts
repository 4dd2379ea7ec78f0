import { DaybookError } from '../core/errors.ts';
import { loadProposal, type Proposal } from '../store/proposals.ts';
import type { Reader } from '../store/store.ts';
import { lineTextOf } from './code-line.ts';
import { type CodingLine, loadLines } from './line.ts';
import type { Condition, RuleDocument } from './rule.ts';
import { cleanText } from './text.ts';

/** A counterparty longer than this is no name; its beginning tells it apart as well. */
const LONGEST_NAME = 100;

/** What a rule is made from: an entry, or a bank line with the entry that stands for it, if there is one. */
export type DraftFrom = { readonly proposalId: string } | { readonly lineId: number };

export type DraftedRule = {
  readonly rule: RuleDocument;
  /** Where its accounts live; null while the line has no entry. */
  readonly ledger: { readonly connectionId: string; readonly legalEntity: string } | null;
};

/**
 * A rule made from one entry, to be looked at and saved: lines of the same counterparty (or with the same words, where
 * the bank names none), in the same direction, get the same coding.
 * @throws DaybookError `not_found`
 */
export async function draftRule(db: Reader, from: DraftFrom): Promise<DraftedRule> {
  const proposalId = 'proposalId' in from ? from.proposalId : await proposalOfLine(db, from.lineId);
  const proposal = proposalId === null ? null : await loadProposal(db, proposalId);
  const [line] = await loadLines(db, 'lineId' in from ? [from.lineId] : (proposal?.lineIds.slice(0, 1) ?? []));
  if (!line && !proposal) throw new DaybookError('not_found', 'There is no such bank line any more.');
  const who = cleanText(line?.counterparty ?? '');
  const words = who !== '' ? who : telling(line?.bankText ?? line?.text ?? proposal?.text ?? '');
  const partner: Condition =
    who === ''
      ? { field: 'text', contains: words }
      : who.length > LONGEST_NAME
        ? { field: 'counterparty', startsWith: who.slice(0, LONGEST_NAME).trim() }
        : { field: 'counterparty', is: who };
  const minor = line?.amount.minor ?? proposal?.amount.minor ?? 0n;
  const direction: Condition = minor < 0n ? { field: 'amount', to: '-0.01' } : { field: 'amount', from: '0.01' };
  return {
    rule: { name: words.slice(0, 100), when: { all: [partner, direction] }, then: actionOf(proposal, line) },
    ledger: proposal && { connectionId: proposal.ledgerConnectionId, legalEntity: proposal.legalEntity },
  };
}

/** The entry that is the line's place now, else the newest that stood for it. */
async function proposalOfLine(db: Reader, lineId: number): Promise<string | null> {
  const row = await db
    .selectFrom('proposal_line')
    .innerJoin('proposal', 'proposal.id', 'proposal_line.proposal_id')
    .select('proposal.id')
    .where('proposal_line.line_id', '=', BigInt(lineId))
    .orderBy('proposal_line.claim', 'desc')
    .orderBy('proposal.created_at', 'desc')
    .executeTakeFirst();
  return row?.id ?? null;
}

function actionOf(proposal: Proposal | null, line: CodingLine | undefined): RuleDocument['then'] {
  if (proposal?.state === 'excluded') return { exclude: proposal.excludedWhy ?? 'not to be booked' };
  const [only, ...more] = proposal?.offsets ?? [];
  if (only?.account == null || more.length > 0) {
    const text = proposal?.text ?? '';
    return { text: text === '' ? (line ? lineTextOf(line) : 'Bank line') : text };
  }
  return {
    account: only.account,
    ...(only.accountType === 'ledger' ? {} : { accountType: only.accountType }),
    ...(Object.keys(only.dimensions).length === 0 ? {} : { dimensions: { ...only.dimensions } }),
  };
}

/** The text without numbers, which change from line to line. */
function telling(text: string): string {
  const words = cleanText(text)
    .split(' ')
    .filter((word) => !/\d/.test(word));
  return (words.length > 0 ? words.join(' ') : cleanText(text)).slice(0, 100) || 'text';
}
