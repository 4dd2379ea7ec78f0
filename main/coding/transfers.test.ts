import { expect, test } from 'vitest';
import { findTransfers, type Leg, type OwnAccount } from './transfers.ts';

const accounts: OwnAccount[] = [
  { feedAccountId: 'a', ledger: 'erp', name: 'Business Checking', mask: '1207' },
  { feedAccountId: 'b', ledger: 'erp', name: 'Owner Trust', mask: '1215' },
  { feedAccountId: 'c', ledger: 'erp', name: 'Business Card', mask: '8834' },
];
let count = 0;
const leg = (feedAccountId: string, minor: number, text: string, more: Partial<Leg> = {}): Leg => ({
  lineId: ++count,
  feedAccountId,
  ledger: 'erp',
  minor: BigInt(minor),
  currency: 'USD',
  date: '2026-11-18',
  text,
  category: null,
  fresh: true,
  free: true,
  ...more,
});
const kinds = (...legs: Leg[]) => findTransfers(legs, accounts).map((finding) => finding.kind);

test.each([
  ['both texts speak of a transfer', 'Online transfer', 'XFER RECEIVED'],
  ['one text names the other account by its mask', 'to XXXX1215', 'DEPOSIT'],
  ['one text names the other account by its name', 'Payment Owner Trust', 'DEPOSIT'],
])('%s: a pair', (_, out, into) => {
  expect(kinds(leg('a', -500, out), leg('b', 500, into))).toEqual(['pair']);
});

test('the bank calls both sides a transfer between accounts: a pair', () => {
  const out = leg('a', -500, 'X', { category: 'TRANSFER_OUT_ACCOUNT_TRANSFER' });
  expect(kinds(out, leg('b', 500, 'Y', { category: 'TRANSFER_IN_ACCOUNT_TRANSFER' }))).toEqual(['pair']);
});

test('a card settlement pairs with the payment to the card', () => {
  const out = leg('a', -500, 'TIDEWATER CARD PAYMENT 8834', { category: 'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT' });
  expect(kinds(out, leg('c', 500, 'PAYMENT THANK YOU', { date: '2026-11-19' }))).toEqual(['pair']);
});

test('categories that banks give to any deposit make no transfer', () => {
  const out = leg('a', -500, 'CHECK 1', { category: 'TRANSFER_OUT_WITHDRAWAL' });
  expect(kinds(out, leg('b', 500, 'COUNTER DEPOSIT', { category: 'TRANSFER_IN_DEPOSIT' }))).toEqual([]);
});

test('words that European banks write on any payment make no transfer of two equal amounts', () => {
  expect(kinds(leg('a', -500, 'SEPA Overboeking Bouwmaat'), leg('b', 500, 'SEPA Overboeking De Vries'))).toEqual([]);
  expect(kinds(leg('a', -500, 'VIREMENT SEPA EMIS'), leg('b', 500, 'VIREMENT RECU'))).toEqual([]);
  expect(kinds(leg('a', -500, 'Overboeking naar spaarrekening'), leg('b', 500, 'Umbuchung'))).toEqual(['pair']);
});

test('a text that names a third account speaks against the pair', () => {
  expect(kinds(leg('a', -500, 'transfer to XXXX8834'), leg('b', 500, 'transfer'))).not.toContain('pair');
});

test('only one text speaks of a transfer: weak, for a person', () => {
  expect(kinds(leg('a', -500, 'Online transfer'), leg('b', 500, 'RENT UNIT 4'))).toEqual(['weak']);
});

test('two candidates of one day are a tie', () => {
  expect(
    kinds(leg('a', -500, 'transfer'), leg('b', 500, 'transfer'), leg('c', 500, 'transfer')).filter(
      (kind) => kind !== 'tie',
    ),
  ).toEqual([]);
});

test('texts that name each other settle what would be a tie', () => {
  const out = leg('a', -500, 'transfer to XXXX1215');
  const findings = findTransfers([out, leg('b', 500, 'transfer from XXXX1207'), leg('b', 500, 'transfer')], accounts);
  expect(findings).toMatchObject([{ kind: 'pair', out: { lineId: out.lineId } }]);
});

test('sides more than five days apart, in two currencies or of other amounts are no pair', () => {
  const out = leg('a', -500, 'transfer');
  expect(kinds(out, leg('b', 500, 'transfer', { date: '2026-11-24' }))).toEqual([]);
  expect(kinds(out, leg('b', 500, 'transfer', { date: '2026-11-23' }))).toEqual(['pair']);
  expect(kinds(out, leg('b', 500, 'transfer', { currency: 'EUR' }))).toEqual([]);
  expect(kinds(out, leg('b', 501, 'transfer'))).toEqual([]);
  expect(kinds(out, leg('a', 500, 'transfer'))).toEqual([]);
});

test('a side that is booked already is named, never paired', () => {
  const findings = findTransfers([leg('a', -500, 'transfer'), leg('b', 500, 'transfer', { free: false })], accounts);
  expect(findings).toMatchObject([{ kind: 'booked', leg: { feedAccountId: 'a' }, other: { feedAccountId: 'b' } }]);
});

test('a line that names another own account waits for its other side', () => {
  expect(kinds(leg('a', -500, 'ONLINE TRANSFER TO XXXX1215 REF 8'))).toEqual(['waiting']);
});

test('four digits alone, inside other numbers, name no account', () => {
  expect(kinds(leg('a', -500, 'TRANSFER REF 991215'), leg('b', 500, 'RENT 1215 MAIN ST'))).toEqual(['weak']);
});
