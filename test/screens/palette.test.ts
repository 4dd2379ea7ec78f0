import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput } from '../../main/api/contract.ts';
import { launch, openScreen } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

type Hit = CallOutput<'search.all'>[number];
const rule = (id: string): Hit => ({
  kind: 'rule',
  id,
  title: `Rule ${id}`,
  detail: '',
  date: null,
  amount: null,
  legalEntity: null,
});

test('a finding that comes before another leaves the palette standing, and Enter opens the one that is marked', async () => {
  const page = await openScreen(browser, screens, { at: '#/today' });
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  await page.route('**/api/call', async (route) => {
    const { name, input } = route.request().postDataJSON() as { name: string; input: { query: string } };
    if (name !== 'search.all') return route.continue();
    const value = input.query === 'ru' ? [rule('b')] : [rule('a'), rule('b')];
    return route.fulfill({ json: { ok: true, value } });
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ru');
  await page.getByRole('option', { name: /Rule b/ }).waitFor();
  await page.keyboard.type('l');
  await page.getByRole('option', { name: /Rule a/ }).waitFor();
  for (let step = 0; step < 20; step++) {
    const marked = page.locator('.option[data-focused]', { hasText: 'Rule b' });
    if ((await marked.count()) > 0) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.location.hash === '#/rules/b');
  expect(failures).toEqual([]);
  await page.context().close();
});
