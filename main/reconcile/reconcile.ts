import { record } from '../audit/trail.ts';
import type { CalendarDate } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { saveReconciliation } from '../store/reconciliations.ts';
import { accountLabel, mappedAccounts } from './accounts.ts';
import { type ReconcileContext, readBooks } from './books.ts';
import { type Reconciliation, reconcileDay } from './day.ts';

/** Reconciles every mapped account on the given days (each the end of that day). Reads the ledger once per account. */
export async function reconcileAccounts(
  context: ReconcileContext,
  dates: readonly CalendarDate[],
  options: {
    readonly actor: string;
    readonly stop?: AbortSignal;
    /** Accounts done, of how many, and the one that is next. */
    readonly progress?: (done: number, total: number, account: string) => void;
  } = { actor: 'daybook' },
): Promise<Reconciliation[]> {
  const latest = [...dates].sort().at(-1) ?? '';
  const all: Reconciliation[] = [];
  const accounts = await mappedAccounts(context.store.read);
  const changesRead = new Set<string>();
  for (const [index, account] of accounts.entries()) {
    options.stop?.throwIfAborted();
    options.progress?.(index, accounts.length, accountLabel(account));
    const books = await readBooks(context, account, latest, 'now', options.stop, changesRead);
    for (const date of dates) {
      const result = reconcileDay(account, date, books);
      await save(context, result, options.actor);
      all.push(result);
    }
  }
  return all;
}

async function save(context: ReconcileContext, result: Reconciliation, actor: string): Promise<void> {
  const at = instantNow(context.clock);
  await context.store.write(async (trx) => {
    await saveReconciliation(trx, {
      feed_account_id: result.feedAccountId,
      date: result.date,
      currency: result.difference.currency,
      bank_minor: result.bankBalance.minor,
      ledger_minor: result.ledgerBalance.minor,
      difference_minor: result.difference.minor,
      open_items_json: JSON.stringify(result.openItems, (_key, value) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
      explained: result.explained ? 1n : 0n,
      made_at: at,
    });
    await record(trx, context.clock, {
      actor,
      action: 'reconciliation.made',
      subject: `feed_account:${result.feedAccountId}`,
      data: {
        date: result.date,
        bank: result.bankBalance.minor,
        ledger: result.ledgerBalance.minor,
        difference: result.difference.minor,
        currency: result.difference.currency,
        openItems: result.openItems.length,
        explained: result.explained,
      },
    });
  });
}
