import type { CalendarDate } from '../core/calendar.ts';
import { accountLabel, mappedAccounts } from './accounts.ts';
import { type ReconcileContext, readBooks } from './books.ts';
import { reconcileDay } from './day.ts';

/** An account at the end of a day. Amounts in minor units: positive = money in the account. */
export type CashLine = {
  readonly feedAccountId: string;
  readonly account: string;
  readonly bankAccount: string;
  readonly bankMinor: bigint;
  readonly ledgerMinor: bigint;
  /** Open items: bank − ledger. */
  readonly openMinor: bigint;
  readonly explained: boolean;
  /** Announced and not booked: in no balance. */
  readonly pendingMinor: bigint;
};

/** Cash of one legal entity in one currency. Currencies are never added up. */
export type CashGroup = {
  readonly legalEntity: string;
  readonly currency: string;
  readonly lines: readonly CashLine[];
  readonly bankMinor: bigint;
  readonly ledgerMinor: bigint;
  readonly openMinor: bigint;
  readonly pendingMinor: bigint;
};

/** The statement of cash at the end of a day, from what is stored: per legal entity and currency, account by account. */
export async function statementOfCash(
  context: ReconcileContext,
  date: CalendarDate,
  stop?: AbortSignal,
): Promise<CashGroup[]> {
  const groups = new Map<string, { legalEntity: string; currency: string; lines: CashLine[] }>();
  for (const account of await mappedAccounts(context.store.read)) {
    stop?.throwIfAborted();
    const books = await readBooks(context, account, date, 'stored', stop);
    const { bankBalance, ledgerBalance, difference, explained } = reconcileDay(account, date, books);
    const pending = new Map(
      books.rows
        .filter((row) => row.state === 'pending' && row.date <= date)
        .map((row) => [row.lineId, row.amountMinor]),
    );
    const { legalEntity, currency } = account;
    const group = groups.get(`${legalEntity}\n${currency}`) ?? { legalEntity, currency, lines: [] };
    groups.set(`${legalEntity}\n${currency}`, group);
    group.lines.push({
      ...{ feedAccountId: account.feedAccountId, account: accountLabel(account), bankAccount: account.bankAccount },
      ...{ bankMinor: bankBalance.minor, ledgerMinor: ledgerBalance.minor, openMinor: difference.minor, explained },
      pendingMinor: [...pending.values()].reduce((sum, minor) => sum + minor, 0n),
    });
  }
  return [...groups.values()]
    .sort((a, b) => (`${a.legalEntity}\n${a.currency}` < `${b.legalEntity}\n${b.currency}` ? -1 : 1))
    .map((group) => ({
      ...group,
      bankMinor: sumOf(group.lines, 'bankMinor'),
      ledgerMinor: sumOf(group.lines, 'ledgerMinor'),
      openMinor: sumOf(group.lines, 'openMinor'),
      pendingMinor: sumOf(group.lines, 'pendingMinor'),
    }));
}

function sumOf(lines: readonly CashLine[], field: 'bankMinor' | 'ledgerMinor' | 'openMinor' | 'pendingMinor'): bigint {
  return lines.reduce((sum, line) => sum + line[field], 0n);
}
