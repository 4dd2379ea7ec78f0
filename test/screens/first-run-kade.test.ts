import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRACTICE_APPLICATION } from '../../practice/exact/index.ts';
import type { KadeWorld } from '../../practice/kade/world.ts';
import { launch, openScreen } from './support/browser.ts';
import { type FirstRun, walkFirstRun } from './support/first-run.ts';
import { type Hands, handsOn } from './support/hands.ts';
import { type PracticeScreens, startCompanyScreens } from './support/practice-host.ts';

let screens: PracticeScreens<KadeWorld>;
let browser: Browser;

beforeAll(async () => {
  screens = await startCompanyScreens('kade', { fromNothing: true });
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

const DIVISION = 3120045;

/** The office in Rotterdam: accounts in euro and dollar, and a card without a bank journal. */
function rotterdam(): FirstRun {
  const { plaid, sites } = screens.practice.world;
  const office = screens.practice.setup.connections.find((one) => one.kind === 'exact' && one.site === 'nl');
  if (office?.kind !== 'exact') throw new Error('the company has no office in the Netherlands');
  return {
    banks: [/Merwebank/],
    accounts: 4,
    firstDay: screens.firstDay,
    lastDay: '2026-11-19',
    connectLedger: async (hands) => {
      const { page } = hands;
      await hands.push(page.getByRole('button', { name: 'Exact Online', exact: true }));
      const dialog = page.getByRole('dialog', { name: 'Connect Exact Online' });
      await hands.fill(dialog.getByLabel('Client ID'), PRACTICE_APPLICATION.clientId);
      await hands.fill(dialog.getByLabel('Client secret'), PRACTICE_APPLICATION.clientSecret);
      await hands.fill(dialog.getByLabel('Return address'), PRACTICE_APPLICATION.redirectUri);
      await hands.choose(dialog.getByRole('button', { name: /What it holds/ }), /Test books/);
      await hands.push(dialog.locator('summary', { hasText: 'What not everybody needs' }));
      await hands.fill(dialog.getByLabel('Practice server'), office.endpoint);
      await hands.press('Enter');
      await signIn(hands);
      await dialog.getByText('The connection works.').waitFor();
      await hands.push(dialog.getByRole('button', { name: 'Next' }));
      await hands.to(dialog.getByRole('checkbox', { name: new RegExp(`${DIVISION}`) }));
      await hands.press('Space');
      await hands.push(dialog.getByRole('button', { name: 'Use this one' }));
    },
    connectBanks: async (hands) => {
      const { page } = hands;
      await page.getByRole('dialog', { name: 'Connect Plaid' }).waitFor();
      await hands.type(plaid.control.clientId);
      await hands.press('Tab');
      await hands.type(plaid.control.secret);
      await hands.choose(page.getByRole('button', { name: /What it reaches/ }), /Test banks/);
      await hands.push(page.locator('summary', { hasText: 'What is asked for' }));
      await hands.fill(page.getByLabel('Countries of your banks'), 'NL');
      await hands.push(page.getByRole('button', { name: 'Save and check' }));
      await page.getByRole('dialog', { name: 'Add a bank' }).waitFor();
    },
    finishMappings: async (hands) => {
      const { page } = hands;
      await hands.push(page.getByRole('button', { name: 'Take 4 proposals' }));
      await page.locator('tr[data-mapped="true"]').nth(3).waitFor();
      await hands.press('Control+a');
      await hands.push(page.getByRole('button', { name: 'Change 4 mappings' }));
      await hands.fill(page.getByLabel('Account for own transfers'), '1290');
      await hands.fillDay(page.getByLabel('First day'), screens.firstDay);
      await hands.push(page.getByRole('dialog').getByRole('button', { name: 'Change 4 mappings' }));
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    code: async (hands) => {
      const { page } = hands;
      await hands.press('Control+a', 'c');
      await page.getByRole('combobox', { name: 'Account' }).waitFor();
      await hands.type('2999');
      await hands.fill(page.getByRole('combobox', { name: 'VAT code' }), '0');
      await hands.press('Control+Enter');
      await page.locator('.bulk-strip').waitFor({ state: 'detached' });
    },
    night: () => void sites.nl.control.process(DIVISION),
  };
}

/** Signs in on the country site's own page, and brings the address that it shows. */
async function signIn(hands: Hands): Promise<void> {
  const { page } = hands;
  const start = page.getByRole('button', { name: 'Open the sign-in page' });
  await hands.to(start);
  const [tab] = await Promise.all([page.context().waitForEvent('page'), hands.press('Enter')]);
  await handsOn(tab).push(tab.getByRole('button', { name: 'Allow', exact: true }));
  const address = await tab.locator('#address').inputValue();
  await tab.close();
  await hands.fill(page.getByLabel('Address at which you landed'), address);
  await hands.press('Enter');
}

test('from nothing at all to a day posted to a second kind of ledger and reconciled, by keyboard alone', {
  timeout: 240_000,
}, async () => {
  const page = await openScreen(browser, screens, { at: '#/today' });
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  await walkFirstRun(handsOn(page), rotterdam());
  expect(failures).toEqual([]);
  await page.context().close();
});
