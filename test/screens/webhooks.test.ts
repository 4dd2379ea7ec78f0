import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput, SerialError } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

type Status = CallOutput<'webhooks.status'>;

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

async function open<T>(options: OpenOptions, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, options);
  page.setDefaultTimeout(6_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const AT = '2026-11-20T07:30:00.000Z';
const ON: Status = {
  ...{ relayUrl: 'https://relay.harbor.example', readLists: true, link: 'connected', sentence: null },
  ...{ linkAt: AT, heardAt: AT, channel: { createdAt: AT, keyVersion: 1 }, unjudged: 0, waiting: 0 },
  counts: [
    { provider: 'plaid', verdict: 'genuine', why: '', count: 1_204, lastAt: AT },
    { provider: 'plaid', verdict: 'duplicate', why: 'The notice had come before.', count: 3, lastAt: AT },
    {
      ...{ provider: 'plaid', verdict: 'forged', count: 12, lastAt: AT },
      why: 'The text of the notice was changed on its way.',
    },
    { provider: 'exact', verdict: 'unknown', why: 'There is no connection that could check it.', count: 1, lastAt: AT },
  ],
  addresses: [
    {
      ...{ connectionId: 'conn_1', connection: 'Banks', place: 'Tidewater Bank', state: 'set' },
      ...{ sentence: null, checkedAt: AT, byHand: false },
    },
    {
      ...{ connectionId: 'conn_1', connection: 'Banks', place: 'Northgate Bank', state: 'elsewhere' },
      ...{ sentence: null, checkedAt: AT, byHand: false },
    },
    {
      ...{ connectionId: 'conn_2', connection: 'Exact NL', place: null, state: 'failed', checkedAt: AT, byHand: false },
      sentence: 'The secret webhookSecret is missing or empty. Enter it in the connection’s setup.',
    },
  ],
  lists: [
    {
      ...{ connectionId: 'conn_1', connection: 'Banks', readAt: AT },
      sentence: 'This Plaid account does not offer the list of sent notices.',
    },
  ],
};
const AWAY: Status = {
  ...{ ...ON, link: 'waiting', heardAt: null, unjudged: 4, waiting: 2, counts: [], addresses: [], lists: [] },
  sentence: 'The relay cannot be reached. Daybook connects again by itself.',
};
const refusal: SerialError = {
  ...{ code: 'not_permitted', retryable: false, repair: 'ask_administrator' },
  sentence: 'The relay is for its own people: the enrolment word is missing or not right.',
};

test('webhooks are off by default, and one line says what they are for and where to switch them on', () =>
  open({ at: '#/connections' }, async (page) => {
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
    await page.getByRole('link', { name: 'Settings of webhooks' }).click();
    await page.getByLabel('Address of the relay').waitFor();
    expect(await page.getByRole('button', { name: 'Switch on' }).isDisabled()).toBe(true);
  }));

test('the card tells the connection, what was genuine, and each reason for which nothing was done', () =>
  open({ at: '#/connections', answers: { 'webhooks.status': ON } }, async (page) => {
    const card = page.locator('.webhooks');
    await card.getByRole('heading', { name: 'Connected to the relay' }).waitFor();
    await card.getByText('relay.harbor.example').waitFor();
    await card.getByText('1,204').waitFor();
    const rows = await card.locator('tbody tr').allInnerTexts();
    expect(rows).toHaveLength(3);
    expect(rows.join('\n')).toContain('The text of the notice was changed on its way.');
    await card.getByText('Banks, Northgate Bank').waitFor();
    await card.getByText('The secret webhookSecret is missing').waitFor();
    expect(await card.getByText('Tidewater Bank').count()).toBe(0);
    await card.getByText('does not offer the list of sent notices').waitFor();
  }));

const SHOWN = `https://relay.harbor.example/hooks/${'0'.repeat(26)}/d365/${'s'.repeat(86)}`;
const BY_HAND: Status = {
  ...ON,
  addresses: [
    {
      ...{ connectionId: 'conn_3', connection: 'Harbor D365', place: null, state: 'none', checkedAt: AT, byHand: true },
      sentence: 'Nothing has come by this address yet. Show it, and enter it at the provider.',
    },
  ],
};

test('the address of business events is shown on request alone, to be copied, and goes again', () =>
  open(
    { at: '#/connections', answers: { 'webhooks.status': BY_HAND, 'webhooks.showAddress': { address: SHOWN } } },
    async (page) => {
      const part = page.getByRole('region', { name: 'Address for Harbor D365' });
      await part.getByText('No business event came yet.').waitFor();
      expect(await page.getByText(SHOWN).count()).toBe(0);
      await part.getByRole('button', { name: 'Show address' }).focus();
      await page.keyboard.press('Enter');
      await part.getByText(SHOWN).waitFor();
      await part.getByRole('button', { name: 'Copy address' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await part.getByRole('button', { name: 'Hide address' }).click();
      await part.getByRole('button', { name: 'Show address' }).waitFor();
      expect(await page.getByText(SHOWN).count()).toBe(0);
    },
  ));

test('what keeps the address from being shown is told beside it', () =>
  open(
    { at: '#/connections', answers: { 'webhooks.status': BY_HAND, 'webhooks.showAddress': { failed: refusal } } },
    async (page) => {
      await page.getByRole('button', { name: 'Show address' }).click();
      await page.getByText('the enrolment word is missing or not right').waitFor();
      await page.getByRole('button', { name: 'Show address' }).waitFor();
    },
  ));

test('a relay that is away is said, with what waits', () =>
  open({ at: '#/connections', answers: { 'webhooks.status': AWAY } }, async (page) => {
    await page.getByText('The relay cannot be reached. Daybook connects again by itself.').waitFor();
    await page.getByText('4 to be checked, 2 to be fetched for').waitFor();
    await page.getByText('None yet').waitFor();
  }));

test('what is no address of a relay is refused in plain words, by keyboard alone', () =>
  open({ at: '#/settings/webhooks' }, async (page) => {
    await page.getByLabel('Address of the relay').fill('http://relay.example.com');
    await page.keyboard.press('Enter');
    await page.getByText('The address of the relay must begin with https://').waitFor();
    expect((await screens.api.run('webhooks.status', {})).relayUrl).toBeNull();
  }));

test('a refused enrolment word is told where it happened', () =>
  open({ at: '#/settings/webhooks', answers: { 'webhooks.configure': { failed: refusal } } }, async (page) => {
    await page.getByLabel('Address of the relay').fill('https://relay.harbor.example');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('the enrolment word is missing or not right').waitFor();
  }));

test('switching off asks first and says what it means', () =>
  open({ at: '#/settings/webhooks', answers: { 'webhooks.status': ON } }, async (page) => {
    await page.getByRole('button', { name: 'Switch off' }).click();
    const dialog = page.getByRole('dialog', { name: 'Switch webhooks off?' });
    await dialog.getByText('The addresses are taken away').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }));

test.each(['light', 'dark'] as const)('no serious finding of accessibility in the %s theme', (theme) =>
  open({ at: '#/connections', theme, answers: { 'webhooks.status': ON } }, async (page) => {
    await page.locator('.webhooks tbody tr').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Settings of webhooks' }).click();
    await page.getByRole('button', { name: 'New channel…' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  }),
);
