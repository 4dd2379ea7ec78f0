import { describe, expect, it } from 'vitest';
import { limiter } from './limits.ts';

describe('a limiter', () => {
  let now = 0;
  const clock = { now: () => now };

  it('lets a burst through, then as many as the rate, and never saves up more than a burst', () => {
    const limit = limiter(clock, { perSecond: 2, burst: 3 });
    const takes = (count: number) => Array.from({ length: count }, () => limit.take('a')).filter(Boolean).length;
    expect(takes(10)).toBe(3);
    now += 1_000;
    expect(takes(10)).toBe(2);
    now += 3_600_000;
    expect(takes(10)).toBe(3);
  });

  it('keeps keys apart, and looking takes nothing', () => {
    const limit = limiter(clock, { perSecond: 1, burst: 1 });
    expect([limit.has('a'), limit.has('a'), limit.take('a'), limit.has('a'), limit.has('b')]).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('gives nothing away when the clock is set back', () => {
    const limit = limiter(clock, { perSecond: 1, burst: 1 });
    limit.take('a');
    now -= 10_000;
    expect(limit.take('a')).toBe(false);
    now += 1_000;
    expect(limit.take('a')).toBe(true);
  });
});
