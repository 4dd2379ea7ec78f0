import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallOutput } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, SIZES, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';

let screens: PracticeScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startPracticeScreens();
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

async function open<T>(options: Partial<OpenOptions>, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/connections', ...options });
  page.setDefaultTimeout(6_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

/** Pictures to look at, where a folder for them is named. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.DAYBOOK_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

type Connection = CallOutput<'connections.list'>[number];
type Feed = Connection['feeds'][number];

const AT = '2026-11-20T08:00:00.000Z';
const feedIn = (state: string, sentence: string | null, more: Partial<Feed['lifecycle']> = {}): Feed => ({
  ...{ id: `feed-${state}`, institutionName: `Bank ${state}`, state: 'healthy', code: null, sentence, repair: 'none' },
  lifecycle: {
    ...{ state, since: AT, source: 'poll', until: null, ending: null, repair: 'none', repaired: null },
    ...more,
  },
  ...{ history: 'complete', freshness: { bankUpdatedAt: AT, stale: state === 'stale', sentence: 'Reached 1 h ago.' } },
  ...{ consentExpiresAt: null, lastAttemptAt: AT, lastSuccessAt: AT, openExceptions: 0, webhookUrl: null },
});

/** One bank in each state, as main tells it. */
const EVERY: ReadonlyArray<readonly [feed: Feed, words: string, button: string | null]> = [
  [feedIn('healthy', null), 'Working', null],
  [
    feedIn('new_accounts', 'Offers accounts.', { repair: 'choose_accounts' }),
    'Working, new accounts',
    'Choose accounts',
  ],
  [feedIn('stale', 'Not reached since 2026-11-17.', { repair: 'wait' }), 'Working, bank not reached', null],
  [
    feedIn('expiring', 'The consent ends.', {
      ...{ repair: 'sign_in_again', source: 'clock', ending: { what: 'consent', on: '2026-11-26T08:00:00.000Z' } },
    }),
    'Ends soon, on',
    'Sign in again',
  ],
  [
    feedIn('disconnect_pending', 'The bank ends it.', {
      ...{ repair: 'sign_in_again', source: 'webhook', ending: { what: 'access', on: '2026-11-24T08:00:00.000Z' } },
    }),
    'Bank ends it soon, on',
    'Sign in again',
  ],
  [
    feedIn('retrying', 'Lost.', { repair: 'wait', until: '2026-11-20T08:05:00.000Z' }),
    'Trying again by itself, next try',
    null,
  ],
  [
    feedIn('rate_limited', 'A pause.', { repair: 'wait', until: '2026-11-20T09:00:00.000Z' }),
    'Pausing, next try',
    null,
  ],
  [
    feedIn('institution_down', 'Down.', { repair: 'wait', until: '2026-11-20T10:00:00.000Z' }),
    'Bank is down, next try',
    null,
  ],
  [feedIn('login_required', 'Asks for a sign-in.', { repair: 'sign_in_again' }), 'Sign-in needed', 'Sign in again'],
  [feedIn('action_at_bank', 'Set a password.', { repair: 'act_at_bank' }), 'Bank asks for you', 'Sign in after that'],
  [feedIn('accounts_missing', 'No accounts.', { repair: 'choose_accounts' }), 'No accounts', 'Choose accounts'],
  [feedIn('revoked', 'Withdrawn.', { repair: 'sign_in_again' }), 'Access withdrawn', 'Sign in again'],
  [feedIn('gone', 'Gone at Plaid.', { repair: 'link_again' }), 'Gone', 'Link again'],
  [feedIn('keys_refused', 'Keys refused.', { repair: 'check_keys' }), 'Keys refused', 'Check the keys'],
  [feedIn('blocked', 'Register first.', { repair: 'ask_administrator' }), 'Blocked', null],
];

const everyState = async (): Promise<Partial<OpenOptions>> => {
  const [bank, ...others] = await screens.api.run('connections.list', {});
  if (bank === undefined) throw new Error('nothing is connected');
  const plaid = bank.role === 'feed' ? bank : others.find(({ role }) => role === 'feed');
  if (plaid === undefined) throw new Error('no bank is connected');
  return { answers: { 'connections.list': [{ ...plaid, feeds: EVERY.map(([feed]) => feed) }] } };
};

test('each state stands in plain words with its sentence and its one next action', async () =>
  open(await everyState(), async (page) => {
    for (const [feed, words, button] of EVERY) {
      const row = page.locator(`tr[data-named="${feed.id}"]`);
      expect(await row.locator('.state-cell').textContent()).toContain(words);
      if (feed.sentence !== null) expect(await row.locator('.state-cell').textContent()).toContain(feed.sentence);
      const actions = row.locator('td:last-child button');
      expect(await actions.allInnerTexts()).toEqual(button === null ? [] : [button]);
    }
  }));

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test('nothing serious is found on a screen with every state', async () =>
    open({ ...(await everyState()), theme, size: SIZES.large }, async (page) => {
      await page.getByText('Sign-in needed').waitFor();
      await picture(page, `states-1440-${theme}`);
      expect(await seriousFindings(page)).toEqual([]);
    }));
});

test('changed ids are decided by keyboard alone, tie out, and can be taken back', async () => {
  screens.practice.world.plaid.control.life.changeAccountIds('tidewater');
  screens.clock.advance(86_400_000);
  await screens.api.run('sync.run', {});
  const proposals = await screens.api.run('accounts.replacements', {});
  expect(proposals.length).toBeGreaterThan(1);
  await open({ size: SIZES.small, theme: 'dark' }, async (page) => {
    await page.getByRole('heading', { name: 'Accounts with a new id' }).waitFor();
    await picture(page, 'replacements-1280-dark');
    expect(await seriousFindings(page)).toEqual([]);
    const first = page.locator('.replacements li').first();
    await first.getByRole('button', { name: /is the same account/ }).focus();
    await page.keyboard.press('Enter');
    await page
      .locator('.replacements')
      .getByRole('status')
      .getByText(/the balance ties out\.$/)
      .waitFor();
    expect(await screens.api.run('accounts.replacements', {})).toHaveLength(proposals.length - 1);
    await page
      .locator('.replacements li')
      .first()
      .getByRole('button', { name: /two accounts/ })
      .focus();
    await page.keyboard.press('Enter');
    await page
      .getByText(/stays apart from the new one/)
      .first()
      .waitFor();
    expect(await screens.api.run('accounts.replacements', {})).toHaveLength(proposals.length - 2);
  });
  await open({ size: SIZES.large }, async (page) => {
    await page.getByRole('button', { name: 'Tidewater Bank', exact: true }).click();
    await page.getByRole('heading', { name: 'Changed ids' }).waitFor();
    await picture(page, 'panel-1440-light');
    await page.getByRole('button', { name: 'Take it back' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await page
      .getByText(/went back to the other account/)
      .first()
      .waitFor();
    const decided = await screens.api.run('accounts.decidedReplacements', {});
    expect(decided.map(({ state }) => state).sort()).toEqual(['declined', 'undone']);
  });
});

test('how a state came about is told in the panel of the bank', async () => {
  screens.practice.world.plaid.control.life.breakLogin('northgate');
  await screens.api.run('sync.run', {});
  screens.practice.world.plaid.control.life.repairLogin('northgate');
  await screens.api.run('sync.run', {});
  await open({}, async (page) => {
    await page.getByRole('button', { name: 'Northgate National', exact: true }).click();
    await page
      .getByText(/Repaired: \d+ new lines? fetched since/)
      .first()
      .waitFor();
    await page.getByText('2 changes of state').click();
    await page.getByText('Sign-in needed, found when asking').waitFor();
  });
});
