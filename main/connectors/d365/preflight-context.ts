import type { AccountType, Dimensions, LedgerJournal } from '../../core/entry.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Finding, Stop } from '../capabilities.ts';
import type { D365Settings } from './config.ts';
import { readPeriods } from './periods.ts';
import { sameText, type Tables } from './tables.ts';

/** The tables that the checks of one journal need; null where the tenant does not show one. */
export type Context = Awaited<ReturnType<typeof readContext>>;

export async function readContext(tables: Tables, settings: D365Settings, journal: LedgerJournal, stop: Stop) {
  const company = journal.legalEntity;
  const uses = (type: AccountType) =>
    journal.entries.some((entry) => [entry, ...entry.offsets].some((side) => side.accountType === type));
  const [setup, ledger, names, periods, accounts, overrides, banks, vendors, customers, values, currencies] =
    await Promise.all([
      tables.dimensionSetup(stop),
      tables.ledger(company, stop),
      tables.journalNames(company, stop),
      readPeriods(tables, company, stop),
      uses('ledger') ? tables.mainAccounts(company, stop) : null,
      uses('ledger') ? tables.accountOverrides(company, stop) : null,
      uses('bank') ? tables.bankAccounts(company, stop) : null,
      uses('vendor') ? tables.vendors(company, stop) : null,
      uses('customer') ? tables.customers(company, stop) : null,
      tables.dimensionValues(company, stop),
      tables.currencies('', stop),
    ]);
  const foreign = journal.entries.some((entry) => entry.amount.currency !== ledger?.AccountingCurrency);
  const rates = foreign && ledger ? await tables.exchangeRates(ledger.ExchangeRateType, stop) : null;
  const name = names?.find((row) => sameText(row.Name, journal.journalName));
  const findsDeleted =
    name?.DeleteLinesAfterPosting !== true ||
    (settings.searchPostedLedger && (await tables.showsPostedLedger(company, stop)));
  return {
    settings,
    setup,
    /** False: nothing would show whether entries of deleted lines are in the posted ledger. */
    findsDeleted,
    accountingCurrency: ledger?.AccountingCurrency ?? '',
    name,
    namesKnown: names !== null,
    periods,
    accounts: accounts && byKey(accounts, (row) => row.MainAccountId),
    overrides,
    banks: banks && byKey(banks, (row) => row.BankAccountId),
    vendors: vendors && byKey(vendors, (row) => row.VendorAccountNumber),
    customers: customers && byKey(customers, (row) => row.CustomerAccount),
    values: values && byKey(values, (row) => `${row.FinancialDimension}\n${row.DimensionValue}`),
    currencies: currencies && byKey(currencies, (row) => row.CurrencyCode),
    rates,
  };
}

function byKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row).toUpperCase(), row]));
}

/** A blocking finding about the entry at hand. */
export type Say = (code: ErrorCode, sentence: string) => Finding;
export type Side = { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions };

export function refusal(code: ErrorCode, reference: string | null, sentence: string): Finding {
  return { blocking: true, code, reference, sentence };
}
