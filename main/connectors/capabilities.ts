/**
 * What a connector can do, as small interfaces. The engine asks `can(connector, 'pullLines')` and narrows by type, so
 * a declaration cannot disagree with the code. A connector turns one provider answer into our records and back; loops,
 * storage, schedules and decisions are the engine's.
 */
import type { CalendarDate, Instant } from '../core/calendar.ts';
import type { LedgerEntry, LedgerJournal } from '../core/entry.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Money } from '../core/money.ts';
import type { BankChain, KeepsBalanceChain } from './balance-chain.ts';
import type { ReadsLedgerChanges, TellsBankChanges } from './ledger-changes.ts';
import type { SignsInByBrowser, TellsCallBudget } from './sign-in.ts';
import type { TakesBack } from './take-back.ts';
import type { ListsNotices, SubscribesNotices, TranslatesWebhooks } from './webhooks.ts';

export type Environment = 'sandbox' | 'production';

/** Cancels long work. */
export type Stop = AbortSignal | undefined;

// ---------------------------------------------------------------------------------------------- feeds

/** One login at one bank (a Plaid Item), with the token that opens it. Tokens live only in memory here. */
export type FeedAccess = { readonly providerFeedId: string; readonly accessToken: string };

export type FeedRecord = {
  readonly providerFeedId: string;
  readonly institutionId: string | null;
  readonly institutionName: string | null;
  readonly webhookUrl: string | null;
  /** When the provider itself last reached the bank: the freshness to show. */
  readonly bankUpdatedAt: Instant | null;
  readonly consentExpiresAt: Instant | null;
  readonly products: readonly string[];
  /** The feed's own trouble as the provider reports it, already in our codes. */
  readonly trouble: { readonly code: ErrorCode; readonly sentence: string; readonly providerCode: string } | null;
};

export type FeedAccountRecord = {
  readonly providerAccountId: string;
  readonly persistentAccountId: string | null;
  readonly name: string;
  readonly officialName: string | null;
  /** 2 to 4 characters, neither unique nor always the end of the number. */
  readonly mask: string | null;
  readonly type: string;
  readonly subtype: string | null;
  /** ISO 4217, or null when the provider gives only an unofficial code. */
  readonly currency: string | null;
  readonly unofficialCurrency: string | null;
  readonly verificationStatus: string | null;
  readonly holderCategory: string | null;
  readonly balance: BalanceRecord | null;
};

/**
 * A balance. Sign: **positive = the firm's money**; a credit card's or loan's debt is negative (the provider's positive
 * "owed" is turned by the mapper).
 */
export type BalanceRecord = {
  readonly current: Money | null;
  readonly available: Money | null;
  readonly limit: Money | null;
  readonly asOf: Instant | null;
  /** The provider's own texts, kept when an amount has more decimals than its currency. */
  readonly exact: Readonly<Record<string, string>>;
};

export type LineState = 'pending' | 'booked';

/** A statement line as a feed reports it. Sign of `amount`: **positive = money into the account**. */
export type StatementLineRecord = {
  readonly providerAccountId: string;
  readonly providerLineId: string;
  /** The pending line that this booked one replaces, where the provider knows it. */
  readonly replacesProviderLineId: string | null;
  readonly state: LineState;
  readonly amount: Money;
  /** Booked: the day the bank booked it. Pending: the day it happened. */
  readonly date: CalendarDate;
  readonly authorizedDate: CalendarDate | null;
  /** The provider's text, always there. */
  readonly text: string;
  /** The bank's own text where given: the nearest thing to the paper statement. */
  readonly bankText: string | null;
  readonly counterparty: string | null;
  readonly reference: string | null;
  readonly checkNumber: string | null;
  readonly category: string | null;
  readonly channel: string | null;
  /** The provider's record as received, JSON text. */
  readonly payload: string;
};

/** A row that could not become a statement line. It waits, visibly, until a person settles it. */
export type RejectedRow = {
  readonly providerAccountId: string | null;
  readonly providerLineId: string;
  readonly code: Extract<
    ErrorCode,
    'row_invalid' | 'amount_too_precise' | 'amount_invalid' | 'currency_unknown' | 'date_invalid'
  >;
  readonly sentence: string;
  readonly payload: string;
};

/** One page of changes. Order inside a page and across pages carries no meaning beyond "later wins". */
export type LinePage = {
  /** Added and modified alike: the engine upserts. */
  readonly lines: readonly StatementLineRecord[];
  readonly rejected: readonly RejectedRow[];
  readonly removed: ReadonlyArray<{ readonly providerAccountId: string | null; readonly providerLineId: string }>;
  /** Null: keep the cursor that is stored (the provider is not ready yet). */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
  /** `complete` once the whole history has arrived. */
  readonly history: 'not_ready' | 'partial' | 'complete' | 'unknown';
};

export type PullsAccounts = {
  readFeed(access: FeedAccess, stop: Stop): Promise<FeedRecord>;
  pullAccounts(access: FeedAccess, stop: Stop): Promise<FeedAccountRecord[]>;
};

export type PullsBalances = {
  /** Live, often billed per call, and slow. */
  pullLiveBalances(access: FeedAccess, providerAccountIds: readonly string[], stop: Stop): Promise<FeedAccountRecord[]>;
};

export type PullsStatementLines = {
  /**
   * One page after `cursor` (null = from the beginning).
   * @throws DaybookError `pagination_changed`: drop the loop's pages and begin again at the loop's first cursor.
   * @throws DaybookError `cursor_bad`: begin again from null and reconcile vanished lines.
   */
  pullLines(access: FeedAccess, cursor: string | null, stop: Stop): Promise<LinePage>;
};

// ---------------------------------------------------------------------------------------------- ledgers

export type { AccountType, Dimensions, EntryOffset, LedgerEntry, LedgerJournal } from '../core/entry.ts';

/** An entry of ours found in the ledger, put together again from its lines, unescaped, dates as days. */
export type FoundEntry = {
  readonly entry: LedgerEntry;
  readonly legalEntity: string;
  /** The ERP's journal number, entry id … */
  readonly journalNumber: string;
  /** The ERP's line numbers or ids inside the journal. */
  readonly lineIds: readonly string[];
  readonly voucher: string | null;
  /** `open`: in an unposted journal; `posted`: in the general ledger. */
  readonly state: 'open' | 'posted';
  /**
   * Somebody wrote an amount that its currency cannot have (the ERP keeps more decimals than it shows): the amount as the
   * ledger gives it. The amounts of `entry` then say nothing.
   */
  readonly oddAmount?: string;
};

/** Why an entry or journal cannot be written. `blocking: false` is a warning to show. */
export type Finding = {
  readonly blocking: boolean;
  readonly code: ErrorCode;
  /** Reference of the entry it concerns; null = the whole journal. */
  readonly reference: string | null;
  readonly sentence: string;
};

/** What a send may tell the engine to remember durably before it goes on (the number of the journal it opened). */
export type SendNotes = {
  readonly journalNumber: string | null;
  remember(journalNumber: string): Promise<void>;
  /**
   * To be called directly before each request that writes. Throws `busy_elsewhere` when another process has taken over:
   * then the request must not be sent.
   */
  beforeWrite(): Promise<void>;
  /** Where the ledger's balance must stand before this journal, as of now; only for a ledger that keeps a chain. */
  bankChain?(): Promise<BankChain>;
};

/** How a ledger takes entries, where that differs from the common way. */
export type PostingRules = {
  /** A journal holds one account's day, whatever the mapping says. */
  readonly grouping?: 'account_day';
  /** Journals of one journal name go one after another, oldest first. */
  readonly inOrder?: boolean;
  /** Refusals count against us: a refused unit that names no entry is refused whole, and not narrowed by halves. */
  readonly refusesWhole?: boolean;
  /** An own transfer is an entry on each side through the transfer account, because each side has its own statement. */
  readonly transfers?: 'each_side';
  /** An open entry counts in the general ledger already, though it can still be deleted there. */
  readonly openIsBooked?: boolean;
};

export type PostsEntries = {
  readonly postingRules?: PostingRules;
  /** Most entries that one journal of this ledger should hold. */
  readonly entriesPerJournal: number;
  /** Checks before the first byte is written; reads only. */
  preflight(journal: LedgerJournal, stop: Stop): Promise<Finding[]>;
  /**
   * Finds entries by reference stem anywhere in the ledger, posted or open, in any journal (people split and move them).
   * Must see everything a former `send` may have written.
   */
  lookUp(legalEntity: string, references: readonly string[], stop: Stop): Promise<FoundEntry[]>;
  /**
   * Writes the journal in the ledger's own atomic units. Never retries a write by itself.
   * @throws DaybookError `entry_refused` and other permanent codes: nothing of what this call was given was stored.
   * `path` is the reference of the entry that was refused, where the ledger tells it.
   * @throws DaybookError `outcome_unknown`: it may or may not have been stored; the engine looks up.
   * @throws retryable codes (`rate_limited`, `provider_busy`, `record_conflict`): surely not stored, try at a later time.
   */
  send(journal: LedgerJournal, notes: SendNotes, stop: Stop): Promise<{ readonly journalNumber: string }>;
  /**
   * Tells which references the engine will look up soon, so that a ledger whose requests are counted can ask for many at
   * once. "Not there" may be remembered for a few minutes, and never for what this connector writes meanwhile.
   */
  expectLookUps?(legalEntity: string, references: readonly string[]): void;
  /**
   * A person asks for posting now, and may have mended what was refused: a pause that the connector made by itself after
   * equal refusals ends, for one try. @returns whether there was one
   */
  endPause?(legalEntity: string): boolean;
  /** Removes an empty journal that a lost answer left behind, if the ledger has one with this reference. */
  discardEmpty(journal: LedgerJournal, journalNumber: string | null, stop: Stop): Promise<void>;
};

export type TellsEmptiedJournals = {
  /**
   * Those of the journals that are posted and hold no lines any more, because posting or a clean-up job deleted them. That
   * a look-up finds nothing in them does not mean that an entry is not in the general ledger.
   */
  emptiedJournals(legalEntity: string, journalNumbers: readonly string[], stop: Stop): Promise<ReadonlySet<string>>;
};

export type LegalEntityRecord = { readonly id: string; readonly name: string; readonly currency: string | null };

/** A legal entity that a person may choose to use through a connection. */
export type OfferedLegalEntity = LegalEntityRecord & {
  /** ISO 3166, two letters. */
  readonly country: string | null;
  /** Why it cannot be used now, a sentence; null = it can. */
  readonly unusable: string | null;
  readonly chosen: boolean;
};

export type OffersLegalEntities = {
  /** All that the sign-in grants, also those that were not chosen. */
  offerLegalEntities(stop: Stop): Promise<OfferedLegalEntity[]>;
};

export type LedgerAccountRecord = {
  readonly account: string;
  readonly name: string;
  readonly type: string;
  /** False: totals, suspended, no manual entry, outside its active dates. */
  readonly usable: boolean;
};
export type PartyRecord = {
  readonly kind: 'customer' | 'vendor';
  readonly account: string;
  readonly name: string;
  readonly currency: string | null;
  readonly blocked: boolean;
};
export type LedgerBankAccountRecord = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  /** Full number for matching inside main; never leaves it. */
  readonly number: string | null;
  readonly iban: string | null;
  readonly mainAccount: string | null;
  readonly usable: boolean;
  /** The journal names under which it can be booked; absent = any. */
  readonly journalNames?: readonly string[];
};
export type JournalNameRecord = {
  readonly name: string;
  readonly description: string;
  readonly usable: boolean;
  readonly warnings: readonly string[];
  /** Its entries carry the bank's opening and closing balance. */
  readonly keepsBalances?: boolean;
};
export type DimensionRecord = {
  readonly name: string;
  /** What a screen writes beside the field, e.g. `Cost centre`; the name itself when absent. */
  readonly label?: string;
  /** One sentence beneath the field: what the value does, and what leaving it empty means. */
  readonly hint?: string;
  /**
   * Says something about income and cost (such as a tax code) and nothing about money that only moves: a mapping's default
   * is left out where an own transfer or a pending line goes through an account of its own.
   */
  readonly notOfMovedMoney?: boolean;
  /** Codes that can be used. */
  readonly values: readonly string[];
  /** Names of the values by code, where the ledger has any. */
  readonly valueNames?: Readonly<Record<string, string>>;
};
export type PeriodRecord = {
  readonly name: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly open: boolean;
};

/** Everything a picker or a preflight needs to know of one legal entity. */
export type LedgerReference = {
  readonly legalEntity: string;
  /** The company's name; absent when the ledger did not tell it. */
  readonly name?: string;
  readonly currency: string | null;
  readonly accounts: readonly LedgerAccountRecord[];
  readonly bankAccounts: readonly LedgerBankAccountRecord[];
  readonly journalNames: readonly JournalNameRecord[];
  readonly periods: readonly PeriodRecord[];
  readonly parties: readonly PartyRecord[];
  /** Dimension names in the order of the account string, with usable values. */
  readonly dimensions: readonly DimensionRecord[];
  /** Names of the parts this ledger would not give us; they are not checked, and a screen says so. */
  readonly missing: readonly string[];
};

/** A line of the posted ledger on a bank's account. Sign: **positive = money into the bank account**. */
export type LedgerBankLine = {
  readonly providerKey: string;
  readonly bankAccount: string;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly voucher: string | null;
  readonly text: string;
  /** Our reference when the line carries one. */
  readonly reference: string | null;
  /** What was booked in one go, as in `FoundEntry.journalNumber`; lines of one entry share it on several accounts. */
  readonly journalNumber?: string | null;
  /** The customer's or vendor's name. */
  readonly party?: string | null;
  /** Invoice and document numbers as written. */
  readonly documents?: readonly string[];
  /** The reference that goes to the bank with a payment. */
  readonly paymentReference?: string | null;
};

/** A vendor's bank account as the ledger would pay it. Full numbers; they never leave main. */
export type VendorBankAccountRecord = {
  readonly vendor: string;
  readonly id: string;
  readonly bankName: string;
  readonly number: string | null;
  readonly routing: string | null;
  readonly iban: string | null;
  readonly swift: string | null;
  readonly currency: string | null;
  readonly isDefault: boolean;
  readonly activeFrom: CalendarDate | null;
  readonly activeTo: CalendarDate | null;
};

export type ReadsVendorBankAccounts = {
  /** Null when the ledger does not give them. */
  readVendorBankAccounts(legalEntity: string, stop: Stop): Promise<VendorBankAccountRecord[] | null>;
};

export type ReadsLedger = {
  readLegalEntities(stop: Stop): Promise<LegalEntityRecord[]>;
  readReference(legalEntity: string, stop: Stop): Promise<LedgerReference>;
  /** Posted bank lines up to and including `until`, from a day on. Null when the ledger does not give them. */
  readBankLines(
    legalEntity: string,
    bankAccount: string,
    until: CalendarDate,
    stop: Stop,
    from?: CalendarDate,
  ): Promise<LedgerBankLine[] | null>;
};

// ---------------------------------------------------------------------------------------------- the rest

export type LinkSession = {
  readonly linkToken: string;
  readonly expiresAt: Instant;
  /** To be opened in the system browser. */
  readonly hostedUrl: string | null;
};

export type LinkOutcome =
  | { readonly state: 'waiting' }
  | { readonly state: 'abandoned'; readonly reason: string }
  | {
      readonly state: 'linked';
      /** Empty after update mode, which has nothing to exchange: read the feed again. */
      readonly results: ReadonlyArray<{
        readonly publicToken: string;
        readonly institutionId: string | null;
        readonly institutionName: string | null;
        readonly accounts: ReadonlyArray<{ readonly name: string; readonly mask: string | null }>;
      }>;
    };

export type LinksInBrowser = {
  startLink(
    options: {
      readonly update?: FeedAccess;
      readonly selectAccounts?: boolean;
      readonly userId: string;
      readonly webhookUrl?: string;
      /** For a window of Daybook with the provider's own script; there is no hosted page then. */
      readonly embedded?: boolean;
    },
    stop: Stop,
  ): Promise<LinkSession>;
  pollLink(linkToken: string, stop: Stop): Promise<LinkOutcome>;
  exchange(publicToken: string, stop: Stop): Promise<FeedAccess>;
  removeFeed(access: FeedAccess, stop: Stop): Promise<void>;
  setWebhook(access: FeedAccess, url: string | null, stop: Stop): Promise<void>;
};

/** Numbers of an account. They stay in main: stored encrypted, compared by fingerprint, shown as last four. */
export type AccountNumbers = {
  readonly providerAccountId: string;
  readonly scheme: 'ach' | 'eft' | 'international' | 'bacs';
  readonly account: string;
  readonly routing: string | null;
  readonly wireRouting: string | null;
  /** Chase, PNC, US Bank: a stand-in that will not equal the number on statements. */
  readonly tokenized: boolean;
};

export type ProvesBankDetails = {
  readNumbers(access: FeedAccess, stop: Stop): Promise<AccountNumbers[]>;
  /** Scores 0 to 100 per account, null where the bank gave nothing. */
  matchIdentity(
    access: FeedAccess,
    owner: { readonly legalName: string; readonly phone?: string; readonly email?: string },
    stop: Stop,
  ): Promise<
    Array<{
      readonly providerAccountId: string;
      readonly legalName: number | null;
      readonly phone: number | null;
      readonly email: number | null;
    }>
  >;
};

/** A security as the provider names it. ISIN and CUSIP are null without a licence for them. */
export type SecurityRecord = {
  readonly securityId: string;
  readonly name: string | null;
  readonly ticker: string | null;
  readonly isin: string | null;
  readonly cusip: string | null;
  readonly type: string | null;
  readonly cashEquivalent: boolean | null;
};

/** What an account holds of one security. Quantity and price are decimal texts: they have no minor unit. */
export type HoldingRecord = {
  readonly providerAccountId: string;
  readonly securityId: string;
  readonly quantity: string;
  readonly price: string;
  readonly priceDate: CalendarDate | null;
  readonly value: Money | null;
  /** In all, not per unit. */
  readonly costBasis: Money | null;
  readonly currency: string | null;
  readonly unofficialCurrency: string | null;
  /** The provider's own texts of amounts that are no Money in that currency. */
  readonly exact: Readonly<Record<string, string>>;
};

/** A purchase, sale, dividend, fee … Sign of `amount`: **positive = cash into the account**. */
export type InvestmentTransactionRecord = {
  readonly providerAccountId: string;
  readonly providerTransactionId: string;
  readonly securityId: string | null;
  readonly date: CalendarDate;
  readonly text: string;
  readonly type: string;
  readonly subtype: string | null;
  readonly quantity: string;
  readonly price: string;
  readonly amount: Money | null;
  readonly fees: Money | null;
  readonly currency: string | null;
  readonly unofficialCurrency: string | null;
  readonly exact: Readonly<Record<string, string>>;
};

export type PullsInvestments = {
  pullHoldings(
    access: FeedAccess,
    stop: Stop,
  ): Promise<{ readonly holdings: readonly HoldingRecord[]; readonly securities: readonly SecurityRecord[] }>;
  /** One page from `offset`; both days included, at most 24 months. `nextOffset` null = the last page. */
  pullInvestmentTransactions(
    access: FeedAccess,
    range: { readonly from: CalendarDate; readonly to: CalendarDate },
    offset: number,
    stop: Stop,
  ): Promise<{
    readonly transactions: readonly InvestmentTransactionRecord[];
    readonly securities: readonly SecurityRecord[];
    readonly nextOffset: number | null;
  }>;
};

/** A connector is its name and whatever capabilities it has. */
export type Connector = { readonly kind: string } & Partial<
  PullsAccounts &
    PullsBalances &
    PullsStatementLines &
    PullsInvestments &
    LinksInBrowser &
    ProvesBankDetails &
    ReadsLedger &
    OffersLegalEntities &
    ReadsVendorBankAccounts &
    PostsEntries &
    TellsEmptiedJournals &
    KeepsBalanceChain &
    TakesBack &
    ReadsLedgerChanges &
    TellsBankChanges &
    SignsInByBrowser &
    TellsCallBudget &
    TranslatesWebhooks &
    SubscribesNotices &
    ListsNotices
>;

export type CapabilityName = Exclude<keyof Connector, 'kind'>;

/** Narrows a connector to one that has these functions. */
export function can<K extends CapabilityName>(
  connector: Connector,
  ...names: K[]
): connector is Connector & Required<Pick<Connector, K>> {
  return names.every((name) => connector[name] !== undefined);
}

/** One per connector folder, listed in `registry.ts`. */
export type Manifest = {
  readonly kind: string;
  readonly title: string;
  readonly role: 'feed' | 'ledger';
};
