import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../core/entry.ts';
import { money } from '../../core/money.ts';
import { noteOf, readNote, referenceIn, referenceOn } from './notes.ts';

const REFERENCE = 'DB0123456789ABCDE001';
const half = { accountType: 'ledger', account: '1', dimensions: {}, amount: money('1.00', 'EUR'), text: '' } as const;
const entry: LedgerEntry = {
  ...{ reference: REFERENCE, accountType: 'bank', account: '20', dimensions: {}, date: '2026-03-09' },
  ...{ amount: money('2.00', 'EUR'), text: 'Rent 3/4 of March', offsets: [half, half] },
};

test('a line’s note tells which part of which entry it is, whatever the text holds', () => {
  expect(noteOf(entry, 2)).toBe(`${REFERENCE} 2/2 Rent 3/4 of March`);
  expect(readNote(noteOf(entry, 2))).toEqual({ reference: REFERENCE, index: 2, count: 2, text: 'Rent 3/4 of March' });
  expect(readNote(noteOf({ ...entry, text: '' }, 1))).toEqual({ reference: REFERENCE, index: 1, count: 2, text: '' });
});

test.each(['', 'Rent', 'DB0123456789ABCDE001', 'XX0123456789ABCDE001 1/2 a', 'Paid: DB0123456789ABCDE001 1/2 a'])(
  '"%s" is no note of ours',
  (notes) => expect(readNote(notes)).toBeNull(),
);

test('a reference is found wherever a person left it', () => {
  expect(referenceIn(`checked by Jan, ${REFERENCE.toLowerCase()} 1/1 Rent`)).toBe(REFERENCE);
  expect(referenceIn(`${REFERENCE}9`)).toBeNull();
  expect(referenceOn({ Notes: '', Description: REFERENCE })).toBe(REFERENCE);
});
