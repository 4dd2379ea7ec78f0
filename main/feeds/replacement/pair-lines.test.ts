import { expect, test } from 'vitest';
import { type PairedLine, pairLines } from './pair-lines.ts';

const line = (id: number, amount: number, text = 'RENT', date = '2026-11-10', state = 'booked'): PairedLine => ({
  ...{ id: BigInt(id), providerLineId: String(id), state, amountMinor: BigInt(amount), currency: 'USD', date, text },
});

test('a movement that both histories tell is one, whatever the bank calls it now', () => {
  expect(pairLines([line(1, -500, 'RENT NOV')], [line(11, -500, 'Rent November')])).toEqual({
    pairs: [{ old: 1n, fresh: 11n }],
    unpaired: [],
  });
});

test('two equal payments of a day are two', () => {
  const { pairs, unpaired } = pairLines([line(1, -500)], [line(11, -500), line(12, -500)]);
  expect(pairs).toEqual([{ old: 1n, fresh: 11n }]);
  expect(unpaired).toEqual([12n]);
});

test('equal amounts pair by their text before their order', () => {
  const { pairs } = pairLines([line(1, -500, 'A'), line(2, -500, 'B')], [line(11, -500, 'B'), line(12, -500, 'X')]);
  expect(pairs).toEqual([
    { old: 2n, fresh: 11n },
    { old: 1n, fresh: 12n },
  ]);
});

test('another day, amount or state is another movement', () => {
  const old = [line(1, -500)];
  const fresh = [line(11, -501), line(12, -500, 'RENT', '2026-11-11'), line(13, -500, 'RENT', '2026-11-10', 'pending')];
  expect(pairLines(old, fresh).pairs).toEqual([]);
});
