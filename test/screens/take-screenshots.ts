/**
 * `npm run screenshots`: every screen on the practice company into docs/screens, at both sizes and in both themes across
 * them. The morning is half done: most lines are posted and reconciled, some wait.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openScreen, SIZES, type Theme } from './support/browser.ts';
import { startPracticeScreens } from './support/practice-host.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'screens');
const SCREENS = ['today', 'review', 'connections', 'mapping', 'rules', 'activity', 'reconcile', 'audit', 'settings'];
const SHOTS: ReadonlyArray<{ readonly size: 'small' | 'large'; readonly theme: Theme }> = [
  { size: 'small', theme: 'dark' },
  { size: 'large', theme: 'light' },
];

mkdirSync(FOLDER, { recursive: true });
const screens = await startPracticeScreens();
const browser = await launch();
try {
  await screens.api.run('proposals.approveReady', { filter: { to: '2026-11-18' } });
  await screens.api.run('post.run', {});
  // The ERP posts its journals by a job of its own a minute later.
  screens.clock.advance(120_000);
  await screens.api.run('post.follow', {});
  await screens.api.run('reconcile.run', { dates: ['2026-11-18'] });
  for (const name of SCREENS)
    for (const { size, theme } of SHOTS) {
      const page = await openScreen(browser, screens, { at: `#/${name}`, theme, size: SIZES[size] });
      await page.waitForTimeout(1_500);
      await page.screenshot({ path: join(FOLDER, `${name}-${SIZES[size].width}-${theme}.png`) });
      await page.context().close();
    }
} finally {
  await browser.close();
  await screens.close();
}
