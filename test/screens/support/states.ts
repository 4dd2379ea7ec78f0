/** Brings one page through the states of its screen, so that a spec loads it once. */
import type { Page } from 'playwright-core';
import type { CallName, CallOutput, SerialError } from '../../../main/api/contract.ts';

export type Given<N extends CallName> = CallOutput<N> | { readonly failed: SerialError } | 'never' | 'real';

export const FAILED: SerialError = {
  ...{ code: 'database_corrupt', retryable: false, repair: 'restore_backup' },
  sentence: 'The workspace file is damaged. Restore the latest backup.',
};

/** @returns shows the screen at `at` anew, with this answer of main's to the call `name` */
export async function answering<N extends CallName>(page: Page, name: N, at: string) {
  let given: Given<N> = 'real';
  await page.route('**/api/call', async (route) => {
    const { name: asked } = route.request().postDataJSON() as { name: string };
    if (asked !== name || given === 'real') return route.continue();
    if (given === 'never') return undefined;
    const failed = typeof given === 'object' && given !== null && 'failed' in given ? given.failed : undefined;
    return route.fulfill({ json: failed ? { ok: false, error: failed } : { ok: true, value: given } });
  });
  return async (next: Given<N>): Promise<void> => {
    given = next;
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, at);
    // The screens keep answers for a while; a page that is loaded anew has none.
    await page.reload();
    await page.locator('.frame').waitFor();
  };
}
