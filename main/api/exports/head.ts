import { instantNow } from '../../core/clock.ts';
import { type Column, column, type Sheet, text } from '../../exports/sheet.ts';
import type { CurrencyTotal } from '../../store/totals.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import { sentenceOf, type Words } from '../filter-words.ts';
import type { Work } from '../handler.ts';

/** Completes a sheet with its head: what it is, of which workspace, under which filter, how much, by whom, when. */
export async function withHead(
  { daybook, actor }: Work,
  what: string,
  filter: Words,
  sheet: Omit<Sheet, 'about' | 'name'>,
): Promise<Sheet> {
  const { name, practice } = await readWorkspace(daybook.store.read);
  return {
    ...sheet,
    name: what,
    about: [
      [what, practice ? `${name} · PRACTICE COMPANY, no real money` : name],
      ['Filter', sentenceOf(filter)],
      ['Rows', String(sheet.rows.length)],
      ['Made by', actor],
      ['Made at', instantNow(daybook.ports.clock)],
    ],
  };
}

const TOTAL_COLUMNS: readonly Column[] = [
  column('Total', 26),
  column('Count', 9, 'figure'),
  column('Money in', 16, 'figure'),
  column('Money out', 16, 'figure'),
  column('Difference', 16, 'figure'),
];

/** One row a currency: count, money in, money out, and their difference. */
export function moneyTotals(totals: readonly CurrencyTotal[]): Sheet['totals'] {
  return {
    columns: TOTAL_COLUMNS,
    rows: totals.map(({ currency, count, debitMinor, creditMinor }) => [
      text(currency),
      { count },
      { amount: { minor: debitMinor, currency } },
      { amount: { minor: creditMinor, currency } },
      { amount: { minor: debitMinor - creditMinor, currency } },
    ]),
  };
}
