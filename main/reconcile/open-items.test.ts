import fc from 'fast-check';
import { expect, test } from 'vitest';
import { referenceOf } from '../core/reference.ts';
import type { LineWithPlace } from '../store/reconciliations.ts';
import { assignLedgerLines, type LedgerLine, openItemsOfLines } from './open-items.ts';

const DAY = '2026-11-19';

function ledgerLine(amount: number, more: Partial<LedgerLine> = {}): LedgerLine {
  return { date: DAY, amountMinor: BigInt(amount), voucher: 'ONE', text: String(amount), reference: null, ...more };
}

const stem = (index: number) => `DB${String(index).padStart(15, '0')}`;
const voucher = (index: number, date = DAY) => ({ voucher: 'ONE', date, stem: stem(index) });
const byText = (lines: readonly LedgerLine[] | undefined) => lines?.map((line) => line.text);

test('a stranger’s line under a shared voucher does not take the place of ours, whichever comes first', () => {
  const amounts = new Map([
    [stem(1), 100n],
    [stem(2), 200n],
  ]);
  for (const order of [
    [5, 100, 200],
    [200, 5, 100],
    [100, 200, 5],
  ]) {
    const lines = order.map((amount) => ledgerLine(amount));
    const { byStem, foreign } = assignLedgerLines(lines, [voucher(1), voucher(2)], amounts);
    expect([byText(byStem.get(stem(1))), byText(byStem.get(stem(2))), byText(foreign)]).toEqual([
      ['100'],
      ['200'],
      ['5'],
    ]);
  }
});

test('equal amounts under one voucher are given to one entry each', () => {
  const amounts = new Map([1, 2, 3].map((index) => [stem(index), 50n] as const));
  const lines = [
    ledgerLine(50),
    ledgerLine(50, { reference: referenceOf(stem(2), 0) }),
    ledgerLine(50),
    ledgerLine(50),
  ];
  const { byStem, foreign } = assignLedgerLines(lines, [voucher(1), voucher(2), voucher(3)], amounts);
  expect([1, 2, 3].map((index) => byStem.get(stem(index))?.length)).toEqual([1, 1, 1]);
  expect(byStem.get(stem(2))?.[0]?.reference).not.toBeNull();
  expect(foreign).toHaveLength(1);
});

test('an entry without a side on this bank account gets no line of it by its voucher', () => {
  const amounts = new Map<string, bigint | null>([
    [stem(1), null],
    [stem(2), 100n],
  ]);
  const { byStem } = assignLedgerLines([ledgerLine(100)], [voucher(1), voucher(2)], amounts);
  expect([...byStem.keys()]).toEqual([stem(2)]);
});

test('a voucher number that comes again on another day is another voucher', () => {
  const lines = [ledgerLine(100, { date: '2025-11-19' })];
  expect(assignLedgerLines(lines, [voucher(1)], new Map([[stem(1), 100n]])).foreign).toEqual(lines);
});

test('an altered amount under the only entry of a voucher is that entry’s', () => {
  const { byStem } = assignLedgerLines([ledgerLine(99)], [voucher(1)], new Map([[stem(1), 100n]]));
  expect(byText(byStem.get(stem(1)))).toEqual(['99']);
});

const small = fc.integer({ min: 0, max: 5 });
const day = fc.constantFrom('2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21');

const row = fc.record({
  lineId: small,
  proposal: fc.option(small, { nil: null }),
  proposalState: fc.constantFrom('posted', 'ready', 'reversed', 'superseded', 'excluded', 'refused', 'unknown'),
  claim: fc.boolean(),
  state: fc.constantFrom('booked', 'booked', 'pending', 'removed'),
});
const lineFacts = fc.array(fc.record({ date: day, amount: fc.integer({ min: -3, max: 3 }) }), {
  minLength: 6,
  maxLength: 6,
});
const ledger = fc.record({
  date: day,
  amount: fc.integer({ min: -3, max: 3 }),
  voucher: fc.constantFrom('ONE', 'TWO', null),
  reference: fc.option(fc.integer({ min: 0, max: 7 }), { nil: null }),
});

test('whatever bank and ledger hold, each ledger line has one place and the open items add up to the difference', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 12 }),
      lineFacts,
      fc.array(ledger, { maxLength: 12 }),
      (places, facts, entries) => {
        const states = new Map(places.map((place) => [place.lineId, place.state]));
        const rows = places.map(({ lineId, proposal, proposalState, claim }): LineWithPlace => {
          const fact = facts[lineId];
          return {
            lineId,
            date: fact?.date ?? DAY,
            amountMinor: BigInt(fact?.amount ?? 0),
            state: states.get(lineId) ?? 'booked',
            text: '',
            proposalId: proposal === null ? null : `p${proposal}`,
            proposalState: proposal === null ? null : proposalState,
            proposalDate: proposal === null ? null : DAY,
            claim,
            // Two proposals may share a stem: one was replaced by the other.
            stem: proposal === null ? null : stem(proposal % 4),
          };
        });
        const known = new Map(
          rows.flatMap(({ stem: own }) => (own === null ? [] : [[own, own === stem(3) ? null : 1n] as const])),
        );
        const lines = entries.map(({ date, amount, voucher: number, reference }) =>
          ledgerLine(amount, {
            date,
            voucher: number,
            reference: reference === null ? null : referenceOf(stem(reference), 0),
          }),
        );
        const vouchers = [...known.keys()].map((own) => ({ voucher: 'ONE', date: DAY, stem: own }));
        const { byStem, foreign } = assignLedgerLines(lines, vouchers, known);
        const placed = [...byStem.values()].flat().concat(foreign);
        expect(placed).toHaveLength(lines.length);
        expect(new Set(placed).size).toBe(lines.length);
        expect([...byStem.keys()].every((own) => known.has(own))).toBe(true);

        const items = openItemsOfLines(rows, byStem, DAY);
        const booked = new Map(
          rows.filter((one) => one.state === 'booked' && one.date <= DAY).map((one) => [one.lineId, one.amountMinor]),
        );
        const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, amount) => total + amount, 0n);
        const inLedger = sum(
          [...byStem.values()]
            .flat()
            .filter((one) => one.date <= DAY)
            .map((one) => one.amountMinor),
        );
        expect(sum(items.map((item) => item.amountMinor))).toBe(sum(booked.values()) - inLedger);
      },
    ),
  );
});
