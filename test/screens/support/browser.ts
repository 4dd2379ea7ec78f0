/** Chromium for the specs of the screens, and what every one of them asks of a page. */
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { CallName, CallOutput, SerialError } from '../../../main/api/contract.ts';
import type { PracticeScreens } from './practice-host.ts';

export const EXECUTABLE = process.env.DAYBOOK_CHROMIUM ?? '/usr/bin/chromium';

export const SIZES = { small: { width: 1280, height: 800 }, large: { width: 1440, height: 900 } } as const;
export type Theme = 'light' | 'dark';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

export type OpenOptions = {
  /** Address within the app: `#/today`. */
  readonly at: string;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
  /** Answers that stand in for main's own, to bring a screen into a state. */
  readonly answers?: Answers;
};

type Answers = { readonly [N in CallName]?: CallOutput<N> | { readonly failed: SerialError } | 'never' };

/** A page of its own, signed in, at an address. The caller closes its context. */
export async function openScreen(
  browser: Browser,
  screens: Pick<PracticeScreens, 'url' | 'origin'>,
  options: OpenOptions,
): Promise<Page> {
  const { at, theme = 'light', size = SIZES.small, answers = {} } = options;
  const context: BrowserContext = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  // Shorter than a test's own limit, so that a failure names what it waited for.
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const given = new Map<string, unknown>(Object.entries(answers));
  if (given.size > 0)
    await page.route('**/api/call', async (route) => {
      const { name } = route.request().postDataJSON() as { name: string };
      const answer = given.get(name);
      if (answer === undefined) return route.continue();
      if (answer === 'never') return undefined;
      const failed = typeof answer === 'object' && answer !== null && 'failed' in answer ? answer.failed : undefined;
      return route.fulfill({ json: failed ? { ok: false, error: failed } : { ok: true, value: answer } });
    });
  await page.goto(screens.url());
  await page.waitForURL(`${screens.origin}/**`);
  await page.locator('.frame').waitFor();
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, at);
  return page;
}

/** What axe finds that is serious or critical, as short texts; none is what a spec expects. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
