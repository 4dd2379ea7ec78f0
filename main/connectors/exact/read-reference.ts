import type { CalendarDate } from '../../core/calendar.ts';
import { type Clock, today } from '../../core/clock.ts';
import type {
  DimensionRecord,
  JournalNameRecord,
  LedgerAccountRecord,
  PartyRecord,
  PeriodRecord,
  ReadsLedger,
} from '../capabilities.ts';
import { codeOf } from './entities.ts';
import { bankAccountRecord, bankRoutes } from './read-bank-accounts.ts';
import {
  BANK_JOURNAL,
  type CostRow,
  type DivisionTables,
  GENERAL_JOURNAL,
  type GLAccountRow,
  type JournalRow,
  type RelationRow,
  type Tables,
  type VatCodeRow,
} from './tables.ts';

/** Lines on these need a relation, else nobody can match them; they are reached through a customer or vendor. */
const OPEN_ITEM_TYPES: ReadonlySet<number | null> = new Set([20, 22]);

/** Exact's GL account types in words. Source: facts §3.6. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  10: 'Cash',
  12: 'Bank',
  14: 'Credit card',
  16: 'Payment services',
  20: 'Accounts receivable',
  21: 'Prepayments received',
  22: 'Accounts payable',
  24: 'VAT',
  25: 'Employees payable',
  26: 'Prepaid expenses',
  27: 'Accrued expenses',
  30: 'Fixed assets',
  32: 'Other assets',
  35: 'Depreciation',
  40: 'Inventory',
  50: 'Capital',
  52: 'Retained earnings',
  55: 'Long-term debt',
  60: 'Short-term debt',
  90: 'General',
  100: 'Tax payable',
  110: 'Revenue',
  111: 'Cost of goods',
};

/** What pickers and checks need to know of one division. */
export function createReferenceRead(tables: Tables, clock: Clock): Pick<ReadsLedger, 'readReference'> {
  return {
    readReference: async (legalEntity, stop) => {
      const division = await tables.shown(legalEntity, stop);
      const day = today(clock);
      const missing: string[] = [];
      const part = <Row>(name: string, rows: readonly Row[] | null): readonly Row[] => {
        if (rows === null || rows.length === 0) missing.push(name);
        return rows ?? [];
      };
      const journals = part('journals', division.journals?.rows ?? null);
      const accounts = part('GL accounts', division.accounts?.rows ?? null);
      const relations = part('relations', division.relations?.rows ?? null);
      const periods = part('financial periods', division.periods);
      // Empty, or forbidden, where the licence has no cost analysis.
      const centers = part('cost centres', division.costCenters?.rows ?? null);
      const units = part('cost units', division.costUnits?.rows ?? null);
      const vatCodes = part('VAT codes', division.vatCodes?.rows ?? null);
      if (division.periodState('', null, null) === 'unknown') missing.push('journal states');
      return {
        legalEntity,
        name: division.division.Description,
        currency: division.division.Currency || null,
        accounts: accounts.map(accountRecord),
        bankAccounts: bankRoutes(division).map((route) => bankAccountRecord(route, division)),
        journalNames: journals.filter(isBookable).map((journal) => journalRecord(journal, division)),
        periods: periods.flatMap((period) => periodRecord(period, division)),
        parties: relations.flatMap((relation) => partyRecords(relation, day)),
        dimensions: [
          costDimension('CostCenter', 'Cost centre', centers, day),
          costDimension('CostUnit', 'Cost unit', units, day),
          vatDimension(vatCodes),
        ],
        missing,
      };
    },
  };
}

function accountRecord(row: GLAccountRow): LedgerAccountRecord {
  return {
    account: row.Code,
    name: row.Description,
    type: TYPE_NAMES[row.Type ?? 0] ?? `Type ${row.Type ?? 'unknown'}`,
    usable: !row.IsBlocked && !OPEN_ITEM_TYPES.has(row.Type),
  };
}

function isBookable(journal: JournalRow): boolean {
  return journal.Type === BANK_JOURNAL || journal.Type === GENERAL_JOURNAL;
}

function journalRecord(journal: JournalRow, { accounts }: DivisionTables): JournalNameRecord {
  const warnings: string[] = [];
  if (journal.IsBlocked) warnings.push('The journal is blocked in Exact Online.');
  const isBank = journal.Type === BANK_JOURNAL;
  if (isBank && accounts !== null && accounts.byId(journal.GLAccount) === undefined)
    warnings.push('The journal has no ledger account of its own in Exact Online.');
  if (!isBank) warnings.push('A general journal keeps no statement balances; Exact Online cannot check them.');
  return {
    name: journal.Code,
    description: journal.Description,
    usable: !journal.IsBlocked,
    warnings,
    keepsBalances: isBank,
  };
}

/**
 * Exact opens and closes each journal's periods by itself. A period counts as open while any journal that Daybook can
 * write to is open in it; whether the one in question is, preflight looks up.
 */
function periodRecord(row: NonNullable<DivisionTables['periods']>[number], tables: DivisionTables): PeriodRecord[] {
  const { StartDate: from, EndDate: to, FinYear, FinPeriod } = row;
  if (from === null || to === null) return [];
  const journals = (tables.journals?.rows ?? []).filter((journal) => isBookable(journal) && !journal.IsBlocked);
  const open =
    journals.length === 0 || journals.some(({ Code }) => tables.periodState(Code, FinYear, FinPeriod) !== 'closed');
  return [{ name: `${FinYear ?? ''}/${FinPeriod ?? ''}`, from, to, open }];
}

/** A relation that both buys and sells is two parties with one code. */
function partyRecords(row: RelationRow, day: CalendarDate): PartyRecord[] {
  const notYet = row.StartDate !== null && row.StartDate > day;
  const noMore = row.EndDate !== null && row.EndDate < day;
  const common = { account: row.Code, name: row.Name, blocked: row.Blocked || notYet || noMore };
  return [
    ...(row.Status === 'C' ? [{ kind: 'customer' as const, ...common, currency: row.SalesCurrency || null }] : []),
    ...(row.IsSupplier ? [{ kind: 'vendor' as const, ...common, currency: row.PurchaseCurrency || null }] : []),
  ];
}

function costDimension(name: string, label: string, rows: readonly CostRow[], day: CalendarDate): DimensionRecord {
  return valuesOf(
    { name, label, hint: 'Leave it empty where the account does not ask for one.' },
    rows.filter((row) => row.EndDate === null || row.EndDate >= day),
  );
}

function vatDimension(rows: readonly VatCodeRow[]): DimensionRecord {
  return valuesOf(
    {
      name: 'VATCode',
      label: 'VAT code',
      notOfMovedMoney: true,
      hint: 'The amount holds the VAT. Left empty, the line bears none; an account with a VAT code of its own demands one.',
    },
    rows.filter((row) => !row.IsBlocked),
  );
}

function valuesOf(
  head: Omit<DimensionRecord, 'values' | 'valueNames'>,
  rows: ReadonlyArray<{ readonly Code: string; readonly Description: string }>,
): DimensionRecord {
  return {
    ...head,
    values: rows.map(codeOf),
    valueNames: Object.fromEntries(rows.map((row) => [codeOf(row), row.Description])),
  };
}
