/** The state of one country site: people, divisions with their masters, entries, and the clock that stamps them. */
import type { Clock } from '../../main/core/clock.ts';
import type { Random } from '../../main/core/random.ts';
import type { Entry } from './books.ts';
import type { ExactLanguage, ExactSite, ExactVatCodeSeed } from './seed.ts';
import { localText } from './values.ts';

export type SiteSettings = {
  /** Calls per app and division in a clock minute and in a day; null = no limit. */
  minuteLimit: number | null;
  dayLimit: number | null;
  /** Errors per app, user, division and endpoint in an hour, after which that endpoint is shut for an hour; null = none. */
  errorLimit: number | null;
  /** Token calls per app and user in a day; null = no limit. */
  tokenLimit: number | null;
  /** Until when an old refresh token still works: as the texts say, or until the new one was used, as some have seen. */
  oldRefreshToken: 'dead' | 'until_new_is_used';
  /** A refused, too early refresh rotates the token all the same and says so in its body, as some have seen. */
  earlyRefreshRotates: boolean;
  /** A copy that a user's matching makes of a line keeps its Notes; nobody knows whether it does. */
  splitKeepsNotes: boolean;
  /** Whether bulk resources take a filter; which fields they let be filtered is not written down for all. */
  bulkFilters: boolean;
  pageSize: number;
  syncPageSize: number;
};

export type User = {
  readonly id: string;
  readonly userName: string;
  readonly fullName: string;
  readonly email: string;
  language: ExactLanguage;
  currentDivision: number;
};

/** When a record came and last changed, and its row version. */
export type Stamp = { readonly id: string; timestamp: bigint; readonly created: string; modified: string };

export type GlAccount = Stamp & {
  readonly code: string;
  description: string;
  readonly type: number;
  useCostCenter: 0 | 1 | 2;
  useCostUnit: 0 | 1 | 2;
  costCenter: string | null;
  vatCode: string | null;
  blocked: boolean;
};

export type Journal = Stamp & {
  readonly code: string;
  readonly description: string;
  readonly type: number;
  readonly currency: string;
  readonly glAccount: GlAccount | null;
  readonly bankAccountId: string | null;
  readonly iban: string | null;
  readonly accountNumber: string | null;
  readonly bankName: string | null;
  readonly allowVariableCurrency: boolean;
  readonly allowVat: boolean;
  blocked: boolean;
};

export type RelationBankAccount = Stamp & {
  readonly iban: string;
  readonly bic: string | null;
  readonly holder: string;
};

export type Relation = Stamp & {
  /** Padded with spaces to 18 characters. */
  readonly code: string;
  name: string;
  customer: boolean;
  supplier: boolean;
  blocked: boolean;
  readonly glReceivable: GlAccount | null;
  readonly glPayable: GlAccount | null;
  readonly glSales: GlAccount | null;
  readonly glPurchase: GlAccount | null;
  readonly salesVatCode: string | null;
  readonly purchaseVatCode: string | null;
  readonly country: string | null;
  readonly vatNumber: string | null;
  readonly email: string | null;
  readonly bankAccounts: readonly RelationBankAccount[];
};

export type CostCode = Stamp & { readonly code: string; readonly description: string; endDate: string | null };
export type VatCode = Stamp &
  Pick<ExactVatCodeSeed, 'code' | 'description' | 'percentage' | 'transactionType'> & {
    blocked: boolean;
    readonly glToPay: GlAccount | null;
    readonly glToClaim: GlAccount | null;
  };
export type Period = Stamp & {
  readonly year: number;
  readonly period: number;
  readonly from: string;
  readonly to: string;
};
export type ExchangeRate = Stamp & { readonly source: string; readonly from: string; readonly rate: string };

/** Something that was deleted, as `sync/Deleted` tells it for two months. Type 1 = transaction lines. */
export type Deleted = Stamp & { readonly entityType: number; readonly entityKey: string; readonly by: string };

export type Division = {
  readonly code: number;
  readonly description: string;
  readonly customerName: string;
  readonly country: string;
  readonly currency: string;
  readonly vatNumber: string | null;
  readonly startDate: string;
  archived: boolean;
  blockingStatus: number;
  movedAt: string | null;
  readonly glAccounts: Map<string, GlAccount>;
  readonly journals: Map<string, Journal>;
  readonly relations: Map<string, Relation>;
  readonly costCenters: Map<string, CostCode>;
  readonly costUnits: Map<string, CostCode>;
  readonly vatCodes: Map<string, VatCode>;
  readonly periods: readonly Period[];
  readonly exchangeRates: ExchangeRate[];
  /** `journal|year|period` of what is closed. */
  readonly closed: Set<string>;
  readonly entries: Map<string, Entry>;
  readonly deleted: Deleted[];
  /** Last number given per `year|journal`. */
  readonly numbers: Map<string, number>;
};

export type Site = {
  readonly site: ExactSite;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: SiteSettings;
  readonly users: readonly User[];
  readonly divisions: Map<number, Division>;
  /** A new id, and the moment of it. */
  stamp(): Stamp;
  /** Raises the row version of a changed record. */
  touch(record: Stamp): void;
  guid(): string;
  /** The site's time, without a zone. */
  now(): string;
  /** Told after each change of a topic that has webhooks. */
  changed(division: Division, topic: string, action: 'Create' | 'Update' | 'Delete', key: string): void;
};

export function createSiteClock(clock: Clock, random: Random): Pick<Site, 'stamp' | 'touch' | 'guid' | 'now'> {
  // Row versions of a real site are large and have gaps.
  let version = 3_400_000_000n;
  const nextVersion = () => {
    version += BigInt(1 + Math.floor(random.next() * 9));
    return version;
  };
  const now = () => localText(clock.now());
  const guid = () => {
    const hex = Buffer.from(random.bytes(16)).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  return {
    now,
    guid,
    stamp: () => ({ id: guid(), timestamp: nextVersion(), created: now(), modified: now() }),
    touch: (record) => {
      record.timestamp = nextVersion();
      record.modified = now();
    },
  };
}

/** The record with this code; codes are compared without padding. */
export function byCode<T extends { readonly code: string }>(records: Map<string, T>, code: string): T | undefined {
  const wanted = code.trim();
  for (const record of records.values()) if (record.code.trim() === wanted) return record;
  return undefined;
}

export function isClosed(division: Division, journal: string, year: number, period: number): boolean {
  return division.closed.has(`${journal}|${year}|${period}`);
}

/** The financial period that holds a day. */
export function periodOfDay(division: Division, day: string): Period | undefined {
  return division.periods.find(({ from, to }) => from <= day && day <= to);
}
