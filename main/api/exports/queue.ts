import { yieldToOthers } from '../../core/clock.ts';
import { type Cell, column, type Sheet, text } from '../../exports/sheet.ts';
import { queueOrder } from '../../review/queue-window.ts';
import { queueItems } from '../entries.ts';
import { queueWords } from '../filter-words.ts';
import type { Handler, Work } from '../handler.ts';
import { moneyBack } from '../money-document.ts';
import { windowFilter } from '../queue-filter.ts';
import { moneyTotals, withHead } from './head.ts';

type Asked = Parameters<Handler<'export.queue'>>[0];

const PAGE = 500;

/** Exactly the entries of the filter, in its order. */
export async function queueSheet({ filter, sort }: Asked, work: Work): Promise<Sheet> {
  const { daybook, stop, progress } = work;
  const { ids, totals } = await queueOrder(daybook.store, windowFilter(filter), sort);
  const rows: Cell[][] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    stop.throwIfAborted();
    progress(start, ids.length, 'Writing entries');
    rows.push(...(await queueItems(daybook, ids.slice(start, start + PAGE))).map(entryRow));
    await yieldToOthers();
  }
  const sheet = { columns: COLUMNS, rows, totals: moneyTotals(totals) };
  return withHead(work, 'Entries', await queueWords(daybook, filter, sort), sheet);
}

const COLUMNS = [
  column('Date', 12, 'date'),
  column('Account', 26),
  column('Counterparty', 26),
  column('Bank text', 40),
  column('Entry text', 40),
  column('Amount', 16, 'figure'),
  column('Currency', 9),
  column('Offset accounts', 30),
  column('Dimensions', 24),
  column('Coded by', 12),
  column('Reason', 34),
  column('State', 14),
  column('Legal entity', 12),
  column('Journal', 16),
  column('Voucher', 16),
  column('Reference', 24),
  column('Approved by', 18),
  column('Note', 30),
];

type Item = Awaited<ReturnType<typeof queueItems>>[number];

function entryRow(item: Item): Cell[] {
  const split = item.offsets.length > 1;
  const offsets = item.offsets.map((offset) => `${offset.account ?? '?'}${split ? ` ${offset.amount.amount}` : ''}`);
  const dimensions = item.offsets.flatMap((offset) =>
    Object.entries(offset.dimensions).map(([name, value]) => `${name} ${value}`),
  );
  return [
    { date: item.date },
    text([item.feedAccount.name, item.feedAccount.mask].filter((part) => part !== null).join(' ··')),
    text(item.counterparty),
    text(item.bankText ?? item.lineText),
    text(item.text),
    { amount: moneyBack(item.amount) },
    text(item.amount.currency),
    text(offsets.join(' + ')),
    text([...new Set(dimensions)].join(', ')),
    text(item.codedBy),
    text(item.reason),
    text(item.state.replaceAll('_', ' ')),
    text(item.legalEntity),
    text(item.journalNumber ?? item.journalName),
    text(item.voucher),
    text(item.reference),
    text(item.approvedBy),
    text(item.note),
  ];
}
