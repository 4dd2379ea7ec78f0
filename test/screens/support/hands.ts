/** A person who has a keyboard and nothing else: no pointer, and no focus but what keys bring. */
import type { Locator, Page } from 'playwright-core';

export type Hands = {
  readonly page: Page;
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Tab until the control has the focus. Fails with what was passed. */
  to(control: Locator): Promise<void>;
  /** Tab to the control and press it. */
  push(control: Locator): Promise<void>;
  /** Tab to the field and type in place of what is there. */
  fill(field: Locator, text: string): Promise<void>;
  /** Tab to a day's field and type the day, as its parts stand in US English. */
  fillDay(field: Locator, day: string): Promise<void>;
  /** Tab to the short list, open it, and walk to the choice. */
  choose(list: Locator, choice: RegExp): Promise<void>;
  /** Opens the palette and takes what the words find first. */
  command(words: string): Promise<void>;
};

/** More stops than any screen has. */
const MOST_STOPS = 150;

export function handsOn(page: Page): Hands {
  const hasFocus = (control: Locator) =>
    control.evaluateAll((elements) => elements.some((element) => element === document.activeElement));
  const focusedText = () =>
    page.evaluate(() => {
      const { activeElement: at } = document;
      const name = at?.getAttribute('aria-label') ?? at?.textContent ?? '';
      return `${at?.tagName.toLowerCase()} ${name.trim().slice(0, 40)}`;
    });
  const hands: Hands = {
    page,
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text),
    to: async (control) => {
      await control.first().waitFor();
      const passed: string[] = [];
      for (let stop = 0; stop < MOST_STOPS; stop++) {
        if (await hasFocus(control)) return;
        passed.push(await focusedText());
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not lead to ${String(control)}; it leads to: ${[...new Set(passed)].join(' | ')}`);
    },
    push: async (control) => {
      await hands.to(control);
      await page.keyboard.press('Enter');
    },
    fill: async (field, text) => {
      await hands.to(field);
      await hands.press('Control+a');
      await hands.type(text);
    },
    fillDay: async (field, day) => {
      await hands.to(field);
      const [year = '', month = '', date = ''] = day.split('-');
      await hands.type(`${month}${date}${year}`);
    },
    choose: async (list, choice) => {
      await hands.push(list);
      const option = page.getByRole('option', { name: choice });
      await option.first().waitFor();
      for (let step = 0; step < 60; step++) {
        if (await hasFocus(option)) return hands.press('Enter');
        await hands.press('ArrowDown');
      }
      throw new Error(`the arrows do not lead to ${choice}`);
    },
    command: async (words) => {
      await hands.press('Control+k');
      await page.getByRole('dialog', { name: 'Commands and search' }).waitFor();
      await hands.type(words);
      await hands.press('Enter');
    },
  };
  return hands;
}
