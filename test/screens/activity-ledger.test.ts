/** What Activity does towards the ERP: ask it, take up what is unfinished, settle what differs; and the list of journals as a file. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, openScreen, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;
/** Entries of one legal entity that can be posted, one after another. */
let entries: { readonly id: string; readonly text: string }[];

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
  const filter = { states: ['ready' as const], legalEntities: ['HPGM'] };
  const { items } = await screens.api.run('queue.list', { filter, limit: 50 });
  entries = items.filter(({ kind, offsets }) => kind === 'entry' && offsets[0]?.accountType === 'ledger');
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

async function postOne(): Promise<{ readonly id: string; readonly text: string }> {
  const entry = entries.shift();
  if (!entry) throw new Error('the practice company has too few lines');
  await screens.api.run('proposals.approve', { ids: [entry.id] });
  await screens.api.run('post.run', { ids: [entry.id] });
  return entry;
}

const stateOf = async (id: string) => (await screens.api.run('queue.get', { id })).item.state;
const erp = () => screens.practice.world.d365.control;

test('a journal that could not be finished is taken up from its page, and is in the ERP once', async () => {
  erp().faults.add({ kind: 'outage', path: 'batch' });
  const entry = entries.shift();
  if (!entry) throw new Error('the practice company has too few lines');
  const { id } = entry;
  await screens.api.run('proposals.approve', { ids: [id] });
  // Somebody stops it while the ERP is out of reach in the middle.
  const stopped = screens.api.run('post.run', { ids: [id] }, 'stopped').catch(() => 'stopped');
  await expect.poll(() => erp().faults.list()[0]?.struck).toBeGreaterThan(0);
  await screens.api.run('work.cancel', { callId: 'stopped' });
  await stopped;
  erp().faults.clear();
  expect(await stateOf(id)).not.toBe('posted');
  const { journals } = await screens.api.run('activity.journals', {});
  const [journal] = journals;
  await open(`#/activity/journal/${journal?.id}`, async (page) => {
    await page.getByRole('button', { name: 'Take it up now' }).press('Enter');
    await expect.poll(() => stateOf(id)).toBe('posted');
    await page.getByRole('button', { name: 'Take it up now' }).waitFor({ state: 'detached' });
  });
  const { journals: after } = await screens.api.run('activity.journals', {});
  expect(after).toHaveLength(1);
});

test('an entry that somebody edited in the ERP is found by asking, and accepted or sent back to the queue', async () => {
  const edited = await postOne();
  const { postings } = await screens.api.run('line.story', { proposalId: edited.id });
  const number = postings.at(-1)?.journalNumber ?? '';
  erp().changeRecord('LedgerJournalLines', ['HPGM', number, '1'], { TransDate: '2026-11-16T12:00:00Z' });
  await open('#/activity/journals', async (page) => {
    await page.getByRole('button', { name: 'Ask the ERP' }).press('Enter');
    await expect.poll(() => stateOf(edited.id)).toBe('different');
  });
  await open('#/activity/exceptions', async (page) => {
    const item = page.locator('li.exception').filter({ hasText: edited.text });
    await item.getByRole('button', { name: 'It is not there' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'It is not there' }).press('Enter');
    await item.getByText('The ledger still holds this entry').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await item.getByRole('button', { name: 'Accept the ledger’s version' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Accept the ledger’s version' }).press('Enter');
    await expect.poll(() => stateOf(edited.id)).toBe('posted');
    await item.waitFor({ state: 'detached' });
  });
});

test('what the ERP has posted is told after asking, and the list of journals is exported as it is shown', () =>
  open('#/activity/journals', async (page) => {
    erp().postJournals();
    await page.getByRole('button', { name: 'Ask the ERP' }).press('Enter');
    await page
      .getByText(/^\d+ in the general ledger$/)
      .first()
      .waitFor();
    const { total } = await screens.api.run('activity.journals', {});
    await page.getByRole('button', { name: 'Export', exact: true }).press('Enter');
    const download = page.waitForEvent('download');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`^Export ${total} `) })
      .press('Enter');
    expect((await download).suggestedFilename()).toMatch(/journal.*\.xlsx$/);
  }));
