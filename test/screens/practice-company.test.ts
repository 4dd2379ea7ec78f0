import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, openScreen, seriousFindings } from './support/browser.ts';
import { type OwnScreens, startOwnScreens } from './support/own-host.ts';

let screens: OwnScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startOwnScreens();
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(at: string, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const name = (page: Page) => page.locator('.rail .name');
const practiceStrip = (page: Page) => page.locator('.strip strong', { hasText: 'PRACTICE COMPANY' });

test('one press on the empty first screen opens the practice company, marked; the palette leads back', () =>
  open('#/today', async (page) => {
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    expect(await practiceStrip(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Open the practice company' }).click();
    await page.getByText('Linking the practice banks and reading their history').waitFor();
    await practiceStrip(page).waitFor({ timeout: 30_000 });
    await name(page).getByText('Harbor Property Group (practice)').waitFor();
    await page
      .locator('.rail')
      .getByRole('link', { name: /Review/ })
      .click();
    await page.locator('.rg-row:not(.rg-placeholder)').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    // The own workspace has heard nothing of it.
    expect(await screens.api.run('connections.list', {})).toEqual([]);

    await page.keyboard.press('Control+k');
    await page.keyboard.type('back to your own');
    await page.keyboard.press('Enter');
    await name(page).getByText('Mercer Holdings').waitFor();
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    expect(await practiceStrip(page).count()).toBe(0);
    expect(screens.troubles).toEqual([]);
  }));

test('Connections without a connection offers it, too; every open page goes there and back', () =>
  open('#/connections', (page) =>
    open('#/settings', async (other) => {
      await page.getByRole('button', { name: 'Open the practice company' }).click();
      for (const each of [page, other]) await practiceStrip(each).waitFor({ timeout: 30_000 });
      await other.getByRole('button', { name: 'Back to your own workspace' }).click();
      for (const each of [page, other]) await name(each).getByText('Mercer Holdings').waitFor();
    }),
  ));

test('a filter of the one workspace is not taken into the other', () =>
  open('#/review/review', async (page) => {
    const remembered = () =>
      page.evaluate(() => JSON.parse(localStorage.getItem('daybook-view') ?? '{}').state?.remembered ?? {});
    await page.evaluate(() => {
      const stored = JSON.parse(localStorage.getItem('daybook-view') ?? '{}');
      stored.state = { ...stored.state, remembered: { mine: 'own' } };
      localStorage.setItem('daybook-view', JSON.stringify({ version: 1, ...stored }));
    });
    await page.reload();
    await name(page).getByText('Mercer Holdings').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('practice company');
    await page.keyboard.press('Enter');
    await practiceStrip(page).waitFor({ timeout: 30_000 });
    await expect.poll(remembered).not.toHaveProperty('mine');
    await page.getByRole('button', { name: 'Back to your own workspace' }).click();
    await name(page).getByText('Mercer Holdings').waitFor();
    await expect.poll(remembered).toHaveProperty('mine', 'own');
  }));

test('no file that a page asks for is missing', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const missing: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) missing.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(screens.url());
  await page.locator('.frame').waitFor();
  expect(missing).toEqual([]);
  await context.close();
});
