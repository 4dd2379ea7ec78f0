import type { ConnectionFact } from '../connectors/webhooks.ts';
import type { Instant } from '../core/calendar.ts';
import type { Writer } from '../store/store.ts';

/** One fact that a verified notice told about a connection or one of its banks. It is told once, also when the notice comes twice. */
export type TranslatedNotice = {
  /** `plaid`, `exact` … */
  readonly provider: string;
  readonly connectionId: string;
  /** Null where the fact is about the whole connection. */
  readonly feedId: string | null;
  /** When the relay (or the provider's event list) had it. */
  readonly receivedAt: Instant;
  readonly fact: ConnectionFact;
};

/**
 * Called in the transaction that takes the notice in: either both are kept or neither. A pull of the feed follows by
 * itself, so what the provider's API tells is read anyway; nothing is to be fetched here.
 */
export type OnNotice = (trx: Writer, notice: TranslatedNotice) => Promise<void>;
