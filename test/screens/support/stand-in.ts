/** Answers of a ledger that is not there, for specs of what a screen does with them. */
import type { Page } from 'playwright-core';
import type { CallInput, CallName, CallOutput, SerialError } from '../../../main/api/contract.ts';

type Answer<N extends CallName> = CallOutput<N> | { readonly failed: SerialError };
export type Answering = { readonly [N in CallName]?: (input: CallInput<N>) => Answer<N> };

/** From now on these calls are answered here; the others go to main. @returns every call that was answered, in order */
export async function standIn(page: Page, answering: Answering) {
  const asked: Array<{ readonly name: string; readonly input: unknown }> = [];
  const answers = new Map<string, (input: never) => unknown>(Object.entries(answering));
  await page.route('**/api/call', async (route) => {
    const { name, input } = route.request().postDataJSON() as { name: string; input: never };
    const answer = answers.get(name);
    if (answer === undefined) return route.fallback();
    asked.push({ name, input });
    const value = answer(input);
    const failed = typeof value === 'object' && value !== null && 'failed' in value ? value.failed : undefined;
    return route.fulfill({ json: failed ? { ok: false, error: failed } : { ok: true, value } });
  });
  return asked;
}
