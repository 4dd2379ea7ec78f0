import { describe, expect, test } from 'vitest';
import { asDaybookError, DaybookError, ERROR_NATURES } from './errors.ts';

const withCode = (code: string) => Object.assign(new Error('raw text of the system'), { code });

describe('asDaybookError', () => {
  test.each([
    ['ENOSPC', 'disk_full', 'free_disk'],
    ['SQLITE_FULL', 'disk_full', 'free_disk'],
    ['EROFS', 'database_read_only', 'free_disk'],
    ['EACCES', 'database_read_only', 'free_disk'],
    ['EPERM', 'database_read_only', 'free_disk'],
    ['SQLITE_READONLY_DBMOVED', 'database_read_only', 'free_disk'],
    ['SQLITE_CORRUPT_VTAB', 'database_corrupt', 'restore_backup'],
    ['SQLITE_NOTADB', 'database_corrupt', 'restore_backup'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy_elsewhere', 'close_other'],
    ['SQLITE_LOCKED', 'busy_elsewhere', 'close_other'],
    ['EWHATEVER', 'internal', 'contact_support'],
  ])('%s is %s, repaired by %s, and its raw text is not shown', (code, expected, repair) => {
    const error = asDaybookError(withCode(code));
    expect(error).toMatchObject({ code: expected, repair });
    expect(error.message).not.toContain('raw text');
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('an abort is a cancellation, anything else is internal and kept as the cause', () => {
    expect(asDaybookError(AbortSignal.abort().reason).code).toBe('cancelled');
    for (const thrown of ['text', undefined, null, 7, { code: 7 }, new RangeError('x')])
      expect(asDaybookError(thrown)).toMatchObject({ code: 'internal', retryable: false });
    expect(asDaybookError('text').cause).toBe('text');
  });

  test('a DaybookError stays itself', () => {
    const error = new DaybookError('timeout', 'Late.');
    expect(asDaybookError(error)).toBe(error);
  });
});

describe('DaybookError', () => {
  test('takes retry and repair from its code unless the provider knows better', () => {
    expect(new DaybookError('rate_limited', 'Wait.')).toMatchObject({ retryable: true, repair: 'wait' });
    expect(new DaybookError('rate_limited', 'Over.', { retryable: false, repair: 'ask_administrator' })).toMatchObject({
      retryable: false,
      repair: 'ask_administrator',
    });
  });

  test('what is stored and shown has neither cause nor stack', () => {
    const error = new DaybookError('wrong_keys', 'Check the keys.', {
      providerCode: 'INVALID_API_KEYS',
      requestId: 'r1',
      path: 'connections[0]',
      cause: new Error('hidden'),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'wrong_keys',
      retryable: false,
      repair: 'check_keys',
      sentence: 'Check the keys.',
      providerCode: 'INVALID_API_KEYS',
      requestId: 'r1',
      path: 'connections[0]',
    });
  });

  test('what waits by itself can be tried again: no code asks to wait for something that never comes', () => {
    for (const [code, nature] of Object.entries(ERROR_NATURES))
      if (nature.repair === 'wait') expect([code, nature.retryable]).toEqual([code, true]);
  });
});
