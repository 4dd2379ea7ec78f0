import type { ChannelKeys, HookProvider } from './protocol.ts';

/** A workspace's mailbox. Only public keys: the relay cannot open what it holds. */
export type Channel = ChannelKeys & {
  readonly id: string;
  readonly keyVersion: number;
  /** All up to it are stored at the desktop. */
  readonly acknowledged: number;
  /** The highest sequence given so far. */
  readonly latest: number;
};

export type SealedMessage = {
  readonly channel: string;
  readonly provider: HookProvider;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly keyVersion: number;
  readonly sealed: Buffer;
};

export type StoredMessage = Omit<SealedMessage, 'channel' | 'provider'> & {
  readonly sequence: number;
  readonly provider: string;
};

/** `gone`: no such channel, or other keys than those that were sealed to. `full`: the quota is used up. */
export type Appended = { readonly sequence: number } | 'full' | 'gone';

/** How much may wait for one desktop. */
export type Quota = { readonly messages: number; readonly bytes: number };

export type SignInWait = {
  readonly channel: string;
  readonly provider: string;
  readonly stateHash: string;
  readonly sealKey: string;
  readonly expiresAt: number;
};

export type Session = { readonly channel: string; readonly keyVersion: number };

/** Kept of one channel; the oldest go. A desktop whose connection breaks again and again proves its key each time. */
export const MOST_SESSIONS = 256;

export type Totals = { readonly channels: number; readonly messages: number; readonly bytes: number };

/**
 * Where the relay keeps what must outlive it. Two of them, with the same promises and the same tests: SQLite for one node,
 * PostgreSQL for several. Whatever resolves is on the disk. Times are epoch milliseconds; keys and hashes base64url.
 */
export type RelayStore = {
  /** The channel of this signing key: a new one with `id`, or the one there is. `full`: no more channels are taken. */
  createChannel(id: string, keys: ChannelKeys, now: number, mostChannels: number): Promise<Channel | 'full'>;
  channel(id: string): Promise<Channel | null>;
  /** Ends every session. Null when the channel has another version by now. */
  rotate(id: string, fromVersion: number, keys: ChannelKeys): Promise<Channel | null>;
  /** Forgets the channel and all that it holds. False when there was none. */
  revoke(id: string): Promise<boolean>;

  /** SHA-256 of the secret in the path, per provider. */
  setHookSecret(channel: string, provider: HookProvider, secretHash: string | null): Promise<void>;
  hookSecret(channel: string, provider: HookProvider): Promise<string | null>;

  /** Puts a message behind all others of its channel. Concurrent calls share one commit. */
  append(message: SealedMessage, quota: Quota): Promise<Appended>;
  /** Those after `after`, in order: at most `count`, and no more than about `bytes`. */
  messagesAfter(channel: string, after: number, count: number, bytes: number): Promise<StoredMessage[]>;
  /** Forgets all up to `through`. What was never given is not acknowledged. */
  acknowledge(channel: string, through: number): Promise<void>;

  saveChallenge(hash: string, expiresAt: number): Promise<void>;
  /** True once for each challenge that was given and is not over. */
  spendChallenge(hash: string, now: number): Promise<boolean>;
  saveSession(tokenHash: string, session: Session, now: number, expiresAt: number): Promise<void>;
  session(tokenHash: string, now: number): Promise<Session | null>;

  /** False when another waits for the same state, or the channel has too many open. */
  openSignIn(wait: SignInWait, now: number, mostOpen: number): Promise<boolean>;
  waitingSignIn(stateHash: string, provider: string, now: number): Promise<SignInWait | null>;
  /** The first return counts; a reload of the page changes nothing. */
  returnSignIn(stateHash: string, sealed: Buffer): Promise<void>;
  /** `null`: nobody waits (any more). `waiting`: not back yet. */
  signInReturn(channel: string, stateHash: string, now: number): Promise<Buffer | 'waiting' | null>;

  /** Forgets messages received before `messagesBefore`, channels unused since `channelsBefore`, and all that ran out. */
  purge(now: number, messagesBefore: number, channelsBefore: number): Promise<{ messages: number; channels: number }>;
  totals(): Promise<Totals>;
  /** Throws when the storage does not answer. */
  check(): Promise<void>;
  /**
   * Told of each channel with news (message, keys, sign-in, revocation), whichever node made them. Null: some may have been
   * missed, so all are to be looked at.
   */
  onNews(listener: (channel: string | null) => void): void;
  close(): Promise<void>;
};
