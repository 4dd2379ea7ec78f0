import { bankCodeOf } from './bank-codes.ts';
import type { ExportDay, ExportOf, ExportRow } from './export-day.ts';
import { swiftText } from './swift-text.ts';

/**
 * BAI2, one group a day with one account in it, balances chained, control totals and counts of every level.
 * Source: Cash Management Balance Reporting Specifications, Version 2 (BAI).
 */
export function writeBai2({ account, days, at }: ExportOf): string {
  const made = `${at.slice(2, 10).replaceAll('-', '')},${at.slice(11, 16).replace(':', '')}`;
  const sender = plain(account.institution ?? 'DAYBOOK', 20) || 'DAYBOOK';
  const lines = [`01,${sender},DAYBOOK,${made},1,,,2/`];
  let fileTotal = 0n;
  for (const day of days) {
    const records = accountRecords(account.number, day, account.currency);
    const total = records.reduce((sum, one) => sum + one.total, 0n);
    const asOf = day.date.slice(2).replaceAll('-', '');
    lines.push(`02,DAYBOOK,${sender},1,${asOf},,${account.currency},2/`);
    // One by one: a busy day has more rows than a call may have arguments.
    for (const one of records) lines.push(one.text);
    lines.push(`49,${total},${records.length + 1}/`);
    lines.push(`98,${total},1,${records.length + 3}/`);
    fileTotal += total;
  }
  lines.push(`99,${fileTotal},${days.length},${lines.length + 1}/`);
  return `${lines.join('\r\n')}\r\n`;
}

function accountRecords(number: string, day: ExportDay, currency: string): BaiLine[] {
  const credits = day.rows.filter((row) => row.minor > 0n);
  const debits = day.rows.filter((row) => row.minor < 0n);
  const inward = credits.reduce((sum, row) => sum + row.minor, 0n);
  const outward = debits.reduce((sum, row) => sum - row.minor, 0n);
  const summary =
    `010,${day.opening},,,015,${day.closing},,,` + `100,${inward},${credits.length},,400,${outward},${debits.length},/`;
  return [
    {
      text: `03,${plain(number, 34)},${currency},${summary}`,
      total: day.opening + day.closing + inward + outward,
    },
    ...day.rows.map((row) => movement(row)),
  ];
}

function movement(row: ExportRow): BaiLine {
  const { bai } = bankCodeOf(row);
  const size = row.minor < 0n ? -row.minor : row.minor;
  const reference = plain(row.checkNumber !== null && bai === '475' ? row.checkNumber : (row.reference ?? ''), 35);
  const words = [row.counterparty, row.text].filter((part) => part !== null && part !== '').join(' - ');
  const text = swiftText(words).replaceAll('/', '-').slice(0, 400);
  return { text: `16,${bai},${size},Z,${row.id},${reference},${text}/`, total: size };
}

type BaiLine = { readonly text: string; readonly total: bigint };

/** A field in which neither comma nor slash may stand. */
function plain(text: string, most: number): string {
  return swiftText(text).replace(/[,/]/g, '-').slice(0, most);
}
