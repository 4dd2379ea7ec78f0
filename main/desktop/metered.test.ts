import { expect, it } from 'vitest';
import { isMetered } from './metered.ts';

const answering = (answer: string) => async () => answer;

it.each([
  ['linux', 'u 1\n', true],
  ['linux', 'u 3\n', true],
  ['linux', 'u 2\n', false],
  ['linux', 'u 4\n', false],
  ['linux', 'u 0\n', null],
  ['win32', 'Variable\r\n', true],
  ['win32', 'Fixed\r\n', true],
  ['win32', 'Unrestricted\r\n', false],
  ['win32', 'Unknown\r\n', null],
] as const)('on %s the answer %j means metered: %s', async (platform, answer, metered) => {
  expect(await isMetered(platform, answering(answer))).toBe(metered);
});

it('a system that cannot be asked, or that tells nobody, leaves it unknown', async () => {
  const absent = async () => {
    throw new Error('ENOENT');
  };
  expect(await isMetered('linux', absent)).toBeNull();
  expect(await isMetered('darwin', answering('anything'))).toBeNull();
});
