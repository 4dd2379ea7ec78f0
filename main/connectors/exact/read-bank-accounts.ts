import type { LedgerBankAccountRecord } from '../capabilities.ts';
import { bankAccountOfGl } from './lines.ts';
import { BANK_JOURNAL, type DivisionTables, GENERAL_JOURNAL, type GLAccountRow, type JournalRow } from './tables.ts';

/**
 * How a bank account is booked. With a bank journal: as bank entries with balances. Without one (cards, payment
 * services, cash): in a general journal, on its ledger account. Source: facts §3.5, §3.6.
 */
export type BankRoute =
  | { readonly route: 'bank'; readonly id: string; readonly journal: JournalRow; readonly account: GLAccountRow | null }
  | { readonly route: 'general'; readonly id: string; readonly account: GLAccountRow };

/** GL account types that hold the firm's money: cash, bank, credit card, payment service. */
const MONEY_TYPES: ReadonlySet<number | null> = new Set([10, 12, 14, 16]);

/**
 * Every account that a feed can be mapped to. `id` is the code of the bank journal, else of the GL account. A code that is
 * both means the journal; the GL account is then called `GL <code>`.
 */
export function bankRoutes({ journals, accounts }: Pick<DivisionTables, 'journals' | 'accounts'>): BankRoute[] {
  const bankJournals = (journals?.rows ?? []).filter((journal) => journal.Type === BANK_JOURNAL);
  const booked = new Set(bankJournals.map((journal) => journal.GLAccount));
  const alone = (accounts?.rows ?? []).filter((row) => MONEY_TYPES.has(row.Type) && !booked.has(row.ID));
  return [
    ...bankJournals.map(
      (journal): BankRoute => ({
        route: 'bank',
        id: journal.Code,
        journal,
        account: accounts?.byId(journal.GLAccount) ?? null,
      }),
    ),
    ...alone.map(
      (account): BankRoute => ({
        route: 'general',
        id: bankAccountOfGl(account.Code, { journals }),
        account,
      }),
    ),
  ];
}

/** The currency in which a bank account is kept. A GL account has none of its own. */
export function currencyOf(route: BankRoute, divisionCurrency: string): string {
  return (route.route === 'bank' ? route.journal.Currency : '') || divisionCurrency;
}

/** Journal codes in which the general route can be booked. */
export function generalJournals({ journals }: Pick<DivisionTables, 'journals'>): JournalRow[] {
  return (journals?.rows ?? []).filter((journal) => journal.Type === GENERAL_JOURNAL && !journal.IsBlocked);
}

export function bankAccountRecord(route: BankRoute, tables: DivisionTables): LedgerBankAccountRecord {
  const currency = currencyOf(route, tables.division.Currency);
  const blocked = route.account?.IsBlocked ?? false;
  if (route.route === 'general') {
    const journalNames = generalJournals(tables).map((journal) => journal.Code);
    return {
      id: route.id,
      name: route.account.Description,
      currency,
      number: null,
      iban: null,
      mainAccount: route.account.Code,
      usable: !blocked && journalNames.length > 0,
      journalNames,
    };
  }
  const { journal, account } = route;
  const number = journal.BankAccountIncludingMask || journal.BankAccountIBAN;
  return {
    id: route.id,
    name: journal.Description || journal.BankName,
    currency,
    number: number || null,
    iban: journal.BankAccountIBAN || null,
    mainAccount: account?.Code ?? (journal.GLAccountCode || null),
    usable: !journal.IsBlocked && !blocked,
    journalNames: [journal.Code],
  };
}
