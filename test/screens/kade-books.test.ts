import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KadeWorld } from '../../practice/kade/world.ts';
import { commandOf } from '../../renderer/app/keys.ts';
import { launch, openScreen, seriousFindings, type Theme } from './support/browser.ts';
import { type PracticeScreens, startCompanyScreens } from './support/practice-host.ts';

let screens: PracticeScreens<KadeWorld>;
let browser: Browser;

beforeAll(async () => {
  screens = await startCompanyScreens('kade');
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(at: string, look: (page: Page) => Promise<T>, theme: Theme = 'light'): Promise<T> {
  const page = await openScreen(browser, screens, { at, theme });
  page.setDefaultTimeout(10_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

async function rowOf(account: string) {
  const row = (await screens.api.run('mappings.list', {})).find((one) => one.account.name === account);
  if (!row) throw new Error(`There is no account ${account}`);
  return row;
}

async function openMapping(page: Page, account: string): Promise<void> {
  const row = page.locator('tr', { hasText: account }).first();
  await row.waitFor();
  await row.click();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('form', { name: new RegExp(`Mapping of ${account}`) }).waitFor();
}

test('choosing a bank account brings its journal, and only its own are offered', () =>
  open('#/mapping', async (page) => {
    await openMapping(page, 'Zakelijke Rekening');
    const bank = page.getByRole('combobox', { name: 'Bank account' });
    await bank.fill('21');
    await bank.press('Tab');
    await page.getByRole('button', { name: /Zakelijke Spaarrekening.*Journal name/ }).waitFor();
    await bank.fill('1150');
    await bank.press('Tab');
    await page.getByRole('button', { name: /Journal name/ }).click();
    const offered = await page.getByRole('option').allTextContents();
    expect(offered.filter((name) => !name.includes('cannot be used'))).toEqual(['90 · Memoriaal', '95 · Creditcard']);
  }));

test('cost centre, cost unit and VAT code go by the ledger’s own words, and a mapping keeps them', () =>
  open('#/mapping', async (page) => {
    await openMapping(page, 'Zakelijke Rekening');
    const vat = page.getByRole('combobox', { name: /^VAT code/ });
    await vat.fill('hoog');
    await page.getByRole('option').first().waitFor();
    const [first] = await page.getByRole('option').allTextContents();
    expect(first).toMatch(/^\S+.*hoog/i);
    await page.getByRole('option').first().click();
    await page.getByText(/Left empty, the line bears none/).waitFor();
    await page.getByText(/one entry for each day of a bank account/).waitFor();
    await page.getByText(/an entry on each side through this account/).waitFor();
    await page.getByRole('button', { name: 'Save the mapping' }).click();
    await expect.poll(async () => (await rowOf('Zakelijke Rekening')).mapping?.dimensions.VATCode).toBeTruthy();
    await page
      .locator('tr', { hasText: 'Zakelijke Rekening' })
      .getByText(/VAT code \S+/)
      .first()
      .waitFor();
  }));

test('a journal that the bank account is not booked in is refused by the check, in a sentence that names its own', async () => {
  const { mapping } = await rowOf('Dollar Rekening');
  if (!mapping) throw new Error('the account is not mapped');
  const { id: _, ...values } = mapping;
  await screens.api.run('mappings.save', { mappings: [{ ...values, journalName: '95' }] });
  await open('#/mapping', async (page) => {
    await page.getByRole('button', { name: 'Check against the ERP' }).click();
    await page.getByText('Bank account 22 is booked in 22, not in 95. Choose that one.').first().waitFor();
  });
  await screens.api.run('mappings.save', { mappings: [values] });
});

test('a rule sets the VAT code by its name, and its lines show it before they are posted', () =>
  open('#/rules/new', async (page) => {
    const vat = page.getByRole('combobox', { name: /^VAT code/ });
    await vat.fill('0');
    await vat.press('Tab');
    await page.getByRole('combobox', { name: /^VAT code \S+/ }).waitFor();
  }));

test('what will be posted opens with the bank’s balance and closes with it, entry by entry', async () => {
  await screens.api.run('proposals.approveReady', { filter: {} });
  const { journals } = await screens.api.run('post.preview', {});
  const first = journals.find(({ journalName, legalEntity }) => journalName === '20' && legalEntity === '3120045');
  expect(first?.balances).not.toBeNull();
  // A card on a general journal carries none.
  expect(journals.filter(({ journalName }) => journalName === '95').map(({ balances }) => balances)).toEqual([
    null,
    null,
  ]);
  await open('#/review/ready?post=yes', async (page) => {
    const dialog = page.getByRole('dialog', { name: 'Post to the ERP' });
    await dialog.locator('summary', { hasText: '3120045 · 20' }).first().click();
    const opened = dialog.locator('details[open]');
    await opened
      .getByText(/^Opens with/)
      .first()
      .waitFor();
    await opened
      .getByText(/^Cost centre \S+/)
      .first()
      .waitFor();
    await opened
      .getByText(/^VAT code \S+/)
      .first()
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});

test('a posted entry that Exact has open is taken back there by keyboard, and the others of its day are posted again', async () => {
  const { api } = screens;
  expect((await api.run('post.run', { legalEntity: '3120045' })).failures).toEqual([]);
  const { items } = await api.run('queue.list', { filter: { tab: 'posted', legalEntities: ['3120045'] }, limit: 500 });
  const journals = Map.groupBy(
    items.filter(({ journalName, journalNumber }) => journalName === '20' && journalNumber !== null),
    (item) => item.journalNumber,
  );
  // The last day of the bank journal, where no later entry opens at its closing balance.
  const [last = []] = [...journals.values()].sort((a, b) => ((a[0]?.date ?? '') < (b[0]?.date ?? '') ? 1 : -1));
  const [entry] = last;
  if (!entry) throw new Error('nothing was posted on journal 20');
  expect(last.length).toBeGreaterThan(1);
  expect(await api.run('proposals.takeBackPreview', { id: entry.id })).toMatchObject({
    ...{ possible: true, sentence: null, journalNumber: entry.journalNumber, others: last.length - 1 },
  });
  await open('#/review/posted', async (page) => {
    await page.locator('.filter-search input').fill(entry.reference.slice(0, 17));
    await page.keyboard.press('Enter');
    await page.locator('.rg-row[aria-rowindex="2"]').waitFor();
    await expect.poll(() => page.locator('.rg-row').count()).toBe(1);
    await page.locator('.rg-row').first().click();
    await page.keyboard.press(commandOf('reverse').keys[0] ?? '');
    const dialog = page.getByRole('dialog', { name: 'Reverse this posted entry?' });
    await dialog.getByRole('button', { name: 'Take it back in the ledger' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    // It may have to wait for the next minute's calls.
    await page.getByText('Taken back from the ledger.').first().waitFor({ timeout: 75_000 });
  });
  const after = await Promise.all(last.map(({ id }) => api.run('queue.get', { id })));
  expect(after.map(({ item }) => item.state)).toEqual(['needs_person', ...last.slice(1).map(() => 'posted')]);
  const numbers = new Set(after.slice(1).map(({ item }) => item.journalNumber));
  expect(numbers.size).toBe(1);
  expect(numbers).not.toContain(entry.journalNumber);
  expect(after[0]?.history.map(({ sentence }) => sentence)).toContain(
    `No longer in the ledger: journal ${entry.journalNumber} was taken back.`,
  );
}, 150_000);

test.each(['light', 'dark'] as const)(
  'nothing serious stands in the way of a screen reader, %s',
  { timeout: 120_000 },
  (theme) =>
    open(
      '#/mapping',
      async (page) => {
        await openMapping(page, 'Zakelijke Creditcard');
        await page.getByText(/Left empty, the line bears none/).waitFor();
        expect(await seriousFindings(page)).toEqual([]);
      },
      theme,
    ),
);
