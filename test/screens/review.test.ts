import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, seriousFindings } from './support/browser.ts';
import { builtRenderer } from './support/built-renderer.ts';
import { type Grid, openGrid } from './support/grid.ts';
import { type ManyLines, startManyLines } from './support/many-lines.ts';

const MANY = 100_000;

let browser: Browser;
let main: ManyLines;
let grid: Grid;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(() => browser?.close());

describe('a queue of 100,000 lines', () => {
  beforeAll(async () => {
    main = await startManyLines({ count: MANY, rendererDir: builtRenderer() });
    grid = await openGrid(browser, main);
  }, 60_000);
  afterAll(async () => {
    await grid?.page.context().close();
    await main?.close();
  });

  test('is one ARIA grid that tells how long it is, with one tab stop and few rows in the page', async () => {
    await grid.count(MANY);
    const rows = grid.page.locator('.rg-row');
    expect(await rows.count()).toBeLessThan(80);
    expect(await grid.page.locator('[role="grid"] [tabindex="0"]').count()).toBe(1);
    await grid.press('End');
    await grid.at(MANY - 1);
    expect(await rows.count()).toBeLessThan(80);
    expect(await grid.page.locator('.rg-row:focus').getAttribute('aria-rowindex')).toBe(String(MANY + 1));
  });

  test('keeps the row under the hand in the page while it is scrolled away', async () => {
    await grid.press('Home');
    await grid.at(0);
    await grid.page.locator('.rg-scroll').evaluate((element) => {
      element.scrollTop = 900_000;
    });
    await grid.page.locator('.rg-row[aria-rowindex="30010"]').waitFor();
    await grid.at(0);
    await grid.press('ArrowDown');
    await grid.at(1);
    await grid.page.waitForFunction(() => (document.querySelector('.rg-scroll')?.scrollTop ?? 1) < 100);
  });

  test('selects all by one key without reading them, and sums all but one', async () => {
    await grid.press('Home', 'Control+a');
    await expect.poll(() => grid.selected()).toBe(MANY);
    const read = main.asked.length;
    await grid.press('Space');
    await expect.poll(() => grid.selected()).toBe(MANY - 1);
    expect(main.asked.slice(read).some(({ name }) => name === 'queue.ids')).toBe(false);
    await grid.press('Escape');
    await expect.poll(() => grid.selected()).toBe(0);
  });
});

describe('the review screen', () => {
  beforeAll(async () => {
    main = await startManyLines({ count: 300, rendererDir: builtRenderer(), withRefused: true, withHostile: true });
  }, 60_000);
  afterAll(() => main?.close());
  beforeEach(async () => {
    main.reset();
    grid = await openGrid(browser, main);
    await grid.at(0);
  });
  afterEach(() => grid.page.context().close());

  const inState = (state: string) => main.rows.filter((row) => row.state === state).length;

  test('stays where the work is: one key after another approves one row after another', async () => {
    const ready = main.rows.filter((row) => row.state === 'ready' || row.state === 'needs_person');
    const run = ready.findIndex((_row, index) => ready.slice(index, index + 4).every(({ state }) => state === 'ready'));
    for (let row = 0; row < run; row++) await grid.press('ArrowDown');
    await grid.at(run);
    const ids = ready.slice(run, run + 4).map(({ id }) => id);
    await grid.press('Enter', 'Enter', 'Enter', 'Enter');
    await expect
      .poll(() => main.rows.filter(({ id, state }) => ids.includes(id) && state === 'approved').length)
      .toBe(4);
    await grid.count(ready.length - 4);
    await grid.at(run);
  });

  test('shows hostile bank text as text, isolated, on one line', async () => {
    const name = grid.page.locator('.rg-row').first().locator('bdi').first();
    expect(await name.textContent()).toContain('<script>');
    await grid.press('ArrowRight');
    await grid.hasText('ORIG CO NAME').catch(() => undefined);
    await grid.page.locator('aside').getByText('<img src=x').first().waitFor();
    expect(await grid.page.title()).toBe('Review · Daybook');
    expect(await grid.page.locator('img, .rg-row script').count()).toBe(0);
    const height = await grid.page
      .locator('.rg-row')
      .first()
      .evaluate((row) => row.getBoundingClientRect().height);
    expect(height).toBe(30);
  });

  test('tells what the books refused where it happened, and brings the row back', async () => {
    const row = main.rows.findIndex(({ state }) => state === 'ready');
    main.failNext('proposals.approve', {
      code: 'stale',
      retryable: false,
      repair: 'none',
      sentence: 'Somebody changed this entry meanwhile. Look at it again.',
    });
    const before = Number(await grid.page.locator('[role="grid"]').getAttribute('aria-rowcount')) - 1;
    for (let at = 0; at < row; at++) await grid.press('ArrowDown');
    await grid.press('a');
    await grid.page.getByRole('alert').getByText('Somebody changed this entry meanwhile').waitFor();
    await grid.count(before);
    expect(inState('approved')).toBe(0);
  });

  test('skips what lacks something in a bulk approval, and says why', async () => {
    await grid.press('Control+a', 'a');
    const dialog = grid.page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Approve 298 lines/ }).click();
    await grid.page.getByRole('alert').getByText('Choose an account').waitFor();
    expect(inState('approved')).toBeGreaterThan(200);
    expect(inState('needs_person')).toBeGreaterThan(0);
  });

  test('sets one field on all selected rows as one step, which undo takes back', async () => {
    await grid.press('Space', 'ArrowDown', 'ArrowDown', 'Shift+Space', 'c');
    const strip = grid.page.getByRole('form', { name: 'Set on 3 lines' });
    await strip.getByRole('combobox', { name: 'Account' }).and(grid.page.locator(':focus')).waitFor();
    const set = () => main.rows.filter(({ offsets }) => offsets[0]?.account === '608100').length;
    const first = set();
    await grid.page.keyboard.type('6081');
    await grid.press('Enter');
    await expect.poll(set).toBeGreaterThan(first);
    const [call] = main.asked.filter(({ name }) => name === 'proposals.edit');
    expect(call?.input).toMatchObject({
      ids: [expect.any(String), expect.any(String), expect.any(String)],
      change: { account: '608100', accountType: 'ledger' },
    });
    await strip.waitFor({ state: 'detached' });
    await grid.press('Control+z');
    await expect.poll(set).toBe(first);
  });

  test('an open editor asks the ledger once, and then rests', async () => {
    await grid.press('F2');
    await grid.page.getByRole('option', { name: /Rental income/ }).waitFor();
    for (let wait = 0; wait < 20; wait++)
      await grid.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(main.asked.filter(({ name }) => name === 'ledger.reference')).toHaveLength(1);
  });

  test('letters are text while a field has the focus', async () => {
    await grid.press('Control+f');
    await grid.page.locator('.filter-search input:focus').waitFor();
    await grid.page.keyboard.type('axe');
    expect(await grid.page.locator('.filter-search input').inputValue()).toBe('axe');
    expect(main.asked.some(({ name }) => name.startsWith('proposals.'))).toBe(false);
  });

  test('single keys can be switched off, and a key can be changed', async () => {
    await grid.press('?');
    const dialog = grid.page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('exclude');
    await dialog.getByRole('button', { name: 'Change the key of: Exclude' }).click();
    await grid.press('q');
    await dialog.getByText('Q', { exact: true }).waitFor();
    await grid.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await grid.press('q');
    await dialog.getByRole('heading', { name: /out of the ledger/ }).waitFor();
    await grid.press('Escape');
    await grid.press('?');
    await dialog.getByText('Single keys act without Ctrl').click();
    await grid.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await grid.press('q', 'ArrowDown');
    await grid.at(1);
    expect(await dialog.count()).toBe(0);
  });

  test('a refused line has its sentence and the button that repairs it in its row', async () => {
    await grid.page.goto(`${main.origin}/#/review/exceptions`);
    await grid.count(2);
    const row = grid.page.locator('.rg-row').first();
    await row.getByText('the period October 2026 is closed in USMF').waitFor();
    await row.getByRole('button', { name: 'Try again' }).click();
    await grid.count(1);
    expect(main.asked.some(({ name }) => name === 'activity.retry')).toBe(true);
  });

  test('says which nothing it is: nothing fits the filter', async () => {
    await grid.press('Control+f');
    await grid.page.keyboard.type('no such vendor');
    await grid.press('Enter');
    await grid.page.getByRole('heading', { name: 'Nothing fits the filter' }).waitFor();
    await grid.page.getByRole('button', { name: 'Clear the filter' }).last().click();
    await grid.count(298);
  });

  test('says what failed when the queue cannot be read, and reads it when asked again', async () => {
    main.failNext('queue.list', {
      code: 'database_corrupt',
      retryable: false,
      repair: 'wait',
      sentence: 'The workspace file is damaged. Restore the latest backup.',
    });
    await grid.page.reload();
    await grid.page.getByRole('alert').getByText('The workspace file is damaged').waitFor();
    await grid.page.getByRole('button', { name: 'Try again' }).click();
    await grid.count(298);
  });

  test('keeps a filter under a name with its count, and remembers it after a restart', async () => {
    await grid.press('f');
    const window = grid.page.getByRole('dialog', { name: 'Filter' });
    await window.getByRole('button', { name: /Direction/ }).click();
    await grid.page.getByRole('option', { name: 'Money in' }).click();
    await grid.press('Escape');
    const shown = main.rows.filter((row) => !row.amount.amount.startsWith('-') && row.state !== 'refused').length;
    await grid.count(shown);
    await grid.page.getByRole('button', { name: 'Saved filters' }).click();
    await grid.page.getByRole('menuitem', { name: 'Save this filter' }).click();
    await grid.page.getByRole('dialog').getByRole('textbox').fill('Receipts');
    await grid.press('Enter');
    const saved = grid.page.getByRole('button', { name: `Receipts ${shown}` });
    await saved.waitFor();
    await grid.page.reload();
    await grid.count(shown);
    await saved.click();
    await grid.count(298);
  });

  test('posting shows its journals, runs with progress, and stops when asked', async () => {
    await grid.press('Shift+A');
    const dialog = grid.page.getByRole('dialog');
    await dialog
      .getByRole('button', { name: /^Approve \d+ lines/ })
      .and(grid.page.locator(':focus'))
      .waitFor();
    await grid.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const approved = inState('approved');
    const release = main.hold('post.run');
    await grid.press('Control+Shift+Enter');
    await dialog.getByRole('button', { name: `Post ${approved} lines in 2 journals to USMF, USRT` }).click();
    await dialog.getByText('Posting').first().waitFor();
    expect(await dialog.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('0');
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByRole('button', { name: 'Stopping after this journal' }).waitFor();
    release();
    await dialog.getByRole('alert').getByText('What was posted stays posted').waitFor();
    expect(inState('approved')).toBe(approved);
  });

  test('splits a row by amount and percentage, with the rest last, to the cent', async () => {
    const place = main.rows.findIndex(({ state, offsets }) => state === 'ready' && offsets.length === 1);
    const row = main.rows[place];
    for (let at = 0; at < place; at++) await grid.press('ArrowDown');
    await grid.press('/');
    const editor = grid.page.getByRole('group', { name: 'Split' });
    await editor.getByRole('combobox', { name: 'Account' }).first().and(grid.page.locator(':focus')).waitFor();
    await grid.page.keyboard.type('604300');
    await grid.press('Tab');
    await grid.page.keyboard.type('10+2.50');
    await grid.press('Control+Enter');
    await expect.poll(() => main.rows[place]?.offsets.length).toBe(2);
    const sign = row?.amount.amount.startsWith('-') ? '-' : '';
    expect(main.rows[place]?.offsets[0]).toMatchObject({ account: '604300', amount: { amount: `${sign}12.50` } });
    expect(main.rows[place]?.offsets[1]?.account).toBe(row?.offsets[0]?.account);
    const cents = (text: string | undefined) => BigInt((text ?? '').replace('.', ''));
    expect(
      cents(main.rows[place]?.offsets[0]?.amount.amount) + cents(main.rows[place]?.offsets[1]?.amount.amount),
    ).toBe(cents(row?.amount.amount));
    await grid.page.locator('.split-parts').getByText('604300 · Cleaning').waitFor();
  });

  test('the palette does what the keys do, and leads to what the search finds', async () => {
    const dialog = grid.page.getByRole('dialog');
    await grid.press('Control+k');
    await dialog.getByPlaceholder(/A command/).fill('approve all');
    await dialog.getByRole('option', { name: /Approve all that are ready/ }).waitFor();
    await grid.press('Enter');
    await dialog.getByRole('heading', { name: 'Approve all that are ready' }).waitFor();
    await grid.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await grid.press('Control+k');
    await dialog.getByPlaceholder(/A command/).fill('otis');
    await dialog
      .getByRole('option', { name: /Otis Elevator Company/ })
      .first()
      .click();
    await expect.poll(() => grid.page.url()).toContain('#/review/entry/prop_');
  });

  test.each(['light', 'dark'] as const)(
    'has no serious accessibility finding, in the %s theme',
    async (theme) => {
      await grid.page.emulateMedia({ colorScheme: theme });
      await grid.press('ArrowDown', 'ArrowDown', 'Space', 'ArrowRight');
      await grid.page.locator('aside').getByText('History').waitFor();
      expect(await seriousFindings(grid.page)).toEqual([]);
      await grid.press('F2');
      await grid.page.locator('.edit-strip :focus').waitFor();
      expect(await seriousFindings(grid.page)).toEqual([]);
    },
    90_000,
  );

  test('no style or script of a library breaks the content policy', async () => {
    const broken: string[] = [];
    grid.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) broken.push(message.text());
    });
    await grid.page.reload();
    await grid.at(0);
    await grid.press('a', 'Control+k');
    await grid.page.getByRole('dialog').waitFor();
    expect(broken).toEqual([]);
  });
});
