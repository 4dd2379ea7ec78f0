import { describe, expect, test } from 'vitest';
import { addDays, isBusinessDay } from '../../main/core/calendar.ts';
import { type FeedLine, visibleAfter } from '../company/lifecycle.ts';
import type { TrueLine } from '../company/truth.ts';
import { ACCOUNT_LIST, BANKS, type BankKey } from './accounts.ts';
import { createHarbor } from './company.ts';

const FIRST_DAY = '2026-03-02';
const BANK_KEYS = Object.keys(BANKS) as BankKey[];
const harbor = createHarbor({ seed: 7, firstDay: FIRST_DAY, historyDays: 120 });
const truth = harbor.bankTruth('2026-03-31');
const booked = truth.lines.filter((line) => line.state === 'booked');

function everything(from: ReturnType<typeof createHarbor>, now: number) {
  return BANK_KEYS.map((bank) => {
    const { events, end } = from.eventsOf(bank, now);
    return events.slice(0, end);
  });
}

describe('the practice company', () => {
  test('tells the same story for the same seed, however it is asked', () => {
    const until = visibleAfter('2026-03-20');
    const atOnce = everything(createHarbor({ seed: 3, firstDay: FIRST_DAY, historyDays: 60 }), until);
    const inSteps = createHarbor({ seed: 3, firstDay: FIRST_DAY, historyDays: 60 });
    for (let day = '2026-01-05'; day < '2026-03-20'; day = addDays(day, 3)) {
      inSteps.eventsOf('tidewater', visibleAfter(day));
    }
    expect(everything(inSteps, until)).toEqual(atOnce);
    const other = everything(createHarbor({ seed: 4, firstDay: FIRST_DAY, historyDays: 60 }), until);
    expect(other[0]?.[0]?.line.id).not.toBe(atOnce[0]?.[0]?.line.id);
  });

  test('has about 150 booked lines a business day', () => {
    const days = Array.from({ length: 30 }, (_, i) => addDays(FIRST_DAY, i)).filter(isBusinessDay).length;
    expect(booked.length / days).toBeGreaterThan(120);
    expect(booked.length / days).toBeLessThan(190);
  });

  test('shows a day’s booked lines from 05:00 of the next morning and not before', () => {
    const at = visibleAfter('2026-03-10');
    const seen = (now: number) =>
      everything(harbor, now)
        .flat()
        .some(({ line }) => !line.pending && line.date === '2026-03-10');
    expect(seen(at - 1)).toBe(false);
    expect(seen(at)).toBe(true);
  });

  test('shows pending lines on the day they happen', () => {
    const evening = Date.parse('2026-03-10T23:00:00Z');
    expect(
      everything(harbor, evening)
        .flat()
        .some(({ line }) => line.pending && line.date === '2026-03-10'),
    ).toBe(true);
  });

  test('every balance is the first one plus the booked lines, on each day as known then', () => {
    for (const { key } of ACCOUNT_LIST) {
      for (const day of ['2026-03-02', '2026-03-13', '2026-03-31']) {
        const now = visibleAfter(day);
        const amounts = new Map<string, bigint>();
        for (const { line, change } of everything(harbor, now).flat()) {
          if (line.account !== key || line.pending) continue;
          amounts.set(line.id, change === 'removed' ? 0n : line.minor);
        }
        const sum = [...amounts.values()].reduce((a, b) => a + b, 0n);
        expect(harbor.balanceAt(key, now).minor - harbor.balanceAt(key, 0).minor, `${key} ${day}`).toBe(sum);
      }
    }
  });

  test('the judge’s restated balances tie out with the last reported ones', () => {
    const last = truth.balances.filter((balance) => balance.day === '2026-03-31');
    expect(last).toHaveLength(7);
    for (const balance of last) expect(balance.restated, balance.account).toEqual(balance.reported);
    expect(truth.balances.some((b) => b.restated.minor !== b.reported.minor)).toBe(true);
  });

  test('nothing that the ledger’s opening balances rest on changes afterwards', () => {
    const opening = visibleAfter(addDays(FIRST_DAY, -1));
    const late = everything(harbor, visibleAfter('2026-03-31')).flat();
    const changed = late.filter(({ at, line }) => at > opening && !line.pending && line.date < FIRST_DAY);
    expect(changed).toEqual([]);
  });

  test('pending lines are booked within days, some with another amount or text, some unlinked, some vanish', () => {
    const byId = new Map(truth.lines.map((line): [string, TrueLine] => [line.providerLineId, line]));
    const pairs = booked.flatMap((line) => {
      const pending = line.pendingLineId === null ? undefined : byId.get(line.pendingLineId);
      return pending ? [{ line, pending }] : [];
    });
    expect(pairs.length).toBeGreaterThan(100);
    expect(pairs.every(({ pending, line }) => pending.state === 'replaced' && pending.date < line.date)).toBe(true);
    expect(pairs.some(({ pending, line }) => pending.amount.minor !== line.amount.minor)).toBe(true);
    expect(pairs.some(({ pending, line }) => pending.text !== line.text)).toBe(true);
    const ends = everything(harbor, visibleAfter('2026-03-31')).flat();
    const vanished = truth.lines.filter((line) => line.state === 'removed');
    expect(vanished.length).toBeGreaterThan(5);
    // A booked line with an authorised day was pending before, also when it does not name its pending line.
    const orphan = (line: FeedLine) => !line.pending && line.authorizedDate !== null && line.pendingId === null;
    expect(ends.some(({ line }) => orphan(line))).toBe(true);
  });

  test('banks amend and withdraw booked lines now and then', () => {
    const changes = everything(harbor, visibleAfter('2026-03-31'))
      .flat()
      .filter(({ line }) => !line.pending);
    expect(changes.filter(({ change }) => change === 'modified').length).toBeGreaterThan(10);
    expect(changes.filter(({ change }) => change === 'removed').length).toBeGreaterThan(10);
  });

  test('two rows in trouble come within the first three days, and they move no balance', () => {
    const odd = truth.lines.filter((line) => line.odd !== null && line.date <= '2026-03-04');
    expect(odd).toHaveLength(2);
    const precise = odd.find((line) => line.odd?.isoCurrency === 'USD');
    expect(precise?.odd?.amount).toMatch(/^\d+\.\d{4}$/);
    const points = odd.find((line) => line.odd?.isoCurrency === null);
    expect(points?.odd?.unofficialCurrency).toBe('HBP');
    expect(odd.every((line) => line.amount.minor === 0n)).toBe(true);
  });

  test('transfers between own accounts have two legs of the same size, some a day apart', () => {
    const legs = new Map<string, TrueLine[]>();
    for (const line of truth.lines) {
      const reference = /^ONLINE TRANSFER .* REF (\d+)$/.exec(line.text)?.[1];
      if (reference) legs.set(reference, [...(legs.get(reference) ?? []), line]);
    }
    const whole = [...legs.values()].filter((pair) => pair.length === 2);
    expect(whole.length).toBeGreaterThan(50);
    for (const pair of whole) expect(pair.reduce((sum, leg) => sum + leg.amount.minor, 0n)).toBe(0n);
    expect(whole.some(([a, b]) => a?.date !== b?.date)).toBe(true);
    expect(whole.some(([a, b]) => a?.date === b?.date)).toBe(true);
  });

  test('no provider id is given twice', () => {
    const added = everything(harbor, visibleAfter('2026-03-31'))
      .flat()
      .filter(({ change }) => change === 'added');
    expect(new Set(added.map(({ line }) => line.id)).size).toBe(added.length);
  });
});
