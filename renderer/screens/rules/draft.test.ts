import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodingLine } from '../../../main/coding/line.ts';
import { type Condition, ruleSchema } from '../../../main/coding/rule.ts';
import { matcherOf } from '../../../main/coding/rule-match.ts';
import { money } from '../../../main/core/money.ts';
import { type ActionDraft, actionDraftOf, actionOf, emptyAction, newPart } from './action-draft.ts';
import {
  changed,
  conditionOf,
  decimalOf,
  draftOf,
  newField,
  newGroup,
  TEXT_FIELDS,
  withField,
} from './condition-draft.ts';

const word = fc.constantFrom('gas', 'fee', 'rent', 'ga*s');
const amount = fc.constantFrom('-10.00', '-0.01', '0', '0.01', '10.00', '12.5');
const date = fc.constantFrom('2026-11-01', '2026-11-15', '2026-11-30');
const range = (field: 'amount' | 'date', value: fc.Arbitrary<string>): fc.Arbitrary<Condition> =>
  fc.oneof(
    value.map((is) => ({ field, is }) as Condition),
    value.map((from) => ({ field, from }) as Condition),
    value.map((to) => ({ field, to }) as Condition),
    value.map((both) => ({ field, from: both, to: both }) as Condition),
  );
const text = fc
  .tuple(fc.constantFrom(...TEXT_FIELDS), fc.constantFrom('is', 'contains', 'startsWith', 'matches'), word)
  .map(([field, op, value]) => ({ field, [op]: value }) as Condition);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    text,
    range('amount', amount),
    range('date', date),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('condition').map((not) => ({ not })),
  ),
}));
const line: fc.Arbitrary<CodingLine> = fc
  .record({ text: word, bankText: fc.option(word), counterparty: fc.option(word), amount, date })
  .map((given) => ({
    ...{ id: 1, feedAccountId: 'a', providerAccountId: 'a', providerLineId: 'l', state: 'booked' as const },
    ...{ reference: null, category: 'gas', channel: null, accountName: 'rent', accountMask: null },
    ...{ counterpartyKey: '', revision: 1, ...given, amount: money(given.amount, 'USD') },
  }));

describe('conditions in the editor', () => {
  it('mean after editing what they meant before, whatever their nesting', () => {
    fc.assert(
      fc.property(condition, fc.array(line, { minLength: 1, maxLength: 20 }), (before, lines) => {
        const after = conditionOf(draftOf(before)).condition;
        expect(after).toBeDefined();
        if (!after) return;
        expect(lines.map(matcherOf(after))).toEqual(lines.map(matcherOf(before)));
        expect(ruleSchema.safeParse({ name: 'x', when: after, then: { account: '1' } }).success).toBe(true);
      }),
    );
  });

  it('stay the same document when nothing was changed', () => {
    const drafted: Condition = {
      all: [
        { field: 'counterparty', is: 'Tidewater' },
        { field: 'amount', to: '-0.01' },
        { not: { field: 'text', contains: 'refund' } },
        { not: { any: [{ field: 'amount', from: '1', to: '2' }] } },
      ],
    };
    expect(conditionOf(draftOf(drafted)).condition).toEqual(drafted);
    expect(conditionOf(draftOf({ field: 'text', is: 'a' })).condition).toEqual({ field: 'text', is: 'a' });
  });

  it('say what is missing, and where', () => {
    const empty = newField('text');
    const reversed = { ...newField('amount'), op: 'between' as const, value: '10', upTo: '-5' };
    const noDay = { ...newField('date'), value: '20.11.2026' };
    const group = newGroup('any', []);
    const { condition: none, problems } = conditionOf(newGroup('all', [empty, reversed, noDay, group]));
    expect(none).toBeUndefined();
    expect(Object.fromEntries(problems)).toEqual({
      [empty.key]: 'empty',
      [reversed.key]: 'reversed',
      [noDay.key]: 'noDate',
      [group.key]: 'emptyGroup',
    });
  });

  it('keep the value when the field changes to one of the same kind, and drop it otherwise', () => {
    const field = { ...newField('text'), value: 'gas', op: 'contains' as const };
    expect(withField(field, 'reference')).toMatchObject({ field: 'reference', op: 'contains', value: 'gas' });
    expect(withField(field, 'amount')).toMatchObject({ field: 'amount', op: 'in', value: '' });
  });

  it('are changed and removed by key at any depth', () => {
    const [a, b] = [newField(), newField()];
    const root = newGroup('all', [a, newGroup('any', [b])]);
    expect(changed(root, b.key, () => undefined).children[1]).toMatchObject({ children: [] });
    expect(changed(root, b.key, (node) => ({ ...node, key: 'new' })).children[1]).toMatchObject({
      children: [{ key: 'new' }],
    });
  });

  it.each([
    ['1,200.50', '1200.50'],
    ['−12,5', '-12.5'],
    ['1 000', '1000'],
    ['abc', undefined],
    ['', undefined],
    ['1.2345678', undefined],
  ])('the amount %j is %j', (typed, read) => {
    expect(decimalOf(typed)).toBe(read);
  });
});

describe('actions in the editor', () => {
  it.each([
    [{ account: '605100' }],
    [{ account: 'V-1', accountType: 'vendor' as const, dimensions: { Unit: 'A' }, text: 'Gas' }],
    [{ text: 'Gas' }],
    [{ dimensions: { Unit: 'A' } }],
    [{ exclude: 'private' }],
    [
      {
        split: [
          { percent: '60', account: '1', text: 'a' },
          { amount: '-3.00', account: '2' },
          { rest: true as const, account: '3' },
        ],
        text: 'all',
      },
    ],
  ])('%j stays the same document when nothing was changed', (action) => {
    expect(actionOf(actionDraftOf(action)).action).toEqual(action);
  });

  const split = (...parts: ActionDraft['parts']) => actionOf({ ...emptyAction(), does: 'split', parts }).problems;
  const part = (share: 'percent' | 'amount' | 'rest', value = '') => ({ ...newPart(share, value), account: '1' });

  it('say what is missing before main is asked', () => {
    expect(actionOf(emptyAction()).problems.get('account')).toBe('noAccount');
    expect(actionOf({ ...emptyAction(), does: 'exclude' }).problems.get('why')).toBe('noReason');
    expect(actionOf({ ...emptyAction(), does: 'text' }).problems.get('text')).toBe('nothing');
    expect(split(part('percent', '60'), part('percent', '50')).get('parts')).toBe('tooMuch');
    expect(split(part('percent', '60'), part('percent', '30')).get('parts')).toBe('tooLittle');
    expect(split(part('rest'), part('rest')).get('parts')).toBe('twoRests');
    expect(split().get('parts')).toBe('noParts');
    const wrong = part('amount', 'much');
    expect(split(wrong, part('rest')).get(wrong.key)).toBe('noShare');
    expect(split(part('percent', '60%'), part('percent', '40')).size).toBe(0);
  });
});
