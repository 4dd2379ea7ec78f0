import type { BankChain } from '../connectors/balance-chain.ts';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import type { LedgerJournal } from '../core/entry.ts';
import type { Money } from '../core/money.ts';
import { feedOfBank, postedOnBank, unpostedStems } from '../store/bank-postings.ts';
import { decisionsOf } from '../store/journal-questions.ts';
import { bankBalanceOn } from '../store/statement-lines.ts';
import type { Reader } from '../store/store.ts';
import type { Ledger } from './approved.ts';

/**
 * The bank's side of a journal as of now, and what persons decided about the journal's name. Nothing is expected of a
 * journal that is on no bank account, or when the bank has given no balance.
 */
export async function bankChainOf(db: Reader, ledger: Ledger, journal: LedgerJournal): Promise<BankChain> {
  const decisions = await decisionsOf(db, { ...ledger, journalName: journal.journalName });
  const [entry] = journal.entries;
  if (entry?.accountType !== 'bank') return { expected: null, since: null, decisions };
  const bank = { ...ledger, bankAccount: entry.account };
  const feed = await feedOfBank(db, bank);
  if (feed === null) return { expected: null, since: null, decisions };
  return {
    expected: await expectedBalance(db, bank, feed),
    since: feed.startDate ?? feed.firstDay,
    decisions,
    unrecorded: (stems) => unpostedStems(db, ledger, stems),
  };
}

/** The bank's balance before the mapping's first day, and all that Daybook has posted since. */
async function expectedBalance(
  db: Reader,
  bank: Ledger & { readonly bankAccount: string },
  feed: { readonly feedAccountId: string; readonly startDate: CalendarDate | null },
): Promise<Money | null> {
  const start = await bankBalanceOn(db, feed.feedAccountId, dayBefore(feed.startDate));
  if (start === null) return null;
  const posted = await postedOnBank(db, { ...bank, currency: start.currency });
  return { minor: start.minor + posted, currency: start.currency };
}

/** Without a start date Daybook begins before the first line of all. */
function dayBefore(startDate: string | null): string {
  return startDate === null ? '0000-01-01' : addDays(startDate, -1);
}
