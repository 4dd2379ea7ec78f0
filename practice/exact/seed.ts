/**
 * What a practice site is given at its start, as plain values: the divisions of one country site with their masters,
 * periods and opening balances. Ids, padding and timestamps are the server's own.
 */
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';

/** A country site of Exact Online. */
export type ExactSite = 'nl' | 'be' | 'de' | 'uk' | 'fr' | 'es' | 'us';

/** Language of a user, in which the site words its refusals. */
export type ExactLanguage = 'nl' | 'de' | 'en';

export type ExactSeed = {
  /** The practice people who may sign in; the first one is offered. */
  readonly users: readonly ExactUserSeed[];
  /** Division codes are unique on a site. */
  readonly divisions: readonly ExactDivisionSeed[];
};

export type ExactUserSeed = {
  /** What is typed to sign in. */
  readonly userName: string;
  readonly fullName: string;
  readonly email: string;
  readonly language: ExactLanguage;
  /** The division that the user last worked in; the first one unless told. */
  readonly currentDivision?: number;
};

export type ExactDivisionSeed = {
  readonly code: number;
  readonly description: string;
  /** The licence that owns it; divisions of one customer stand together in `hrm/Divisions`. */
  readonly customerName: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  /** ISO 4217: the currency of its books. */
  readonly currency: string;
  readonly vatNumber?: string;
  readonly startDate: CalendarDate;
  readonly archived?: boolean;
  readonly periods: readonly ExactPeriodSeed[];
  readonly glAccounts: readonly ExactGlAccountSeed[];
  readonly journals: readonly ExactJournalSeed[];
  readonly relations: readonly ExactRelationSeed[];
  readonly costCenters: readonly ExactCostSeed[];
  readonly costUnits: readonly ExactCostSeed[];
  readonly vatCodes: readonly ExactVatCodeSeed[];
  /** Journal periods that are closed already; every other one is open. */
  readonly closed?: readonly ExactJournalPeriod[];
  /** Other accounts than the bank's at the start. Sign: positive = debit. In the division's currency. */
  readonly openingBalances?: ReadonlyArray<{ readonly glAccount: string; readonly amount: Money }>;
  readonly exchangeRates?: readonly ExactExchangeRateSeed[];
};

export type ExactPeriodSeed = {
  readonly year: number;
  readonly period: number;
  readonly from: CalendarDate;
  /** The last day, included. */
  readonly to: CalendarDate;
};

/** Whether an entry line on an account must, may or must not carry a cost centre or unit. */
export type ExactUse = 'optional' | 'mandatory' | 'forbidden';

export type ExactGlAccountSeed = {
  readonly code: string;
  readonly description: string;
  /** Exact's number: 12 bank, 14 card, 16 payment service, 20 receivable, 22 payable, 24 VAT, 52, 90, 110, 120 … */
  readonly type: number;
  readonly useCostCenter?: ExactUse;
  readonly useCostUnit?: ExactUse;
  /** Default cost centre, by code. */
  readonly costCenter?: string;
  /** Default VAT code: filled in silently where a line has none. */
  readonly vatCode?: string;
  readonly blocked?: boolean;
};

export type ExactJournalSeed = {
  readonly code: string;
  readonly description: string;
  /** 10 cash, 12 bank, 16 payment service, 20/21 sales, 22/23 purchase, 90 general. */
  readonly type: number;
  readonly currency: string;
  /** Code of the journal's own ledger account; types 10, 12 and 16 have one. */
  readonly glAccount?: string;
  readonly iban?: string;
  /** The account number where there is no IBAN. */
  readonly accountNumber?: string;
  readonly bankName?: string;
  readonly allowVariableCurrency?: boolean;
  readonly allowVat?: boolean;
  readonly blocked?: boolean;
  /**
   * Where the journal stands at the start: a processed entry of the accountant's on that day, which the chain goes on
   * from. Without it the journal is empty. In the journal's currency.
   */
  readonly opening?: {
    readonly date: CalendarDate;
    readonly balance: Money;
    /** The counter account of that entry, by code. */
    readonly glAccount: string;
  };
};

export type ExactRelationSeed = {
  /** Without padding, such as `25`. */
  readonly code: string;
  readonly name: string;
  readonly customer?: boolean;
  readonly supplier?: boolean;
  readonly blocked?: boolean;
  /** Receivable and payable accounts of this relation, by code, where they are not the division's. */
  readonly glReceivable?: string;
  readonly glPayable?: string;
  /** Default counter accounts, by code. */
  readonly glSales?: string;
  readonly glPurchase?: string;
  readonly salesVatCode?: string;
  readonly purchaseVatCode?: string;
  readonly country?: string;
  readonly vatNumber?: string;
  readonly email?: string;
  readonly bankAccounts?: ReadonlyArray<{ readonly iban: string; readonly bic?: string; readonly holder?: string }>;
};

export type ExactCostSeed = {
  readonly code: string;
  readonly description: string;
  /** Not usable after this day. */
  readonly endDate?: CalendarDate;
};

export type ExactVatCodeSeed = {
  readonly code: string;
  readonly description: string;
  /** In percent as a decimal text: `21`, `0`. Contained in the amount of a line. */
  readonly percentage: string;
  /** Both, purchase or sales. */
  readonly transactionType: 'B' | 'P' | 'S';
  readonly blocked?: boolean;
  /** VAT accounts by code; needed where the percentage is not 0. */
  readonly glToPay?: string;
  readonly glToClaim?: string;
};

export type ExactJournalPeriod = { readonly journal: string; readonly year: number; readonly period: number };

export type ExactExchangeRateSeed = {
  readonly source: string;
  readonly from: CalendarDate;
  /** Units of the division's currency for one unit of `source`, as a decimal text. */
  readonly rate: string;
};
