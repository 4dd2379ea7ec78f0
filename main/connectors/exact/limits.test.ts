import { describe, expect, test } from 'vitest';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { virtualClock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { createErrorVelocity } from './error-velocity.ts';
import { createLimits } from './limits.ts';

const NOON = Date.parse('2026-03-10T12:00:20Z');
const MINUTE_END = Date.parse('2026-03-10T12:01:00Z');
const MIDNIGHT = Date.parse('2026-03-11T00:00:00Z');

function world(startsAt = NOON) {
  const clock = virtualClock(startsAt);
  const limits = createLimits(clock);
  const answer = (headers: Record<string, string>, status = 200) => ({ status, headers: new Headers(headers) });
  const minute = (remaining: number, reset = MINUTE_END, limit = 60) => ({
    'X-RateLimit-Minutely-Limit': String(limit),
    'X-RateLimit-Minutely-Remaining': String(remaining),
    'X-RateLimit-Minutely-Reset': String(reset),
  });
  const day = (remaining: number) => ({
    'X-RateLimit-Limit': '5000',
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(MIDNIGHT),
  });
  const call = async (headers: Record<string, string>, status = 200) => {
    await limits.take('1', 'read', undefined);
    limits.ended('1', answer(headers, status));
  };
  return { clock, limits, minute, day, call, answer };
}

describe('The minute', () => {
  test('once used up, a call waits for its end, and not a moment longer', async () => {
    const { clock, limits, minute, call } = world();
    await call(minute(0));
    await limits.take('1', 'read', undefined);
    expect(clock.now()).toBe(MINUTE_END);
  });

  test('belongs to a division: another one has its own', async () => {
    const { clock, limits, minute, call } = world();
    await call(minute(0));
    await limits.take('2', 'read', undefined);
    expect(clock.now()).toBe(NOON);
  });

  test('counts calls in flight, and answers that overtake each other give none back', async () => {
    const { clock, limits, minute, answer, call } = world();
    await call(minute(3));
    for (let time = 0; time < 3; time++) await limits.take('1', 'read', undefined);
    limits.ended('1', answer(minute(0)));
    limits.ended('1', answer(minute(2)));
    await limits.take('1', 'read', undefined);
    expect(clock.now()).toBe(MINUTE_END);
  });

  test('gives its last call to one of those who ask for it side by side; the other waits', async () => {
    const { clock, limits, minute, call } = world();
    await call(minute(1));
    const times: number[] = [];
    const take = async () => {
      await limits.take('1', 'read', undefined);
      times.push(clock.now());
    };
    await Promise.all([take(), take()]);
    expect(times).toEqual([NOON, MINUTE_END]);
  });

  test('that nobody told of has sixty calls', async () => {
    const { clock, limits } = world();
    for (let time = 0; time < 60; time++) await limits.take('1', 'read', undefined);
    expect(clock.now()).toBe(NOON);
    await limits.take('1', 'read', undefined);
    expect(clock.now()).toBe(MINUTE_END);
  });

  test('does not hold up a write: it is refused before it is sent, and says when to come again', async () => {
    const { limits, minute, call } = world();
    await call(minute(0));
    await expect(limits.take('1', 'write', undefined)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 40_000,
    });
    await limits.ready('1', undefined);
    await limits.take('1', 'write', undefined);
  });

  test('of a computer whose clock is wrong is told by the answer, and never waited for longer than a minute', async () => {
    const ahead = world(NOON + 3_600_000);
    await ahead.call({ ...ahead.minute(0), Date: new Date(NOON).toUTCString() });
    await ahead.limits.take('1', 'read', undefined);
    expect(ahead.clock.now()).toBe(NOON + 3_600_000 + 40_000);
    const behind = world(NOON - 3_600_000);
    await behind.call(behind.minute(0));
    await behind.limits.take('1', 'read', undefined);
    expect(behind.clock.now()).toBe(NOON - 3_600_000 + 60_000);
  });

  test('is over after a 429, however many calls seem to be left', async () => {
    const { clock, limits, minute, day, call } = world();
    await call({ ...minute(17), ...day(4000) }, 429);
    await limits.take('1', 'read', undefined);
    expect(clock.now()).toBe(MINUTE_END);
  });

  test('is waited for until somebody stops it', async () => {
    const { limits, minute, call } = world();
    await call(minute(0));
    await expect(limits.take('1', 'read', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('The day', () => {
  test('once used up, nothing is sent and the next midnight is named', async () => {
    const { clock, limits, minute, day, call } = world();
    await call({ ...minute(30), ...day(0) });
    await expect(limits.take('1', 'read', undefined)).rejects.toMatchObject({
      code: 'quota_used_up',
      retryable: true,
      retryAfterMs: MIDNIGHT - NOON,
    });
    clock.advance(MIDNIGHT - NOON);
    await limits.take('1', 'read', undefined);
  });

  test('is not over because its headers are missing when the minute is', async () => {
    const { limits, minute, day, call } = world();
    await call({ ...minute(1), ...day(4000) });
    await call(minute(0), 429);
    await limits.take('1', 'read', undefined);
    expect(limits.callBudgets().find(({ window }) => window === 'day')?.remaining).toBeGreaterThan(3990);
  });

  test('what is left is told by window, and only as long as it is true', async () => {
    const { clock, limits, minute, day, call } = world();
    expect(limits.callBudgets()).toEqual([]);
    await call({ ...minute(59), ...day(4321) });
    const asOf = '2026-03-10T12:00:20.000Z';
    expect(limits.callBudgets()).toEqual([
      { legalEntity: '1', window: 'minute', limit: 60, remaining: 59, resetsAt: '2026-03-10T12:01:00.000Z', asOf },
      { legalEntity: '1', window: 'day', limit: 5000, remaining: 4321, resetsAt: '2026-03-11T00:00:00.000Z', asOf },
    ]);
    clock.advance(60_000);
    expect(limits.callBudgets().map(({ window }) => window)).toEqual(['day']);
  });
});

describe('Errors', () => {
  const ENDPOINT = '1/financialtransaction/BankEntries';
  const HOUR = 3_600_000;
  const refused = (text: string) => new DaybookError('entry_refused', text);

  test('the same three in a row: the fourth request is not sent, until twenty minutes are over', async () => {
    const clock = virtualClock(0);
    const velocity = createErrorVelocity(clock, memoryPorts().keep);
    for (let time = 0; time < 3; time++) {
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, refused('Mandatory: X'));
    }
    expect(() => velocity.begin(ENDPOINT)).toThrow(
      expect.objectContaining({ code: 'rate_limited', retryAfterMs: 1_200_000 }),
    );
    velocity.begin('1/financial/Journals');
    clock.advance(1_200_000);
    velocity.begin(ENDPOINT);
  });

  test('a person who asks for it gets one more request in that division, and the hour’s count stays', async () => {
    const velocity = createErrorVelocity(virtualClock(0), memoryPorts().keep);
    const fail = async () => {
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, refused('Mandatory: X'));
    };
    expect(velocity.oneMore('1')).toBe(false);
    for (let time = 0; time < 3; time++) await fail();
    expect(velocity.oneMore('12')).toBe(false);
    for (let asked = 4; asked <= 9; asked++) {
      expect(() => velocity.begin(ENDPOINT)).toThrow('the same error came three times');
      expect(velocity.oneMore('1')).toBe(true);
      await fail();
    }
    // Ten errors would lock the application out: the last of them is never risked, whoever asks.
    velocity.oneMore('1');
    expect(() => velocity.begin(ENDPOINT)).toThrow('too many errors');
  });

  test('a success in between, or another error, is no row of equal ones', async () => {
    const velocity = createErrorVelocity(virtualClock(0), memoryPorts().keep);
    for (let time = 0; time < 2; time++) {
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, refused('Mandatory: X'));
    }
    velocity.begin(ENDPOINT);
    velocity.ended(ENDPOINT, 'answered');
    for (const text of ['Mandatory: X', 'Mandatory: X', 'Mandatory: Y', 'Mandatory: X']) {
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, refused(text));
    }
    velocity.begin(ENDPOINT);
  });

  test('never reach ten in an hour, whatever is asked and however it fails', async () => {
    const clock = virtualClock(0);
    const velocity = createErrorVelocity(clock, memoryPorts().keep);
    const failedAt: number[] = [];
    for (let second = 0; second < 4 * 3600; second += 30) {
      try {
        velocity.begin(ENDPOINT);
        await velocity.failed(ENDPOINT, refused(`Error ${second % 4}`));
        failedAt.push(clock.now());
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'rate_limited' });
      }
      clock.advance(30_000);
    }
    expect(failedAt.length).toBeGreaterThan(20);
    for (const at of failedAt)
      expect(failedAt.filter((other) => other > at - HOUR && other <= at).length).toBeLessThan(10);
  });

  test('where a resource is forbidden, the known answer is given without asking again', async () => {
    const velocity = createErrorVelocity(virtualClock(0), memoryPorts().keep);
    const forbidden = new DaybookError('not_permitted', 'The licence lacks the module.');
    for (let time = 0; time < 3; time++) {
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, forbidden);
    }
    expect(() => velocity.begin(ENDPOINT)).toThrow(forbidden);
  });

  test('errors of a process that has ended, or of another one, count on for the hour', async () => {
    const clock = virtualClock(0);
    const { keep } = memoryPorts();
    for (let time = 0; time < 9; time++) {
      const velocity = createErrorVelocity(clock, keep);
      await velocity.ready();
      velocity.begin(ENDPOINT);
      await velocity.failed(ENDPOINT, refused('Mandatory: X'));
      clock.advance(60_000);
    }
    const next = createErrorVelocity(clock, keep);
    await next.ready();
    expect(() => next.begin(ENDPOINT)).toThrow(/too many errors.*Mandatory: X/);
    next.begin('1/financial/Journals');
    clock.advance(HOUR);
    const later = createErrorVelocity(clock, keep);
    await later.ready();
    later.begin(ENDPOINT);
  });
});
