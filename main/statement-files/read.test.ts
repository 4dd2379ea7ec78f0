import { expect, test } from 'vitest';
import { LARGEST_FILE } from './decode.ts';
import { readStatementFile } from './read.ts';

const MT940 = [
  ':20:ONE',
  ':25:123456789',
  ':28C:1/1',
  ':60F:C260301EUR100,00',
  ':61:2603020302D12,50NTRFNONREF//A1',
  ':86:/NAME/Bäckerei Müller/REMI/Brötchen',
  ':62F:C260302EUR87,50',
  '-',
  '',
].join('\r\n');
const text = (content: string) => new TextEncoder().encode(content);
const utf16 = (content: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]);
const camt = (inside: string, head = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>${head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>${inside}</BkToCstmrStmt></Document>`;

test.each([
  ['UTF-8', text(MT940)],
  ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text(MT940)])],
  ['UTF-16', utf16(MT940)],
  ['Windows-1252 and ISO 8859-1', Buffer.from(MT940, 'latin1')],
])('letters beyond ASCII are read from %s', async (_, bytes) => {
  const { statements } = await readStatementFile(bytes);
  expect(statements[0]?.rows[0]).toMatchObject({ text: 'Brötchen', counterparty: 'Bäckerei Müller', minor: -12_50n });
});

test.each([
  ['a ZIP archive', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]), 'ZIP'],
  ['a compressed file', Buffer.from([0x1f, 0x8b, 0, 0]), 'compressed'],
  ['a PDF', text('%PDF-1.7'), 'PDF'],
  ['nothing', new Uint8Array(), 'empty'],
  ['a web page', text('<!DOCTYPE html><html></html>'), 'web site'],
  ['CSV', text('Date;Amount;Text\n1;2;3\n'), 'CSV'],
  ['a letter', text('Dear customer'), 'no bank statement'],
  ['another message of ISO 20022', text(camt('').replaceAll('BkToCstmrStmt', 'CstmrCdtTrfInitn')), 'CstmrCdtTrfInitn'],
])('%s is refused by name', async (_, bytes, word) => {
  await expect(readStatementFile(bytes)).rejects.toMatchObject({
    code: 'file_refused',
    path: 'line 1',
    message: expect.stringContaining(word),
  });
});

test('entities are neither declared nor expanded, and nothing is fetched', async () => {
  const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
  for (const bytes of [camt('<Stmt>&b;</Stmt>', laughs), camt('<Stmt>&c;</Stmt>', laughs), camt('<Stmt>&b;</Stmt>')])
    await expect(readStatementFile(text(bytes))).rejects.toMatchObject({ code: 'file_refused' });
});

test('a file that is cut off, too large or too deep is refused with the line', async () => {
  const cut = camt('<Stmt>\n<Id>1</Id>').slice(0, -30);
  await expect(readStatementFile(text(cut))).rejects.toMatchObject({
    message: expect.stringMatching(/^Line 2: .*well-formed/),
  });
  const deep = camt(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`);
  await expect(readStatementFile(text(deep))).rejects.toMatchObject({ message: expect.stringContaining('deep') });
  const large = { length: LARGEST_FILE + 1 } as unknown as Uint8Array;
  await expect(readStatementFile(large)).rejects.toMatchObject({ message: expect.stringContaining('64 megabytes') });
});

test('pages of one statement are put together, and a page that is missing is told', async () => {
  const page = (from: string, to: string, amount: string, [first, last]: readonly [string, string]) =>
    `:20:P\n:25:1\n:28C:1/1\n:60${first}:C260301EUR${from}\n:61:2603020302C${amount}NTRFX\n:62${last}:C260302EUR${to}\n-\n`;
  const one = page('1,00', '3,00', '2,00', ['F', 'M']);
  const two = page('3,00', '7,00', '4,00', ['M', 'F']);
  const whole = await readStatementFile(text(one + two));
  expect(whole.statements).toMatchObject([{ opening: { minor: 1_00n }, closing: { minor: 7_00n }, rows: [{}, {}] }]);
  const missing = await readStatementFile(text(one + page('4,00', '8,00', '4,00', ['M', 'F'])));
  expect(missing.refused).toMatchObject([
    { line: 8, sentence: expect.stringContaining('a page between them is missing') },
  ]);
});

test('reversals turn the sign, expected movements are left out, February 30 is the last of February', async () => {
  const rows = ['2602300227RC5,00NTRFX', '2602270227RD7,00NTRFX', '2602270227EC99,00NTRFX', '2602270227CR1,00NTRFX'];
  const file = `:20:P\n:25:1\n:60F:C260226EUR10,00\n${rows.map((row) => `:61:${row}\n`).join('')}:62F:C260227EUR13,00\n-`;
  const { statements } = await readStatementFile(text(file));
  expect(statements[0]?.rows.map(({ minor, valueDate }) => [minor, valueDate])).toEqual([
    [-5_00n, '2026-02-28'],
    [7_00n, '2026-02-27'],
    [1_00n, '2026-02-27'],
  ]);
});

test('QIF is read in the one order of days that fits, and asked about when none tells', async () => {
  const qif = (day: string) => text(`!Type:Bank\nD${day}\nT-1.234,56\nPShop\n^\n`);
  const dayOf = async (bytes: Uint8Array, hints: Parameters<typeof readStatementFile>[1]) =>
    (await readStatementFile(bytes, hints)).statements[0]?.rows[0];
  expect(await dayOf(qif('25/03/2026'), { currency: 'EUR' })).toMatchObject({ date: '2026-03-25', minor: -1_234_56n });
  expect(await dayOf(qif("3/25'2026"), { currency: 'EUR' })).toMatchObject({ date: '2026-03-25' });
  expect(await dayOf(qif('03/04/2026'), { currency: 'EUR', dateOrder: 'day_first' })).toMatchObject({
    date: '2026-04-03',
  });
  await expect(readStatementFile(qif('03/04/2026'), { currency: 'EUR' })).rejects.toMatchObject({
    code: 'file_refused',
  });
  await expect(readStatementFile(qif('25/03/2026'))).rejects.toMatchObject({
    message: expect.stringContaining('currency'),
  });
});
