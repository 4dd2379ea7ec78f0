import { describe, expect, test } from 'vitest';
import { money } from '../../core/money.ts';
import type { BankChain } from '../balance-chain.ts';
import { judgeChain, stemsIn } from './chain.ts';
import { type BankEntryRow, bankEntries, financialPeriods } from './entities.ts';

const eur = (amount: string) => money(amount, 'EUR');
const GUID = '00000000-0000-4000-8000-00000000000';

function entry(
  number: number,
  closing: string | null,
  lines: Array<{ amount: string; date?: string; notes?: string }>,
  place: { readonly FinancialPeriod?: string; readonly OpeningBalanceFC?: string } = {},
) {
  return bankEntries.row.parse({
    ...{ EntryID: `${GUID}${number}`, EntryNumber: String(number), JournalCode: '20', Currency: 'EUR', Status: '20' },
    ...{ FinancialYear: '2026', FinancialPeriod: '3', OpeningBalanceFC: '0', ClosingBalanceFC: closing },
    ...place,
    BankEntryLines: lines.map(({ amount, date = '2026-03-05', notes = '' }) => ({
      ...{ ID: `${GUID}9`, AmountFC: amount, Date: `${date}T00:00:00`, Notes: notes, LineNumber: '1' },
    })),
  });
}

const period = financialPeriods.row.parse({
  ...{ ID: `${GUID}0`, FinYear: '2026', FinPeriod: '3', StartDate: '2026-03-01', EndDate: '2026-03-31' },
});
const chain = (more: Partial<BankChain> = {}): BankChain => ({
  ...{ expected: null, since: '2026-03-01', decisions: [] },
  ...more,
});
const judge = (entries: BankEntryRow[], bank: Partial<BankChain> = {}) =>
  judgeChain({ entries }, { code: '20', currency: 'EUR', period }, chain(bank));
const ours = (amount: string) => ({ amount, notes: 'DB0123456789ABCDE001 1/1 x' });

describe('where the next entry opens', () => {
  test('where the last one closed', () => {
    expect(judge([entry(2, '110', [ours('10')]), entry(1, '100', [ours('5')])])).toEqual({
      questions: [],
      opening: eur('110.00'),
    });
  });

  test('with the bank’s balance in a journal without an entry, and with nothing where the bank gave none', () => {
    expect(judge([], { expected: eur('42.00') }).opening).toEqual(eur('42.00'));
    expect(judge([]).opening).toEqual(eur('0.00'));
  });

  test('behind what entries without a balance have moved since the last one that has one', () => {
    const { opening } = judge([entry(3, null, [ours('-3.5')]), entry(2, '110', [ours('10')])]);
    expect(opening).toEqual(eur('106.50'));
  });

  test('a sum of doubles is read to the cent', () => {
    expect(judge([entry(1, '1234.5600000000002', [ours('1')])]).opening).toEqual(eur('1234.56'));
  });
});

test('entries of others are asked about in a journal that keeps no balances, too; accepted, they count', () => {
  const entries = [entry(2, null, [{ amount: '25' }]), entry(1, null, [ours('5')])];
  const bank = { expected: eur('90.00') };
  const { questions, opening } = judge(entries, bank);
  expect(questions).toMatchObject([{ kind: 'others', size: eur('25.00') }]);
  expect(opening).toEqual(eur('115.00'));
  const decisions = [{ key: questions[0]?.key ?? '', kind: 'others' as const, choice: 'accept' }];
  expect(judge(entries, { ...bank, decisions })).toEqual({ questions: [], opening: eur('115.00') });
});

test('entries of ours that the expected balance does not count, as after a restored backup, are no break', () => {
  const entries = [entry(2, '115', [ours('15')]), entry(1, '100', [ours('5')])];
  const place = { code: '20', currency: 'EUR', period };
  const bank = chain({ expected: eur('95.00') });
  expect(judgeChain({ entries }, place, bank).questions).toMatchObject([{ kind: 'break', size: eur('20.00') }]);
  const unrecorded = new Set(stemsIn({ entries }));
  expect(judgeChain({ entries }, place, bank, unrecorded)).toEqual({ questions: [], opening: eur('115.00') });
});

test('what the bank has in another currency is not compared', () => {
  const { questions } = judge([entry(1, '100', [ours('1')])], { expected: money('5.00', 'USD') });
  expect(questions).toEqual([]);
});

test('the same state of the ledger gives the same key, another state another one', () => {
  const keyOf = (closing: string, number = 1) =>
    judge([entry(number, closing, [ours('1')])], { expected: eur('90.00') }).questions[0]?.key;
  expect(keyOf('100')).toBe(keyOf('100.0'));
  expect(keyOf('100')).not.toBe(keyOf('101'));
  expect(keyOf('100')).not.toBe(keyOf('100', 2));
});

test('the bank’s balance is taken once: the same difference after a later entry is asked about again', () => {
  const bank = { expected: eur('90.00') };
  const [question] = judge([entry(1, '100', [ours('1')])], bank).questions;
  const decisions = [{ key: question?.key ?? '', kind: 'break' as const, choice: 'bank' }];
  expect(judge([entry(1, '100', [ours('1')])], { ...bank, decisions }).opening).toEqual(eur('90.00'));
  expect(judge([entry(2, '100', [ours('1')])], { ...bank, decisions }).questions).toHaveLength(1);
});

test('others that were accepted count also when they have left the newest entries', () => {
  const bank = { expected: eur('90.00') };
  const [question] = judge([entry(2, '100', [{ amount: '10' }]), entry(1, '90', [ours('1')])], bank).questions;
  expect(question).toMatchObject({ kind: 'others', size: eur('10.00') });
  const decisions = [{ key: question?.key ?? '', kind: 'others' as const, choice: 'accept' }];
  expect(judge([entry(3, '100', [ours('0')])], { ...bank, decisions })).toMatchObject({ questions: [] });
});

test('the jump of balances that a backdated entry makes was told to whoever decided it, and is no break', () => {
  const april = entry(2, '105', [ours('5')], { FinancialPeriod: '4', OpeningBalanceFC: '100' });
  const march = entry(1, '100', [ours('100')]);
  const late = entry(3, '130', [ours('30')], { OpeningBalanceFC: '100' });
  const [question] = judge([april, march], { expected: eur('105.00') }).questions;
  expect(question).toMatchObject({ kind: 'backdated' });
  const decisions = [{ key: question?.key ?? '', kind: 'backdated' as const, choice: 'post' }];
  // Another late one goes behind the first, and the next of April behind April's last one.
  const bank = { expected: eur('135.00'), decisions };
  expect(judge([april, late, march], bank)).toEqual({ questions: [], opening: null });
  const inApril = { code: '20', currency: 'EUR', period: { ...period, FinPeriod: 4 } };
  expect(judgeChain({ entries: [april, late, march] }, inApril, chain(bank))).toEqual({
    questions: [],
    opening: eur('105.00'),
  });
  // Nobody decided that: somebody else moved the balance.
  expect(judge([april, late, march], { expected: eur('135.00') }).questions).toMatchObject([
    { kind: 'backdated' },
    { kind: 'break', size: eur('-30.00') },
  ]);
});
