import { exportTrail } from '../../audit/export.ts';
import { searchTrail } from '../../audit/search.ts';
import { instantNow, yieldToOthers } from '../../core/clock.ts';
import { money } from '../../core/money.ts';
import { type Cell, type Column, type Sheet, text, toCsv, toXlsx } from '../../exports/sheet.ts';
import { queueOrder } from '../../review/queue-window.ts';
import { listReconciliations } from '../../store/reconciliation-list.ts';
import type { CurrencyTotal } from '../../store/totals.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import { auditEvents, auditWindow } from '../audit-filter.ts';
import type { exportCalls } from '../calls/exports.ts';
import { queueItems } from '../entries.ts';
import type { HandlersOf, Work } from '../handler.ts';
import type { MoneyDocument } from '../money-document.ts';
import { windowFilter } from '../queue-filter.ts';
import { reconciliationDocument } from './reconcile.ts';

export const exportHandlers: HandlersOf<typeof exportCalls> = {
  'export.queue': async ({ filter, sort, format }, work) => {
    const { daybook, stop, progress } = work;
    const { ids, totals } = await queueOrder(daybook.store, windowFilter(filter), sort);
    const rows: Cell[][] = [];
    for (let start = 0; start < ids.length; start += PAGE) {
      stop.throwIfAborted();
      progress(start, ids.length, 'Writing entries');
      rows.push(...(await queueItems(daybook, ids.slice(start, start + PAGE))).map(entryRow));
      await yieldToOthers();
    }
    const sheet: Sheet = {
      ...{ name: 'Entries', columns: ENTRY_COLUMNS, rows },
      totals: totals.flatMap((total) => totalRows(total)),
      about: await aboutOf(work, 'Entries', filter),
    };
    return fileOf(work, sheet, format);
  },
  'export.reconciliations': async ({ format, feedAccountId, from, to }, work) => {
    const filter = {
      ...(feedAccountId === undefined ? {} : { feedAccountId }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const window = { offset: 0, limit: 1_000_000 };
    const { reconciliations } = await listReconciliations(work.daybook.store.read, filter, window);
    const rows = reconciliations
      .map(reconciliationDocument)
      .flatMap((one) => [
        reconciliationRow(one, 'balances', one.date, one.explained ? 'explained' : 'not explained', one.difference),
        ...one.openItems.map((item) => reconciliationRow(one, item.kind, item.date, item.text, item.amount)),
      ]);
    const about = await aboutOf(work, 'Reconciliations', filter);
    const sheet: Sheet = { name: 'Reconciliations', columns: RECONCILIATION_COLUMNS, rows, totals: [], about };
    return fileOf(work, sheet, format);
  },
  'export.audit': async ({ filter, format }, work) => {
    const { read } = work.daybook.store;
    if (format === 'jsonl') {
      let content = '';
      let rows = 0;
      for await (const page of exportTrail(read, 'jsonl')) {
        work.stop.throwIfAborted();
        content += page;
        rows += page.split('\n').length - 1;
      }
      return { name: nameOf(work, 'audit', 'jsonl'), mediaType: 'application/jsonl', encoding: 'utf8', content, rows };
    }
    const { timeZone } = await readWorkspace(read);
    const window = { offset: 0, limit: 1_000_000 };
    const { events } = await searchTrail(read, auditWindow(filter, timeZone), window);
    const rows = auditEvents(events).map((event) => [
      { count: event.seq },
      ...[event.at, event.actor, event.action, event.subject, event.sentence].map(text),
      text(JSON.stringify(event.data)),
      text(event.hash),
    ]);
    const about = await aboutOf(work, 'Audit trail', filter);
    return fileOf(work, { name: 'Audit', columns: AUDIT_COLUMNS, rows, totals: [], about }, format);
  },
};

const PAGE = 500;

const ENTRY_COLUMNS: readonly Column[] = [
  { title: 'Date', width: 12 },
  { title: 'Account', width: 26 },
  { title: 'Counterparty', width: 26 },
  { title: 'Bank text', width: 40 },
  { title: 'Entry text', width: 40 },
  { title: 'Amount', width: 16 },
  { title: 'Currency', width: 9 },
  { title: 'Offset accounts', width: 30 },
  { title: 'Dimensions', width: 24 },
  { title: 'Coded by', width: 12 },
  { title: 'Reason', width: 34 },
  { title: 'State', width: 14 },
  { title: 'Legal entity', width: 12 },
  { title: 'Journal', width: 16 },
  { title: 'Voucher', width: 16 },
  { title: 'Reference', width: 24 },
  { title: 'Approved by', width: 18 },
  { title: 'Note', width: 30 },
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
    text(item.state),
    text(item.legalEntity),
    text(item.journalNumber ?? item.journalName),
    text(item.voucher),
    text(item.reference),
    text(item.approvedBy),
    text(item.note),
  ];
}

function totalRows({ currency, count, debitMinor, creditMinor }: CurrencyTotal): Cell[][] {
  const row = (name: string, minor: bigint): Cell[] => [
    text(name),
    ...[text(''), text(''), text(''), text('')],
    { amount: { minor, currency } },
    text(currency),
  ];
  return [
    row(`Money in, ${count} entries`, debitMinor),
    row('Money out', -creditMinor),
    row('Total', debitMinor - creditMinor),
  ];
}

const RECONCILIATION_COLUMNS: readonly Column[] = [
  { title: 'Reconciled on', width: 13 },
  { title: 'Account', width: 26 },
  { title: 'Legal entity', width: 12 },
  { title: 'Bank account', width: 16 },
  { title: 'Bank balance', width: 16 },
  { title: 'Ledger balance', width: 16 },
  { title: 'Difference', width: 16 },
  { title: 'Currency', width: 9 },
  { title: 'Item', width: 20 },
  { title: 'Item date', width: 12 },
  { title: 'Item text', width: 40 },
  { title: 'Item amount', width: 16 },
];

function reconciliationRow(
  one: ReturnType<typeof reconciliationDocument>,
  kind: string,
  date: string,
  what: string,
  amount: MoneyDocument,
): Cell[] {
  return [
    { date: one.date },
    text(one.account),
    text(one.legalEntity),
    text(one.bankAccount),
    { amount: moneyBack(one.bankBalance) },
    { amount: moneyBack(one.ledgerBalance) },
    { amount: moneyBack(one.difference) },
    text(one.difference.currency),
    text(kind),
    { date },
    text(what),
    { amount: moneyBack(amount) },
  ];
}

const AUDIT_COLUMNS: readonly Column[] = [
  { title: 'Number', width: 9 },
  { title: 'At', width: 26 },
  { title: 'Actor', width: 18 },
  { title: 'Action', width: 26 },
  { title: 'Subject', width: 36 },
  { title: 'What happened', width: 60 },
  { title: 'Data', width: 60 },
  { title: 'Hash', width: 66 },
];

function moneyBack({ amount, currency }: MoneyDocument) {
  return money(amount, currency);
}

async function aboutOf(work: Work, what: string, filter: object): Promise<Array<readonly [string, string]>> {
  const { name } = await readWorkspace(work.daybook.store.read);
  const used = Object.entries(filter).filter(([, value]) => value !== undefined);
  return [
    ['Daybook', `${what} of ${name}`],
    ['Filter', used.length === 0 ? 'none' : used.map(([key, value]) => `${key}: ${String(value)}`).join('; ')],
    ['Made by', work.actor],
    ['Made at', instantNow(work.daybook.ports.clock)],
  ];
}

function nameOf(work: Work, what: string, extension: string): string {
  return `daybook-${what.toLowerCase()}-${instantNow(work.daybook.ports.clock).slice(0, 10)}.${extension}`;
}

async function fileOf(work: Work, sheet: Sheet, format: 'csv' | 'xlsx') {
  const name = nameOf(work, sheet.name, format);
  const rows = sheet.rows.length;
  if (format === 'csv') return { name, mediaType: 'text/csv', encoding: 'utf8' as const, content: toCsv(sheet), rows };
  const content = (await toXlsx(sheet)).toString('base64');
  const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name, mediaType, encoding: 'base64' as const, content, rows };
}
