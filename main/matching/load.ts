import { addDays, type CalendarDate, daysBetween } from '../core/calendar.ts';
import { stemIn } from '../core/reference.ts';
import { ledgerRows, statementRows, stemsOfCorrections, type Window } from '../store/match-lines.ts';
import type { Reader } from '../store/store.ts';
import type { MatchedAccount } from './account.ts';
import { exactMinor, type MatchAccount, type MatchLine } from './line.ts';

/** How far back lines that are matched already are part of the evidence: an amount or a number that came before. */
const CONTEXT_DAYS = 45;

/**
 * Both sides of accounts for the engine, from the days on that matter for lines of `since` and later; null: everything.
 * Lines too large to add up exactly are left to a person.
 */
export async function loadAccounts(
  db: Reader,
  accounts: readonly MatchedAccount[],
  since: CalendarDate | null,
): Promise<MatchAccount[]> {
  const corrections = await stemsOfCorrections(db);
  const stemOf = (stem: string | null) => rootStem(corrections, stem);
  const loaded: MatchAccount[] = [];
  for (const account of accounts) {
    const start = account.startDate ?? EARLIEST;
    const statementWindow = windowOf(account, since, start);
    // What was booked before the start may be paid after it.
    const ledgerWindow = windowOf(account, since, addDays(start, start === EARLIEST ? 0 : -account.rules.reach));
    const statement = await statementRows(db, account.feedAccountId, statementWindow, account.currency);
    const ledger = await ledgerRows(db, account, ledgerWindow, account.currency);
    loaded.push({
      account: account.feedAccountId,
      currency: account.currency,
      rules: account.rules,
      statement: statement.flatMap((row) =>
        line(row.amount_minor, (amount) => ({
          ...{ id: Number(row.id), amount, day: dayNumber(row.date), party: row.counterparty },
          text: [row.text, row.bank_text, row.check_number].filter((text) => text !== null && text !== '').join(' '),
          stem: stemOf(row.stem),
          references: row.reference === null ? [] : [row.reference],
          ...{ documents: [], group: null, used: row.used === 1n },
        })),
      ),
      ledger: ledger.flatMap((row) =>
        line(row.amount_minor, (amount) => ({
          ...{ id: Number(row.id), amount, day: dayNumber(row.date), party: row.party, text: row.text },
          stem: row.reference === null ? null : stemOf(stemIn(row.reference)),
          references: row.payment_reference === null ? [] : [row.payment_reference],
          documents: row.documents === '' ? [] : row.documents.split('\n'),
          group: row.journal_number ?? (row.voucher === null ? null : `${row.voucher} ${row.date}`),
          used: row.used === 1n,
        })),
      ),
    });
  }
  return loaded;
}

const EARLIEST = '1970-01-01';

function windowOf(account: MatchedAccount, since: CalendarDate | null, start: CalendarDate): Window {
  if (since === null || since <= addDays(EARLIEST, 1_000)) return { all: start, open: start };
  const later = (days: number) => [addDays(since, -days), start].sort()[1] ?? start;
  return { all: later(CONTEXT_DAYS), open: later(Math.max(account.rules.reach, CONTEXT_DAYS)) };
}

function line(minor: bigint, make: (amount: number) => MatchLine): MatchLine[] {
  const amount = exactMinor(minor);
  return amount === null ? [] : [make(amount)];
}

const days = new Map<CalendarDate, number>();

export function dayNumber(date: CalendarDate): number {
  let day = days.get(date);
  if (day === undefined) {
    day = daysBetween(EARLIEST, date);
    days.set(date, day);
  }
  return day;
}

/** The entry that a correction or reversal is about, over several steps. */
function rootStem(corrections: ReadonlyMap<string, string>, stem: string | null): string | null {
  let root = stem;
  for (let step = 0; root !== null && step < 20; step++) {
    const before: string | undefined = corrections.get(root);
    if (before === undefined || before === root) break;
    root = before;
  }
  return root;
}
