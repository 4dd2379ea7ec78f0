import { describe, expect, test } from 'vitest';
import { systemClock, today, virtualClock, yieldToOthers } from './clock.ts';

const START = Date.UTC(2026, 10, 20, 23, 30);

test('today is decided in the workspace’s time zone', () => {
  const clock = virtualClock(START);
  expect([today(clock), today(clock, 'Asia/Tokyo'), today(clock, 'America/New_York')]).toEqual([
    '2026-11-20',
    '2026-11-21',
    '2026-11-20',
  ]);
});

describe('virtual clock', () => {
  test('sleepers wake in the order of their times, each at its own', async () => {
    const clock = virtualClock(0);
    const woken: Array<[string, number]> = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    await Promise.all([sleeper('c', 300), sleeper('a', 100), sleeper('b', 200)]);
    expect(woken).toEqual([
      ['a', 100],
      ['b', 200],
      ['c', 300],
    ]);
  });

  test('time stands still while somebody works', async () => {
    const clock = virtualClock(0);
    for (let turn = 0; turn < 20; turn++) await yieldToOthers();
    expect(clock.now()).toBe(0);
  });

  test('time that is held passes for nobody, however long the work really takes, and goes on afterwards', async () => {
    const clock = virtualClock(0);
    const sleeper = clock.sleep(100).then(() => clock.now());
    const seen = await clock.hold(async () => {
      for (let turn = 0; turn < 20; turn++) await yieldToOthers();
      return clock.now();
    });
    expect(seen).toBe(0);
    expect(await sleeper).toBe(100);
  });

  test('a deadline is reached only by time that passes, and not after it was cleared', async () => {
    const clock = virtualClock(0);
    const passed = clock.deadline(100);
    const cleared = clock.deadline(100);
    const later = clock.deadline(101);
    cleared.clear();
    await yieldToOthers();
    expect(passed.signal.aborted).toBe(false);
    await clock.sleep(100);
    expect([passed, cleared, later].map((deadline) => deadline.signal.aborted)).toEqual([true, false, false]);
    expect(passed.signal.reason).toMatchObject({ name: 'TimeoutError' });
    clock.advance(1);
    expect(later.signal.aborted).toBe(true);
  });

  test('a corrected wall clock lengthens or shortens no sleep and no deadline', async () => {
    const clock = virtualClock(START);
    const deadline = clock.deadline(1_000);
    clock.set(START + 86_400_000);
    expect(deadline.signal.aborted).toBe(false);
    clock.set(START - 86_400_000);
    clock.advance(999);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.signal.aborted).toBe(true);
    expect(clock.now()).toBe(START - 86_400_000 + 1_000);
  });

  test('an aborted sleep ends at once with the reason, and lets no time pass', async () => {
    const clock = virtualClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(1_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
    await yieldToOthers();
    expect(clock.now()).toBe(0);
  });
});

describe('system clock', () => {
  test('sleeps, and wakes early with the reason when it is stopped', async () => {
    const clock = systemClock();
    await clock.sleep(1);
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });

  test('a sleep longer than a timer can hold does not end at once', async () => {
    const stop = new AbortController();
    let woken = false;
    const sleeping = systemClock()
      .sleep(2 ** 40, stop.signal)
      .then(() => {
        woken = true;
      });
    await systemClock().sleep(20);
    expect(woken).toBe(false);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });

  test('a deadline aborts its signal unless it is cleared', async () => {
    const clock = systemClock();
    const [passed, cleared] = [clock.deadline(1), clock.deadline(1)];
    cleared.clear();
    await clock.sleep(20);
    expect([passed.signal.aborted, cleared.signal.aborted]).toEqual([true, false]);
  });
});
