/** Notices that a provider sends by itself. A verified one becomes a reason to pull and is never a second write path. */
import type { Instant } from '../core/calendar.ts';
import type { SerialError } from '../core/errors.ts';
import type { FeedRecord, Stop } from './capabilities.ts';

/** The request exactly as it arrived; header names in lower case. */
export type RawNotice = {
  readonly body: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** When it came in at the public door. Ages are judged by it: this computer may have slept, or have a wrong clock. */
  readonly receivedAt: Instant;
  /** The secret at the end of the path, for a provider that does not sign. */
  readonly pathSecret: string | null;
};

/** What to read anew after a notice. */
export type WhatToRead =
  /** Statement lines and the health of the feed. */
  | 'lines'
  | 'account_numbers'
  /** Entries of ours in the ledger. */
  | 'entries'
  /** Accounts, journals, parties of the ledger. */
  | 'masters'
  /** Known, and nothing of it is ours to read. */
  | 'nothing';

/** Why to pull: what changed, without the change itself. */
export type PullReason = {
  readonly reads: WhatToRead;
  readonly legalEntity: string | null;
  readonly providerFeedId: string | null;
  readonly topic: string;
  readonly action: string;
  readonly key: string | null;
};

/** What a notice says about the life of a connection, in words that are no provider's. */
export type ConnectionFact =
  /** The provider cannot read the feed; `trouble` is what a pull would find. */
  | { readonly kind: 'trouble'; readonly trouble: NonNullable<FeedRecord['trouble']> }
  | { readonly kind: 'login_repaired' }
  | { readonly kind: 'disconnect_pending'; readonly at: Instant | null; readonly reason: string | null }
  | { readonly kind: 'consent_expiring'; readonly at: Instant | null }
  | { readonly kind: 'new_accounts' }
  | { readonly kind: 'access_revoked' }
  /** One account only; the others of the feed go on. */
  | { readonly kind: 'account_revoked'; readonly providerAccountId: string }
  | { readonly kind: 'account_numbers_changed'; readonly providerAccountIds: readonly string[] }
  | { readonly kind: 'address_acknowledged'; readonly url: string | null }
  /** A person has finished linking in the browser; the link token is asked as always. */
  | { readonly kind: 'link_finished'; readonly linkToken: string };

export type NoticeVerdict =
  /** An empty call by which the provider tries the address; nothing to do. */
  | { readonly verdict: 'ping' }
  | {
      readonly verdict: 'genuine';
      readonly reasons: readonly PullReason[];
      readonly facts: readonly ConnectionFact[];
      /** The feed that the facts are about; null: the connection. */
      readonly providerFeedId: string | null;
      /** The same for a notice that is sent again, and for no other. */
      readonly dedupeKey: string;
    }
  /**
   * `forged`: the signature does not fit. `stale`: too old, or from the future. `unknown_key`: signed by a key that the
   * provider does not know, or not any more. `unreadable`: not of the provider's form. `other`: meant for another
   * connection; asked of nobody.
   */
  | RefusedNotice;

export type RefusedNotice = {
  readonly verdict: 'forged' | 'stale' | 'unknown_key' | 'unreadable' | 'other';
  readonly why: string;
};

/** What a check may ask the workspace. */
export type NoticeContext = {
  /** Whether the connection has this feed. Asked before anything is sent, so that a flood of strange notices costs nothing. */
  readonly knowsFeed: (providerFeedId: string) => Promise<boolean>;
  /** For a provider that does not sign: the secret in the address that this connection was given; null: none was made. */
  readonly ownPathSecret?: () => Promise<string | null>;
  readonly stop: Stop;
};

export type TranslatesWebhooks = {
  /**
   * Checks the signature over the raw bytes, then says what to pull. A bad notice is a verdict and no error. Throws what
   * keeps it from judging just now (`network_lost`, `rate_limited` …): to be asked again later.
   */
  translateNotice(notice: RawNotice, context: NoticeContext): Promise<NoticeVerdict>;
};

/** What became of one address that a provider was to send its notices to. */
export type NoticeAddress = {
  readonly legalEntity: string | null;
  readonly topic: string | null;
  /** `elsewhere`: notices go to an address that is none of ours, and were left there. */
  readonly state: 'set' | 'elsewhere' | 'failed' | 'none';
  readonly error: SerialError | null;
};

/** Providers whose notices are set per legal entity and topic, and not per feed. */
export type SubscribesNotices = {
  /** Sends notices to `url`, or to nobody; `isOurs` knows addresses that may be replaced. */
  subscribeNotices(url: string | null, isOurs: (url: string) => boolean, stop: Stop): Promise<readonly NoticeAddress[]>;
};

/** One event of a provider's own list of the notices that it sent, judged as `translateNotice` would a genuine one. */
export type ListedNotice = {
  readonly sentAt: Instant;
  readonly verdict: Extract<NoticeVerdict, { verdict: 'genuine' }>;
};

/** A list of sent notices that can be read instead of, or beside, receiving them. */
export type ListsNotices = {
  /** One page. `nextCursor` is to be kept also at the end. @throws DaybookError `not_supported` where it is not offered. */
  listNotices(
    cursor: string | null,
    since: Instant,
    stop: Stop,
  ): Promise<{
    readonly notices: readonly ListedNotice[];
    readonly nextCursor: string | null;
    readonly hasMore: boolean;
  }>;
};
