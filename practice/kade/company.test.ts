import { describe, expect, test } from 'vitest';
import { addDays, isBusinessDay } from '../../main/core/calendar.ts';
import { visibleAfter } from '../company/lifecycle.ts';
import { ACCOUNT_LIST, BANKS } from './accounts.ts';
import { createKade } from './company.ts';
import { CUSTOMERS, SUPPLIERS } from './parties.ts';

const FIRST_DAY = '2026-11-02';
const LAST_DAY = '2026-12-04';
const kade = createKade({ seed: 7, firstDay: FIRST_DAY, historyDays: 60 });
const truth = kade.bankTruth(LAST_DAY);
const booked = truth.lines.filter((line) => line.state === 'booked');
const told = (from: ReturnType<typeof createKade>, now: number) =>
  BANKS.map(({ key }) => {
    const { events, end } = from.eventsOf(key, now);
    return events.slice(0, end);
  });

/** Modulo 97 of an IBAN, as anybody checks it. */
function restOf(iban: string): bigint {
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
  return BigInt([...moved].map((letter) => Number.parseInt(letter, 36)).join('')) % 97n;
}

describe('Atelier Kade', () => {
  test('tells the same story for the same seed, however it is asked', () => {
    const until = visibleAfter('2026-11-13');
    const options = { seed: 3, firstDay: FIRST_DAY, historyDays: 40 };
    const inSteps = createKade(options);
    for (let day = '2026-10-01'; day < '2026-11-13'; day = addDays(day, 3)) inSteps.eventsOf('leie', visibleAfter(day));
    expect(told(inSteps, until)).toEqual(told(createKade(options), until));
    expect(told(createKade({ ...options, seed: 4 }), until)).not.toEqual(told(inSteps, until));
  });

  test('has accounts with valid numbers of their countries, and partners too', () => {
    const ibans = [
      ...ACCOUNT_LIST.filter(({ route }) => route === 'bank').map(({ number }) => number),
      ...SUPPLIERS.map(({ iban }) => iban),
      ...CUSTOMERS.flatMap(({ iban }) => iban ?? []),
    ];
    for (const iban of ibans) expect(restOf(iban), iban).toBe(1n);
    const length: Readonly<Record<string, number>> = { NL: 18, BE: 16, DE: 22, FR: 27, IE: 22 };
    for (const iban of ibans) expect(iban.length, iban).toBe(length[iban.slice(0, 2)]);
    expect(new Set(ACCOUNT_LIST.map(({ mask }) => mask)).size).toBe(ACCOUNT_LIST.length);
  });

  test('has 50 to 90 booked lines a business day in euro and dollar', () => {
    const days = Array.from({ length: 33 }, (_, i) => addDays(FIRST_DAY, i)).filter(isBusinessDay).length;
    expect(booked.length / days).toBeGreaterThan(50);
    expect(booked.length / days).toBeLessThan(90);
    expect(new Set(booked.map(({ amount }) => amount.currency))).toEqual(new Set(['EUR', 'USD']));
  });

  test('its restated balances tie out with the last reported ones', () => {
    const last = truth.balances.filter((balance) => balance.day === LAST_DAY);
    expect(last).toHaveLength(7);
    for (const balance of last) expect(balance.restated, balance.account).toEqual(balance.reported);
  });

  test('every bank account stays in funds', () => {
    for (const { account, reported } of truth.balances)
      if (account !== 'nlCard') expect(reported.minor, account).toBeGreaterThan(0n);
  });

  test('banks amend and withdraw booked lines, pending lines are booked or vanish, and two rows are in trouble', () => {
    expect(booked.some((line) => line.amended)).toBe(true);
    expect(truth.lines.some((line) => line.state === 'removed')).toBe(true);
    expect(truth.lines.some((line) => line.state === 'replaced')).toBe(true);
    expect(truth.lines.filter((line) => line.odd !== null && line.date <= '2026-11-04')).toHaveLength(2);
  });

  test('money moves within an office and between offices, some legs a day late', () => {
    const pairs = (text: RegExp) =>
      [
        ...Map.groupBy(
          booked.filter((line) => text.test(line.text)),
          (line) => text.exec(line.text)?.[1],
        ),
      ].map(([, legs]) => legs);
    const between = pairs(/(RC-\d\d-\d\d-\d+)$/).filter((legs) => legs.length === 2);
    expect(between.length).toBeGreaterThan(5);
    for (const legs of between) expect(legs.reduce((sum, leg) => sum + leg.amount.minor, 0n)).toBe(0n);
    expect(between.some(([a, b]) => a?.date !== b?.date)).toBe(true);
    expect(booked.filter(({ text }) => text.startsWith('Overboeking van')).length).toBeGreaterThan(3);
  });
});
