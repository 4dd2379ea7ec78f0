import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import mt940js from 'mt940js';
import { expect, test } from 'vitest';
import { addDays } from '../core/calendar.ts';
import { decimalText } from '../core/money.ts';
import type { ExportDay, ExportOf, ExportRow } from './export-day.ts';
import { readStatementFile } from './read.ts';
import { swiftText } from './swift-text.ts';
import { EXPORT_FORMATS, type ExportFormat, writeStatementFile } from './write.ts';

const words = fc
  .array(fc.stringMatching(/^[A-Za-zäöüßéÅçñ0-9.,&/<>'"+:?()-]{1,14}$/), { minLength: 1, maxLength: 9 })
  .map((list) => list.join(' '));
const reference = fc.option(fc.stringMatching(/^[A-Z0-9]{3,30}$/), { nil: null });
const amount = fc.bigInt({ min: -9_999_999_99n, max: 9_999_999_99n }).filter((minor) => minor !== 0n);

const row: fc.Arbitrary<Omit<ExportRow, 'id'>> = fc.record({
  minor: amount,
  valueDate: fc.constant(null),
  text: words,
  counterparty: fc.option(words, { nil: null }),
  reference,
  checkNumber: fc.constant(null),
  category: fc.constantFrom(
    null,
    'BANK_FEES_ATM_FEES',
    'TRANSFER_IN_DEPOSIT',
    'PMNT/RCDT/ESCT',
    'NTRF/166',
    'FOOD_AND_DRINK',
  ),
  channel: fc.constantFrom(null, 'online', 'in store'),
});

const days = fc
  .tuple(
    fc.bigInt({ min: -100_000_000_000n, max: 100_000_000_000n }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(row, { maxLength: 6 })), { minLength: 1, maxLength: 5 }),
  )
  .map(([start, list]) => {
    let [balance, date, id] = [start, '2025-12-27', 0];
    const nextId = () => {
      id += 1;
      return `DB${id}`;
    };
    return list.map(([step, rows]): ExportDay => {
      date = addDays(date, step);
      const opening = balance;
      balance = rows.reduce((sum, { minor }) => sum + minor, opening);
      return { date, opening, closing: balance, rows: rows.map((one) => ({ ...one, id: nextId() })) };
    });
  });

const what: fc.Arbitrary<ExportOf> = fc.record({
  account: fc.record({
    code: fc.constant('A1B2C3D'),
    number: fc.constantFrom('NL91ABNA0417164300', '0123456789', '51-2345-678'),
    isIban: fc.constant(false),
    name: words,
    currency: fc.constantFrom('EUR', 'USD', 'JPY', 'KWD'),
    institution: fc.option(words, { nil: null }),
  }),
  days,
  at: fc.constant('2026-11-20T08:00:00.000Z'),
});

const read = async (of: ExportOf, format: ExportFormat) =>
  readStatementFile(new TextEncoder().encode(writeStatementFile(of, format).content));

test.each(EXPORT_FORMATS)(
  'what is exported as %s comes back with the same days, balances and amounts',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(what, async (of) => {
        const file = await read(of, format);
        expect(file.refused).toEqual([]);
        expect(file.statements.map(({ account, currency }) => ({ number: account.number, currency }))).toEqual(
          of.days.map(() => ({ number: of.account.number, currency: of.account.currency })),
        );
        expect(file.statements.map((one) => [one.to, one.opening?.minor, one.closing?.minor])).toEqual(
          of.days.map((day) => [day.date, day.opening, day.closing]),
        );
        expect(
          file.statements.map((one) => one.rows.map((line) => [line.date, line.minor, line.bankReference])),
        ).toEqual(of.days.map((day) => day.rows.map((line) => [day.date, line.minor, line.id])));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  },
);

test('texts, partners and references come back: whole from CAMT, in the letters of SWIFT from MT940', async () => {
  await fc.assert(
    fc.asyncProperty(what, async (of) => {
      const rows = of.days.flatMap((day) => day.rows);
      for (const format of ['camt053.001.02', 'camt053.001.08'] as const) {
        const back = (await read(of, format)).statements.flatMap((one) => one.rows);
        expect(back.map((line) => [line.text, line.counterparty?.slice(0, 70).trim() ?? null, line.reference])).toEqual(
          rows.map((line) => [line.text, line.counterparty?.slice(0, 70).trim() ?? null, line.reference]),
        );
      }
      const back = (await read(of, 'mt940')).statements.flatMap((one) => one.rows);
      expect(back.map((line) => [line.text, line.counterparty, line.reference])).toEqual(
        rows.map((line) => [hyphens(line.text), line.counterparty && hyphens(line.counterparty), line.reference]),
      );
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

const hyphens = (text: string) => swiftText(text).replaceAll('/', '-');

test('MT940 holds nothing but the letters of SWIFT, in lines of their lengths', () => {
  fc.assert(
    fc.property(what, (of) => {
      const { content } = writeStatementFile(of, 'mt940');
      expect(content.endsWith('\r\n-\r\n')).toBe(true);
      for (const line of content.slice(0, -2).split('\r\n')) {
        expect(line).toMatch(/^[A-Za-z0-9/\-?:().,'+ ]*$/);
        if (!/^:\d/.test(line) && line !== '-') expect(line).toMatch(/^[^:\- ]/);
        expect(line.replace(/^:\d\d[A-Z]?:/, '').length).toBeLessThanOrEqual(65);
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

test('a foreign reader of MT940 finds the same balances and amounts', () => {
  // It rounds to cents, so the dinar with its three decimals is left to our own reader.
  const inCents = what.filter(({ account }) => account.currency !== 'KWD');
  fc.assert(
    fc.property(inCents, (of) => {
      const exponent = decimalText({ minor: 0n, currency: of.account.currency }).split('.')[1]?.length ?? 0;
      const statements = new mt940js.Parser().parse(writeStatementFile(of, 'mt940').content);
      expect(
        statements.map((one) => [one.openingBalance, one.closingBalance].map((value) => value.toFixed(exponent))),
      ).toEqual(of.days.map((day) => [day.opening, day.closing].map((minor) => plain(minor, of.account.currency))));
      expect(statements.map((one) => one.transactions.map((line) => line.amount.toFixed(exponent)))).toEqual(
        of.days.map((day) => day.rows.map((line) => plain(line.minor, of.account.currency))),
      );
    }),
    { numRuns: 25 },
  );
});

const plain = (minor: bigint, currency: string) => decimalText({ minor, currency });

const ORDER = {
  Stmt: ['Id', 'ElctrncSeqNb', 'CreDtTm', 'FrToDt', 'Acct', 'Bal', 'TxsSummry', 'Ntry'],
  Acct: ['Id', 'Ccy', 'Nm', 'Svcr'],
  Bal: ['Tp', 'Amt', 'CdtDbtInd', 'Dt'],
  Ntry: ['NtryRef', 'Amt', 'CdtDbtInd', 'Sts', 'BookgDt', 'ValDt', 'AcctSvcrRef', 'BkTxCd', 'NtryDtls', 'AddtlNtryInf'],
  Refs: ['AcctSvcrRef', 'EndToEndId', 'ChqNb'],
} as const;

test.each(['camt053.001.02', 'camt053.001.08'] as const)(
  '%s is well-formed and has its elements in the order of the schema',
  (format) => {
    fc.assert(
      fc.property(what, (of) => {
        const { content } = writeStatementFile(of, format);
        expect(XMLValidator.validate(content)).toBe(true);
        const inOrder = Object.entries({ ...ORDER, TxDtls: txDetails(format) });
        let found = 0;
        const walk = (nodes: readonly Node[]) => {
          for (const node of nodes) {
            for (const [name, children] of Object.entries(node)) {
              if (!Array.isArray(children)) continue;
              const order = inOrder.find(([element]) => element === name)?.[1];
              if (order !== undefined) {
                const places = children
                  .flatMap(Object.keys)
                  .map((child) => (order as readonly string[]).indexOf(child));
                expect(places).not.toContain(-1);
                expect(places).toEqual([...places].sort((a, b) => a - b));
                found += 1;
              }
              walk(children);
            }
          }
        };
        walk(new XMLParser({ preserveOrder: true, parseTagValue: false }).parse(content));
        expect(found).toBeGreaterThan(of.days.length);
      }),
      { numRuns: 20 },
    );
  },
);

type Node = Readonly<Record<string, unknown>>;

/** The newer version demands amount and mark of every transaction. */
function txDetails(format: string): readonly string[] {
  return format.endsWith('08') ? ['Refs', 'Amt', 'CdtDbtInd', 'RltdPties', 'RmtInf'] : ['Refs', 'RltdPties', 'RmtInf'];
}

test('the limits of the schema are kept: references of 35, names of 70, remittance of 140, sums without a sign', () => {
  fc.assert(
    fc.property(what, (of) => {
      const { content } = writeStatementFile(of, 'camt053.001.02');
      const texts = (name: string) =>
        [...content.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((one) => unescaped(one[1] ?? ''));
      for (const text of [...texts('EndToEndId'), ...texts('AcctSvcrRef'), ...texts('MsgId')])
        expect(text).toMatch(/^.{1,35}$/);
      for (const text of texts('Ustrd')) expect(text).toMatch(/^.{1,140}$/s);
      for (const text of texts('Nm')) expect(text).toMatch(/^.{1,70}$/s);
      for (const text of [...content.matchAll(/<Amt Ccy="[A-Z]{3}">([^<]*)</g)].map((one) => one[1]))
        expect(text).toMatch(/^\d{1,18}(\.\d{1,5})?$/);
    }),
    { numRuns: 25 },
  );
});

const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|apos);/g, 'x');

test('ids of statements are unique, and the same when the same days are exported again', () => {
  fc.assert(
    fc.property(what, (of) => {
      const ids = (part: ExportOf) =>
        [...writeStatementFile(part, 'mt940').content.matchAll(/^:20:(.*)\r$/gm)].map((one) => one[1]);
      const all = ids(of);
      expect(new Set(all).size).toBe(of.days.length);
      for (const id of all) expect(id).toMatch(/^[A-Z0-9-]{1,16}$/);
      expect(ids({ ...of, days: of.days.slice(-1), at: '2027-01-01T00:00:00.000Z' })).toEqual(all.slice(-1));
    }),
    { numRuns: 20 },
  );
});

test('days that do not tie out or do not follow one another are refused, and the day is named', () => {
  const account = { code: 'A', number: '1', isIban: false, name: 'A', currency: 'EUR', institution: null };
  const day = { date: '2026-03-02', opening: 100n, closing: 100n, rows: [] };
  const export_ = (days: readonly ExportDay[]) => () =>
    writeStatementFile({ account, days, at: '2026-11-20T08:00:00.000Z' }, 'mt940');
  expect(export_([{ ...day, closing: 101n }])).toThrow('The day 2026-03-02 does not tie out');
  expect(export_([day, { ...day, date: '2026-03-03', opening: 99n, closing: 99n }])).toThrow('2026-03-03');
  expect(export_([day, day])).toThrow('not in order');
  expect(export_([day])).not.toThrow();
});
