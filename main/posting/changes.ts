import { type Connector, can, type Stop } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { applyLedgerLines, dropLedgerLines, ledgerCursor, saveLedgerCursor } from '../store/ledger-lines.ts';
import type { Ledger } from './approved.ts';
import type { PostingContext } from './context.ts';

/** A ledger that never comes to an end of its changes is at fault; a year of a large firm stays far below. */
const MOST_PAGES = 2_000;

/**
 * Takes over what changed in a ledger since the last time, page by page, each with its cursor in one transaction.
 * @returns false for a ledger that does not tell its changes
 */
export async function readLedgerChanges(
  context: Pick<PostingContext, 'store' | 'clock'>,
  connector: Connector,
  ledger: Ledger,
  stop: Stop,
): Promise<boolean> {
  if (!can(connector, 'readChanges')) return false;
  const { store, clock } = context;
  const kept = await ledgerCursor(store.read, ledger);
  const since = kept?.since ?? (await firstPostingDay(context, ledger));
  let cursor = kept?.cursor ?? null;
  let begunAnew = false;
  for (let page = 0; page < MOST_PAGES; page++) {
    stop?.throwIfAborted();
    const changes = await connector.readChanges(ledger.legalEntity, cursor, since, stop);
    const readAt = instantNow(clock);
    if (changes.startOver) {
      if (begunAnew) break;
      begunAnew = true;
      cursor = null;
      await store.write(async (trx) => {
        await dropLedgerLines(trx, ledger);
        await saveLedgerCursor(trx, ledger, { cursor, since, readAt });
      });
      continue;
    }
    cursor = changes.nextCursor;
    await store.write(async (trx) => {
      await applyLedgerLines(trx, ledger, changes, readAt);
      await saveLedgerCursor(trx, ledger, { cursor, since, readAt });
    });
    if (!changes.hasMore) return true;
  }
  throw new DaybookError(
    'answer_unexpected',
    'The ledger does not come to an end of its changes. Support needs to look at the log.',
  );
}

/** Nothing of ours can have changed before the first posting was intended. */
async function firstPostingDay({ store, clock }: Pick<PostingContext, 'store' | 'clock'>, ledger: Ledger) {
  const first = await store.read
    .selectFrom('posting')
    .select('intended_at')
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .orderBy('intended_at')
    .limit(1)
    .executeTakeFirst();
  return (first?.intended_at ?? instantNow(clock)).slice(0, 10);
}
