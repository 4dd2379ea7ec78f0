/** Entries and their lines as the contract's documents. */
import { codesOf, type LedgerDirectory, loadDirectory, nameOf } from '../coding/ledger-directory.ts';
import { referenceOf } from '../core/reference.ts';
import type { Daybook } from '../daybook.ts';
import { postedAs } from '../store/journal-list.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import type { Reader } from '../store/store.ts';
import { moneyDocument } from './money-document.ts';

/** Entries as rows of the grid, in the order of the ids; unknown ids are left out. */
export async function queueItems(daybook: Daybook, ids: readonly string[]) {
  const db = daybook.store.read;
  const proposals = await loadProposals(db, ids);
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  const lines = new Map((await linesWithAccounts(db, firstLines(proposals))).map((line) => [Number(line.id), line]));
  const rules = await db.selectFrom('rule').select(['id', 'name']).execute();
  const ruleName = new Map(rules.map((rule) => [rule.id, rule.name]));
  const accountOf = await accountsByMapping(db);
  const posted = await postedAs(db, ids);
  const directories = await directoriesOf(db, proposals);
  return ids.flatMap((id) => {
    const proposal = byId.get(id);
    const feedAccount = proposal && accountOf.get(proposal.mappingId);
    if (!proposal || !feedAccount) return [];
    const directory = directories.get(ledgerOf(proposal)) ?? null;
    const line = lines.get(Math.min(...proposal.lineIds));
    const where = posted.get(id);
    const { stem, generation, mappingId, dimensions, lineIds, alternative, ...shown } = proposal;
    return [
      {
        ...shown,
        entityName: directory?.name ?? null,
        amount: moneyDocument(proposal.amount),
        // The lines' own account, where the two sides of a transfer have different ones; else the mapping's.
        feedAccount: line ? accountNameOf(line) : feedAccount,
        lineId: line ? String(line.id) : null,
        lines: lineIds.length,
        lineState: line?.state ?? null,
        lineText: line?.text ?? '',
        bankText: line?.bank_text ?? null,
        counterparty: line?.counterparty ?? null,
        lineReference: line?.reference ?? null,
        offsets: proposal.offsets.map((offset) => ({
          ...offset,
          dimensions: { ...offset.dimensions },
          codes: codesOf(directory, offset.dimensions),
          accountName: offset.account === null ? null : nameOf(directory, offset.accountType, offset.account),
          amount: moneyDocument(offset.amount),
        })),
        ruleName: proposal.ruleId === null ? null : (ruleName.get(proposal.ruleId) ?? null),
        alternative: alternative && {
          ...alternative,
          dimensions: { ...alternative.dimensions },
          accountName: nameOf(directory, alternative.accountType, alternative.account),
        },
        needs: [...proposal.needs],
        reference: referenceOf(stem, proposal.revision),
        journalNumber: where?.journal_number ?? null,
        voucher: where?.voucher ?? null,
        ledgerState: where?.ledger_state ?? null,
      },
    ];
  });
}

/** Statement lines by id, oldest first. */
export async function lineDocuments(db: Reader, ids: readonly number[]) {
  return (await linesWithAccounts(db, ids)).map((line) => ({
    id: String(line.id),
    account: accountNameOf(line),
    state: line.state,
    date: line.date,
    authorizedDate: line.authorized_date,
    amount: moneyDocument({ minor: line.amount_minor, currency: line.currency }),
    text: line.text,
    bankText: line.bank_text,
    counterparty: line.counterparty,
    reference: line.reference,
    checkNumber: line.check_number,
    category: line.category,
    channel: line.channel,
    revision: Number(line.revision),
  }));
}

/** Entries that are tied to this one: reversal, correction, settlement, or what it takes back. */
export async function relatedTo(db: Reader, proposal: Proposal): Promise<Proposal[]> {
  const rows = await db.selectFrom('proposal').select('id').where('related_proposal_id', '=', proposal.id).execute();
  const own = proposal.relatedProposalId === null ? [] : [proposal.relatedProposalId];
  return loadProposals(db, [...own, ...rows.map((row) => row.id)]);
}

function firstLines(proposals: readonly Proposal[]): number[] {
  return proposals.flatMap((proposal) => (proposal.lineIds.length === 0 ? [] : [Math.min(...proposal.lineIds)]));
}

async function linesWithAccounts(db: Reader, ids: readonly number[]) {
  const found: Awaited<ReturnType<typeof page>> = [];
  const page = (part: readonly number[]) =>
    db
      .selectFrom('statement_line as line')
      .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
      .innerJoin('feed', 'feed.id', 'account.feed_id')
      .select([
        'line.id',
        'line.feed_account_id',
        'line.state',
        'line.date',
        'line.authorized_date',
        'line.amount_minor',
        'line.currency',
        'line.text',
        'line.bank_text',
        'line.counterparty',
        'line.reference',
        'line.check_number',
        'line.category',
        'line.channel',
        'line.revision',
        'account.name',
        'account.mask',
        'account.currency as account_currency',
        'feed.institution_name',
      ])
      .where('line.id', 'in', part.map(BigInt))
      .orderBy('line.id')
      .execute();
  for (let start = 0; start < ids.length; start += 500) found.push(...(await page(ids.slice(start, start + 500))));
  return found;
}

function accountNameOf(line: {
  feed_account_id: string;
  name: string;
  mask: string | null;
  account_currency: string | null;
  institution_name: string | null;
}) {
  return {
    id: line.feed_account_id,
    name: line.name,
    mask: line.mask,
    currency: line.account_currency,
    bank: line.institution_name,
  };
}

async function accountsByMapping(db: Reader) {
  const rows = await db
    .selectFrom('mapping')
    .innerJoin('feed_account as account', 'account.id', 'mapping.feed_account_id')
    .innerJoin('feed', 'feed.id', 'account.feed_id')
    .select([
      'mapping.id as mapping_id',
      'mapping.feed_account_id',
      'account.name',
      'account.mask',
      'account.currency as account_currency',
      'feed.institution_name',
    ])
    .execute();
  return new Map(rows.map((row) => [row.mapping_id, accountNameOf(row)]));
}

const ledgerOf = ({ ledgerConnectionId, legalEntity }: Proposal) => `${ledgerConnectionId} ${legalEntity}`;

async function directoriesOf(db: Reader, proposals: readonly Proposal[]): Promise<Map<string, LedgerDirectory | null>> {
  const directories = new Map<string, LedgerDirectory | null>();
  for (const proposal of proposals) {
    const key = ledgerOf(proposal);
    if (!directories.has(key))
      directories.set(key, await loadDirectory(db, proposal.ledgerConnectionId, proposal.legalEntity));
  }
  return directories;
}
