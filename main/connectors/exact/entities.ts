import { z } from 'zod';
import * as f from './fields.ts';
import { expandedRows } from './odata.ts';

/**
 * The resources that Daybook asks for: path below the division, key, and the fields selected. Everything else in an
 * answer is left alone. Names and types: shared/specs/exact-online.meta.json, facts §3.
 */
export type Entity<Row> = {
  readonly path: string;
  /** The key field, by which one record is asked for and deleted. */
  readonly key: string;
  readonly fields: readonly string[];
  /** A collection of own lines that may be asked for with the record. */
  readonly lines?: string;
  readonly row: z.ZodType<Row>;
};

export type RowOf<E> = E extends { readonly row: z.ZodType<infer Row> } ? Row : never;

function entity<Shape extends z.ZodRawShape>(path: string, key: string, shape: Shape) {
  return { path, key, fields: Object.keys(shape), row: z.object(shape) };
}

// ---------------------------------------------------------------------------------------------- who and where

/** `current/Me`: the only resource without a division. */
export const me = entity('Me', 'UserID', {
  UserID: f.guidKey,
  CurrentDivision: f.whole,
  FullName: f.string,
  UserName: f.string,
});

export const divisions = entity('system/Divisions', 'Code', {
  Code: f.string,
  Description: f.string,
  CustomerName: f.string,
  Country: f.string,
  Currency: f.string,
  /** 0 in use, 1 archived. */
  Status: f.whole,
  /** 0 free; else a backup, restore or conversion is going on. */
  BlockingStatus: f.whole,
  /** All row versions are given anew when one of these changes. As text: only compared. */
  DivisionMoveDate: f.string,
  DivisionHRLinkUnlinkDate: f.string,
});

// ---------------------------------------------------------------------------------------------- masters

export const journals = entity('financial/Journals', 'ID', {
  ID: f.guidKey,
  Code: f.string,
  Description: f.string,
  /** 10 cash, 12 bank, 16 payment service, 20/21 sales, 22/23 purchase, 90 general. */
  Type: f.whole,
  Currency: f.string,
  AllowVariableCurrency: f.yes,
  AllowVariableExchangeRate: f.yes,
  AllowVAT: f.yes,
  /** The ledger account of the bank itself. */
  GLAccount: f.guidOrNull,
  GLAccountCode: f.string,
  BankAccountIBAN: f.string,
  BankAccountIncludingMask: f.string,
  BankName: f.string,
  IsBlocked: f.yes,
});

export const glAccounts = entity('sync/Financial/GLAccounts', 'Timestamp', {
  Timestamp: f.rowVersion,
  ID: f.guidKey,
  Division: f.string,
  Code: f.string,
  Description: f.string,
  Type: f.whole,
  IsBlocked: f.yes,
  /** 0 optional, 1 mandatory, 2 not allowed. */
  UseCostcenter: f.whole,
  UseCostunit: f.whole,
  /** Defaults that Exact fills in by itself where a line has none. */
  Costcenter: f.string,
  Costunit: f.string,
  VATCode: f.string,
});

/** Relations: customers, suppliers, prospects and the like. */
export const relations = entity('sync/CRM/Accounts', 'Timestamp', {
  Timestamp: f.rowVersion,
  ID: f.guidKey,
  Division: f.string,
  /** 18 characters on the wire, padded on the left. */
  Code: f.string,
  Name: f.string,
  /** C customer, P prospect, S suspect, A none. */
  Status: f.string,
  IsSupplier: f.yes,
  Blocked: f.yes,
  StartDate: f.calendarDay,
  EndDate: f.calendarDay,
  /** Payable and receivable accounts, where they are not the division's. */
  GLAP: f.guidOrNull,
  GLAR: f.guidOrNull,
  GLAccountPurchase: f.guidOrNull,
  GLAccountSales: f.guidOrNull,
  PurchaseVATCode: f.string,
  SalesVATCode: f.string,
  PurchaseCurrency: f.string,
  SalesCurrency: f.string,
});

const cost = {
  ID: f.guidKey,
  /** As it came: an entry line names it so. Compare with `codeOf`. */
  Code: f.untrimmed,
  Description: f.string,
  EndDate: f.calendarDay,
};
export const costCenters = entity('hrm/Costcenters', 'ID', cost);
export const costUnits = entity('hrm/Costunits', 'ID', cost);

export const vatCodes = entity('vat/VATCodes', 'ID', {
  ID: f.guidKey,
  /** As it came: an entry line names it so. Compare with `codeOf`. */
  Code: f.untrimmed,
  Description: f.string,
  Percentage: f.decimal,
  /** B both, P purchase, S sales. */
  VATTransactionType: f.string,
  IsBlocked: f.yes,
});

export const financialPeriods = entity('financial/FinancialPeriods', 'ID', {
  ID: f.guidKey,
  FinYear: f.whole,
  FinPeriod: f.whole,
  StartDate: f.calendarDay,
  EndDate: f.calendarDay,
});

export const journalStatus = entity('read/financial/JournalStatusList', 'Journal', {
  Journal: f.string,
  Year: f.whole,
  Period: f.whole,
  JournalType: f.whole,
  /** 0 open, 1 closed. */
  Status: f.whole,
});

/** Bank accounts of relations, with full numbers. `Blocked` is younger than other fields and not everywhere. */
export const relationBankAccounts = entity('crm/BankAccounts', 'ID', {
  ID: f.guidKey,
  Account: f.guidOrNull,
  BankAccount: f.string,
  IBAN: f.string,
  BICCode: f.string,
  BankName: f.string,
  Main: f.yes,
});

// ---------------------------------------------------------------------------------------------- entries

const line = {
  ID: f.guidKey,
  EntryID: f.guidOrNull,
  EntryNumber: f.whole,
  /** Not unique: lines that a person's matching split share it. */
  LineNumber: f.whole,
  Date: f.calendarDay,
  AmountFC: f.decimal,
  AmountDC: f.decimal,
  AmountVATFC: f.decimal,
  GLAccount: f.guidOrNull,
  GLAccountCode: f.string,
  Account: f.guidOrNull,
  AccountCode: f.string,
  Description: f.untrimmed,
  Notes: f.untrimmed,
  CostCenter: f.string,
  CostUnit: f.string,
  VATCode: f.string,
};

/** Sign of AmountFC: **positive = money in**. */
export const bankEntryLines = entity('financialtransaction/BankEntryLines', 'ID', line);

/** Sign of AmountFC: positive = debit. */
export const generalEntryLines = entity('generaljournalentry/GeneralJournalEntryLines', 'ID', line);

export type BankEntryLineRow = RowOf<typeof bankEntryLines>;
export type GeneralEntryLineRow = RowOf<typeof generalEntryLines>;

/** Lines inside an entry; null when they were not asked for. */
function linesOf<Row>(of: Entity<Row>) {
  return z
    .unknown()
    .optional()
    .transform((value) => expandedRows(value))
    .pipe(z.array(of.row).nullable());
}

const header = {
  EntryID: f.guidKey,
  EntryNumber: f.whole,
  JournalCode: f.string,
  Currency: f.string,
  FinancialYear: f.whole,
  FinancialPeriod: f.whole,
  /** 20 open, 50 processed. */
  Status: f.whole,
};
const bankHeader = { ...header, OpeningBalanceFC: f.decimalOrNull, ClosingBalanceFC: f.decimalOrNull };

export const bankEntries = {
  ...entity('financialtransaction/BankEntries', 'EntryID', bankHeader),
  lines: 'BankEntryLines',
  row: z.object({ ...bankHeader, BankEntryLines: linesOf(bankEntryLines) }),
};

export const generalEntries = {
  ...entity('generaljournalentry/GeneralJournalEntries', 'EntryID', header),
  lines: 'GeneralJournalEntryLines',
  row: z.object({ ...header, GeneralJournalEntryLines: linesOf(generalEntryLines) }),
};

export type BankEntryRow = RowOf<typeof bankEntries>;
export type GeneralEntryRow = RowOf<typeof generalEntries>;

// ---------------------------------------------------------------------------------------------- the ledger

const transaction = {
  ID: f.guidKey,
  Division: f.string,
  EntryID: f.guidOrNull,
  EntryNumber: f.whole,
  /** 0 is the header of an entry and no line of it. */
  LineNumber: f.whole,
  /** 40 cash flow, 10 opening, 80 revaluation, 82 exchange difference, 83 payment difference, 90 other, … */
  Type: f.whole,
  Status: f.whole,
  JournalCode: f.string,
  Date: f.calendarDay,
  GLAccount: f.guidOrNull,
  GLAccountCode: f.string,
  Currency: f.string,
  /** Sign of both: **positive = debit**. */
  AmountFC: f.decimal,
  AmountDC: f.decimal,
  Description: f.untrimmed,
  Notes: f.untrimmed,
};
/** What a line says about whom and what it pays. */
const described = {
  ...transaction,
  AccountName: f.string,
  InvoiceNumber: f.whole,
  YourRef: f.string,
  PaymentReference: f.string,
};
/** A thousand rows a page. Which fields it lets be filtered is not written down everywhere. */
export const bulkTransactionLines = entity('bulk/Financial/TransactionLines', 'ID', described);
/** Sixty rows a page. */
export const transactionLines = entity('financialtransaction/TransactionLines', 'ID', described);
export const changedTransactionLines = entity('sync/Financial/TransactionLines', 'Timestamp', {
  Timestamp: f.rowVersion,
  ...transaction,
});
export type DescribedLineRow = RowOf<typeof transactionLines>;
export type TransactionLineRow = Omit<RowOf<typeof changedTransactionLines>, 'Timestamp'>;

/** EntityType: 1 transaction lines, 2 relations, 7 GL accounts. Kept for two months. */
export const deletions = entity('sync/Deleted', 'Timestamp', {
  Timestamp: f.rowVersion,
  EntityType: f.whole,
  EntityKey: f.guidOrNull,
  Division: f.string,
});

/** A row version as of a moment: `read/sync/Sync/SyncTimestamp?modified=…&endPoint=…`. */
export const syncTimestamp = z.object({ TimeStampAsBigInt: f.rowVersion.nullish() });

/** A code without the padding that some of them have. */
export function codeOf(row: { readonly Code: string }): string {
  return row.Code.trim();
}

// ---------------------------------------------------------------------------------------------- notices

/** Needs the scope organization administration, manage. Facts §7. */
export const webhookSubscriptions = entity('webhooks/WebhookSubscriptions', 'ID', {
  ID: f.guidKey,
  Topic: f.string,
  CallbackURL: f.string,
});
