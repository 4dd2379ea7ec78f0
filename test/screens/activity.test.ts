import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SerialError } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;
/** The account that takes what the suspended one does not. */
const FIXED = '605500';

/** An entry whose account the ERP has suspended, and one that waits behind a closed period. */
let suspended: string;
let behindPeriod: { readonly id: string; readonly date: string };
/** Every posted entry, by its line. */
let posted: { readonly proposalId: string; readonly lineId: string };

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
  const { api, practice } = screens;
  const inEntity = async (legalEntity: string) => {
    const filter = { states: ['ready' as const], legalEntities: [legalEntity] };
    const { items } = await api.run('queue.list', { filter, limit: 500 });
    return items.filter(({ offsets }) => offsets.length === 1 && offsets[0]?.accountType === 'ledger');
  };
  const [first, ...rest] = (await inEntity('HPGM')).filter(({ offsets }) => offsets[0]?.account !== FIXED);
  const [second] = await inEntity('HPGS');
  const last = rest.at(-1);
  const account = first?.offsets[0]?.account;
  if (!first || !second || !last?.lineId || !account) throw new Error('the practice company has lines to post');
  await api.run('proposals.approve', { ids: [first.id, second.id, last.id] });
  await api.run('post.run', { ids: [last.id] });
  practice.world.d365.control.changeRecord('MainAccounts', ['HARBOR', account], { IsSuspended: 'Yes' });
  practice.world.d365.control.setPeriod('HPGS', second.date, 'Closed');
  await api.run('post.run', { ids: [first.id, second.id] });
  suspended = first.id;
  behindPeriod = { id: second.id, date: second.date };
  posted = { proposalId: last.id, lineId: last.lineId };
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(options: OpenOptions, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, options);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

test('runs are told newest first, with who started them, and lead to what they left', () =>
  open({ at: '#/activity' }, async (page) => {
    const { runs } = await screens.api.run('activity.runs', {});
    const rows = page.locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(runs.length);
    for (const [index, run] of runs.entries()) {
      const text = await rows.nth(index).textContent();
      for (const sentence of run.story) expect(text).toContain(sentence);
      expect(text).toContain(run.actor);
    }
    await rows.first().getByRole('link', { name: 'Post' }).press('Enter');
    await page.getByRole('columnheader', { name: 'In the ERP' }).waitFor();
  }));

test('[ and ] go through the tabs, and each fetch stands with its counts', () =>
  open({ at: '#/activity' }, async (page) => {
    await page.getByRole('columnheader', { name: 'What came of it' }).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('columnheader', { name: 'Unreadable' }).waitFor();
    const { pulls } = await screens.api.run('activity.pulls', {});
    const [newest] = pulls;
    const row = page.locator('tbody tr').first();
    await row.waitFor();
    expect(await row.textContent()).toContain(newest?.bank);
    expect((await row.getByRole('cell').nth(2).textContent())?.replace(',', '')).toBe(String(newest?.newLines));
    await page.keyboard.press('[');
    await page.getByRole('columnheader', { name: 'What came of it' }).waitFor();
  }));

test('a journal stands with the ERP’s number and leads to its vouchers and to the line, by keyboard', () =>
  open({ at: '#/activity/journals' }, async (page) => {
    const { journals } = await screens.api.run('activity.journals', { states: ['posted'] });
    const number = journals[0]?.journalNumber ?? 'none';
    const { lines } = screens.practice.world.d365.control.truth();
    expect(lines.map(({ journal }) => journal)).toContain(number);
    await page.getByRole('link', { name: number }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Journal ${number}` }).waitFor();
    const story = await screens.api.run('line.story', { proposalId: posted.proposalId });
    const voucher = story.postings[0]?.voucher ?? 'none';
    await page.getByRole('link', { name: voucher }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Line', level: 1 }).waitFor();
    await page.getByText(`voucher ${voucher}`).first().waitFor();
  }));

test('one page tells a line from the bank’s payload to the voucher', () =>
  open({ at: `#/activity/line/${posted.lineId}` }, async (page) => {
    const story = await screens.api.run('line.story', { lineId: posted.lineId });
    const article = page.locator('article');
    await article.waitFor();
    const text = await article.textContent();
    for (const part of [
      story.line.providerLineId,
      story.line.bankText ?? story.line.text,
      story.proposals[0]?.reason.replace(/^rule: /, ''),
      story.postings[0]?.reference,
      story.postings[0]?.journalNumber,
      story.postings[0]?.voucher,
      ...story.events.map(({ sentence }) => sentence),
    ])
      expect(text).toContain(part);
    await page.getByText('As the bank sent it').press('Enter');
    const payload = await page.locator('.payload[open] pre').textContent();
    expect(JSON.parse(payload ?? '')).toEqual(JSON.parse(story.line.payload));
  }));

test('the palette finds a line and leads to all results, by keyboard', () =>
  open({ at: '#/activity' }, async (page) => {
    await page.getByRole('columnheader', { name: 'What came of it' }).waitFor();
    await page.keyboard.press('Control+K');
    await page.keyboard.type('rentway');
    await page.getByText('All results for “rentway”').waitFor();
    // The first finding is marked a moment after the last letter.
    await page.locator('.option[data-focused]').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.locator('.option[data-focused]').getByText('All results').waitFor();
    await page.keyboard.press('Enter');
    const { total } = await screens.api.run('lines.search', { search: 'rentway' });
    await page.getByText(`of ${total.toLocaleString('en-GB')}`).waitFor();
    expect(await page.getByLabel('Words').inputValue()).toBe('rentway');
  }));

test('the search narrows by account, days and exact amount, with totals, and says what else bears the words', () =>
  open({ at: '#/activity/find' }, async (page) => {
    const { line } = await screens.api.run('line.story', { lineId: posted.lineId });
    await page.getByLabel('Words').waitFor();
    await page.keyboard.press('Control+F');
    await page.keyboard.type((line.counterparty ?? line.text).split(' ')[0] ?? '');
    await page.getByLabel('From', { exact: true }).fill(line.date);
    await page.getByLabel('To', { exact: true }).fill(line.date);
    await page.getByLabel('Amount', { exact: true }).fill(line.amount.amount.replace('-', ''));
    await page.getByText('1 line', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Also found' }).getByText('Vendors and customers').waitFor();
    await page.getByLabel('Amount', { exact: true }).fill('nonsense');
    await page.getByText('Write it as 1234.56').waitFor();
    await page.getByLabel('Words').fill('no such words anywhere');
    await page.getByRole('heading', { name: 'No bank line fits' }).waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).press('Enter');
    await page.getByText('of 14').first().waitFor();
  }));

// Seven pages are scanned.
test.each(['light', 'dark'] as const)('has no serious accessibility finding, %s', { timeout: 120_000 }, (theme) =>
  open({ at: '#/activity', theme }, async (page) => {
    const { journals } = await screens.api.run('activity.journals', {});
    const places = [
      'runs',
      'fetches',
      'journals',
      `journal/${journals[0]?.id}`,
      'exceptions',
      'find?q=sentry%20alarm',
      `line/${posted.lineId}`,
    ];
    for (const place of places) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/activity/${place}`);
      await page.locator('main table, main article, main li.exception').first().waitFor();
      expect([place, ...(await seriousFindings(page))]).toEqual([place]);
    }
  }),
);

test('Ctrl+E exports exactly the lines that the search found', () =>
  open({ at: '#/activity/find?q=sentry%20alarm' }, async (page) => {
    const { total } = await screens.api.run('lines.search', { search: 'sentry alarm' });
    await page.getByText(`${total} lines`).waitFor();
    await page.keyboard.press('Control+E');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: new RegExp(`${total}`) }).press('Enter');
    expect((await download).suggestedFilename()).toMatch(/\.xlsx$/);
    await page.getByText(`${total} rows written to`).first().waitFor();
  }));

test('a refused entry is fixed and sent again alone, where it stands', () =>
  open({ at: '#/activity/exceptions' }, async (page) => {
    const { entries } = await screens.api.run('activity.exceptions', {});
    const entry = entries.find(({ id }) => id === suspended);
    const item = page.locator('li.exception').filter({ hasText: entry?.error?.sentence ?? 'no sentence' });
    await item.getByRole('button', { name: 'Fix and send again' }).press('Enter');
    const account = item.getByLabel('Account');
    await account.fill(FIXED);
    await page.keyboard.press('Control+Enter');
    await page
      .getByText(/^Posted: /)
      .first()
      .waitFor();
    await item.waitFor({ state: 'detached' });
    const story = await screens.api.run('line.story', { proposalId: suspended });
    expect(story.postings.at(-1)?.state).toBe('posted');
    expect(story.proposals[0]?.state).toBe('posted');
  }));

test('an entry that is refused again keeps its sentence; it goes once the period is open', () =>
  open({ at: '#/activity/exceptions' }, async (page) => {
    const item = page.locator('li.exception').filter({ hasText: 'Period 11 2026 is not open' });
    const again = item.getByRole('button', { name: 'Send again as it is', disabled: false });
    const answer = page.waitForResponse(
      (response) => response.request().postData()?.includes('activity.retry') === true,
    );
    await again.press('Enter');
    await answer;
    await again.waitFor();
    expect((await screens.api.run('queue.get', { id: behindPeriod.id })).item.state).toBe('refused');
    screens.practice.world.d365.control.setPeriod('HPGS', behindPeriod.date, 'Open');
    await again.press('Enter');
    await item.waitFor({ state: 'detached' });
    expect((await screens.api.run('queue.get', { id: behindPeriod.id })).item.state).toBe('posted');
  }));

test('a row that could not be read is settled with a note, by keyboard, and can still be read', () =>
  open({ at: '#/activity/exceptions' }, async (page) => {
    const settle = page.getByRole('button', { name: 'Settle', exact: true });
    await settle.press('Enter');
    await page.getByLabel('How it was dealt with').waitFor();
    await page.keyboard.type('Booked by hand as −71.91');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No exception waits' }).waitFor();
    await page.getByText('Settled rows, too').click();
    await page.getByText('Booked by hand as −71.91').waitFor();
    expect((await screens.api.run('activity.exceptions', {})).totalRows).toBe(0);
  }));

test('hostile bank text stays text, on its own page and in the list', async () => {
  const story = await screens.api.run('line.story', { lineId: posted.lineId });
  const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>\u202Egnp.exe =cmd()${'W'.repeat(10_000)}`;
  const line = {
    ...story.line,
    text: hostile,
    bankText: hostile,
    counterparty: hostile,
    reference: hostile,
    payload: hostile,
  };
  await open(
    { at: `#/activity/line/${posted.lineId}`, answers: { 'line.story': { ...story, line } } },
    async (page) => {
      await page.locator('article').waitFor();
      await page.getByText('As the bank sent it').click();
      expect(await page.locator('.payload[open] pre').textContent()).toBe(hostile);
      expect(await page.locator('article img, article script').count()).toBe(0);
      expect(await page.title()).toBe('Line · Daybook');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(await page.locator('main').evaluate((main) => main.scrollWidth <= main.clientWidth)).toBe(true);
    },
  );
  const found = await screens.api.run('lines.search', { limit: 1 });
  const lines = found.lines.map((one) => ({ ...one, text: hostile, counterparty: hostile, reference: hostile }));
  await open({ at: '#/activity/find', answers: { 'lines.search': { ...found, lines } } }, async (page) => {
    await page.locator('table.find-lines tbody tr').waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('main').evaluate((main) => main.scrollWidth <= main.clientWidth)).toBe(true);
  });
});

const failed: SerialError = {
  code: 'database_corrupt',
  retryable: false,
  repair: 'restore_backup',
  sentence: 'The workspace file is damaged. Restore the latest backup.',
};

/** Each tab with the answer that holds nothing, and what is said then. */
const TABS = {
  runs: { 'activity.runs': { total: 0, runs: [] }, title: 'No run yet' },
  fetches: { 'activity.pulls': { total: 0, pulls: [] }, title: 'Nothing was fetched yet' },
  journals: { 'activity.journals': { total: 0, journals: [] }, title: 'Nothing was posted yet' },
  exceptions: {
    'activity.exceptions': { rows: [], totalRows: 0, entries: [], totalEntries: 0 },
    title: 'No exception waits',
  },
  find: {
    'lines.search': { offset: 0, total: 0, totals: { count: 0, currencies: [] }, lines: [] },
    title: 'No bank line yet',
  },
};

const nothing = Object.fromEntries(
  Object.values(TABS).flatMap((tab) => Object.entries(tab).filter(([name]) => name !== 'title')),
);
const every = (answer: unknown) => Object.fromEntries(Object.keys(nothing).map((name) => [name, answer]));

async function eachTab(answers: object, look: (page: Page, title: string) => Promise<void>): Promise<void> {
  await open({ at: '#/activity', answers }, async (page) => {
    for (const [tab, { title }] of Object.entries(TABS)) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/activity/${tab}`);
      await page.locator(`a[aria-current="page"][href="#/activity/${tab}"]`).waitFor();
      await look(page, title);
    }
  });
}

test('each tab says which nothing it is', () =>
  eachTab(nothing, (page, title) => page.getByRole('heading', { name: title }).waitFor()));

test('each tab says that it reads', () =>
  eachTab(every('never'), (page) => page.locator('main').getByText('Reading…').waitFor()));

test('each tab keeps an error on the page, with its repair', () =>
  eachTab(every({ failed }), async (page) => {
    await page.locator('main').getByRole('alert').getByText(failed.sentence).first().waitFor();
    expect(await page.getByRole('button', { name: 'Open backups' }).count()).toBeGreaterThan(0);
  }));

test('a line that does not exist is said in a sentence', () =>
  open({ at: '#/activity/line/99999999' }, (page) => page.getByRole('alert').waitFor()));
