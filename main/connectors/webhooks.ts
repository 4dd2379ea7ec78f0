/** Notices that a provider sends by itself. A verified one becomes a reason to pull and is never a second write path. */

/** The request exactly as it arrived; header names in lower case. */
export type RawNotice = { readonly body: Uint8Array; readonly headers: ReadonlyMap<string, string> };

/** Why to pull: what changed, without the change itself. */
export type PullReason = {
  readonly legalEntity: string | null;
  readonly providerFeedId: string | null;
  readonly topic: string;
  readonly action: string;
  readonly key: string | null;
};

export type NoticeVerdict =
  /** An empty call by which the provider tries the address; nothing to do. */
  | { readonly verdict: 'ping' }
  | { readonly verdict: 'genuine'; readonly reasons: readonly PullReason[]; readonly dedupeKey: string }
  | { readonly verdict: 'forged' | 'unreadable'; readonly why: string };

export type TranslatesWebhooks = {
  /** Checks the signature over the raw bytes, then says what to pull. Sends nothing; never throws for a bad notice. */
  translateNotice(notice: RawNotice): NoticeVerdict;
};
