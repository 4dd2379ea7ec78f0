/** Bank text as an attacker would write it: markup, script, marks of direction, a formula, and ten thousand letters. */
import type { Page } from 'playwright-core';
import type { PracticeScreens } from './practice-host.ts';

export const HOSTILE = `=HYPERLINK("http://x")<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202Egnp.exe${'W'.repeat(10_000)}`;

/** Puts the text into a stored line, as if the bank had sent it. */
export async function makeHostile(screens: PracticeScreens, lineId: string, counterparty = HOSTILE): Promise<void> {
  await screens.daybook.store.write(async (trx) => {
    await trx
      .updateTable('statement_line')
      .set({ text: HOSTILE, bank_text: HOSTILE, counterparty })
      .where('id', '=', BigInt(lineId))
      .execute();
  });
}

/** What of hostile text came to life on the page, in words; empty when it is only letters. */
export async function cameToLife(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.title.includes('owned')) found.push('a script ran');
    if (document.querySelector('img, main script, .print-sheet script')) found.push('markup became an element');
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page is wider than the window');
    const loose = [...document.querySelectorAll('main *, .side *')].filter(
      (element) =>
        [...element.childNodes].some(
          (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.includes('\u202E'),
        ) && !element.closest('bdi, input, textarea'),
    );
    if (loose.length > 0) found.push('a mark of direction can turn the text around it');
    return found;
  });
}
