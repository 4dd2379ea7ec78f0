import { type Connector, can, type Stop } from '../connectors/capabilities.ts';
import type { LedgerChanges } from '../connectors/ledger-changes.ts';
import type { Clock } from '../core/clock.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { noteBankChange } from '../store/ledger-bank-lines.ts';
import {
  applyLedgerLines,
  bankDaysOf,
  dropLedgerLines,
  ledgerCursor,
  saveLedgerCursor,
} from '../store/ledger-lines.ts';
import type { Store, Writer } from '../store/store.ts';

export type LedgerContext = { readonly store: Store; readonly clock: Clock };
export type Ledger = { readonly ledgerConnectionId: string; readonly legalEntity: string };

/** A ledger that never comes to an end of its changes is at fault; a year of a large firm stays far below. */
const MOST_PAGES = 2_000;

/**
 * Takes over what changed in a ledger since the last time, page by page, each with its cursor in one transaction.
 * @returns false for a ledger that does not tell its changes
 */
export async function readLedgerChanges(
  context: LedgerContext,
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
        // What changed while nobody listened is not known.
        await noteBankChange(trx, ledger, '');
        await saveLedgerCursor(trx, ledger, { cursor, since, readAt });
      });
      continue;
    }
    cursor = changes.nextCursor;
    await store.write(async (trx) => {
      await noteChangedDays(trx, ledger, changes);
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

/**
 * From which day on the lines of bank accounts changed: the days that the ledger tells, and those of the lines that it no
 * longer has. A deleted line that was never told here could have stood on any bank account and day.
 */
async function noteChangedDays(trx: Writer, ledger: Ledger, { bank, deleted }: LedgerChanges): Promise<void> {
  const before = await bankDaysOf(trx, ledger, deleted);
  const unknown = bank?.deleted.some((key) => !before.known.has(key)) ?? deleted.length > before.known.size;
  const days = [...before.days, ...(bank?.from === undefined || bank.from === null ? [] : [bank.from])].sort();
  const from = unknown ? '' : days[0];
  if (from !== undefined) await noteBankChange(trx, ledger, from);
}

/** Nothing of ours can have changed before the first posting was intended. */
async function firstPostingDay({ store, clock }: LedgerContext, ledger: Ledger) {
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
