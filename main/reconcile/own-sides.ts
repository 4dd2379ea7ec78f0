import { addDays, type CalendarDate } from '../core/calendar.ts';
import type { Store } from '../store/store.ts';
import type { LedgerLine } from './open-items.ts';

/** One bank account of a ledger. */
export type BankOfMapping = {
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly startDate: CalendarDate | null;
};

/**
 * Amount on this bank account of each entry that stands for one of the lines, by stem; null for one that has no side on
 * it, such as a pending line on the clearing account.
 */
export async function amountsByStem(
  store: Store,
  account: BankOfMapping,
  rows: ReadonlyArray<{ readonly stem: string | null }>,
): Promise<Map<string, bigint | null>> {
  const stems = [...new Set(rows.flatMap((row) => (row.stem === null ? [] : [row.stem])))];
  const amounts = new Map<string, bigint | null>(stems.map((stem) => [stem, null]));
  for (let start = 0; start < stems.length; start += 500)
    for (const side of await sidesOnBank(store, account, stems.slice(start, start + 500)))
      amounts.set(side.stem, (amounts.get(side.stem) ?? 0n) + side.amountMinor);
  return amounts;
}

type Side = { readonly stem: string; readonly proposalId: string; readonly amountMinor: bigint };

/** What entries move on this bank account, side by side. On the offset side of a transfer money moves the other way. */
async function sidesOnBank(store: Store, account: BankOfMapping, stems: readonly string[]): Promise<Side[]> {
  const own = store.read
    .selectFrom('proposal')
    .where('proposal.state', '!=', 'superseded')
    .where('proposal.ledger_connection_id', '=', account.ledgerConnectionId)
    .where('proposal.legal_entity', '=', account.legalEntity)
    .where('proposal.stem', 'in', [...stems]);
  const main = await own
    .select(['proposal.stem', 'proposal.id', 'proposal.amount_minor'])
    .where('proposal.account_type', '=', 'bank')
    .where('proposal.account', '=', account.bankAccount)
    .execute();
  const offsets = await own
    .innerJoin('proposal_offset', 'proposal_offset.proposal_id', 'proposal.id')
    .select(['proposal.stem', 'proposal.id', 'proposal_offset.amount_minor'])
    .where('proposal_offset.account_type', '=', 'bank')
    .where('proposal_offset.account', '=', account.bankAccount)
    .execute();
  return [
    ...main.map((row) => ({ stem: row.stem, proposalId: row.id, amountMinor: row.amount_minor })),
    ...offsets.map((row) => ({ stem: row.stem, proposalId: row.id, amountMinor: -row.amount_minor })),
  ];
}

/** Stands in for a ledger that does not show its bank lines: the opening balance and what we know to be posted. */
export async function confirmedAsLedger(
  store: Store,
  account: BankOfMapping,
  opening: bigint,
  amountOfStem: ReadonlyMap<string, bigint | null>,
): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  const stems = [...amountOfStem.keys()];
  for (let start = 0; start < stems.length; start += 500) {
    const page = stems.slice(start, start + 500);
    const postings = await store.read
      .selectFrom('posting')
      .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
      .select(['posting.reference', 'posting.voucher', 'proposal.id', 'proposal.date', 'proposal.text'])
      .where('posting.ledger_connection_id', '=', account.ledgerConnectionId)
      .where('posting.legal_entity', '=', account.legalEntity)
      .where('posting.state', '=', 'posted')
      .where('posting.stem', 'in', page)
      .execute();
    const sides = Map.groupBy(await sidesOnBank(store, account, page), (side) => side.proposalId);
    for (const { id, date, voucher, text, reference } of postings)
      for (const { amountMinor } of sides.get(id) ?? []) lines.push({ date, amountMinor, voucher, text, reference });
  }
  const day = account.startDate === null ? '' : addDays(account.startDate, -1);
  return [{ date: day, amountMinor: opening, voucher: null, text: 'Opening balance', reference: null }, ...lines];
}
