import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canBeWritten,
  delimiterOf,
  escapeSegment,
  joinSegments,
  readFormat,
  splitSegments,
  unescapeSegment,
} from './display-value.ts';

test('a delimiter inside an account gets a backslash, as recorded from the service', () => {
  expect(escapeSegment('US-108', '-')).toBe('US\\-108');
  expect(escapeSegment('RFI-OPER', '-')).toBe('RFI\\-OPER');
  expect(unescapeSegment('US\\-108', '-')).toBe('US-108');
  expect(unescapeSegment('USMF OPER', '-')).toBe('USMF OPER');
});

test('empty segments keep their delimiters, also at the end', () => {
  expect(joinSegments(['401100', '', '', ''], '-')).toBe('401100---');
  expect(splitSegments('401100---', '-')).toEqual(['401100', '', '', '']);
});

test('every delimiter that an environment can choose is known, and an unknown one is not guessed', () => {
  const members = 'Hyphen Period Underscore Bar Tilde'.split(' ');
  expect(members.map(delimiterOf)).toEqual(['-', '.', '_', '|', '~']);
  expect(members.map((member) => delimiterOf(`Double${member}`))).toEqual(['--', '..', '__', '||', '~~']);
  expect(delimiterOf('Comma')).toBeUndefined();
});

test('whatever can be written comes back unchanged, with any delimiter', () => {
  const delimiter = fc.constantFrom('-', '.', '_', '|', '~', '--', '..', '__', '||', '~~');
  const value = fc.string({
    unit: fc.constantFrom('a', 'B', '7', '-', '.', '_', '|', '~', '\\', ' ', 'é'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(delimiter, fc.array(value, { minLength: 1, maxLength: 6 }), (joint, values) => {
      const good = values.filter((item) => canBeWritten(item, joint));
      fc.pre(good.length > 0);
      expect(splitSegments(joinSegments(good, joint), joint)).toEqual(good);
    }),
  );
});

test('a plain account without backslash can always be written with a single delimiter', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '7', '-', '.'), maxLength: 12 }), (value) => {
      expect(canBeWritten(value, '-')).toBe(true);
    }),
  );
  expect(canBeWritten('A\\', '-')).toBe(false);
});

test('a format is read in its order, also when it was saved under another delimiter', () => {
  expect(readFormat('MainAccount-CostCenter-Property', '-')).toEqual(['MainAccount', 'CostCenter', 'Property']);
  expect(readFormat('MainAccount-CostCenter', '|')).toEqual(['MainAccount', 'CostCenter']);
  expect(readFormat('MainAccount', '-')).toEqual(['MainAccount']);
  expect(readFormat('', '-')).toEqual([]);
});
