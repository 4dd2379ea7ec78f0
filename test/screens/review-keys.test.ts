import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CommandId, commandOf } from '../../renderer/app/keys.ts';
import { launch } from './support/browser.ts';
import { builtRenderer } from './support/built-renderer.ts';
import { type Grid, openGrid } from './support/grid.ts';
import { type ManyLines, startManyLines } from './support/many-lines.ts';

/**
 * Every key of the table is pressed in a real browser, and must do what the table says. The record below names every
 * command: one without a test does not compile.
 */
let main: ManyLines;
let browser: Browser;
let grid: Grid;

const READY = 1;
const NEEDS_PERSON = 2;

beforeAll(async () => {
  main = await startManyLines({ count: 300, rendererDir: builtRenderer() });
  browser = await launch();
  grid = await openGrid(browser, main);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await main?.close();
});

beforeEach(async () => {
  main.reset();
  await grid.page.evaluate(() => localStorage.clear());
  await grid.page.goto(`${main.origin}/#/review/review`);
  await grid.page.reload();
  await grid.at(0);
});

/** Playwright's name of a chord of the table. */
function playwrightKey(chord: string): string {
  if (chord === '+' || chord.endsWith('++')) return chord.replace(/\+$/, 'NumpadAdd');
  return chord
    .replace('Ctrl', 'Control')
    .replace(/(^|\+)([a-z])$/, (_, mark: string, letter: string) =>
      chord.includes('Shift+') ? `${mark}${letter.toUpperCase()}` : `${mark}${letter}`,
    );
}

const { press, at, count, hasText } = new Proxy({} as Grid, {
  get:
    (_, name) =>
    (...values: unknown[]) =>
      Reflect.get(grid, name)(...values),
});
const down = async (rows: number) => {
  for (let row = 0; row < rows; row++) await press('ArrowDown');
  await at(rows);
};
const stateOf = (index: number) => main.rows[index]?.state;
const inState = (id: string, state: string) =>
  expect.poll(() => main.rows.find((row) => row.id === id)?.state).toBe(state);
const dialog = () => grid.page.getByRole('dialog');
const field = (label: string) => grid.page.locator('.edit-strip').getByRole('combobox', { name: label });
const focusIn = (selector: string) => grid.page.locator(`${selector}:focus, ${selector} :focus`).first().waitFor();
const gone = (selector: string) => grid.page.locator(selector).first().waitFor({ state: 'detached' });

/** Keys that act on one other screen alone are pressed by the spec of that screen. */
type Elsewhere = Exclude<Extract<CommandId, `rule.${string}`>, 'rule.make'>;
/** Commands without a key; test/screens/practice-company.test.ts chooses them. */
type Keyless = Extract<CommandId, `practice.${string}`>;

const PRESSED: Readonly<Record<Exclude<CommandId, Elsewhere | Keyless>, (key: string) => Promise<void>>> = {
  'palette.open': async (key) => {
    await press(key);
    await dialog()
      .getByPlaceholder(/A command/)
      .waitFor();
  },
  'help.open': async (key) => {
    await press(key);
    await dialog().getByRole('heading', { name: 'Keys' }).waitFor();
  },
  'search.focus': async (key) => {
    await press(key);
    await focusIn('.filter-search');
    await grid.page.keyboard.type('Otis');
    await press('Enter');
    await count(main.rows.filter((row) => row.counterparty?.includes('Otis')).length);
  },
  'filter.open': async (key) => {
    await press(key);
    await grid.page.getByRole('dialog', { name: 'Filter' }).waitFor();
  },
  'panel.open': async (key) => {
    await press(key);
    await grid.page.getByRole('complementary', { name: 'Line' }).waitFor();
    await hasText('Why it is coded so');
  },
  'panel.close': async (key) => {
    await press('ArrowRight');
    await grid.page.locator('aside').waitFor();
    await press(key);
    await gone('aside');
    await at(0);
  },
  'cell.next': async (key) => {
    await press('ArrowRight');
    await grid.page.locator('aside').waitFor();
    const focusedCell = () => grid.page.evaluate(() => (document.activeElement as HTMLElement).dataset.cell);
    await press(key);
    await expect.poll(focusedCell).toBe('select');
    await press(key, key);
    await expect.poll(focusedCell).toBe('account');
    // The column stays while the hand goes down, and the letters act on the row as ever.
    await press('ArrowDown', 'Space');
    await expect.poll(focusedCell).toBe('account');
    expect(await grid.page.locator(':focus').evaluate((cell) => cell.closest('.rg-row')?.ariaRowIndex)).toBe('3');
    await expect.poll(() => grid.selected()).toBe(1);
    await press('Escape', 'Escape', 'Escape');
    await at(1);
  },
  'cell.previous': async (key) => {
    await press('ArrowRight');
    await grid.page.locator('aside').waitFor();
    await press('ArrowRight', 'ArrowRight', key);
    await expect
      .poll(() => grid.page.evaluate(() => (document.activeElement as HTMLElement).dataset.cell))
      .toBe('select');
    await press(key);
    await at(0);
    await press(key);
    await gone('aside');
  },
  escape: async (key) => {
    await press('Space', key);
    await expect.poll(() => grid.selected()).toBe(0);
    await press('ArrowRight');
    await grid.page.locator('aside').waitFor();
    await press(key);
    await gone('aside');
  },
  'theme.next': async (key) => {
    const theme = () => grid.page.evaluate(() => document.documentElement.dataset.theme);
    expect(await theme()).toBe('light');
    await press(key, key);
    await expect.poll(theme).toBe('dark');
  },
  'density.next': async (key) => {
    await press(key);
    await expect
      .poll(() =>
        grid.page
          .locator('.rg-row')
          .nth(1)
          .evaluate((row) => row.getBoundingClientRect().height),
      )
      .toBe(24);
  },
  'privacy.toggle': async (key) => {
    await press(key);
    await expect
      .poll(() =>
        grid.page
          .locator('.rg-row .amount')
          .first()
          .evaluate((amount) => getComputedStyle(amount).filter),
      )
      .toContain('blur(5px)');
  },
  'export.open': async (key) => {
    await press(key);
    const download = grid.page.waitForEvent('download');
    await dialog()
      .getByRole('button', { name: /^Export 300/ })
      .click();
    expect((await download).suggestedFilename()).toBe('daybook-review.csv');
  },
  'sync.run': async (key) => {
    await press(key);
    // The specs' bank is down: the sentence stands on the page, with its repair.
    await grid.page.getByRole('alert').getByText('First Harbor Bank does not answer').waitFor();
    await grid.page.getByRole('button', { name: 'Try again' }).waitFor();
  },
  'row.next': async (key) => {
    await press(key);
    await at(1);
  },
  'row.previous': async (key) => {
    await down(2);
    await press(key);
    await at(1);
  },
  'row.first': async (key) => {
    await down(3);
    await press(key);
    await at(0);
  },
  'row.last': async (key) => {
    await press(key);
    await at(299);
  },
  'page.next': async (key) => {
    await press(key);
    await expect.poll(() => focusedIndex()).toBeGreaterThan(10);
  },
  'page.previous': async (key) => {
    await press('PageDown', 'PageDown');
    const before = await focusedIndex();
    await press(key);
    await expect.poll(() => focusedIndex()).toBeLessThan(before - 10);
  },
  'tab.next': async (key) => {
    await press(key);
    await expect.poll(() => grid.page.url()).toContain('#/review/ready');
  },
  'tab.previous': async (key) => {
    await press(key);
    await expect.poll(() => grid.page.url()).toContain('#/review/exceptions');
  },
  'select.toggle': async (key) => {
    await press(key);
    await expect.poll(() => grid.selected()).toBe(1);
    await press(key);
    await expect.poll(() => grid.selected()).toBe(0);
  },
  'select.range': async (key) => {
    await press('Space', 'ArrowDown', 'ArrowDown', 'ArrowDown', key);
    await expect.poll(() => grid.selected()).toBe(4);
  },
  'select.all': async (key) => {
    await press(key);
    await expect.poll(() => grid.selected()).toBe(300);
  },
  'approve.next': async (key) => {
    await down(READY);
    const id = await grid.focusedId();
    await press(key);
    await count(299);
    await at(READY);
    expect(await grid.focusedId()).not.toBe(id);
    await inState(id, 'approved');
    // What lacks something is not approved: its field is opened instead.
    await at(NEEDS_PERSON - 1);
    await press(key);
    await focusIn('.edit-strip');
  },
  approve: async (key) => {
    const id = await grid.focusedId();
    await press(key);
    await inState(id, 'approved');
    await count(299);
  },
  'approve.ready': async (key) => {
    const ready = main.rows.filter((row) => row.state === 'ready').length;
    await press(key);
    await dialog()
      .getByRole('button', { name: `Approve ${ready} lines` })
      .waitFor();
    expect(stateOf(0)).toBe('ready');
    await press('Enter');
    await expect.poll(() => main.rows.filter((row) => row.state === 'approved').length).toBe(ready);
  },
  unapprove: async (key) => {
    const id = await grid.focusedId();
    await press('a');
    await inState(id, 'approved');
    await press(']');
    await count(1);
    await at(0);
    await press(key);
    await inState(id, 'ready');
  },
  exclude: async (key) => {
    const id = await grid.focusedId();
    await press(key);
    await dialog().getByRole('textbox').fill('private');
    await press('Enter');
    await inState(id, 'excluded');
    expect(main.rows[0]?.excludedWhy).toBe('private');
  },
  include: async (key) => {
    const id = await grid.focusedId();
    await press('x');
    await dialog().getByRole('textbox').fill('private');
    await press('Enter');
    await inState(id, 'excluded');
    await grid.page.evaluate(() => {
      window.location.hash = '#/review/excluded';
    });
    await count(1);
    await at(0);
    await press(key);
    await inState(id, 'ready');
  },
  reverse: async (key) => {
    const [first] = main.rows;
    if (first) main.rows[0] = { ...first, state: 'posted' };
    await grid.page.evaluate(() => {
      window.location.hash = '#/review/posted';
    });
    await count(1);
    await at(0);
    await press(key);
    await dialog().getByRole('button', { name: 'Make the reversal of 1 line' }).click();
    await expect.poll(() => main.asked.some(({ name }) => name === 'proposals.reverse')).toBe(true);
  },
  undo: async (key) => {
    const id = await grid.focusedId();
    await press('a');
    await inState(id, 'approved');
    await press(key);
    await inState(id, 'ready');
    await count(300);
  },
  redo: async (key) => {
    const id = await grid.focusedId();
    await press('a');
    await inState(id, 'approved');
    await press('Control+z');
    await inState(id, 'ready');
    await press(key);
    await inState(id, 'approved');
  },
  'post.open': async (key) => {
    await press('a');
    await count(299);
    await press(key);
    await dialog().getByRole('button', { name: 'Post 1 line in 1 journal to USMF' }).click();
    await hasText('1 line posted in 1 journal.');
    expect(stateOf(0)).toBe('posted');
  },
  'code.account': async (key) => {
    await press(key);
    await field('Account').and(grid.page.locator(':focus')).waitFor();
    await grid.page.keyboard.type('6051');
    await press('Enter');
    await gone('.edit-strip');
    await expect.poll(() => main.rows[0]?.offsets[0]?.account).toBe('605100');
  },
  'code.party': async (key) => {
    await press(key);
    await field('Vendor or customer').and(grid.page.locator(':focus')).waitFor();
    await grid.page.keyboard.type('otis');
    await press('Enter');
    await expect.poll(() => main.rows[0]?.offsets[0]).toMatchObject({ account: 'V-1002', accountType: 'vendor' });
  },
  'code.dimensions': async (key) => {
    await press(key);
    await field('BusinessUnit').and(grid.page.locator(':focus')).waitFor();
    await grid.page.keyboard.type('003');
    await press('Tab');
    await grid.page.keyboard.type('it');
    await press('Enter');
    await expect.poll(() => main.rows[0]?.offsets[0]?.dimensions).toEqual({ BusinessUnit: '003', CostCenter: 'IT' });
  },
  'code.text': async (key) => {
    await press(key);
    await focusIn('.edit-strip');
    await grid.page.keyboard.type('Rent November');
    await press('Enter');
    await expect.poll(() => main.rows[0]?.text).toBe('Rent November');
  },
  'code.note': async (key) => {
    await press(key);
    await focusIn('.edit-strip');
    await grid.page.keyboard.type('ask Ms Acosta');
    await press('Enter');
    await expect.poll(() => main.rows[0]?.note).toBe('ask Ms Acosta');
  },
  'code.suggestion': async (key) => {
    const place = main.rows.findIndex((row) => row.alternative !== null);
    await down(place);
    await press(key);
    await expect.poll(() => main.rows[place]?.offsets[0]?.account).toBe('604900');
  },
  'code.above': async (key) => {
    const above = main.rows[0]?.offsets[0]?.account;
    await down(NEEDS_PERSON);
    await press('ArrowUp', key);
    await at(1);
    await expect.poll(() => main.rows[1]?.codedBy).toBe('person');
    expect(main.rows[1]?.offsets[0]?.account).toBe(above);
  },
  'split.open': async (key) => {
    await press(key);
    await focusIn('.split-editor');
    await grid.page.keyboard.type('604300');
    await press('Tab');
    await grid.page.keyboard.type('25%');
    await press('Control+Enter');
    await expect.poll(() => main.rows[0]?.offsets.length).toBe(2);
    await hasText('Split in 2');
  },
  'rule.make': async (key) => {
    await press(key);
    await expect.poll(() => grid.page.url()).toContain('#/rules/new?from=prop_000000');
  },
  'split.unfold': async (key) => {
    const place = main.rows.findIndex((row) => row.offsets.length > 1);
    await down(place);
    await press(key);
    await grid.page.locator('.split-parts').getByText('Building').waitFor();
    await press(key);
    await gone('.split-parts');
  },
  'edit.open': async (key) => {
    await press(key);
    await field('Account').and(grid.page.locator(':focus')).waitFor();
  },
  'edit.nextCell': async (key) => {
    await press('F2');
    await focusIn('.edit-strip');
    await press(key);
    await field('Vendor or customer').and(grid.page.locator(':focus')).waitFor();
  },
  'edit.previousCell': async (key) => {
    await press('F2');
    await focusIn('.edit-strip');
    await press('Tab', key);
    await field('Account').and(grid.page.locator(':focus')).waitFor();
  },
  'edit.take': async (key) => {
    await press('F2');
    await focusIn('.edit-strip');
    await grid.page.keyboard.type('insur');
    await press(key);
    await expect.poll(() => main.rows[0]?.offsets[0]?.account).toBe('608100');
    await at(0);
  },
  'edit.save': async (key) => {
    await press('n');
    await focusIn('.edit-strip');
    await grid.page.keyboard.type('seen');
    await press(key);
    await expect.poll(() => main.rows[0]?.note).toBe('seen');
  },
  'edit.cancel': async (key) => {
    await press('n');
    await focusIn('.edit-strip');
    await grid.page.keyboard.type('never');
    await press(key);
    await gone('.edit-strip');
    await at(0);
    expect(main.asked.some(({ name }) => name === 'proposals.edit')).toBe(false);
  },
  'edit.above': async (key) => {
    const above = main.rows[0]?.offsets[0]?.account ?? '';
    await down(1);
    await press('F2');
    await focusIn('.edit-strip');
    await press(key);
    await expect.poll(() => field('Account').inputValue()).toBe(above);
  },
  'go.1': (key) => goes(key, 0),
  'go.2': (key) => goes(key, 1),
  'go.3': (key) => goes(key, 2),
  'go.4': (key) => goes(key, 3),
  'go.5': (key) => goes(key, 4),
  'go.6': (key) => goes(key, 5),
  'go.7': (key) => goes(key, 6),
  'go.8': (key) => goes(key, 7),
  'go.9': (key) => goes(key, 8),
};

async function focusedIndex(): Promise<number> {
  return Number(await grid.page.locator('.rg-row:focus').getAttribute('aria-rowindex')) - 2;
}

/** Alt and a figure goes to that place of the rail; beyond its end nothing happens. */
async function goes(key: string, place: number): Promise<void> {
  const links = await grid.page
    .locator('.rail nav a')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  await press(key);
  await expect.poll(() => new URL(grid.page.url()).hash).toBe(links[place] ?? '#/review/review');
}

for (const [id, act] of Object.entries(PRESSED))
  for (const chord of commandOf(id as CommandId).keys) test(`${chord}: ${id}`, () => act(playwrightKey(chord)));
