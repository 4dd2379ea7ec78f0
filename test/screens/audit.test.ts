import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readXlsx } from '../support/read-xlsx.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { cameToLife, HOSTILE } from './support/hostile.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { answering, FAILED } from './support/states.ts';

let screens: PracticeScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
  const { items } = await screens.api.run('queue.list', { filter: { tab: 'review' }, limit: 3 });
  for (const { id } of items)
    await screens.api.run('proposals.exclude', { ids: [id], reason: `${HOSTILE.slice(0, 400)} ${id}` });
  await screens.api.run('proposals.include', { ids: [items[0]?.id ?? 'none'] });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(options: Omit<OpenOptions, 'at'>, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/audit', ...options });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const events = (page: Page) => page.locator('[data-event]');
const whole = () => screens.api.run('audit.search', { filter: {}, limit: 1_000 });

test(
  'events stand newest first with who did what, and j, k and the arrows go through them',
  () =>
    open({}, async (page) => {
      await events(page).first().waitFor();
      const trail = await whole();
      const rows = await page.locator('.audit tbody tr').allInnerTexts();
      for (const [index, text] of rows.slice(0, 10).entries()) {
        expect(text).toContain(trail.events[index]?.actor);
        expect(text.replace(/,/g, '')).toContain(String(trail.events[index]?.seq));
      }
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-event'));
      await expect.poll(focused).toBe(String(trail.events[0]?.seq));
      await page.keyboard.press('ArrowRight');
      await page
        .getByRole('complementary')
        .getByRole('heading', { name: `Event ${trail.events[0]?.seq}` })
        .waitFor();
      expect(await page.getByRole('complementary').textContent()).toContain(trail.events[0]?.hash);
    }),
  60_000,
);

test(
  'the trail is searched and filtered, and its export holds exactly that',
  () =>
    open({}, async (page) => {
      await events(page).first().waitFor();
      await page.keyboard.press('Control+F');
      await page.keyboard.type('HYPERLINK');
      await page.getByRole('button', { name: /What happened/ }).press('Enter');
      await page.getByRole('option', { name: 'Proposal excluded' }).click();
      await expect.poll(() => events(page).count(), { timeout: 10_000 }).toBe(3);
      expect(await cameToLife(page)).toEqual([]);
      await page.keyboard.press('Control+E');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export 3 rows' }).press('Enter');
      const { readFileSync } = await import('node:fs');
      const rows = readXlsx(readFileSync(await (await download).path())).map((row) =>
        Object.values(row).map(({ value }) => value),
      );
      expect(rows).toContainEqual(['Filter', 'words: HYPERLINK; action proposal.excluded']);
      expect(rows).toContainEqual(['Made by', 'Ada Accountant']);
      expect(rows).toContainEqual(['Trail', '3', '1']);
      expect(rows.filter((row) => row[3] === 'proposal.excluded')).toHaveLength(3);
      await page.getByRole('button', { name: 'Clear', exact: true }).press('Enter');
      await expect.poll(() => events(page).count(), { timeout: 10_000 }).toBeGreaterThan(3);
    }),
  60_000,
);

test(
  'hostile text in an event stays letters, in the panel too',
  () =>
    open({}, async (page) => {
      await events(page).first().waitFor();
      await page.keyboard.press('Control+F');
      await page.keyboard.type('HYPERLINK');
      await expect.poll(() => events(page).count(), { timeout: 10_000 }).toBeLessThan(10);
      await events(page).last().press('Enter');
      await page.locator('.event-data').filter({ hasText: 'HYPERLINK' }).waitFor();
      expect(await cameToLife(page)).toEqual([]);
    }),
  60_000,
);

test.each(['light', 'dark'] as const)(
  '%s: empty, reading, failed, full and verified states are accessible',
  (theme) =>
    open({ theme }, async (page) => {
      const show = await answering(page, 'audit.search', '#/audit');
      await show({ offset: 0, total: 0, events: [] });
      await page.getByRole('heading', { name: 'The trail is empty' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show('never');
      await page.getByRole('status').filter({ hasText: 'Reading' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show({ failed: FAILED });
      await page.getByRole('alert').filter({ hasText: FAILED.sentence }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await show('real');
      await events(page).first().press('Enter');
      await page.getByRole('button', { name: 'Verify the chain' }).press('Enter');
      await page.getByText(/events hold together/).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }),
  60_000,
);

test('the chain is verified by keyboard; once an event is changed, the first broken link is named and shown', async () => {
  const { total, events: trail } = await whole();
  await open({}, async (page) => {
    const verify = page.getByRole('button', { name: 'Verify the chain' });
    await verify.press('Enter');
    await page.getByText(`All ${total} events hold together`).waitFor();
    expect(await page.locator('.note.verified').textContent()).toContain(trail[0]?.hash);
    const file = new Database(screens.daybook.store.path);
    file.exec("DROP TRIGGER audit_event_no_update; UPDATE audit_event SET actor = 'Mallory' WHERE seq = 5");
    file.close();
    await verify.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain(
      'The chain breaks at event 5. Event 5 was changed after it was written.',
    );
    await alert.getByRole('button', { name: 'Show event 5' }).press('Enter');
    await page.getByRole('complementary').getByText('Mallory').waitFor();
    expect(await page.locator('tr[data-broken]').textContent()).toContain('Mallory');
    expect(await seriousFindings(page)).toEqual([]);
  });
}, 60_000);
