import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace, contentOf, LEDGER } from '../../test/support/coding-workspace.ts';
import { money } from '../core/money.ts';
import { draftRule } from './draft-rule.ts';
import type { CodingLine } from './line.ts';
import { propose } from './propose.ts';
import { type Condition, ruleSchema } from './rule.ts';
import { matcherOf, matchesPattern } from './rule-match.ts';
import { deleteRule, enableRule, listRules, orderRules, saveRule } from './rules.ts';
import { testRule } from './test-rule.ts';

const line: CodingLine = {
  id: 1,
  feedAccountId: 'facc_1',
  providerAccountId: 'acc_1',
  providerLineId: 'line_1',
  state: 'booked',
  amount: money('-100.00', 'USD'),
  date: '2026-11-18',
  text: 'ACH  Tidewater GAS Co',
  bankText: 'ORIG CO NAME:TIDEWATER',
  counterparty: 'Tidewater Gas',
  counterpartyKey: 'TIDEWATER GAS',
  reference: 'INV-7',
  category: 'RENT_AND_UTILITIES_GAS',
  channel: 'online',
  accountName: 'Operating Account',
  accountMask: '1207',
  revision: 1,
};
const holds = (condition: Condition, change: Partial<CodingLine> = {}) => matcherOf(condition)({ ...line, ...change });

describe('conditions', () => {
  test.each<[string, Condition, boolean]>([
    ['is ignores case and folds white space', { field: 'text', is: ' ach tidewater  gas co ' }, true],
    ['is wants the whole text', { field: 'text', is: 'tidewater' }, false],
    ['contains', { field: 'text', contains: 'WATER gas' }, true],
    ['startsWith', { field: 'bankText', startsWith: 'orig co' }, true],
    ['startsWith is not contains', { field: 'bankText', startsWith: 'tidewater' }, false],
    ['matches with wildcards', { field: 'text', matches: 'ach*gas*' }, true],
    ['matches from beginning to end', { field: 'text', matches: 'gas*' }, false],
    ['the account by its mask', { field: 'account', is: '1207' }, true],
    ['the account by its name', { field: 'account', contains: 'operating' }, true],
    ['counterparty', { field: 'counterparty', is: 'tidewater gas' }, true],
    ['reference', { field: 'reference', is: 'inv-7' }, true],
    ['category', { field: 'category', startsWith: 'rent_' }, true],
    ['channel', { field: 'channel', is: 'in store' }, false],
    ['both bounds of an amount are inside', { field: 'amount', from: '-100.00', to: '-100' }, true],
    ['an amount of one', { field: 'amount', is: '-100.000' }, true],
    ['money out is below zero', { field: 'amount', from: '0' }, false],
    ['a bound finer than the currency', { field: 'amount', to: '-99.9999' }, true],
    ['both bounds of a date are inside', { field: 'date', from: '2026-11-18', to: '2026-11-18' }, true],
    ['a later date', { field: 'date', from: '2026-11-19' }, false],
    [
      'all',
      {
        all: [
          { field: 'channel', is: 'online' },
          { field: 'amount', to: '0' },
        ],
      },
      true,
    ],
    [
      'all but one',
      {
        all: [
          { field: 'channel', is: 'online' },
          { field: 'amount', from: '0' },
        ],
      },
      false,
    ],
    [
      'any',
      {
        any: [
          { field: 'channel', is: 'x' },
          { field: 'amount', to: '0' },
        ],
      },
      true,
    ],
    ['not', { not: { any: [{ field: 'channel', is: 'x' }] } }, true],
  ])('%s', (_, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test('a field that the line has not meets no text condition', () => {
    expect(holds({ field: 'counterparty', contains: 'a' }, { counterparty: null })).toBe(false);
    expect(holds({ not: { field: 'counterparty', contains: 'a' } }, { counterparty: null })).toBe(true);
  });

  test('amounts compare in the currency of the line', () => {
    expect(holds({ field: 'amount', is: '500' }, { amount: money('500', 'JPY') })).toBe(true);
    expect(holds({ field: 'amount', from: '1.2345' }, { amount: money('1.235', 'KWD') })).toBe(true);
  });

  test('wildcards agree with a plain definition of them', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    const plain = (pattern: string, value: string): boolean => {
      if (pattern === '') return value === '';
      if (pattern[0] === '*') return plain(pattern.slice(1), value) || (value !== '' && plain(pattern, value.slice(1)));
      return value[0] === pattern[0] && plain(pattern.slice(1), value.slice(1));
    };
    fc.assert(fc.property(letters, text, (pattern, value) => matchesPattern(pattern, value) === plain(pattern, value)));
  });

  test('a pattern that would stall a regular expression is done at once', () => {
    expect(matchesPattern(`${'*a'.repeat(2_000)}*b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a rule document', () => {
  const read = (value: object) => {
    const parsed = ruleSchema.safeParse({
      name: 'R',
      when: { field: 'text', is: 'x' },
      then: { account: '1' },
      ...value,
    });
    return parsed.success
      ? null
      : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
  };
  test.each([
    [{ when: { field: 'text', is: 'x', contains: 'y' } }, 'needs exactly one of'],
    [{ when: { field: 'text', regex: '.*' } }, 'when'],
    [{ when: { all: [] } }, 'when.all'],
    [{ when: { field: 'amount' } }, 'needs either is'],
    [{ when: { field: 'date', from: '2026-13-01' } }, 'when.from must be a date'],
    [{ then: {} }, 'does nothing'],
    [{ then: { exclude: 'no', account: '1' } }, 'stands alone'],
    [{ then: { account: '1', split: [{ rest: true, account: '2' }] } }, 'cannot stand beside account'],
    [{ then: { accountType: 'vendor' } }, 'needs an account'],
    [{ then: { split: [{ percent: '60', account: '1' }] } }, 'needs percentages of 100'],
    [
      {
        then: {
          split: [
            { percent: '60', account: '1' },
            { percent: '50', account: '2' },
          ],
        },
      },
      'more than 100',
    ],
    [{ then: { split: [{ percent: '60', rest: true, account: '1' }] } }, 'exactly one of percent'],
    [{ then: { account: '1', text: 'x'.repeat(61) } }, 'then.text'],
    [{ autoaprove: true }, 'autoaprove'],
  ])('%j is refused', (value, message) => {
    expect(read(value)).toContain(message);
  });

  test('a whole one is accepted', () => {
    expect(
      read({
        autoApprove: true,
        enabled: false,
        then: {
          split: [
            { amount: '1.00', account: '1' },
            { rest: true, account: '2' },
          ],
        },
      }),
    ).toBeNull();
  });
});

describe('stored rules', () => {
  let w: CodingWorkspace;
  beforeEach(async () => {
    w = await codingWorkspace();
  });
  afterEach(() => w.close());
  const gas = (account: string, name = 'Gas') => ({
    name,
    when: { field: 'text', contains: 'gas' },
    then: { account },
  });
  const names = async () => (await listRules(w.store.read)).map((rule) => rule.document.name);

  test('are created, changed in place, and left alone when nothing changed', async () => {
    expect((await saveRule(w, gas('1'), 'Ada')).outcome).toBe('created');
    expect((await saveRule(w, gas('1', 'B'), 'Ada')).outcome).toBe('created');
    expect((await saveRule(w, gas('1'), 'Ada')).outcome).toBe('unchanged');
    expect((await saveRule(w, gas('2'), 'Ada')).outcome).toBe('updated');
    expect(await names()).toEqual(['Gas', 'B']);
    expect((await w.events()).map(({ action }) => action)).toEqual(['rule.created', 'rule.created', 'rule.changed']);
  });

  test('are put into order, switched off and deleted', async () => {
    for (const name of ['A', 'B', 'C']) await saveRule(w, gas('1', name), 'Ada');
    expect(await orderRules(w, ['C', 'A'], 'Ada')).toBe(true);
    expect(await orderRules(w, ['C', 'A'], 'Ada')).toBe(false);
    expect(await names()).toEqual(['C', 'A', 'B']);
    const [first, second] = await listRules(w.store.read);
    await enableRule(w, first?.id ?? '', false, 'Ada');
    await deleteRule(w, second?.id ?? '', 'Ada');
    expect((await listRules(w.store.read)).map((rule) => [rule.document.name, rule.document.enabled])).toEqual([
      ['C', false],
      ['B', true],
    ]);
  });

  test('a wrong one is refused with the path of the field', async () => {
    await expect(saveRule(w, { ...gas('1'), then: { acount: '1' } }, 'Ada')).rejects.toMatchObject({
      code: 'setup_invalid',
      path: 'then',
    });
  });

  test('a test on history says what would change, and changes nothing', async () => {
    await w.map({ offsetAccount: '605000', startDate: '2026-11-10' });
    await saveRule(w, { name: 'Fees', when: { field: 'text', contains: 'fee' }, then: { account: '618160' } }, 'Ada');
    await w.lines({ text: 'gas', date: '2026-10-01' }, { text: 'gas' }, { text: 'gas fee' }, { text: 'other' });
    await propose(w);
    const before = await contentOf(w);
    const tested = await testRule(w, gas('605100'));
    expect(tested).toMatchObject({
      lines: 4,
      matches: 3,
      taken: 1,
      changes: 2,
      before: { rule: 1, default: 3 },
      after: { rule: 3, default: 1 },
    });
    expect(tested.examples[0]).toMatchObject({ before: '605000', after: '605100' });
    expect(await contentOf(w)).toBe(before);
  });

  test('a rule that is there is tried in its place', async () => {
    await w.map({ offsetAccount: '605000' });
    await saveRule(w, gas('1'), 'Ada');
    await saveRule(w, gas('2', 'Later'), 'Ada');
    await w.line({ text: 'gas' });
    expect(await testRule(w, { ...gas('9'), then: { exclude: 'no' } }, { limit: 1 })).toMatchObject({
      matches: 1,
      taken: 0,
      changes: 1,
      after: { excluded: 1 },
    });
  });

  test('an editor that makes a new one does not overwrite one of the same name', async () => {
    await saveRule(w, gas('1'), 'Ada', null);
    await expect(saveRule(w, gas('2'), 'Ada', null)).rejects.toMatchObject({ code: 'setup_invalid', path: 'name' });
    expect((await listRules(w.store.read))[0]?.document.then.account).toBe('1');
  });

  test('one is renamed in its place, but never to the name of another', async () => {
    const { id } = await saveRule(w, gas('1'), 'Ada');
    await saveRule(w, gas('2', 'B'), 'Ada');
    expect(await saveRule(w, gas('1', 'Gas and water'), 'Ada', id)).toEqual({ id, outcome: 'updated' });
    expect(await names()).toEqual(['Gas and water', 'B']);
    await expect(saveRule(w, gas('1', 'B'), 'Ada', id)).rejects.toMatchObject({ code: 'setup_invalid', path: 'name' });
    await expect(saveRule(w, gas('1'), 'Ada', 'rule_gone')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a test names the lines that stay as they are, and the rule that takes them first', async () => {
    await w.map({ offsetAccount: '605000' });
    const { id } = await saveRule(w, gas('605100'), 'Ada');
    await saveRule(w, gas('2', 'Later'), 'Ada');
    await w.lines({ text: 'gas one', date: '2026-11-18' }, { text: 'gas two', date: '2026-11-19' });
    const renamed = await testRule(w, gas('605100', 'Another name'), { id });
    expect(renamed).toMatchObject({ matches: 2, taken: 0, changes: 0 });
    expect(renamed.others.map(({ text, takenBy }) => [text, takenBy])).toEqual([
      ['gas two', null],
      ['gas one', null],
    ]);
    const behind = await testRule(w, gas('3', 'New'));
    expect(behind).toMatchObject({ matches: 2, taken: 2, changes: 0 });
    expect(behind.others[0]?.takenBy).toBe('Gas');
  });

  test('a test says what changes also where the account stays', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.line({ text: 'gas' });
    const text = await testRule(w, { ...gas('605000'), then: { account: '605000', text: 'Heating' } });
    expect(text.examples[0]).toMatchObject({ before: '605000 · “gas”', after: '605000 · “Heating”' });
    const dimension = await testRule(w, { ...gas('605000'), then: { account: '605000', dimensions: { Unit: 'A1' } } });
    expect(dimension.examples[0]?.after).toBe('605000 · A1');
  });

  test('a test can be stopped', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.line({ text: 'gas' });
    await expect(testRule(w, gas('1'), { stop: AbortSignal.abort() })).rejects.toThrow();
  });

  test('one is drafted from a bank line, with its entry’s coding where there is one', async () => {
    await w.map({ offsetAccount: '605000' });
    const [coded, bare] = await w.lines(
      { text: 'gas 11', counterparty: 'Tidewater Gas', amount: '-20.00' },
      { text: 'RENT 4711 FLAT', counterparty: null, bankText: null, amount: '900.00' },
    );
    await propose(w);
    expect(await draftRule(w.store.read, { lineId: coded ?? 0 })).toEqual({
      rule: {
        name: 'Tidewater Gas',
        when: {
          all: [
            { field: 'counterparty', is: 'Tidewater Gas' },
            { field: 'amount', to: '-0.01' },
          ],
        },
        then: { account: '605000' },
      },
      ledger: { connectionId: LEDGER, legalEntity: 'USMF' },
    });
    expect((await draftRule(w.store.read, { lineId: bare ?? 0 })).rule.when).toEqual({
      all: [
        { field: 'text', contains: 'RENT FLAT' },
        { field: 'amount', from: '0.01' },
      ],
    });
    const long = await w.line({ counterparty: 'W'.repeat(10_000), amount: '-1.00' });
    const { rule } = await draftRule(w.store.read, { lineId: long });
    expect(ruleSchema.safeParse(rule).success).toBe(true);
    expect(rule.when).toMatchObject({ all: [{ startsWith: 'W'.repeat(100) }, { to: '-0.01' }] });
    await expect(draftRule(w.store.read, { lineId: 99_999 })).rejects.toMatchObject({ code: 'not_found' });
  });
});
