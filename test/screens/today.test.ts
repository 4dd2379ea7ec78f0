import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput, SerialError } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;
let today: CallOutput<'today.get'>;

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
  const { api } = screens;
  await api.run('proposals.approveReady', { filter: { tab: 'review' } });
  await api.run('post.run', {});
  await api.run('reconcile.run', {});
  today = await api.run('today.get', {});
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(options: Omit<OpenOptions, 'at'>, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/today', ...options });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const failed: SerialError = {
  code: 'database_corrupt',
  retryable: false,
  repair: 'restore_backup',
  sentence: 'The workspace file is damaged. Restore the latest backup.',
};

/** A figure as the screen prints it: grouped, with a true minus. */
const printed = (amount: string) => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ',').replace('-', '−');

test('each entity shows what bank and ledger hold, their difference and the work between them', () =>
  open({}, async (page) => {
    const rows = page.locator('table.positions tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(today.entities.length);
    for (const entity of today.entities) {
      const row = rows.filter({ has: page.getByRole('rowheader', { name: entity.legalEntity }) });
      const [position] = entity.positions;
      const cells = await row.getByRole('cell').allInnerTexts();
      expect(cells[0]).toBe(printed(position?.bank.amount ?? ''));
      expect(cells[1]).toBe(printed(position?.ledger?.amount ?? ''));
      expect(cells[2]).toContain(printed(position?.difference?.amount ?? ''));
      expect(cells[2]).toContain('explained');
      expect(cells.slice(4, 9)).toEqual(
        [entity.newToday, entity.toReview, entity.approved, entity.postedToday, entity.exceptions].map(String),
      );
    }
    // The latest run is told as it was, and leads on.
    for (const sentence of today.lastRun?.story ?? []) expect(await page.getByText(sentence).count()).toBe(1);
    await page.getByRole('link', { name: /Settle 1 exception/ }).click();
    await page.getByText('Rows of banks that could not be read').waitFor();
  }));

test('a count leads to exactly the entries that it counts', () =>
  open({}, async (page) => {
    const [entity] = today.entities;
    const row = page.locator('table.positions tbody tr').first();
    await row.getByRole('link', { name: String(entity?.toReview), exact: true }).click();
    await page.getByRole('region', { name: 'Totals' }).getByText(`${entity?.toReview} lines`).waitFor();
  }));

test('both charts have the same figures as a table, by keyboard', () =>
  open({}, async (page) => {
    const cash = await screens.api.run('today.cash', {});
    const chart = page.getByRole('region', { name: 'Cash position' });
    await chart.getByRole('img').waitFor();
    expect(await chart.locator('path.recharts-line-curve').count()).toBe(cash.accounts.length);
    for (const { points } of cash.accounts)
      expect(await chart.locator('text.figure').allTextContents()).toContain(
        printed(points.at(-1)?.balance.amount ?? ''),
      );
    await chart.getByRole('button', { name: 'Table' }).focus();
    await page.keyboard.press('Enter');
    const newest = chart.locator('tbody tr').first();
    await newest.waitFor();
    expect(await newest.getByRole('cell').allInnerTexts()).toEqual(
      cash.accounts.map(({ points }) => printed(points.at(-1)?.balance.amount ?? '')),
    );

    const ageing = await screens.api.run('today.ageing', {});
    const waiting = page.getByRole('region', { name: /Not in the ledger yet/ });
    await waiting.getByRole('button', { name: 'Table' }).focus();
    await page.keyboard.press('Enter');
    const sums = await waiting
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.children[3]?.textContent));
    const expected = ageing.accounts.flatMap(({ values }) => values.filter(({ count }) => count > 0));
    expect(sums).toEqual(expected.map(({ gross }) => printed(gross.amount)));
  }));

test('Ctrl+Shift+S fetches all banks, and the time of the last fetch moves', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: /Sync now/ }).waitFor();
    screens.clock.advance(60 * 60_000);
    await page.keyboard.press('Control+Shift+S');
    await page
      .getByText(/new line/)
      .first()
      .waitFor();
    await page.getByText('fetched 09:').first().waitFor();
    expect((await screens.api.run('activity.runs', { limit: 1 })).runs[0]?.actor).toBe('Ada Accountant');
  }));

test('a bank that asks for its password stands on top with its sentence and the way to repair it', () =>
  open({}, async (page) => {
    screens.practice.world.plaid.control.failItems('tidewater', 'ITEM_LOGIN_REQUIRED');
    await screens.api.run('sync.run', {});
    const { health } = await screens.api.run('today.get', {});
    const sick = health.find(({ state }) => state === 'needs_person');
    const first = page.locator('.today-health li').first();
    await first.getByText(sick?.sentence ?? 'no sentence').waitFor();
    await first.getByRole('button', { name: 'Sign in again' }).press('Enter');
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    screens.practice.world.plaid.control.failItems('tidewater', null);
  }));

test('with nothing connected it says how to begin', () =>
  open(
    { answers: { 'today.get': { ...today, entities: [], health: [], lastRun: null, nextRun: null } } },
    async (page) => {
      await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
      await page.getByRole('button', { name: 'Connect a ledger and a bank' }).press('Enter');
      await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    },
  ));

test('while it reads it says so, and a failure keeps its sentence and its repair on the page', async () => {
  await open({ answers: { 'today.get': 'never' } }, (page) => page.getByText('Reading…').waitFor());
  await open({ answers: { 'today.get': { failed } } }, async (page) => {
    await page.getByRole('alert').getByText(failed.sentence).waitFor();
    expect(await page.getByRole('button', { name: 'Open backups' }).count()).toBe(1);
    expect(await page.locator('table.positions').count()).toBe(0);
  });
});

test('an unexplained difference, a gap, an unmapped account and hostile names are said in words and stay text', async () => {
  const [entity] = today.entities;
  const hostile = '<img src=x onerror="document.title=1">\u202Eevil';
  const account = { id: 'a', name: hostile, mask: '1', bank: null, currency: 'USD' };
  const money = (amount: string, currency = 'USD') => ({ amount, currency });
  if (!entity) throw new Error('the practice company has entities');
  const answer: CallOutput<'today.get'> = {
    ...today,
    entities: [
      {
        ...entity,
        positions: [
          {
            ...{ currency: 'EUR', bank: money('5.00', 'EUR'), ledger: money('5.00', 'EUR') },
            difference: money('0.00', 'EUR'),
            explained: true,
            reconciledOn: '2026-11-19',
          },
          {
            ...{ currency: 'USD', bank: money('7.00'), ledger: money('6.00') },
            difference: money('1.00'),
            explained: false,
            reconciledOn: '2026-11-19',
          },
        ],
      },
    ],
    unmapped: [account],
    gaps: [{ account, size: money('-12.50'), firstDate: '2026-11-12' }],
    health: today.health.map((one) => ({ ...one, title: hostile })),
  };
  await open({ answers: { 'today.get': answer } }, async (page) => {
    await page.getByText('not explained').waitFor();
    expect(await page.getByText('tied out').count()).toBe(1);
    expect(await page.getByText('−12.50').count()).toBe(1);
    expect(await page.getByText('Nothing is posted from them.').count()).toBe(1);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Today · Daybook');
    expect(await seriousFindings(page)).toEqual([]);
  });
});

test.each(['light', 'dark'] as const)('has no serious accessibility finding, %s', { timeout: 120_000 }, (theme) =>
  open({ theme }, async (page) => {
    await page.getByRole('region', { name: 'Cash position' }).getByRole('img').waitFor();
    await page
      .getByRole('region', { name: /Not in the ledger yet/ })
      .getByRole('img')
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    if (theme === 'dark') return;
    await page.getByRole('button', { name: 'Table' }).first().click();
    await page.getByRole('button', { name: 'Table' }).first().click();
    expect(await seriousFindings(page)).toEqual([]);
  }),
);
