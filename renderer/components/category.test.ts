import { expect, test } from 'vitest';
import { categoryText } from './category.ts';

test('a category reads as words, and a bank that already writes words is left alone', () => {
  expect(categoryText('INCOME_OTHER_INCOME')).toBe('Income other income');
  expect(categoryText('Office supplies')).toBe('Office supplies');
  expect(categoryText(null)).toBeNull();
});
