import { expect, test } from 'vitest';
import { dayOf, spread, ticksAround, timeOf } from './drawing.ts';

test('the ticks of an axis are round and hold every value and nought', () => {
  expect(ticksAround([-78_882, 1_280_000], 5)).toEqual([-500_000, 0, 500_000, 1_000_000, 1_500_000]);
  expect(ticksAround([120, 480], 5)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(ticksAround([], 5)).toEqual([0]);
});

test('labels never cover each other and stay on the paper', () => {
  expect(spread([50, 10, 52], 14, 0, 200)).toEqual([50, 10, 64]);
  expect(spread([198, 199, 200], 14, 0, 200)).toEqual([172, 186, 200]);
  expect(spread([-20, 5], 14, 0, 200)).toEqual([0, 14]);
});

test('a day on the time axis comes back as the same day', () => {
  expect(dayOf(timeOf('2026-11-20'))).toBe('2026-11-20');
});
