import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput, SerialError } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
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

async function open<T>(part: string, look: (page: Page) => Promise<T>, options: Partial<OpenOptions> = {}): Promise<T> {
  const page = await openScreen(browser, screens, { at: `#/settings/${part}`, ...options });
  page.setDefaultTimeout(6_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const failed: SerialError = {
  code: 'busy_elsewhere',
  retryable: true,
  repair: 'close_other',
  sentence: 'Another Daybook process is writing to this workspace. Try again.',
};

const settings = () => screens.api.run('settings.get', {});

test('name and locale are saved, and figures and dates follow at once', () =>
  open('general', async (page) => {
    await page.getByLabel('Name of this workspace').fill('Harbor, books of 2026');
    await page.getByRole('button', { name: /Figures and dates/ }).click();
    await page.getByRole('option', { name: /German \(Germany\)/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.rail .name', { hasText: 'Harbor, books of 2026' }).waitFor();
    expect(await settings()).toMatchObject({ name: 'Harbor, books of 2026', locale: 'de-DE' });
    await page.locator('.rail .day', { hasText: 'Fr' }).waitFor();
    await screens.api.run('settings.save', { locale: 'en-GB' });
  }));

test('the schedule takes times of day by keyboard, and none that is no time', () =>
  open('schedule', async (page) => {
    const before = (await settings()).schedule.times;
    const field = page.getByLabel('Another time');
    await field.fill('25:00');
    await page.getByText('Hours and minutes, such as 07:30.').waitFor();
    await field.fill('16:45');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove 16:45' }).waitFor();
    expect((await settings()).schedule.times).toEqual(before);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved.').first().waitFor();
    expect((await settings()).schedule.times).toEqual([...before, '16:45'].sort());
  }));

test('a backup is made, listed, and put back; what was done since is gone and the former file is kept', () =>
  open('backup', async (page) => {
    await page.getByText('No backup yet. Make one now, or switch on the daily one.').waitFor();
    await page.getByRole('button', { name: 'Make one now' }).click();
    await page.getByRole('button', { name: /^Restore daybook-/ }).waitFor();
    await screens.api.run('settings.save', { name: 'Changed after the backup' });
    await page.locator('.rail .name', { hasText: 'Changed after' }).waitFor();
    await page.getByRole('button', { name: /^Restore daybook-/ }).click();
    const dialog = page.getByRole('dialog', { name: /Restore daybook-/ });
    await dialog.getByText('Everything since the backup is gone from Daybook').waitFor();
    await dialog.getByRole('button', { name: 'Restore this backup' }).click();
    await dialog.getByText('The workspace is as the backup has it.').waitFor();
    expect((await settings()).name).not.toBe('Changed after the backup');
  }));

test('how many backups are kept is a whole number from 1 to 1000', () =>
  open('backup', async (page) => {
    const keep = page.getByLabel('How many to keep');
    await keep.fill('0');
    await page.getByText('A whole number from 1 to 1000.').waitFor();
    await keep.fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved.').first().waitFor();
    expect((await settings()).backup.keep).toBe(30);
  }));

test('the passphrase changes only with the present one, given twice', () =>
  open('security', async (page) => {
    await page.getByText('encrypted with your passphrase').waitFor();
    await page.getByLabel('Present passphrase').fill('wrong one');
    await page.getByLabel('New passphrase').fill('a longer sentence');
    await page.getByLabel('The same again').fill('another sentence');
    await page.getByText('The two are not the same.').waitFor();
    expect(await page.getByRole('button', { name: 'Change the passphrase' }).isDisabled()).toBe(true);
    await page.getByLabel('The same again').fill('a longer sentence');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/passphrase/)
      .waitFor();
  }));

test('a locked Daybook asks for its passphrase in place of every screen', () => {
  const locked: CallOutput<'host.about'> = {
    ...{ host: 'electron', locked: true, firstPassphrase: false, protection: 'passphrase' },
    ...{ sentence: null, linkOrigin: null, openAtLogin: false, updates: { state: 'off', version: null } },
    practice: 'none',
  };
  return open(
    'about',
    async (page) => {
      await page.getByRole('heading', { name: 'Daybook is locked' }).waitFor();
      const sent = page.waitForRequest((request) => request.postData()?.includes('"host.unlock"') ?? false);
      await page.getByLabel('Passphrase').fill('open sesame');
      await page.keyboard.press('Enter');
      expect(JSON.parse((await sent).postData() ?? '')).toMatchObject({
        input: { passphrase: 'open sesame', remember: false },
      });
    },
    { answers: { 'host.about': locked } },
  );
});

test('appearance acts at once and is remembered', () =>
  open('appearance', async (page) => {
    await page.getByRole('button', { name: /Rows/ }).click();
    await page.getByRole('option', { name: /Dense/ }).click();
    await page.locator('html[data-density="dense"]').waitFor();
    await page.getByText('Blur amounts').click();
    await page.locator('html[data-privacy="on"]').waitFor();
    await page.reload();
    await page.locator('html[data-density="dense"][data-privacy="on"]').waitFor();
  }));

test('about names the environment, the versions and the folder', () =>
  open('about', async (page) => {
    const { versions, folder } = await screens.api.run('workspace.about', {});
    await page.getByText('Practice company: invented banks and an invented ERP').waitFor();
    await page.getByText(`Daybook ${versions.daybook}`).waitFor();
    await page.getByText(versions.sqlite, { exact: true }).waitFor();
    await page.getByText(folder, { exact: true }).waitFor();
  }));

test('while settings are read it says so, and a failure says what to do', async () => {
  await open('general', (page) => page.getByText('Reading…').waitFor(), { answers: { 'settings.get': 'never' } });
  await open('general', (page) => page.getByRole('alert').getByText(failed.sentence).waitFor(), {
    answers: { 'settings.get': { failed } },
  });
});

test.each(['light', 'dark'] as const)(
  'nothing serious stands in the way of a screen reader, %s',
  { timeout: 120_000 },
  (theme) =>
    open(
      'general',
      async (page) => {
        for (const part of ['General', 'Schedule', 'Backups', 'Security', 'Appearance', 'About']) {
          await page.getByRole('link', { name: part, exact: true }).click();
          await page
            .locator('.settings')
            .getByRole(part === 'Appearance' ? 'button' : 'heading')
            .or(page.locator('.settings form'))
            .first()
            .waitFor();
          expect({ part, found: await seriousFindings(page) }).toEqual({ part, found: [] });
        }
      },
      { theme },
    ),
);
