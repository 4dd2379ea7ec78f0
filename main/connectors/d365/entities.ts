import { z } from 'zod';
import { dayOf } from './odata.ts';

/**
 * The entity sets that Daybook reads: name, full key (the order of every page) and the fields it asks for. Everything
 * else an environment adds is left alone. Names and keys: shared/specs/d365-fo.edmx, facts §5.
 */
export type Entity<Row> = {
  readonly set: string;
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly row: z.ZodType<Row>;
};

function entity<Shape extends z.ZodRawShape>(set: string, key: readonly string[], shape: Shape) {
  const fields = [...new Set([...key, ...Object.keys(shape)])].filter((field) => !field.startsWith('@'));
  return { set, key, fields, row: z.looseObject(shape) };
}

/** Absent strings come as `""`; a mock or another version may leave them out or send null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
/** Enum members are kept as they come, also those we do not know. */
const member = text;
const yes = z
  .union([z.string(), z.boolean()])
  .nullish()
  .transform((value) => value === true || value === 'Yes' || value === '1');
/** Numbers arrive as their decimal text (see parseExact). */
const decimal = z
  .string()
  .nullish()
  .transform((value) => value ?? '0');
/** A calendar date, null when empty. */
const day = z
  .string()
  .nullish()
  .transform((value) => dayOf(value ?? ''));

export const legalEntities = entity('LegalEntities', ['LegalEntityId'], { LegalEntityId: text, Name: text });

export const ledgers = entity('Ledgers', ['LegalEntityId'], {
  LegalEntityId: text,
  ChartOfAccounts: text,
  AccountingCurrency: text,
  FiscalCalendar: text,
  ExchangeRateType: text,
});

export const mainAccounts = entity('MainAccounts', ['ChartOfAccounts', 'MainAccountId'], {
  MainAccountId: text,
  Name: text,
  MainAccountType: member,
  IsSuspended: yes,
  DoNotAllowManualEntry: yes,
  ActiveFrom: day,
  ActiveTo: day,
});

/** What the posted ledger calls a main account by. */
export const mainAccountKeys = entity('MainAccounts', ['ChartOfAccounts', 'MainAccountId'], {
  MainAccountId: text,
  MainAccountRecId: decimal,
});

export const mainAccountLegalEntities = entity(
  'MainAccountLegalEntities',
  ['MainAccountId', 'ChartOfAccounts', 'LegalEntityId'],
  {
    MainAccountId: text,
    LegalEntityId: text,
    IsSuspended: yes,
    DoNotAllowManualEntry: yes,
    ActiveFrom: day,
    ActiveTo: day,
  },
);

export const journalNames = entity('JournalNames', ['dataAreaId', 'Name'], {
  Name: text,
  Description: text,
  Type: member,
  NewVoucher: member,
  OffsetAccountType: member,
  OffsetAccountDisplayValue: text,
  IsFixedOffsetAccount: yes,
  IsWorkflowApprovalActive: yes,
  IsApprovalActive: yes,
  DeleteLinesAfterPosting: yes,
});

export const bankAccounts = entity('BankAccounts', ['dataAreaId', 'BankAccountId'], {
  BankAccountId: text,
  Name: text,
  AccountNumber: text,
  IBAN: text,
  CurrencyCode: text,
  BankMainAccountIdDisplayValue: text,
  AllowTransactionsInAdditionalCurrencies: yes,
  BankAccountStatus: member,
  ActiveFrom: day,
  ActiveTo: day,
});

/** Not to be confused with FiscalCalendars, which is a date dimension. */
export const fiscalPeriods = entity('FiscalPeriods', ['Calendar', 'FiscalYear', 'StartDate', 'EndDate', 'PeriodName'], {
  Calendar: text,
  FiscalYear: text,
  PeriodName: text,
  StartDate: day,
  EndDate: day,
  Type: member,
});

export const ledgerFiscalPeriods = entity('LedgerFiscalPeriods', ['LedgerName', 'Calendar', 'YearName', 'PeriodName'], {
  LegalEntityId: text,
  Calendar: text,
  YearName: text,
  PeriodName: text,
  PeriodStatus: member,
  LedgerAccessLevel: member,
  BankAccessLevel: member,
  VendAccessLevel: member,
  CustAccessLevel: member,
});

export const dimensionParameters = entity('DimensionParameters', ['Key'], { DimensionSegmentDelimiter: member });

export const dimensionFormats = entity('DimensionIntegrationFormats', ['DimensionFormatName', 'DimensionFormatType'], {
  DimensionFormatType: member,
  FinancialDimensionFormat: text,
  IsActive: yes,
});

export const dimensionValues = entity(
  'FinancialDimensionValues',
  ['FinancialDimension', 'LegalEntityId', 'DimensionValue'],
  {
    FinancialDimension: text,
    LegalEntityId: text,
    DimensionValue: text,
    Description: text,
    IsSuspended: yes,
    IsBlockedForManualEntry: yes,
    IsTotal: yes,
    ActiveFrom: day,
    ActiveTo: day,
  },
);

const vendor = {
  VendorAccountNumber: text,
  VendorOrganizationName: text,
  CurrencyCode: text,
  OnHoldStatus: member,
};
export const vendors = entity('VendorsV3', ['dataAreaId', 'VendorAccountNumber'], vendor);
/** For versions that do not have V3. */
export const vendorsV2 = entity('VendorsV2', ['dataAreaId', 'VendorAccountNumber'], vendor);

export const vendorBankAccounts = entity(
  'VendorBankAccounts',
  ['dataAreaId', 'VendorAccountNumber', 'VendorBankAccountId'],
  {
    VendorAccountNumber: text,
    VendorBankAccountId: text,
    BankName: text,
    BankAccountNumber: text,
    RoutingNumber: text,
    IBAN: text,
    SWIFTCode: text,
    CurrentCurrencyCode: text,
    ActiveDate: day,
    ExpirationDate: day,
    IsDefaultBankAccount: yes,
  },
);

export const customers = entity('CustomersV3', ['dataAreaId', 'CustomerAccount'], {
  CustomerAccount: text,
  OrganizationName: text,
  SalesCurrencyCode: text,
  OnHoldStatus: member,
});

export const currencies = entity('Currencies', ['CurrencyCode'], { CurrencyCode: text, Name: text });

export const exchangeRates = entity('ExchangeRates', ['RateTypeName', 'FromCurrency', 'ToCurrency', 'StartDate'], {
  RateTypeName: text,
  FromCurrency: text,
  ToCurrency: text,
  StartDate: day,
  EndDate: day,
  /** Per the number of units in ConversionFactor. */
  Rate: decimal,
  ConversionFactor: member,
});

export const journalHeaders = entity('LedgerJournalHeaders', ['dataAreaId', 'JournalBatchNumber'], {
  '@odata.etag': z.string().nullish(),
  JournalBatchNumber: text,
  JournalName: text,
  Description: text,
  IsPosted: yes,
  JournalTotalDebit: decimal,
  JournalTotalCredit: decimal,
});

export const journalLines = entity('LedgerJournalLines', ['dataAreaId', 'JournalBatchNumber', 'LineNumber'], {
  dataAreaId: text,
  JournalBatchNumber: text,
  LineNumber: decimal,
  Voucher: text,
  TransDate: day,
  CurrencyCode: text,
  AccountType: member,
  AccountDisplayValue: text,
  DefaultDimensionDisplayValue: text,
  OffsetAccountType: member,
  OffsetAccountDisplayValue: text,
  OffsetDefaultDimensionDisplayValue: text,
  DebitAmount: decimal,
  CreditAmount: decimal,
  Text: text,
  OffsetText: text,
  Document: text,
});

export const bankTransactions = entity('BankAccountTransBiEntities', ['dataAreaId', 'SourceKey'], {
  SourceKey: decimal,
  AccountId: text,
  TransDate: day,
  Voucher: text,
  AmountCur: decimal,
  CurrencyCode: text,
  BankTransCurrencyCode: text,
  Txt: text,
  PaymReference: text,
  ChequeNum: text,
  DepositNum: text,
});

/** When posted bank transactions were last modified: what is asked for to see whether there is anything new. */
export const bankTransactionTimes = entity('BankAccountTransBiEntities', ['dataAreaId', 'SourceKey'], {
  SourceKey: decimal,
  AccountId: text,
  TransDate: day,
  SysModifiedDateTime: z.string().min(1),
});

export const generalJournalEntries = entity(
  'GeneralJournalEntryBiEntities',
  ['JournalNumber', 'FiscalCalendarYear', 'Ledger'],
  {
    JournalNumber: text,
    SubledgerVoucher: text,
    SubledgerVoucherDataAreaId: text,
    AccountingDate: day,
    DocumentNumber: text,
    LedgerPostingJournal: text,
    SourceKey: decimal,
  },
);

export const generalJournalAccountEntries = entity('GeneralJournalAccountEntryBiEntities', ['SourceKey'], {
  SourceKey: decimal,
  GeneralJournalEntry: decimal,
  MainAccount: decimal,
  PostingType: member,
  LedgerAccount: text,
  TransactionCurrencyAmount: decimal,
  TransactionCurrencyCode: text,
  IsCredit: yes,
  Text: text,
});

export type RowOf<E> = E extends { readonly row: z.ZodType<infer Row> } ? Row : never;
