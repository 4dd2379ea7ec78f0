import type { SerialError } from '../../core/errors.ts';
import { isConnectionTrouble } from '../health.ts';
import type { FeedContext } from '../open-feed.ts';
import { stepConnection } from './step.ts';

/**
 * A ledger that answered works; one whose keys were refused needs new ones. What else goes wrong with it (a lost
 * network, a legal entity without rights) says nothing about the connection.
 */
export async function noteLedger(
  { store, ports }: FeedContext,
  connectionId: string,
  error: SerialError | null,
): Promise<void> {
  if (error !== null && !isConnectionTrouble(error.code)) return;
  const event = error === null ? ({ kind: 'worked' } as const) : ({ kind: 'failed', ...error } as const);
  await store.write((trx) => stepConnection(trx, ports, connectionId, [event], 'poll'));
}
