import { expect, test } from 'vitest';
import { readXlsx } from '../../test/support/read-xlsx.ts';
import { BYTE_ORDER_MARK, inertText } from '../core/csv.ts';
import { money } from '../core/money.ts';
import { toCsv } from './csv.ts';
import { MOST_PRINTED_ROWS, toPrint } from './print.ts';
import { type Cell, column, type Sheet, text } from './sheet.ts';
import { toXlsx } from './xlsx.ts';
import { xlsxInThread } from './xlsx-thread.ts';

const columns = [column('Date', 12, 'date'), column('Text', 40), column('Amount', 16, 'figure')];
const totals = {
  columns: [column('Total', 12), column('Count', 9, 'figure'), column('Money in', 16, 'figure')],
  rows: [[text('USD'), { count: 2 }, { amount: money('10.50', 'USD') }]],
};
const about = [
  ['Entries', 'Harbor'],
  ['Filter', 'words: =1+1'],
  ['Made by', '@Ada'],
] as const;
const rowOf = (words: string, amount = money('-10.50', 'USD')): Cell[] => [
  { date: '2026-11-20' },
  text(words),
  { amount },
];
const sheetOf = (...rows: Cell[][]): Sheet => ({ name: 'Entries', about, totals, columns, rows });
const textCell = async (words: string) => readXlsx(await toXlsx(sheetOf(rowOf(words)))).at(-1)?.B;

test('filter, author and totals stand at the head of a CSV file, and every row of it after them', async () => {
  expect(await toCsv(sheetOf(rowOf('rent')))).toBe(
    `${BYTE_ORDER_MARK}"Entries","Harbor"\r\n"Filter","words: =1+1"\r\n"Made by","'@Ada"\r\n\r\n` +
      '"Total","Count","Money in"\r\n"USD","2","10.50"\r\n\r\n' +
      '"Date","Text","Amount"\r\n"2026-11-20","rent","-10.50"\r\n',
  );
});

test('they stand at the head of an XLSX file', async () => {
  const rows = readXlsx(await toXlsx(sheetOf(rowOf('rent'))));
  expect(rows.map((row) => Object.values(row).map(({ value }) => value))).toEqual([
    ['Entries', 'Harbor'],
    ['Filter', 'words: =1+1'],
    ['Made by', '@Ada'],
    [],
    ['Total', 'Count', 'Money in'],
    ['USD', '2', '10.5'],
    [],
    ['Date', 'Text', 'Amount'],
    ['46346', 'rent', '-10.5'],
  ]);
});

test('an XLSX file holds numbers with their currency’s decimals, and days as days', async () => {
  const rows = [rowOf('a'), rowOf('b', money('1234', 'JPY')), rowOf('c', money('1.234', 'BHD'))];
  const [usd, jpy, bhd] = readXlsx(await toXlsx(sheetOf(...rows))).slice(-3);
  expect(usd?.A).toMatchObject({ type: 'n', format: 'yyyy-mm-dd' });
  expect([usd?.C, jpy?.C, bhd?.C]).toMatchObject([
    { value: '-10.5', type: 'n', format: '#,##0.00' },
    { value: '1234', type: 'n', format: '#,##0' },
    { value: '1.234', type: 'n', format: '#,##0.000' },
  ]);
});

test('an amount that a spreadsheet’s number cannot hold stays an exact text', async () => {
  const cell = readXlsx(await toXlsx(sheetOf(rowOf('a', money('99999999999999.99', 'USD'))))).at(-1)?.C;
  expect(cell).toMatchObject({ value: '99999999999999.99', type: 's' });
});

test.each([
  '=HYPERLINK("http://evil.example","pay")',
  '+1+1',
  '-2+3+cmd|" /C calc"!A0',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '  =1+1',
  '\u200F=1+1',
  '\u202E=1+1',
  '\uFEFF=1+1',
  '"=1+1"',
  '＝1+1',
])('the formula %j is a text in both files', async (formula) => {
  expect(inertText(formula)).toBe(`'${formula}`);
  const csv = await toCsv(sheetOf(rowOf(formula)));
  expect(csv).toContain(`"'${formula.replaceAll('"', '""')}"`);
  // Line ends inside a cell become one kind when XML is read (XML 1.0, 2.11).
  expect(await textCell(formula)).toMatchObject({ value: formula.replace('\r', '\n'), type: 's', formula: false });
});

test.each(['rent 4711', '1.250,00', 'R-1', 'a=b', '(fee)', ''])('the plain text %j is left as it is', (plain) => {
  expect(inertText(plain)).toBe(plain);
});

test('our own negative figures are numbers in CSV too, without an apostrophe', async () => {
  expect(await toCsv(sheetOf(rowOf('a')))).toContain(',"-10.50"\r\n');
});

test('markup, quotes, line ends and marks of direction stay letters in both files', async () => {
  const hostile = '<img src=x onerror=alert(1)> "quoted", ]]> & \u202Eevil\u202C\nsecond line';
  expect(await toCsv(sheetOf(rowOf(hostile)))).toContain(`"${hostile.replaceAll('"', '""')}"`);
  expect(await textCell(hostile)).toMatchObject({ value: hostile, type: 's' });
});

test('characters that XML has not do not damage the file', async () => {
  expect((await textCell('a\u0000\u0007b\uFFFEc'))?.value).toMatch(/^a.*b.*c$/);
});

test('a text longer than a spreadsheet takes is cut and says so; 10,000 characters are whole', async () => {
  const long = 'x'.repeat(10_000);
  expect((await textCell(long))?.value).toBe(long);
  const cut = (await textCell('y'.repeat(40_000)))?.value ?? '';
  expect(cut.length).toBe(32_767);
  expect(cut).toMatch(/y … \(40000 characters, cut here\)$/);
});

test('a large file is written in a thread of its own and is the same', async () => {
  const rows = Array.from({ length: 1_200 }, (_, index) => rowOf(`line ${index}`));
  const read = readXlsx(await xlsxInThread(sheetOf(...rows)));
  expect(read).toHaveLength(8 + 1_200);
  expect(read.at(-1)?.B?.value).toBe('line 1199');
});

test('writing a file can be stopped', async () => {
  await expect(xlsxInThread(sheetOf(rowOf('a')), AbortSignal.abort())).rejects.toThrow();
  await expect(toCsv(sheetOf(rowOf('a')), AbortSignal.abort())).rejects.toThrow();
});

test('the print view gets the same rows, totals and head', () => {
  expect(toPrint(sheetOf(rowOf('<b>')))).toEqual({
    name: 'Entries',
    about,
    totals: { columns: totals.columns, rows: [['USD', '2', '10.50']] },
    table: { columns, rows: [['2026-11-20', '<b>', '-10.50']] },
  });
});

test('more rows than paper takes are refused with the way out', () => {
  const rows = Array.from({ length: MOST_PRINTED_ROWS + 1 }, () => rowOf('a'));
  expect(() => toPrint(sheetOf(...rows))).toThrow('Narrow the filter, or export them as XLSX.');
});
