import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '../../core/calendar.ts';
import { chainOf, type Link } from './chain.ts';

const link = (from: string, to: string, opening: bigint | null, amounts: readonly bigint[], key = from): Link => {
  const moved = amounts.reduce((sum, minor) => sum + minor, 0n);
  const lines = amounts.map((minor, at) => ({ key: `${key}/${at}`, minor }));
  return { from, to, opening, closing: opening === null ? null : opening + moved, lines };
};
const one = link('2026-03-01', '2026-03-01', 100n, [5n, -3n]);
const two = link('2026-03-02', '2026-03-02', 102n, [10n]);
const three = link('2026-03-03', '2026-03-03', 112n, [-12n]);

test('statements that follow one another have no break, in whatever order they came', () => {
  const whole = { opening: 100n, closing: { minor: 100n, date: '2026-03-03' }, breaks: [] };
  expect(chainOf([one, two, three])).toEqual(whole);
  expect(chainOf([three, one, two])).toEqual(whole);
  expect(chainOf([two, two, one, three, three])).toEqual(whole);
});

test('a statement that is missing is a break with its size and between which days', () => {
  expect(chainOf([one, three]).breaks).toEqual([{ after: '2026-03-01', before: '2026-03-03', size: 10n }]);
});

test('two breaks that cancel each other out are both told', () => {
  const off = link('2026-03-02', '2026-03-02', 107n, [10n]);
  expect(chainOf([one, off, three]).breaks).toEqual([
    { after: '2026-03-01', before: '2026-03-02', size: 5n },
    { after: '2026-03-02', before: '2026-03-03', size: -5n },
  ]);
});

test('a statement of the month over those of its days counts each line once', () => {
  const lines = [...one.lines, ...two.lines, ...three.lines];
  const month: Link = { from: '2026-03-01', to: '2026-03-31', opening: 100n, closing: 100n, lines };
  const whole = { opening: 100n, closing: { minor: 100n, date: '2026-03-31' }, breaks: [] };
  expect(chainOf([one, two, three, month])).toEqual(whole);
  expect(chainOf([month, two])).toEqual(whole);
});

test('statements of the same day stand in the order of their balances', () => {
  const morning = link('2026-03-01', '2026-03-01', 100n, [7n], 'm');
  const noon = link('2026-03-01', '2026-03-01', 107n, [-2n], 'n');
  const evening = link('2026-03-01', '2026-03-01', 105n, [1n], 'e');
  for (const order of [
    [morning, noon, evening],
    [evening, noon, morning],
    [noon, evening, morning],
  ])
    expect(chainOf(order)).toMatchObject({ opening: 100n, closing: { minor: 106n }, breaks: [] });
});

test('files with a closing balance only give the opening one, and prove each other from then on', () => {
  const first: Link = { ...link('2026-03-01', '2026-03-31', null, [5n, -3n]), closing: 102n };
  const second: Link = { ...link('2026-04-01', '2026-04-30', null, [10n]), closing: 112n };
  expect(chainOf([first, second])).toEqual({ opening: 100n, closing: { minor: 112n, date: '2026-04-30' }, breaks: [] });
  expect(chainOf([first, { ...second, closing: 115n }]).breaks).toEqual([
    { after: '2026-03-31', before: '2026-04-01', size: 3n },
  ]);
});

test('files without any balance prove nothing', () => {
  expect(chainOf([link('2026-03-01', '2026-03-31', null, [5n])])).toEqual({ opening: null, closing: null, breaks: [] });
});

test('any account cut into any statements, with any of them twice, is whole; with one missing it is not', () => {
  const days = fc.array(
    fc.array(
      fc.bigInt({ min: -50n, max: 50n }).filter((minor) => minor !== 0n),
      { minLength: 1, maxLength: 4 },
    ),
    {
      minLength: 3,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(days, fc.bigInt({ min: -99n, max: 99n }), fc.nat(), (list, start, pick) => {
      let balance = start;
      const links = list.map((amounts, at) => {
        const day = addDays('2026-01-30', at);
        const made = link(day, day, balance, amounts);
        balance = made.closing ?? 0n;
        return made;
      });
      const again = links[pick % links.length];
      expect(chainOf([...links, ...(again === undefined ? [] : [again])]).breaks).toEqual([]);
      const inside = 1 + (pick % (links.length - 2));
      const size = (links[inside]?.closing ?? 0n) - (links[inside]?.opening ?? 0n);
      const { breaks } = chainOf(links.toSpliced(inside, 1));
      expect(breaks.map((one) => one.size)).toEqual(size === 0n ? [] : [size]);
    }),
  );
});
