import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, SIZES, seriousFindings } from './support/browser.ts';
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

async function open<T>(at: string, look: (page: Page) => Promise<T>, options: Partial<OpenOptions> = {}): Promise<T> {
  const page = await openScreen(browser, screens, { at, ...options });
  page.setDefaultTimeout(15_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const schedule = async () => (await screens.api.run('settings.get', {})).schedule;

/** For the eyes of whoever works on it: `DAYBOOK_SHOTS=folder`. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.DAYBOOK_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

test('days, hours, holidays, power and digest are set by keyboard, with a preview before anything is saved', () =>
  open('#/settings/schedule', async (page) => {
    const preview = page.getByRole('region', { name: 'Next runs' });
    await preview.getByText('12:00').first().waitFor();
    await page.getByRole('checkbox', { name: 'Mon' }).focus();
    await page.keyboard.press('Space');
    await preview.getByText('no run: Monday').waitFor();
    await preview.getByRole('heading', { name: 'Next runs, once saved' }).waitFor();
    await page.getByLabel('Every few hours, too').focus();
    await page.keyboard.press('Space');
    await page.getByLabel('Until').fill('07:00');
    await page.getByText('Not before it begins.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByLabel('Until').fill('17:00');
    await page.getByRole('button', { name: /No run on public holidays of/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Germany' }).waitFor();
    await page.keyboard.type('Germ');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Region/ }).press('Enter');
    await page.getByRole('option', { name: 'Nordrhein-Westfalen' }).click();
    await page.getByRole('button', { name: /On battery/ }).press('Enter');
    await page.getByRole('option', { name: 'Run all the same' }).click();
    await page.getByRole('button', { name: /Digest/ }).press('Enter');
    await page.getByRole('option', { name: 'With the first run of a week' }).click();
    expect((await schedule()).every).toBeNull();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('The settings are saved.').first().waitFor();
    expect(await schedule()).toMatchObject({
      ...{ days: [2, 3, 4, 5], every: { hours: 4, from: '08:00', until: '17:00' }, onBattery: 'run', digest: 'weekly' },
      holidays: { country: 'DE', region: 'NW' },
    });
    await shoot(page, 'settings-saved');
    await screens.api.run('settings.save', { schedule: { ...(await schedule()), days: [1, 2, 3, 4, 5], every: null } });
  }));

test('no day at all is said in plain words and cannot be saved', () =>
  open('#/settings/schedule', async (page) => {
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']) await page.getByText(day, { exact: true }).click();
    await page.getByText('Choose at least one day, or switch the schedule off.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  }));

test('a host that cannot see battery and network says so', () =>
  open('#/settings/schedule', async (page) => {
    await page.getByText('In the browser Daybook cannot see battery or network').waitFor();
  }));

const base = async (): Promise<CallOutput<'today.get'>> => screens.api.run('today.get', {});

test('Today says that a run is due and what it waits for, and what a late run made up for', async () => {
  const today = await base();
  if (today.lastRun === null) throw new Error('no run');
  const answer: CallOutput<'today.get'> = {
    ...today,
    waiting: {
      dueAt: '2026-11-20T06:30:00.000Z',
      waited: [
        { for: 'power', from: '2026-11-20T06:30:00.000Z', until: null },
        { for: 'network', from: '2026-11-20T06:30:00.000Z', until: '2026-11-20T06:31:00.000Z' },
      ],
    },
    sinceThen: { runs: 3, newLines: 5 },
    lastRun: {
      ...{ ...today.lastRun, begunBy: 'schedule', dueAt: '2026-11-19T06:30:00.000Z', missed: 2 },
      waited: [{ for: 'unmetered', from: '2026-11-19T06:30:00.000Z', until: '2026-11-20T06:30:00.000Z' }],
    },
  };
  const digest: CallOutput<'digest.latest'> = {
    id: 'digest_1',
    ...(await screens.api.run('digest.preview', { period: 'daily' })),
  };
  await open(
    '#/today',
    async (page) => {
      await page.getByText('It waits for mains power; Sync now does not.').waitFor();
      await page.getByText('makes up for 2 later runs').waitFor();
      await page.getByText('waited for a network that is not paid by volume').waitFor();
      await page.getByText('3 fetches of single banks since then: 5 new lines').waitFor();
      const section = page.getByRole('region', { name: 'Digest' });
      await section.getByText('Read', { exact: true }).click();
      await section.getByText('To review:').waitFor();
      expect(await section.getByRole('link', { name: 'Mail' }).getAttribute('href')).toMatch(
        /^mailto:\?subject=Daybook/,
      );
      await shoot(page, 'today-light');
      expect(await seriousFindings(page)).toEqual([]);
    },
    { answers: { 'today.get': answer, 'digest.latest': digest }, size: SIZES.large },
  );
});

test('a run leads to its whole story: each bank, what failed with its repair, and who is needed', async () => {
  screens.practice.world.plaid.control.failItems('tidewater', 'ITEM_LOGIN_REQUIRED');
  const { runId } = await screens.api.run('sync.run', {});
  screens.practice.world.plaid.control.failItems('tidewater', null);
  const { parts } = await screens.api.run('runs.get', { id: runId });
  await open('#/activity/runs', async (page) => {
    await page.locator('table.sheet tbody tr').first().waitFor();
    await shoot(page, 'runs-light');
    await page.locator('table.sheet tbody tr').first().getByRole('link').first().click();
    for (const { sentence } of parts) await page.getByText(sentence).first().waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).first().waitFor();
    await shoot(page, 'run-light');
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'What came of it' }).waitFor();
  });
});

test('a run under way can be stopped from its story', async () => {
  const { runs } = await screens.api.run('activity.runs', { limit: 1 });
  const told = await screens.api.run('runs.get', { id: runs[0]?.id ?? '' });
  await open(
    `#/activity/run/${told.id}`,
    async (page) => {
      const asked = page.waitForRequest((request) => request.postData()?.includes('"runs.stop"') ?? false);
      await page.getByRole('button', { name: 'Stop this run' }).press('Enter');
      expect((await asked).postDataJSON()).toMatchObject({ input: { id: told.id } });
    },
    { answers: { 'runs.get': { ...told, state: 'running', finishedAt: null } } },
  );
});

test.each(['light', 'dark'] as const)(
  'schedule and story have no serious accessibility finding (%s)',
  async (theme) => {
    const { runs } = await screens.api.run('activity.runs', { limit: 1 });
    for (const at of ['#/settings/schedule', `#/activity/run/${runs[0]?.id}`])
      await open(
        at,
        async (page) => {
          await page.locator('.settings-form, .run-parts').first().waitFor();
          await page.waitForTimeout(500);
          await shoot(page, `${at.includes('settings') ? 'settings' : 'run'}-${theme}`);
          expect(await seriousFindings(page)).toEqual([]);
        },
        { theme },
      );
  },
  60_000,
);
