import type { EntryOffset, LedgerEntry } from '../../core/entry.ts';
import { DaybookError } from '../../core/errors.ts';
import { type Money, parseAmount } from '../../core/money.ts';
import type { FoundEntry, Stop } from '../capabilities.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { bankTransactions, generalJournalAccountEntries, generalJournalEntries, type RowOf } from './entities.ts';
import { readSide } from './map.ts';
import { allOf, type Expression, orChains, textEquals } from './odata.ts';
import type { DimensionSetup } from './tables.ts';

type Search = {
  readonly legalEntity: string;
  readonly references: readonly string[];
  /** The filter that finds a reference in a field, by its stem where the server knows wildcards. */
  readonly condition: (field: string, reference: string) => Expression;
  readonly chainLength: number;
};

type Header = RowOf<typeof generalJournalEntries>;
type AccountEntry = RowOf<typeof generalJournalAccountEntries>;
type BankTransaction = RowOf<typeof bankTransactions>;

/**
 * Finds entries of ours in the posted ledger itself, when a journal name or a clean-up job deleted their lines.
 * The ledger keeps our reference as the document number; it does not keep customer and vendor accounts, so such an
 * entry comes back with their summary accounts and is shown as different rather than posted a second time.
 * Source: facts §5.7. The sets are made for analytics and often not granted: then nothing is found.
 */
export async function findPosted(
  client: Client,
  search: Search,
  setup: DimensionSetup,
  stop: Stop,
): Promise<FoundEntry[]> {
  const { legalEntity, references, condition, chainLength } = search;
  const chains = (parts: readonly Expression[]) => orChains(parts, chainLength);
  const inCompany = (field: string, parts: readonly Expression[]) =>
    chains(parts).map((chain) => allOf(textEquals(field, legalEntity), chain));
  const documents = references.map((reference) => condition('DocumentNumber', reference));
  const headers = await absentAsNull(
    client.listEach(generalJournalEntries, inCompany('SubledgerVoucherDataAreaId', documents), stop),
  );
  if (headers === null || headers.length === 0) return [];
  const keys = headers.map((header) => `GeneralJournalEntry eq ${header.SourceKey}`);
  const vouchers = headers.map((header) => textEquals('Voucher', header.SubledgerVoucher));
  const [entries, banks] = await Promise.all([
    absentAsNull(client.listEach(generalJournalAccountEntries, chains(keys), stop)),
    absentAsNull(client.listEach(bankTransactions, inCompany('dataAreaId', vouchers), stop)),
  ]);
  const entriesOf = Map.groupBy(entries ?? [], (entry) => entry.GeneralJournalEntry);
  return headers.map((header) =>
    toFound(legalEntity, header, entriesOf.get(header.SourceKey) ?? [], banks ?? [], setup),
  );
}

function toFound(
  legalEntity: string,
  header: Header,
  accountEntries: readonly AccountEntry[],
  banks: readonly BankTransaction[],
  setup: DimensionSetup,
): FoundEntry {
  const left = banks.filter(
    (bank) => bank.Voucher === header.SubledgerVoucher && bank.TransDate === header.AccountingDate,
  );
  const sides = accountEntries
    .toSorted((a, b) => (BigInt(a.SourceKey) < BigInt(b.SourceKey) ? -1 : 1))
    .map((row) => {
      const amount = signedAmount(row);
      const bankAt = left.findIndex((bank) => parsed(bank.AmountCur, amount.currency).minor === amount.minor);
      const [bank] = bankAt < 0 ? [] : left.splice(bankAt, 1);
      const side =
        bank === undefined
          ? readSide('Ledger', row.LedgerAccount, '', setup)
          : { accountType: 'bank' as const, account: bank.AccountId, dimensions: {} };
      return { side, amount, text: row.Text };
    });
  const first = sides.find(({ side }) => side.accountType === 'bank') ?? sides[0];
  if (first === undefined)
    throw new DaybookError(
      'answer_unexpected',
      `Dynamics 365 shows the posted entry ${header.DocumentNumber} without its lines; ask the administrator for the right to read them.`,
      { path: header.DocumentNumber },
    );
  const offsets = sides
    .filter((candidate) => candidate !== first)
    .map(({ side, amount, text }): EntryOffset => ({ ...side, amount: { ...amount, minor: -amount.minor }, text }));
  const entry: LedgerEntry = {
    reference: header.DocumentNumber.toUpperCase(),
    ...first.side,
    date: header.AccountingDate ?? '1900-01-01',
    amount: first.amount,
    text: first.text,
    offsets,
  };
  return {
    entry,
    legalEntity,
    journalNumber: header.LedgerPostingJournal || header.JournalNumber,
    lineIds: accountEntries.map((row) => row.SourceKey),
    voucher: header.SubledgerVoucher || null,
    state: 'posted',
  };
}

/** Debit positive. The amount's own sign is not relied upon, because IsCredit says it for certain. */
export function signedAmount(row: AccountEntry): Money {
  const amount = parsed(row.TransactionCurrencyAmount, row.TransactionCurrencyCode.toUpperCase());
  const size = amount.minor < 0n ? -amount.minor : amount.minor;
  return { ...amount, minor: row.IsCredit ? -size : size };
}

function parsed(text: string, currency: string): Money {
  const amount = parseAmount(text, currency);
  if (amount.ok) return amount.money;
  throw new DaybookError(
    'answer_unexpected',
    'The posted ledger of Dynamics 365 holds an amount that its currency cannot have; compare the entry there.',
  );
}
