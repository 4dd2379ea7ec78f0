import { asDaybookError, DaybookError } from '../core/errors.ts';

/** Puts the place in a list before the path of whatever goes wrong inside: `mappings[2].journalName`. */
export async function placed<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'internal') throw thrown;
    const path = error.path === undefined || error.path === '' ? prefix : `${prefix}.${error.path}`;
    const { code, message, providerCode, requestId, retryable, repair } = error;
    throw new DaybookError(code, message, { path, providerCode, requestId, retryable, repair, cause: error.cause });
  }
}
