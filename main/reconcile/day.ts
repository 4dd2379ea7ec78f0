import { addDays, type CalendarDate } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import { accountLabel, type MappedAccount } from './accounts.ts';
import type { Books } from './books.ts';
import { assignLedgerLines, type LedgerLine, type OpenItem, openItemsOfLines } from './open-items.ts';

/** One account on one day. `difference` = bank − ledger; the open items add up to it, or `explained` is false. */
export type Reconciliation = {
  readonly feedAccountId: string;
  readonly account: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly date: CalendarDate;
  readonly bankBalance: Money;
  readonly ledgerBalance: Money;
  readonly difference: Money;
  readonly openItems: readonly OpenItem[];
  readonly explained: boolean;
  /** `postings`: the ledger does not show its bank lines to us; our confirmed entries stand in for it. */
  readonly ledgerSource: 'ledger' | 'postings';
};

/** Bank and ledger of an account at the end of a day. */
export function reconcileDay(account: MappedAccount, date: CalendarDate, books: Books): Reconciliation {
  const { currency } = account;
  const bank = bankBalanceOn(books, date);
  const ledgerLines = books.ledger.filter((line) => line.date <= date);
  const ledger = ledgerLines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const openItems = openItemsOn(account, date, books, ledgerLines);
  const difference = bank - ledger;
  return {
    feedAccountId: account.feedAccountId,
    account: accountLabel(account),
    legalEntity: account.legalEntity,
    bankAccount: account.bankAccount,
    date,
    bankBalance: { minor: bank, currency },
    ledgerBalance: { minor: ledger, currency },
    difference: { minor: difference, currency },
    openItems,
    explained: openItems.reduce((sum, item) => sum + item.amountMinor, 0n) === difference,
    ledgerSource: books.ledgerSource,
  };
}

/** Opening balance, booked lines, and what the bank shows beyond its lines. */
export function bankBalanceOn({ rows, openingMinor, gap }: Books, date: CalendarDate): bigint {
  const booked = rows.filter((row) => row.state === 'booked' && row.date <= date);
  let bank = openingMinor + (gap !== null && gap.date <= date ? gap.sizeMinor : 0n);
  // A line stands once for each of its proposals.
  for (const amount of new Map(booked.map((row) => [row.lineId, row.amountMinor])).values()) bank += amount;
  return bank;
}

function openItemsOn(
  account: MappedAccount,
  date: CalendarDate,
  books: Books,
  ledgerLines: readonly LedgerLine[],
): OpenItem[] {
  const { rows, gap } = books;
  // Without a start date Daybook begins with the first line that it knows.
  const start = account.startDate ?? rows[0]?.date ?? addDays(date, 1);
  const { byStem, foreign } = assignLedgerLines(ledgerLines, books.vouchers, books.amountOfStem);
  const openingLedger = foreign.filter((line) => line.date < start).reduce((sum, line) => sum + line.amountMinor, 0n);
  const items = openItemsOfLines(rows, byStem, date, books.rules);
  if (gap !== null && gap.date <= date)
    items.push(plain('feed_gap', gap.date, gap.sizeMinor, 'The bank shows money that its lines do not explain'));
  if (books.openingMinor !== openingLedger)
    items.push(
      plain(
        'opening_difference',
        addDays(start, -1),
        books.openingMinor - openingLedger,
        account.openingMinor === null
          ? 'The bank gave no opening balance, so it counts as zero'
          : 'Bank and ledger differed before Daybook began',
      ),
    );
  for (const line of foreign.filter((one) => one.date >= start))
    items.push({
      ...plain('ledger_only', line.date, -line.amountMinor, `In the ledger only: ${line.text || 'no text'}`),
      ledgerLineIds: line.id === undefined ? [] : [line.id],
    });
  return items;
}

function plain(kind: OpenItem['kind'], date: CalendarDate, amountMinor: bigint, text: string): OpenItem {
  return { kind, date, amountMinor, text, lineIds: [], ledgerLineIds: [], proposalId: null };
}
