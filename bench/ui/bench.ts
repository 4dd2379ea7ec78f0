import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { EXECUTABLE, launch } from '../../test/screens/support/browser.ts';
import { builtRenderer } from '../../test/screens/support/built-renderer.ts';
import { startManyLines } from '../../test/screens/support/many-lines.ts';
import { type Bench, goal, type Outcome, percentile, rounded } from '../support/report.ts';
import { servePlainTable } from './plain-page.ts';
import { heapMegabytes, installProbes, keyToPaint, scrollFrames, taskTimes, threadTime } from './probes.ts';

const MANY = 100_000;
const FEW = 1_000;
const PLAIN = 5_000;
/** Rounds of all three, so that a disturbance of the machine does not fall on one alone. */
const ROUNDS = { quick: 1, full: 5 };
const KEYS = { quick: 24, full: 60 };

type Times = {
  readonly down: number[];
  readonly approve: number[];
  readonly edit: number[];
  readonly scroll: number[];
  /** Processor time of the tasks while it is scrolled. */
  readonly scrollTasks: number[];
};

/**
 * The review grid in Chromium behind the browser host: 100,000 lines beside 1,000 in the same grid, and beside a plain
 * React table of 5,000 rows with the same cells. Rows come from the specs' main, in memory, so that what is measured is
 * the screen and its way to the host, not the database.
 */
export const bench: Bench = async ({ quick, tell }) => {
  if (!existsSync(EXECUTABLE)) return notMeasured();
  const keys = quick ? KEYS.quick : KEYS.full;
  const rendererDir = builtRenderer();
  const [many, few, plain] = [
    await startManyLines({ count: MANY, rendererDir }),
    await startManyLines({ count: FEW, rendererDir }),
    await servePlainTable(PLAIN),
  ];
  const browser = await launch();
  try {
    const pages = {
      many: await openGrid(browser, many),
      few: await openGrid(browser, few),
      plain: await openPlain(browser, plain.url),
    };
    tell(
      `first row after data: ${Math.round(pages.many.firstRow)} ms of ${MANY}, ${Math.round(pages.few.firstRow)} ms of ${FEW}`,
    );
    const times = { many: noTimes(), few: noTimes(), plain: noTimes() };
    for (let round = 0; round < (quick ? ROUNDS.quick : ROUNDS.full); round++) {
      await measureGrid(pages.many.page, keys, times.many);
      await measureGrid(pages.few.page, keys, times.few);
      await measurePlain(pages.plain, keys, times.plain);
      tell(`round ${round + 1}: key ↓ p95 ${rounded(percentile(times.many.down, 0.95))} ms`);
    }
    const downAndPaint = (page: Page) => async () => {
      await page.keyboard.press('ArrowDown');
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    };
    const thread = {
      many: await threadTime(pages.many.page, keys, downAndPaint(pages.many.page)),
      few: await threadTime(pages.few.page, keys, downAndPaint(pages.few.page)),
      plain: await threadTime(pages.plain, 5, downAndPaint(pages.plain)),
    };
    const memory = {
      many: await heapMegabytes(pages.many.page),
      few: await heapMegabytes(pages.few.page),
      plain: await heapMegabytes(pages.plain),
    };
    return outcomeOf(pages.many.firstRow, pages.few.firstRow, times, thread, memory);
  } finally {
    await browser.close();
    await many.close();
    await few.close();
    plain.close();
  }
};

function notMeasured(): Outcome {
  return {
    figures: {},
    goals: { 'chromium is there': goal(null, { atLeast: 1 }) },
    notes: [`No Chromium at ${EXECUTABLE}: nothing was measured. DAYBOOK_CHROMIUM names another place.`],
  };
}

function noTimes(): Times {
  return { down: [], approve: [], edit: [], scroll: [], scrollTasks: [] };
}

async function openGrid(browser: Browser, main: { readonly origin: string; readonly url: () => string }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.addInitScript(installProbes);
  await page.goto(main.url());
  await page.locator('.frame').waitFor();
  await page.evaluate(() => {
    window.location.hash = '#/review/review';
  });
  await page.locator('.rg-row:not(.rg-placeholder)').first().waitFor();
  await page.waitForFunction(() => window.probes.firstRow !== undefined);
  const firstRow = await page.evaluate(() => window.probes.firstRow ?? Number.NaN);
  return { page, firstRow };
}

async function openPlain(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.addInitScript(installProbes);
  await page.goto(url);
  await page
    .locator('tr')
    .nth(PLAIN - 1)
    .waitFor({ state: 'attached' });
  return page;
}

const focusedIndex = (page: Page) =>
  page.locator('.rg-row[data-focused="true"]').getAttribute('aria-rowindex').then(Number);
const rowCount = (page: Page) => page.locator('.review-grid').getAttribute('aria-rowcount').then(Number);

async function measureGrid(page: Page, keys: number, times: Times): Promise<void> {
  for (let press = 0; press < keys; press++) {
    const next = (await focusedIndex(page)) + 1;
    const done = `document.activeElement?.getAttribute('aria-rowindex') === '${next}'`;
    times.down.push(await keyToPaint(page, 'ArrowDown', done));
  }
  for (let press = 0; press < keys / 3; press++) {
    await toReadyRow(page);
    const count = await rowCount(page);
    const done = `document.querySelector('.review-grid').getAttribute('aria-rowcount') === '${count - 1}'`;
    times.approve.push(await keyToPaint(page, 'a', done));
  }
  for (let press = 0; press < keys / 3; press++) {
    times.edit.push(await keyToPaint(page, 'F2', `document.activeElement?.closest('.edit-strip') !== null`));
    await page.keyboard.press('Escape');
    await page.locator('.edit-strip').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
  }
  times.scroll.push(...(await scrollFrames(page, '.rg-scroll', 300, 100)));
  const scroll = async () => void (await scrollFrames(page, '.rg-scroll', -300, 50));
  times.scrollTasks.push(...(await taskTimes(page, scroll)));
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2');
}

/** A row that lacks nothing: only such a row is approved by its key. */
async function toReadyRow(page: Page): Promise<void> {
  await page.locator('.rg-row[data-focused="true"]').waitFor();
  while ((await page.locator('.rg-row[data-focused="true"]').getAttribute('data-state')) !== 'ready')
    await page.keyboard.press('ArrowDown');
}

async function measurePlain(page: Page, keys: number, times: Times): Promise<void> {
  // A press takes a second and more here.
  for (let press = 0; press < keys / 6; press++) {
    const next = await page.evaluate(
      () => [...document.querySelectorAll('tr')].findIndex((row) => row.dataset.focused === 'true') + 1,
    );
    times.down.push(
      await keyToPaint(page, 'ArrowDown', `document.querySelectorAll('tr')[${next}]?.dataset.focused === 'true'`),
    );
  }
  for (let press = 0; press < keys / 12; press++) {
    const count = Number(await page.locator('table').getAttribute('data-rows'));
    times.approve.push(await keyToPaint(page, 'a', `document.querySelector('table').dataset.rows === '${count - 1}'`));
  }
  times.scroll.push(...(await scrollFrames(page, '.plain-scroll', 300, 60)));
  await page.evaluate(() => document.querySelector('.plain-scroll')?.scrollTo(0, 0));
}

type Sets = { readonly many: Times; readonly few: Times; readonly plain: Times };
type Each = { readonly many: number; readonly few: number; readonly plain: number };

function outcomeOf(
  firstMany: number,
  firstFew: number,
  { many, few, plain }: Sets,
  thread: Each,
  memory: Each,
): Outcome {
  const p50 = (values: readonly number[]) => rounded(percentile(values, 0.5));
  const p95 = (values: readonly number[]) => rounded(percentile(values, 0.95));
  const most = (values: readonly number[]) => rounded(Math.max(...values));
  const ratio = (a: readonly number[], b: readonly number[]) => rounded(percentile(a, 0.5) / percentile(b, 0.5));
  const keysOf = (name: string, { down, approve, edit, scroll, scrollTasks }: Times) => ({
    [`${name}: ↓ p50 ms`]: p50(down),
    [`${name}: ↓ p95 ms`]: p95(down),
    [`${name}: approve p50 ms`]: p50(approve),
    [`${name}: approve p95 ms`]: p95(approve),
    ...(edit.length > 0 ? { [`${name}: edit p50 ms`]: p50(edit), [`${name}: edit p95 ms`]: p95(edit) } : {}),
    [`${name}: scroll frame p95 ms`]: p95(scroll),
    [`${name}: longest scroll frame ms`]: most(scroll),
    ...(scrollTasks.length > 0 ? { [`${name}: longest task at scrolling, own time ms`]: most(scrollTasks) } : {}),
  });
  return {
    figures: {
      '100,000 lines: first row after data ms': rounded(firstMany),
      '1,000 lines: first row after data ms': rounded(firstFew),
      ...keysOf('100,000 lines', many),
      ...keysOf('1,000 lines', few),
      ...keysOf('plain table of 5,000', plain),
      '100,000 lines: thread time of ↓ ms': rounded(thread.many),
      '1,000 lines: thread time of ↓ ms': rounded(thread.few),
      'plain table of 5,000: thread time of ↓ ms': rounded(thread.plain),
      '100,000 lines: script memory MiB': rounded(memory.many),
      '1,000 lines: script memory MiB': rounded(memory.few),
      'plain table of 5,000: script memory MiB': rounded(memory.plain),
      'plain table of 5,000 / 100,000 lines, ↓ p50': ratio(plain.down, many.down),
    },
    goals: {
      'first row after data ms': goal(rounded(firstMany), { atMost: 300 }),
      'key ↓ to paint p95 ms': goal(p95(many.down), { atMost: 32 }),
      'approve to paint p95 ms': goal(p95(many.approve), { atMost: 32 }),
      'edit to paint p95 ms': goal(p95(many.edit), { atMost: 32 }),
      'longest scroll frame ms': goal(most(many.scroll), { atMost: 50 }),
      'longest task at scrolling, own time ms': goal(most(many.scrollTasks), { atMost: 50 }),
      'thread time of ↓ at 100,000 / at 1,000 lines': goal(rounded(thread.many / thread.few), { atMost: 1.3 }),
      '↓ at 100,000 / at 1,000 lines': goal(ratio(many.down, few.down), { atMost: 1.3 }),
      'approve at 100,000 / at 1,000 lines': goal(ratio(many.approve, few.approve), { atMost: 1.3 }),
      'edit at 100,000 / at 1,000 lines': goal(ratio(many.edit, few.edit), { atMost: 1.3 }),
    },
    notes: [
      'Key to paint: from the key event to the task after the frame that shows the result; a frame is 16.7 ms, so an idle page answers in 1 to 17.',
      'Own time: processor time of the page’s main thread. A frame on a busy machine is longer than what the page does in it.',
      'Rows come from memory behind the real browser host; Chromium without a graphics card.',
    ],
  };
}
