import { type Connector, can, type LedgerBankLine, type Stop } from '../connectors/capabilities.ts';
import { addDays, type CalendarDate, daysBetween } from '../core/calendar.ts';
import { instantNow, today } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import {
  applyBankLines,
  type BankAccountKey,
  type BankLineChanges,
  bankRead,
  saveBankRead,
} from '../store/ledger-bank-lines.ts';
import { type LedgerContext, readLedgerChanges } from './read-changes.ts';

export type BankLinesRead = BankLineChanges & {
  /** `whole`: all of the account; `from`: the days from one on; `none`: the ledger said that nothing changed. */
  readonly how: 'whole' | 'from' | 'none';
};

/** Even where the ledger tells its changes, all of an account is read anew from time to time, and compared. */
const WHOLE_EVERY_DAYS = 30;
/** Postdated lines are read too. */
const DAYS_AHEAD = 400;

/**
 * Brings the stored lines of a bank account to what the ledger holds now, reading as little as the ledger allows: where
 * it tells what changed, only the days from the first changed one on.
 * @returns null when the ledger does not show its bank lines
 * @param changesRead ledgers whose changes were read in this round already: several accounts of one cost one reading
 * @throws DaybookError `currency_not_allowed` for lines in another currency than the account's
 */
export async function readBankLines(
  context: LedgerContext,
  connector: Connector,
  account: BankAccountKey & { readonly currency: string },
  stop: Stop,
  changesRead: Set<string> = new Set(),
): Promise<BankLinesRead | null> {
  if (!can(connector, 'readBankLines')) return null;
  const { store, clock } = context;
  const day = today(clock);
  const before = await bankRead(store.read, account);
  const whole = before === undefined || daysBetween(before.whole_at.slice(0, 10), day) >= WHOLE_EVERY_DAYS;
  const changes = await changedFrom(context, connector, account, before?.cursor ?? null, stop, changesRead);
  const from = whole ? null : changes.from;
  const save = { cursor: changes.cursor, readAt: instantNow(clock), settled: changes.noted };
  if (!whole && changes.from === 'nothing') {
    await store.write((trx) => saveBankRead(trx, account, { ...save, wholeAt: before.whole_at }));
    return { how: 'none', added: 0, changed: 0, gone: 0 };
  }
  const start = from === null || from === 'nothing' ? undefined : from;
  const lines = await connector.readBankLines(
    ...([account.legalEntity, account.bankAccount, addDays(day, DAYS_AHEAD), stop] as const),
    start,
  );
  if (lines === null) return null;
  refuseForeign(lines, account);
  return store.write(async (trx) => {
    const result = await applyBankLines(trx, account, lines, start ?? null, save.readAt);
    await saveBankRead(trx, account, {
      ...save,
      wholeAt: start === undefined || before === undefined ? save.readAt : before.whole_at,
    });
    return { ...result, how: start === undefined ? 'whole' : 'from' } as const;
  });
}

type Changed = {
  readonly from: CalendarDate | null | 'nothing';
  readonly cursor: string | null;
  readonly noted: string | null;
};

/** From which day on an account changed; null when nobody can say. */
async function changedFrom(
  context: LedgerContext,
  connector: Connector,
  account: BankAccountKey,
  cursor: string | null,
  stop: Stop,
  changesRead: Set<string>,
): Promise<Changed> {
  if (can(connector, 'bankChangesSince')) {
    const { from, nextCursor } = await connector.bankChangesSince(
      ...([account.legalEntity, account.bankAccount, cursor, stop] as const),
    );
    return { from: cursor === null ? null : (from ?? 'nothing'), cursor: nextCursor, noted: null };
  }
  const ledger = `${account.ledgerConnectionId}\n${account.legalEntity}`;
  if (changesRead.has(ledger) || (await readLedgerChanges(context, connector, account, stop))) {
    changesRead.add(ledger);
    const noted = (await bankRead(context.store.read, account))?.changed_from;
    const from = noted === null ? 'nothing' : noted === undefined || noted === '' ? null : noted;
    return { from, cursor: null, noted: noted ?? null };
  }
  return { from: null, cursor: null, noted: null };
}

function refuseForeign(
  lines: readonly LedgerBankLine[],
  account: BankAccountKey & { readonly currency: string },
): void {
  const foreign = lines.find((line) => line.amount.currency !== account.currency);
  if (foreign)
    throw new DaybookError(
      'currency_not_allowed',
      `The ledger holds ${foreign.amount.currency} on bank account ${account.bankAccount}, which is kept in ${account.currency}. Check the mapping.`,
    );
}
