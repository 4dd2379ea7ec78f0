/** What the practice servers must know of a company: its banks, its accounts there, and what the banks tell of them. */
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';
import type { FeedEvent } from './lifecycle.ts';
import type { BankTruth } from './truth.ts';

export type PracticeBank = {
  readonly key: string;
  /** Plaid's institution id. */
  readonly institutionId: string;
  readonly name: string;
  /** Its country (ISO 3166), where terminals of its cards stand, and what it calls a payment order. */
  readonly place: { readonly country: string; readonly city: string; readonly region: string | null };
  readonly paymentMethod: string;
  /** The ABA number of a bank in the US; elsewhere null, and accounts have an IBAN. */
  readonly routing: string | null;
  readonly bic: string | null;
  /** Signs in at the bank's own site; in the US such a bank gives stand-ins instead of account numbers. */
  readonly oauth: boolean;
  /** How long a consent lasts, in days; null = until it is taken back. */
  readonly consentDays: number | null;
  /** Plaid products that it offers. */
  readonly offers: readonly string[];
};

export type PracticeAccount = {
  readonly key: string;
  readonly bank: string;
  /** Last digits as the feed shows them; unique within the company. */
  readonly mask: string;
  readonly name: string;
  readonly officialName: string;
  readonly type: 'depository' | 'credit' | 'investment';
  readonly subtype: string;
  /** The account number, or the IBAN where the bank has no ABA number. */
  readonly number: string;
  readonly currency: string;
  /** Null: no lines, and no bank account in the ledger. */
  readonly ledger: { readonly legalEntity: string; readonly bankAccount: string } | null;
  /** Of a credit card, in minor units. */
  readonly limitMinor: bigint | null;
};

/** Who a bank says its accounts belong to. */
export type AccountOwner = {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: {
    readonly city: string;
    readonly country: string;
    readonly postal_code: string;
    readonly region: string | null;
    readonly street: string;
  };
};

export type CompanyBanks = {
  /** Short, as people on a sign-in page are greeted. */
  readonly name: string;
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  /** The first day on which anything happened. */
  readonly historyStart: CalendarDate;
  readonly banks: readonly PracticeBank[];
  readonly accounts: readonly PracticeAccount[];
  /** Holder of an account by its legal entity; the first one also of accounts without a ledger. */
  readonly owners: Readonly<Record<string, AccountOwner>>;
  /** What one bank has told up to and including a moment, oldest first. Grows only at its end. */
  eventsOf(bank: string, now: number): { readonly events: readonly FeedEvent[]; readonly end: number };
  /** Booked balance as the bank gives it at a moment. Sign: positive = the firm's money. */
  balanceAt(account: string, now: number): Money;
  /** Booked balance at the end of a day, as the bank gives it the next morning. */
  balanceOn(account: string, day: CalendarDate): Money;
  /** Everything that a judge needs, as the banks know it on the morning after `day`. */
  bankTruth(day: CalendarDate): BankTruth;
};

/** @throws RangeError for a key that the company does not have. */
export function bankNamed(company: Pick<CompanyBanks, 'banks'>, key: string): PracticeBank {
  const found = company.banks.find((bank) => bank.key === key);
  if (found === undefined) throw new RangeError(`the practice company has no bank ${key}`);
  return found;
}

/** @throws RangeError for a key that the company does not have. */
export function accountNamed(company: Pick<CompanyBanks, 'accounts'>, key: string): PracticeAccount {
  const found = company.accounts.find((account) => account.key === key);
  if (found === undefined) throw new RangeError(`the practice company has no account ${key}`);
  return found;
}
