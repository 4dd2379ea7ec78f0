import { yieldToOthers } from '../../core/clock.ts';
import { type Cell, column, type Sheet, text } from '../../exports/sheet.ts';
import { type FoundLine, loadFoundLines, matchLines } from '../../store/line-search.ts';
import { accountNames, period, said, saidList } from '../filter-words.ts';
import type { Handler, Work } from '../handler.ts';
import { moneyTotals, withHead } from './head.ts';

type Asked = Parameters<Handler<'export.lines'>>[0];

const PAGE = 2_000;

/** Bank lines as `lines.search` finds them, newest first. */
export async function lineSheet({ format, ...asked }: Asked, work: Work): Promise<Sheet> {
  const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const { read } = work.daybook.store;
  const { ids, totals } = await matchLines(read, filter);
  const rows: Cell[][] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    work.stop.throwIfAborted();
    work.progress(start, ids.length, 'Writing bank lines');
    rows.push(...(await loadFoundLines(read, ids.slice(start, start + PAGE))).map(lineRow));
    await yieldToOthers();
  }
  const words = [
    said('words:', asked.search),
    saidList('accounts:', await accountNames(work.daybook, asked.feedAccountIds)),
    saidList('states:', asked.states),
    ...period(asked),
    said('amount from', asked.amountFrom),
    said('amount to', asked.amountTo),
  ];
  return withHead(work, 'Bank lines', words, { columns: COLUMNS, rows, totals: moneyTotals(totals) });
}

const COLUMNS = [
  column('Date', 12, 'date'),
  column('Account', 26),
  column('State', 10),
  column('Counterparty', 26),
  column('Text', 44),
  column('Reference', 22),
  column('Category', 22),
  column('Amount', 16, 'figure'),
  column('Currency', 9),
  column('Entry', 14),
];

function lineRow(line: FoundLine): Cell[] {
  return [
    { date: line.date },
    text(line.mask === null ? line.accountName : `${line.accountName} ··${line.mask}`),
    text(line.state),
    text(line.counterparty),
    text(line.text),
    text(line.reference),
    text(line.category),
    { amount: line.amount },
    text(line.amount.currency),
    text(line.proposalState?.replaceAll('_', ' ') ?? null),
  ];
}
