import { asDaybookError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';

/**
 * Where a ledger has a confirmed entry, in the words of the API: `open` in an unposted journal; `booked` where an open
 * entry stands in the general ledger already and can still be deleted there; `posted`; null while it was not seen.
 */
export type StateInLedger = (ledgerConnectionId: string, ledgerState: string | null) => string | null;

/** Asks each ledger's rules once. */
export async function statesInLedger(daybook: Daybook, connectionIds: Iterable<string>): Promise<StateInLedger> {
  const booked = new Set<string>();
  for (const id of new Set(connectionIds)) if (await bookedWhileOpen(daybook, id)) booked.add(id);
  return (connectionId, state) => (state === 'open' && booked.has(connectionId) ? 'booked' : state);
}

async function bookedWhileOpen(daybook: Daybook, connectionId: string): Promise<boolean> {
  try {
    return (await daybook.feeds.connector(connectionId)).postingRules?.openIsBooked ?? false;
  } catch (thrown) {
    // A connection that was removed or lacks a secret: its journals are still shown.
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return false;
  }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The number by which a person finds a journal in the ledger: its own, or that of its one voucher where the ledger knows
 * journals only by an id that nobody reads.
 */
export function numberInLedger(journalNumber: string | null, voucher: string | null): string | null {
  return journalNumber !== null && GUID.test(journalNumber) ? voucher : journalNumber;
}
