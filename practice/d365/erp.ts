/** The state of one practice ERP and what its rules look up in it. */
import type { Clock } from '../../main/core/clock.ts';
import type { Random } from '../../main/core/random.ts';
import type { Database, Row } from './database.ts';
import { delimiterText, splitDisplay } from './display.ts';
import { dayOf } from './values.ts';

export type ErpSettings = {
  /** Records in one answer before `@odata.nextLink`; F&O has 10,000. */
  pageSize: number;
  /** The service user's company. */
  defaultCompany: string;
  /** `manual`: the journal number sequence lets a client choose the number. */
  journalNumbers: 'automatic' | 'manual';
  /** What happens to a field sent on create that only the ERP may fill. */
  readOnlyFields: 'reject' | 'ignore';
  /** Another origin for nextLink, as a wrongly set gateway gives it. */
  linkOrigin: string | undefined;
  /** Lines that the posting batch leaves in one journal; the rest goes to new journals. */
  linesPerPostedJournal: number;
};

/** One side of a posted line, as the general ledger keeps it. */
export type PostedSide = {
  readonly company: string;
  readonly journal: string;
  readonly lineNumber: string;
  readonly voucher: string;
  readonly date: string;
  readonly document: string;
  readonly text: string;
  readonly paymentReference: string;
  readonly accountType: string;
  readonly accountDisplay: string;
  readonly defaultDimensions: string;
  readonly currency: string;
  /** Debit positive, in minor units. */
  readonly minor: bigint;
};

export type Erp = {
  readonly db: Database;
  readonly settings: ErpSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** The next number of a sequence, from 1. Numbers of a rolled back write are lost, as in F&O. */
  nextNumber(sequence: string): number;
  /** Sides of everything posted since the start, openings excluded. */
  readonly posted: PostedSide[];
  /** Journals open in somebody's form, `company|number` to the user's name. */
  readonly locks: Map<string, string>;
  /** Dimensions that the account structure demands, checked when posting. */
  readonly requiredDimensions: ReadonlyArray<{
    readonly from: string;
    readonly to: string;
    readonly dimensions: readonly string[];
  }>;
  /** Summary accounts of the posting profiles. */
  readonly controlAccounts: { readonly Cust: string; readonly Vend: string };
};

export function journalKey(company: string, journal: string): string {
  return `${company.toUpperCase()}|${journal.toUpperCase()}`;
}

/** The delimiter of display values. */
export function delimiterOf(erp: Erp): string {
  return delimiterText(erp.db.table('DimensionParameters').find(['0'])?.values.DimensionSegmentDelimiter ?? '');
}

/** Segment names of an active integration format, e.g. MainAccount, CostCenter, Property. */
export function formatSegments(
  erp: Erp,
  type: 'DataEntityLedgerDimensionFormat' | 'DataEntityDefaultDimensionFormat',
): string[] {
  for (const row of erp.db.table('DimensionIntegrationFormats').rows())
    if (row.values.IsActive === 'Yes' && row.values.DimensionFormatType === type)
      return splitDisplay(row.values.FinancialDimensionFormat ?? '', delimiterOf(erp));
  return [];
}

export function ledgerOf(erp: Erp, company: string): Row | undefined {
  return erp.db.table('Ledgers').find([company]);
}

export function accountingCurrency(erp: Erp, company: string): string {
  return ledgerOf(erp, company)?.values.AccountingCurrency ?? '';
}

export function mainAccountOf(erp: Erp, company: string, account: string): Row | undefined {
  const chart = ledgerOf(erp, company)?.values.ChartOfAccounts ?? '';
  return erp.db.table('MainAccounts').find([chart, account]);
}

/** The status row of the period of a day; undefined outside the calendar. */
export function periodOf(erp: Erp, company: string, day: string): Row | undefined {
  const ledger = ledgerOf(erp, company)?.values;
  if (ledger === undefined) return undefined;
  for (const { values } of erp.db.table('FiscalPeriods').rows()) {
    if (values.Calendar !== ledger.FiscalCalendar || values.Type !== 'Operating') continue;
    if (day < dayOf(values.StartDate ?? '') || day > dayOf(values.EndDate ?? '')) continue;
    return erp.db
      .table('LedgerFiscalPeriods')
      .find([ledger.Name ?? '', values.Calendar ?? '', values.FiscalYear ?? '', values.PeriodName ?? '']);
  }
  return undefined;
}

/** True when general journals may be written and posted on that day. */
export function isOpen(erp: Erp, company: string, day: string): boolean {
  const period = periodOf(erp, company, day)?.values;
  return period?.PeriodStatus === 'Open' && period.LedgerAccessLevel === 'All';
}

/** `Fiscal period for 11/20/2026 is not open`, in the service user's language and date format. */
export function periodNotOpen(day: string): string {
  const [year, month, date] = day.split('-');
  return `Fiscal period for ${Number(month)}/${Number(date)}/${year} is not open.`;
}

/** Units of the accounting currency for 100 of another on a day, as decimal text; undefined without a rate. */
export function exchangeRate(erp: Erp, company: string, currency: string, day: string): string | undefined {
  const accounting = accountingCurrency(erp, company);
  if (currency === accounting) return '100';
  const type = ledgerOf(erp, company)?.values.ExchangeRateType;
  for (const { values } of erp.db.table('ExchangeRates').rows())
    if (
      values.RateTypeName === type &&
      values.FromCurrency === currency &&
      values.ToCurrency === accounting &&
      dayOf(values.StartDate ?? '') <= day &&
      dayOf(values.EndDate ?? '') >= day
    )
      return values.Rate;
  return undefined;
}
