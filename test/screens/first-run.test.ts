import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRACTICE_CREDENTIALS } from '../../practice/d365/index.ts';
import { launch, openScreen } from './support/browser.ts';
import { type FirstRun, walkFirstRun } from './support/first-run.ts';
import { type Hands, handsOn } from './support/hands.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startPracticeScreens({ fromNothing: true });
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

function harbor(): FirstRun {
  const { control } = screens.practice.world.plaid;
  const [, { endpoint, tokenEndpoint }] = screens.practice.setup.connections;
  return {
    banks: [/Tidewater Bank/],
    accounts: 3,
    firstDay: screens.firstDay,
    lastDay: '2026-11-19',
    connectLedger: async (hands) => {
      const { page } = hands;
      const next = page.getByRole('button', { name: 'Next' });
      await hands.push(page.getByRole('button', { name: /Dynamics 365/ }));
      await page.getByRole('dialog', { name: 'Connect Dynamics 365' }).waitFor();
      await hands.type(endpoint);
      await hands.choose(page.getByRole('button', { name: /What it holds/ }), /Test books/);
      await hands.push(page.locator('summary', { hasText: 'For developers' }));
      await hands.fill(page.getByLabel('Address for tokens'), tokenEndpoint);
      await hands.push(next);
      await page.getByLabel('Directory (tenant) id').waitFor();
      await hands.type(PRACTICE_CREDENTIALS.tenant);
      await hands.press('Tab');
      await hands.type(PRACTICE_CREDENTIALS.clientId);
      await hands.press('Enter');
      await hands.choose(page.getByRole('button', { name: /How Daybook proves/ }), /Client secret/);
      await hands.fill(page.getByLabel('Value of the client secret'), PRACTICE_CREDENTIALS.secret);
      await hands.press('Enter');
      await page.getByText(/Signed in; \d+ legal entities can be seen/).waitFor();
      await hands.push(page.getByRole('button', { name: 'Done' }));
    },
    connectBanks: async (hands) => {
      const { page } = hands;
      await page.getByRole('dialog', { name: 'Connect Plaid' }).waitFor();
      await hands.type(control.clientId);
      await hands.press('Tab');
      await hands.type(control.secret);
      await hands.choose(page.getByRole('button', { name: /What it reaches/ }), /Test banks/);
      await hands.push(page.getByRole('button', { name: 'Save and check' }));
      await page.getByRole('dialog', { name: 'Add a bank' }).waitFor();
    },
    finishMappings: async (hands) => {
      const { page } = hands;
      await hands.push(page.getByRole('button', { name: /^Take \d+ proposals?/ }));
      await page.locator('tr[data-mapped="true"]').nth(2).waitFor();
      await hands.press('Control+a');
      await hands.push(page.getByRole('button', { name: 'Change 3 mappings' }));
      await hands.fillDay(page.getByLabel('First day'), screens.firstDay);
      await hands.push(page.getByRole('dialog').getByRole('button', { name: 'Change 3 mappings' }));
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    code: async (hands) => {
      await codeAll(hands, '601000', '010');
    },
    night: () => screens.practice.world.d365.control.postJournals(),
  };
}

async function codeAll(hands: Hands, account: string, costCenter: string): Promise<void> {
  await hands.press('Control+a', 'c');
  await hands.page.getByRole('combobox', { name: 'Account' }).waitFor();
  await hands.type(account);
  await hands.fill(hands.page.getByRole('combobox', { name: 'CostCenter' }), costCenter);
  await hands.press('Control+Enter');
  await hands.page.locator('.bulk-strip').waitFor({ state: 'detached' });
}

test('from nothing at all to a posted and reconciled day, by keyboard alone', { timeout: 240_000 }, async () => {
  const page = await openScreen(browser, screens, { at: '#/today' });
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  await walkFirstRun(handsOn(page), harbor());
  expect(failures).toEqual([]);
  await page.context().close();
});
