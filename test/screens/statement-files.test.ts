import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStatementFile } from '../../main/statement-files/read.ts';
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

async function open<T>(options: Partial<OpenOptions>, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/connections', ...options });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const statement = (change: (text: string) => string = (text) => text) => ({
  name: 'march.sta',
  mimeType: 'text/plain',
  buffer: Buffer.from(
    change(
      [
        ':20:ONE',
        ':25:NL91ABNA0417164300',
        ':28C:1/1',
        ':60F:C260301EUR100,00',
        ':61:2603020302D12,50NTRFNONREF//A1',
        ':86:/NAME/Bakker BV/REMI/Brood',
        ':61:2603020302C20,00NTRFNONREF//A2',
        ':86:/NAME/Klant/REMI/Factuur 7',
        ':62F:C260302EUR107,50',
        '-',
        '',
      ].join('\r\n'),
    ),
  ),
});

async function choose(page: Page, file = statement()): Promise<void> {
  await page.getByRole('button', { name: 'Import a statement file' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Import a statement file' });
  await dialog.waitFor();
  await dialog.locator('input[type=file]').setInputFiles(file);
}

test('a file that does not add up is refused in the dialog, with its line, and cannot be imported', () =>
  open({}, async (page) => {
    await choose(
      page,
      statement((text) => text.replace('C20,00', 'C21,00')),
    );
    await page.getByText(/Line 1: The statement does not add up/).waitFor();
    expect(
      await page
        .getByRole('button', { name: /^Import/ })
        .last()
        .isDisabled(),
    ).toBe(true);
  }));

test.each(['light', 'dark'] as const)('the preview says whose file it is and what is new, readable in %s', (theme) =>
  open({ theme }, async (page) => {
    await choose(page);
    await page.getByRole('button', { name: 'Import 2 lines' }).waitFor();
    expect(await page.getByText('2 lines are new').count()).toBe(1);
    expect(await page.getByRole('row', { name: /ONE.*100\.00.*107\.50/ }).count()).toBe(1);
    expect(await seriousFindings(page)).toEqual([]);
  }),
);

test('by keyboard: a file is taken in, stands among the files, and is taken back', () =>
  open({}, async (page) => {
    await choose(page);
    const take = page.getByRole('button', { name: 'Import 2 lines' });
    await take.waitFor();
    await take.focus();
    await page.keyboard.press('Enter');
    const row = page.locator('.imported-files tbody tr');
    await row.waitFor();
    expect(await row.textContent()).toContain('march.sta');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take back march.sta' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Take march.sta back?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Take it back' }).press('Enter');
    await page.locator('.imported-files').getByText('taken back').waitFor();
  }));

test('a statement of any account is exported from Reconcile; what is not over is refused where it was asked', () =>
  open({ at: '#/reconcile' }, async (page) => {
    const accounts = await screens.api.run('accounts.list', {});
    const checking = accounts.find(({ name }) => name === 'Operating Account');
    const { lines } = await screens.api.run('lines.search', {
      search: '',
      limit: 500,
      feedAccountIds: [checking?.id ?? ''],
      states: ['booked'],
    });
    const days = lines.map(({ date }) => date).sort();
    const last = days.at(-2) ?? '';
    await page.getByRole('button', { name: 'Export statement' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export statement' });
    await dialog.getByLabel('From').fill(days[0] ?? '');
    await dialog.getByLabel('To', { exact: true }).fill('2040-01-01');
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    // The bank has not told a number either, and each thing is asked in its turn.
    const number = dialog.getByLabel('Account number in the ledger');
    await number
      .or(dialog.getByText(/is not over yet/))
      .first()
      .waitFor();
    if (await number.isVisible()) {
      await number.fill('0001114011');
      await dialog.getByRole('button', { name: 'Write the file' }).click();
    }
    await dialog.getByText(/is not over yet/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('To', { exact: true }).fill(last);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    const path = await (await download).path();
    const file = await readStatementFile(readFileSync(path));
    expect(file.refused).toEqual([]);
    expect(file.statements.length).toBeGreaterThan(0);
    expect(
      file.statements.every(
        ({ closing }, at) =>
          at === 0 ||
          file.statements[at - 1]?.closing?.minor === file.statements[at]?.opening?.minor ||
          closing === null,
      ),
    ).toBe(true);
  }));
