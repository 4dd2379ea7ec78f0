import { expect, test } from 'vitest';
import { companyAmong } from './names.ts';

test('a program opens the company that its arguments name, and Harbor without one', () => {
  expect(companyAmong(['--practice', '--company', 'kade'])).toBe('kade');
  expect(companyAmong(['--practice'])).toBe('harbor');
  expect(() => companyAmong(['--company', 'nobody'])).toThrow('--company is one of harbor, kade');
  expect(() => companyAmong(['--company'])).toThrow(RangeError);
});
