import { DaybookError } from '../../core/errors.ts';
import type { Money } from '../../core/money.ts';
import { isReference } from '../../core/reference.ts';
import { type ExactAmount, readAmount } from './amounts.ts';
import type { TransactionLineRow } from './entities.ts';
import { type BankRoute, bankRoutes, currencyOf } from './read-bank-accounts.ts';
import type { DivisionTables } from './tables.ts';

/**
 * Rows of the general ledger. The header of an entry (line number 0) stands beside its lines and repeats what they add
 * up to, so it is left out everywhere. Source: facts §2.5, §3.4.
 */
export function isLine(row: TransactionLineRow): boolean {
  return row.LineNumber !== 0;
}

/** Our reference, with which the notes of each of our lines begin; null for lines of others. */
export function referenceIn(row: Pick<TransactionLineRow, 'Notes' | 'Description'>): string | null {
  for (const text of [row.Notes, row.Description])
    for (const word of text.toUpperCase().match(/\bDB[0-9A-HJKMNP-TV-Z]{18}\b/g) ?? [])
      if (isReference(word)) return word;
  return null;
}

/**
 * References by row. VAT that Exact takes out of a line becomes a row of its own with the line's number and without its
 * notes, so a line number of an entry names one reference.
 */
export function referencesOf(rows: readonly TransactionLineRow[]): (row: TransactionLineRow) => string | null {
  const byLine = new Map<string, string>();
  for (const row of rows) {
    const reference = referenceIn(row);
    if (reference !== null) byLine.set(lineKey(row), reference);
  }
  return (row) => referenceIn(row) ?? byLine.get(lineKey(row)) ?? null;
}

export function lineKey(row: TransactionLineRow): string {
  return `${row.EntryID ?? row.ID}/${row.LineNumber ?? row.ID}`;
}

/** Which bank account's ledger account a row stands on. */
export function createBankSides(tables: DivisionTables) {
  const routes = bankRoutes(tables);
  const byLedgerAccount = new Map<string, BankRoute>();
  // Two journals on one ledger account: what is booked elsewhere counts for the first of them, and never twice.
  for (const route of [...routes].sort((a, b) => (a.id < b.id ? -1 : 1)))
    if (route.account !== null && !byLedgerAccount.has(route.account.ID)) byLedgerAccount.set(route.account.ID, route);
  const byJournal = new Map(routes.flatMap((route) => (route.route === 'bank' ? [[route.journal.Code, route]] : [])));
  return {
    route: (id: string): BankRoute | undefined => routes.find((route) => route.id === id),
    /** The bank account of a bank journal. */
    ofJournal: (journalCode: string): BankRoute | undefined => byJournal.get(journalCode),
    /** The bank account whose ledger account this is. */
    ofLedgerAccount: (id: string | null): BankRoute | undefined => (id === null ? undefined : byLedgerAccount.get(id)),
  };
}

/** What a row moves on a bank account, in the currency in which that account is kept. Sign: positive = debit. */
export function amountOn(row: TransactionLineRow, route: BankRoute, divisionCurrency: string): Money {
  const currency = currencyOf(route, divisionCurrency);
  const amount = amountIn(row, currency, divisionCurrency);
  if (amount?.money) return amount.money;
  throw new DaybookError(
    'answer_unexpected',
    `Entry ${row.EntryNumber ?? ''} of journal ${row.JournalCode} has an amount that a bank account in ${currency} cannot have; look at it in Exact Online.`,
  );
}

/** The amount as booked. Sign: positive = debit. */
export function amountAsBooked(row: TransactionLineRow, divisionCurrency: string): ExactAmount {
  return readAmount(row.AmountFC, row.Currency || divisionCurrency);
}

function amountIn(row: TransactionLineRow, currency: string, divisionCurrency: string): ExactAmount | null {
  if ((row.Currency || divisionCurrency) === currency) return readAmount(row.AmountFC, currency);
  if (currency === divisionCurrency) return readAmount(row.AmountDC, currency);
  // A revaluation changes the books and no amount at the bank.
  const none = readAmount(row.AmountFC, currency);
  return none.money?.minor === 0n ? none : null;
}
