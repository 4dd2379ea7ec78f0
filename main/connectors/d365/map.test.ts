import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entry, offset, reference } from '../../../test/support/practice-d365.ts';
import type { EntryOffset, LedgerEntry } from '../../core/entry.ts';
import { differences } from '../../posting/compare.ts';
import { journalLines } from './entities.ts';
import { fromLines, type LineRules, lineCount, toLines } from './map.ts';
import { parseExact, writeBody } from './odata.ts';
import type { DimensionSetup } from './tables.ts';

const setup: DimensionSetup = {
  delimiter: '-',
  accountOrder: ['MainAccount', 'CostCenter', 'Property'],
  defaultOrder: ['Property', 'CostCenter'],
};
const rules: LineRules = { ownVoucher: false, fillsOffset: false, fixedOffset: false };
const target = { legalEntity: 'USMF', journalNumber: '00461' };

/** What the ERP would answer for the lines of entries: numbered, with a voucher for each entry. */
function stored(entries: readonly LedgerEntry[], dimensions = setup, places: (index: number) => object = () => ({})) {
  return entries.flatMap((item, index) =>
    toLines(item, target, dimensions, rules).map((body, line) => {
      const answer = parseExact(writeBody(body));
      return journalLines.row.parse({
        ...(typeof answer === 'object' ? answer : {}),
        LineNumber: String(index * 20 + line + 1),
        Voucher: `V${index}`,
        ...places(index),
      });
    }),
  );
}

test('a receipt with one offset is one line with a debit, noon date and escaped accounts', () => {
  const receipt = entry('r', 123_45, {
    account: 'RFI-OPER',
    offsets: [offset('US-108', 123_45, { accountType: 'customer', dimensions: { CostCenter: '010' } })],
  });
  expect(toLines(receipt, target, setup, rules)).toEqual([
    {
      dataAreaId: 'USMF',
      JournalBatchNumber: '00461',
      TransDate: '2026-11-20T12:00:00Z',
      CurrencyCode: 'USD',
      DebitAmount: { decimal: '123.45' },
      Text: 'Coffee',
      Document: receipt.reference,
      AccountType: 'Bank',
      AccountDisplayValue: 'RFI\\-OPER',
      OffsetAccountType: 'Cust',
      OffsetAccountDisplayValue: 'US\\-108',
      OffsetDefaultDimensionDisplayValue: '-010',
    },
  ]);
});

test('a payment is a credit, and a ledger account carries its dimensions in its own string', () => {
  const [line] = toLines(
    entry('p', -5_00, { offsets: [offset('602000', -5_00, { dimensions: { CostCenter: '0-1' } })] }),
    target,
    setup,
    rules,
  );
  expect(line).toMatchObject({ CreditAmount: { decimal: '5.00' }, OffsetAccountDisplayValue: '602000-0\\-1-' });
  expect(line).not.toHaveProperty('DebitAmount');
  expect(line).not.toHaveProperty('Voucher');
});

test('several offsets are a voucher of several lines without offsets, all with one Document and day', () => {
  const split = entry('s', -100_00, { offsets: [offset('602000', -120_00, { text: 'A' }), offset('405000', 20_00)] });
  const lines = toLines(split, target, setup, rules);
  expect(lines.map((line) => [line.DebitAmount, line.CreditAmount])).toEqual([
    [undefined, { decimal: '100.00' }],
    [{ decimal: '120.00' }, undefined],
    [undefined, { decimal: '20.00' }],
  ]);
  expect(new Set(lines.map((line) => `${line.Document}${line.TransDate}`)).size).toBe(1);
  expect(lines.some((line) => 'OffsetAccountDisplayValue' in line)).toBe(false);
  expect(lineCount(split)).toBe(3);
});

test('currencies without or with three decimals are written with their own', () => {
  const of = (currency: string, minor: bigint) =>
    toLines(
      entry('c', 0, { amount: { minor, currency }, offsets: [offset('405000', 0, { amount: { minor, currency } })] }),
      target,
      setup,
      rules,
    )[0]?.DebitAmount;
  expect(of('JPY', 1234n)).toEqual({ decimal: '1234' });
  expect(of('KWD', 1234n)).toEqual({ decimal: '1.234' });
});

test('without a known order an account goes alone, and a dimension is refused rather than guessed', () => {
  const unknown = { delimiter: '-', accountOrder: null, defaultOrder: null };
  expect(toLines(entry('a', 1), target, unknown, rules)[0]).toMatchObject({ OffsetAccountDisplayValue: '405000' });
  const withDimension = entry('b', 1, { offsets: [offset('405000', 1, { dimensions: { CostCenter: '1' } })] });
  expect(() => toLines(withDimension, target, unknown, rules)).toThrow(
    expect.objectContaining({ code: 'dimension_invalid' }),
  );
});

test('what is written comes back equal, whatever accounts, amounts, splits and texts', () => {
  const name = fc.string({ unit: fc.constantFrom('A', '1', '-', '.', ' ', "'"), minLength: 1, maxLength: 10 });
  const side = fc.record({
    accountType: fc.constantFrom('ledger' as const, 'bank' as const, 'customer' as const, 'vendor' as const),
    account: name,
    dimensions: fc.dictionary(fc.constantFrom('CostCenter', 'Property'), name),
  });
  const anyOffset = fc.tuple(side, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.string({ minLength: 1 }));
  const anyEntry = fc
    .tuple(side, fc.array(anyOffset, { minLength: 1, maxLength: 5 }), fc.string({ minLength: 1 }), fc.uuid())
    .map(([account, offsets, text, id]): LedgerEntry => {
      const all = offsets.map(
        ([where, minor, words]): EntryOffset => ({
          ...where,
          amount: { minor, currency: 'USD' },
          text: words,
        }),
      );
      const minor = all.reduce((total, item) => total + item.amount.minor, 0n);
      return {
        reference: reference(id),
        ...account,
        date: '2026-11-20',
        amount: { minor, currency: 'USD' },
        text,
        offsets: all,
      };
    });
  fc.assert(
    fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 4 }), (entries) => {
      fc.pre(new Set(entries.map((item) => item.reference)).size === entries.length);
      const read = fromLines(stored(entries), setup);
      expect(read).toHaveLength(entries.length);
      for (const item of entries) {
        const match = read.find((candidate) => candidate.entry.reference === item.reference);
        expect(match && differences(item, { ...match, legalEntity: 'USMF', state: 'open' })).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

const split = entry('s', 100, { offsets: [offset('602000', 60), offset('405000', 40)] });

test('an entry that stands twice in one journal is two entries', () => {
  expect(fromLines([...stored([split]), ...stored([split], setup, () => ({ Voucher: 'V9' }))], setup)).toHaveLength(2);
});

test('an entry whose lines were torn over two journals is one entry', () => {
  const rows = stored([split]).map((row, index) => (index === 2 ? { ...row, JournalBatchNumber: '00500' } : row));
  const read = fromLines(rows, setup);
  expect(read).toHaveLength(1);
  expect(read[0]?.entry.offsets).toHaveLength(2);
});

test('an account type that is not ours stays visible instead of passing for a ledger account', () => {
  const [row] = stored([entry('f', 100)]);
  const [read] = fromLines(
    row ? [{ ...row, OffsetAccountType: 'FixedAssets', OffsetAccountDisplayValue: 'CAR' }] : [],
    setup,
  );
  expect(read?.entry.offsets[0]?.account).toBe('FixedAssets: CAR');
});

test.each([
  ['too many decimals', { DebitAmount: '1.005' }],
  ['a currency that nobody has', { CurrencyCode: 'XQX' }],
])('an amount with %s is a difference to look at, never rounded', (_what, change) => {
  const approved = entry('f', 100);
  const [row] = stored([approved]);
  const [read] = fromLines(row ? [{ ...row, ...change }] : [], setup);
  const list = read ? differences(approved, { ...read, legalEntity: 'USMF', state: 'open' }) : [];
  expect(list.map((difference) => difference.field)).toContain('amount');
});

test('a voucher with such an amount is one entry that differs', () => {
  const split = entry('s', 100, { offsets: [offset('405000', 60), offset('602000', 40)] });
  const rows = stored([split]).map((row, index) => (index === 2 ? { ...row, CreditAmount: '0.405' } : row));
  const read = fromLines(rows, setup);
  expect(read).toHaveLength(1);
  expect(read[0]?.oddAmount).toContain('0.405');
});
