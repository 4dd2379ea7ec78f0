import { expect, test } from 'vitest';
import { findDuplicate, isSameLogin } from './duplicate.ts';

const login = (institutionId: string | null, ...accounts: Array<[string, string | null]>) => ({
  institutionId,
  accounts: accounts.map(([name, mask]) => ({ name, mask })),
});

test('a login that shows an account we already have is a duplicate', () => {
  const ours = login('ins_1', ['Operating', '0001'], ['Deposits', '0002']);
  expect(isSameLogin(login('ins_1', ['Deposits', '0002'], ['Payroll', '0009']), ours)).toBe(true);
  expect(isSameLogin(login('ins_1', [' operating ', '0001']), ours)).toBe(true);
});

test('the same account name and mask at another bank is no duplicate', () => {
  expect(isSameLogin(login('ins_2', ['Operating', '0001']), login('ins_1', ['Operating', '0001']))).toBe(false);
});

test('an unknown bank, a missing mask or another mask proves nothing', () => {
  expect(isSameLogin(login(null, ['Operating', '0001']), login(null, ['Operating', '0001']))).toBe(false);
  expect(isSameLogin(login('ins_1', ['Checking', null]), login('ins_1', ['Checking', null]))).toBe(false);
  expect(isSameLogin(login('ins_1', ['Checking', '0001']), login('ins_1', ['Checking', '0002']))).toBe(false);
});

test('the duplicated login is named', () => {
  const existing = [
    { id: 'a', ...login('ins_1', ['Operating', '0001']) },
    { id: 'b', ...login('ins_1', ['Operating', '0002']) },
  ];
  expect(findDuplicate(login('ins_1', ['Operating', '0002']), existing)?.id).toBe('b');
  expect(findDuplicate(login('ins_1', ['Operating', '0003']), existing)).toBeUndefined();
});
