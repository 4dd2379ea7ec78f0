import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { addDays } from '../core/calendar.ts';
import { counterpartyKey } from '../core/normalise.ts';
import { learn, type PastCoding, type Suggestion } from './suggest.ts';

const target = (account: string) => ({ accountType: 'ledger' as const, account, dimensions: {} });
const past = (counterpartyKey: string, account: string | null): PastCoding => ({
  ledger: 'erp',
  moneyIn: false,
  counterpartyKey,
  date: '2026-11-20',
  target: account === null ? null : target(account),
});
const ask = (counterpartyKey: string, named = true) => ({ ledger: 'erp', moneyIn: false, counterpartyKey, named });

/** Codings on days of their own, newest first. */
const on = (...codings: readonly PastCoding[]) =>
  codings.map((coding, index) => ({ ...coding, date: addDays('2026-11-20', -index) }));
const times = (count: number, coding: PastCoding) => Array.from({ length: count }, () => coding);

test('a counterparty that was always coded alike is suggested with a reason of at most eight words', () => {
  const model = learn(on(...times(14, past('tidewater gas', '605100'))));
  const suggestion = model.suggest(ask('tidewater gas'));
  expect(suggestion).toMatchObject({ account: '605100', reason: 'same counterparty, 14 times, always 605100' });
  expect(suggestion?.reason.split(' ').length).toBeLessThanOrEqual(8);
});

test('many lines of one day are one decision and no habit', () => {
  expect(learn(times(50, past('acme', '605100'))).suggest(ask('acme'))).toBeNull();
});

test('a tie between two accounts is not suggested', () => {
  const codings = ['1', '2', '1', '2', '1', '2'].map((account) => past('acme', account));
  expect(learn(on(...codings)).suggest(ask('acme'))).toBeNull();
});

test('splits in the past speak against a single account', () => {
  expect(learn(on(...times(3, past('acme', '1')), past('acme', null))).suggest(ask('acme'))).toBeNull();
});

test('one exception among many is tolerated and told', () => {
  const model = learn(on(...times(19, past('acme', '1')), past('acme', '2')));
  expect(model.suggest(ask('acme'))?.reason).toBe('same counterparty, 19 of 20 times 1');
});

test('more agreement gives more confidence, and never certainty', () => {
  const of = (count: number) => learn(on(...times(count, past('acme', '1')))).suggest(ask('acme'));
  expect(of(3)?.confidence).toBeLessThan(of(10)?.confidence ?? 0);
  expect(of(500)?.confidence).toBeLessThan(100);
});

test('only the newest codings count, so a changed habit is followed', () => {
  const codings = on(...times(24, past('acme', 'new')), ...times(200, past('acme', 'old')));
  expect(learn(codings).suggest(ask('acme'))?.account).toBe('new');
});

test('money in and money out, and two legal entities, are different habits', () => {
  const model = learn(on(...times(5, past('acme', '1'))));
  expect(model.suggest(ask('acme'))).not.toBeNull();
  expect(model.suggest({ ...ask('acme'), moneyIn: true })).toBeNull();
  expect(model.suggest({ ...ask('acme'), ledger: 'other' })).toBeNull();
});

test('without a named counterparty the reason says that the text was the same', () => {
  const model = learn(on(...times(3, past('MONTHLY SERVICE FEE', '618160'))));
  expect(model.suggest(ask('MONTHLY SERVICE FEE', false))?.reason).toBe('same text, 3 times, always 618160');
  expect(model.suggest(ask('OVERDRAFT FEE', false))).toBeNull();
});

const DATA = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(DATA);

type Row = { readonly key: string; readonly account: string; readonly date: string };

/** Plays a real ledger in its order: suggest for each row of a period, compare with what was booked, then learn it. */
function replay(file: string, monthsAPeriod: number, read: (row: Record<string, string>) => Row) {
  const rows = csv(gunzipSync(readFileSync(new URL(file, DATA))).toString('utf8')).map(read);
  const periodOf = ({ date }: Row) =>
    Number(date.slice(0, 4)) * 12 + Math.floor((Number(date.slice(5, 7)) - 1) / monthsAPeriod) * monthsAPeriod;
  const periods = [...Map.groupBy(rows, periodOf)].sort(([x], [y]) => x - y);
  const learnt: PastCoding[] = [];
  const counts = { asked: 0, suggested: 0, right: 0, sureSuggested: 0, sureRight: 0 };
  for (const [, period] of periods) {
    const model = learn(learnt.toReversed());
    for (const row of period) {
      const suggestion: Suggestion | null = model.suggest(ask(row.key));
      counts.asked += 1;
      if (!suggestion) continue;
      const right = suggestion.account === row.account ? 1 : 0;
      counts.suggested += 1;
      counts.right += right;
      if (suggestion.confidence >= 90) {
        counts.sureSuggested += 1;
        counts.sureRight += right;
      }
    }
    for (const row of period) learnt.push({ ...past(row.key, row.account), date: row.date });
  }
  return {
    coverage: counts.suggested / counts.asked,
    precision: counts.right / counts.suggested,
    surePrecision: counts.sureRight / counts.sureSuggested,
  };
}

function csv(text: string): Array<Record<string, string>> {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = fields(head);
  return lines.map((line) => Object.fromEntries(fields(line).map((value, index) => [names[index] ?? '', value])));
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
    (m[1] ?? m[2] ?? '').replace(/""/g, '"'),
  );
}

const council = 'on a council ledger, suggestions agree with what was booked at least 93 times in 100';
test.skipIf(!present)(`${council}${present ? '' : ' (skipped: ../shared/data is not here)'}`, () => {
  const result = replay('uk_harrogate_payments.csv.gz', 4, (row) => ({
    key: counterpartyKey(row.supplier ?? '', ''),
    account: row.expenditure_code ?? '',
    date: row.payment_date ?? '',
  }));
  expect(result.precision).toBeGreaterThan(0.93);
  expect(result.surePrecision).toBeGreaterThan(0.96);
  expect(result.coverage).toBeGreaterThan(0.15);
});

const city = 'on a city checkbook of one quarter, suggestions agree with what was booked at least 92 times in 100';
test.skipIf(!present)(`${city}${present ? '' : ' (skipped: ../shared/data is not here)'}`, () => {
  const result = replay('us_phoenix_checkbook.csv.gz', 1, (row) => ({
    key: counterpartyKey(row.vendor ?? '', ''),
    account: row.commitment_item ?? '',
    date: row.payment_date ?? '',
  }));
  expect(result.precision).toBeGreaterThan(0.92);
  expect(result.coverage).toBeGreaterThan(0.05);
});
