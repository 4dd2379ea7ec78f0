import { expect, test } from 'vitest';
import { ruleSentence } from './rule-words.ts';
import { readRule } from './rules.ts';

test.each([
  [
    { name: 'a', when: { field: 'text', contains: 'WATER' }, then: { account: '604000' } },
    'text contains “WATER”: account 604000.',
  ],
  [
    {
      name: 'b',
      when: {
        all: [
          {
            any: [
              { field: 'counterparty', is: 'A' },
              { field: 'counterparty', matches: 'B*' },
            ],
          },
          { not: { field: 'amount', from: '0.01', to: '5' } },
          { field: 'date', from: '2026-01-01' },
        ],
      },
      then: { account: 'C-1', accountType: 'customer', dimensions: { CostCenter: '010' }, text: 'Rent' },
    },
    '(counterparty is “A” or counterparty matches “B*”) and not (amount from 0.01 to 5) and date from 2026-01-01: customer C-1, CostCenter 010, text “Rent”.',
  ],
  [
    {
      name: 'c',
      when: { field: 'channel', startsWith: 'on' },
      then: {
        split: [
          { percent: '60', account: '1' },
          { rest: true, account: '2' },
        ],
      },
    },
    'channel begins with “on”: split 60 % to 1, the rest to 2.',
  ],
  [{ name: 'd', when: { field: 'text', is: 'x' }, then: { exclude: 'private' } }, 'text is “x”: exclude (private).'],
])('rule %#: in plain words', (document, sentence) => {
  expect(ruleSentence(readRule(document))).toBe(sentence);
});
