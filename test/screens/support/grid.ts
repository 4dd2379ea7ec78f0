import type { Browser, Page } from 'playwright-core';
import type { ManyLines } from './many-lines.ts';

/** The review grid of a page, as a person sees it. */
export type Grid = {
  readonly page: Page;
  readonly press: (...keys: string[]) => Promise<void>;
  /** Place of the row that has the focus in its list, from 0; waits until it has it. */
  readonly at: (index: number) => Promise<void>;
  readonly focusedId: () => Promise<string>;
  readonly selected: () => Promise<number>;
  /** Rows in the list, as the grid tells a screen reader. */
  readonly count: (count: number) => Promise<void>;
  readonly hasText: (text: string | RegExp) => Promise<void>;
};

/** Opens the review screen in a page of its own, with its rows there. */
export async function openGrid(browser: Browser, main: ManyLines, hash = '#/review/review'): Promise<Grid> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(main.url());
  await page.locator('.frame').waitFor();
  await page.evaluate((at) => {
    window.location.hash = at;
  }, hash);
  await page.locator('.rg-row:not(.rg-placeholder), .state').first().waitFor();
  return gridOf(page);
}

export function gridOf(page: Page): Grid {
  const focused = page.locator('.rg-row:focus');
  return {
    page,
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    at: (index) => page.locator(`.rg-row[aria-rowindex="${index + 2}"]:focus`).waitFor({ state: 'attached' }),
    focusedId: async () => {
      await focused.waitFor({ state: 'attached' });
      return (await focused.getAttribute('data-id')) ?? '';
    },
    selected: async () => {
      const text = (await page.locator('.totals-bar .count').textContent()) ?? '';
      return text.includes('selected') ? Number(text.replace(/\D/g, '')) : 0;
    },
    count: async (count) => {
      await page.waitForFunction(
        (wanted) => document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount') === String(wanted),
        count + 1,
      );
    },
    hasText: (text) => page.getByText(text).first().waitFor(),
  };
}
