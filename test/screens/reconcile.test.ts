import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { cameToLife, HOSTILE, makeHostile } from './support/hostile.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { answering, FAILED } from './support/states.ts';

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

async function open<T>(options: Omit<OpenOptions, 'at'>, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/reconcile', ...options });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

type Reconciliation = CallOutput<'reconcile.list'>['reconciliations'][number];
const newest = async () => (await screens.api.run('reconcile.list', { newest: true })).reconciliations;
/** A figure as the screen prints it: grouped, with a true minus. */
const printed = (amount: string) => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ',').replace('-', '−');
const account = (page: Page, name: string) => page.locator('tr.account').filter({ hasText: name });

/** One that ties out, one that open items explain, one that nothing explains. */
function three(from: readonly Reconciliation[]): Reconciliation[] {
  const [first] = from;
  if (!first) throw new Error('nothing was reconciled');
  const money = (amount: string) => ({ amount, currency: 'USD' });
  const tied = { difference: money('0.00'), ledgerBalance: first.bankBalance, openItems: [], explained: true };
  const item = {
    kind: 'timing',
    date: first.date,
    amount: money('1.25'),
    text: 'Cheque 12',
    lineIds: [],
    proposalId: null,
  };
  return [
    { ...first, ...tied, feedAccountId: 'a', account: 'Tied account' },
    {
      ...first,
      feedAccountId: 'b',
      account: 'Explained account',
      difference: money('1.25'),
      openItems: [item],
      explained: true,
    },
    {
      ...first,
      feedAccountId: 'c',
      account: 'Open account',
      difference: money('2.25'),
      openItems: [item],
      explained: false,
    },
  ];
}

test(
  'from nothing, a day is reconciled by keyboard, with what came of it',
  () =>
    open({}, async (page) => {
      await page.getByRole('heading', { name: 'Nothing was reconciled yet' }).waitFor();
      await page.getByRole('button', { name: 'Reconcile', exact: true }).press('Enter');
      await page.locator('tr.account').first().waitFor();
      const made = await newest();
      expect(await page.locator('tr.account').count()).toBe(made.length);
      await page.getByText(`${made.length} reconciliations`).waitFor();
      await page.getByText('accounts reconciled at the end of Fri 20 Nov').first().waitFor();
    }),
  60_000,
);

test(
  'each account shows bank, ledger and difference, and its open items by name with their sums',
  () =>
    open({}, async (page) => {
      await page.locator('tr.account').first().waitFor();
      for (const one of await newest()) {
        const cells = await account(page, one.account).getByRole('cell').allInnerTexts();
        expect(cells[0]).toBe(`${one.legalEntity} · ${one.bankAccount}`);
        expect(cells[1]).toContain(printed(one.bankBalance.amount));
        expect(cells[2]).toContain(printed(one.ledgerBalance.amount));
        expect(cells[3]).toContain(printed(one.difference.amount));
      }
      const [most] = (await newest()).toSorted((a, b) => b.openItems.length - a.openItems.length);
      if (!most) throw new Error('nothing was reconciled');
      const kind = page.getByRole('button', {
        name: new RegExp(`To review ${most.openItems.filter((item) => item.kind === 'to_review').length}$`),
      });
      await kind.press('Enter');
      const [item] = most.openItems.filter(({ kind: one }) => one === 'to_review');
      await page
        .locator('tr.item')
        .filter({ hasText: item?.text ?? 'no item' })
        .first()
        .waitFor();
    }),
  60_000,
);

test('a difference of nought stands as 0.00 with a quiet check; one that nothing explains is named', async () => {
  const reconciliations = three(await newest());
  await open({ answers: { 'reconcile.list': { total: 3, reconciliations } } }, async (page) => {
    const tied = account(page, 'Tied account');
    await tied.waitFor();
    expect(await tied.locator('.tone-proven').textContent()).toBe('0.00tied out');
    await page.locator('tr.item').filter({ hasText: 'Cheque 12' }).first().waitFor();
    await page.getByText('No open item explains the rest.').waitFor();
    const rest = page.locator('tr.item-kind').filter({ hasText: 'No open item explains' });
    expect(await rest.textContent()).toContain('1.00');
    await page.getByText('1 not explained').waitFor();
    await page.getByText('1 tied out').waitFor();
  });
});

test(
  'the list is narrowed by account and day, and the export holds exactly that',
  () =>
    open({}, async (page) => {
      await screens.api.run('reconcile.run', { dates: ['2026-11-18', '2026-11-19'] });
      const [one] = await newest();
      await page.locator('tr.account').first().waitFor();
      await page.getByRole('checkbox', { name: 'Only the newest day of each account' }).press('Space');
      await page.getByLabel('From', { exact: true }).fill('2026-11-18');
      await page.getByLabel('To', { exact: true }).fill('2026-11-19');
      await page
        .getByRole('button', { name: /Account/ })
        .first()
        .press('Enter');
      await page.getByRole('option', { name: one?.account ?? 'none' }).click();
      await expect.poll(() => page.locator('tr.account').count(), { timeout: 10_000 }).toBe(2);
      await page.keyboard.press('Control+E');
      await page.getByRole('button', { name: 'Excel, with real numbers' }).press('Enter');
      await page.getByRole('option', { name: 'CSV, formulas made harmless' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Write the file' }).press('Enter');
      const { readFileSync } = await import('node:fs');
      const csv = readFileSync(await (await download).path(), 'utf8');
      const [head, totals, rows] = csv.split('\r\n\r\n');
      expect(head).toContain(`"Filter","account: ${one?.account}; from 2026-11-18; to 2026-11-19"`);
      expect(head).toContain('"Made by","Ada Accountant"');
      expect(totals).toContain('"2026-11-19"');
      const dates = rows
        ?.split('\r\n')
        .slice(1)
        .filter(Boolean)
        .map((row) => row.split('","')[0]?.slice(1));
      expect(new Set(dates)).toEqual(new Set(['2026-11-18', '2026-11-19']));
    }),
  60_000,
);

test('hostile bank text in an open item stays letters, on the screen, on paper and in the files', async () => {
  const { items } = await screens.api.run('queue.list', { filter: { tab: 'review' }, limit: 1 });
  await makeHostile(screens, items[0]?.lineId ?? 'none', 'Anybody');
  await screens.api.run('reconcile.run', { dates: ['2026-11-20'] });
  await open({}, async (page) => {
    await page.addInitScript(() => {
      window.print = () => {};
    });
    await page.reload();
    await page.locator('tr.account').first().waitFor();
    const folded = page.locator('tr.item-kind button[aria-expanded="false"]');
    while ((await folded.count()) > 0) await folded.first().press('Enter');
    await page
      .locator('tr.item')
      .filter({ hasText: HOSTILE.slice(0, 40) })
      .waitFor();
    expect(await cameToLife(page)).toEqual([]);
    await page.keyboard.press('Control+E');
    await page.getByRole('button', { name: 'Excel, with real numbers' }).press('Enter');
    await page.getByRole('option', { name: 'Print, or save as PDF' }).click();
    await page.getByRole('button', { name: 'Print', exact: true }).press('Enter');
    await page.locator('.print-sheet').waitFor({ state: 'attached' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.print-sheet').isVisible()).toBe(true);
    expect(await page.locator('#root').isVisible()).toBe(false);
    expect(await page.locator('.print-head').textContent()).toContain('Made byAda Accountant');
    expect(await page.locator('.print-table').last().textContent()).toContain(HOSTILE.slice(0, 60));
    expect(await cameToLife(page)).toEqual([]);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
  });
  const { content } = await screens.api.run('export.reconciliations', { newest: true, format: 'csv' });
  expect(content).toContain(`"'=HYPERLINK(""http://x"")<img`);
}, 60_000);

test.each(['light', 'dark'] as const)(
  '%s: empty, reading, failed and full states are accessible',
  async (theme) => {
    const reconciliations = three(await newest());
    await open({ theme }, async (page) => {
      const show = await answering(page, 'reconcile.list', '#/reconcile');
      await show({ total: 0, reconciliations: [] });
      await page.getByRole('heading', { name: 'Nothing was reconciled yet' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show('never');
      await page.getByRole('status').filter({ hasText: 'Reading' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show({ failed: FAILED });
      await page.getByRole('alert').filter({ hasText: FAILED.sentence }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show({ total: 3, reconciliations });
      await page.getByText('No open item explains the rest.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  },
  60_000,
);
