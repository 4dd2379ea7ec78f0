import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SerialError } from '../../main/api/contract.ts';
import { D365_SECRET } from '../../practice/harbor/setup.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { LEDGER_KIND, OTHER_KIND } from './support/second-ledger.ts';

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

const feeds = async () => {
  const connections = await screens.api.run('connections.list', {});
  return connections.flatMap((connection) => connection.feeds);
};

const feedOf = async (bank: string) => {
  const found = (await feeds()).find((feed) => feed.institutionName === bank && feed.state !== 'removed');
  if (!found) throw new Error(`There is no bank ${bank}`);
  return found;
};

const failed: SerialError = {
  code: 'busy_elsewhere',
  retryable: true,
  repair: 'close_other',
  sentence: 'Another Daybook process is writing to this workspace. Try again.',
};

test('banks and ledger stand with their state, and the practice company is marked beside each', () =>
  open({}, async (page) => {
    const rows = page.locator('table.feeds tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe((await feeds()).length);
    expect(await page.locator('.connection .environment').allInnerTexts()).toEqual([
      'PRACTICE COMPANY',
      'PRACTICE COMPANY',
    ]);
    expect(await page.getByText('1 not mapped').count()).toBe(1);
  }));

test('nothing is shown as connected when nothing is, with what to do next', () =>
  open({ answers: { 'connections.list': [] } }, async (page) => {
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a bank' }).click();
    await page.getByRole('dialog', { name: 'Connect Plaid' }).waitFor();
    await page.getByRole('button', { name: 'Save and check' }).click();
    await page.getByText('Copy the client id from the Plaid dashboard.').waitFor();
    await page.getByText('Copy the secret from the Plaid dashboard.').waitFor();
  }));

test('while it is read it says so, and a failure says what to do', async () => {
  await open({ answers: { 'connections.list': 'never' } }, (page) => page.getByText('Reading…').waitFor());
  await open({ answers: { 'connections.list': { failed } } }, async (page) => {
    const alert = page.locator('.page').getByRole('alert');
    await alert.getByText(failed.sentence).waitFor();
    await alert.getByRole('button', { name: 'Try again' }).waitFor();
  });
});

test('a bank that is linked already is not linked twice: the duplicate is told and costs nothing', () =>
  open({}, async (page) => {
    const before = await feeds();
    await page.getByRole('button', { name: 'Add a bank' }).click();
    await signIn(page, /Tidewater Bank/);
    await page.getByText('These accounts at Tidewater Bank are connected already.').waitFor();
    expect(await feeds()).toHaveLength(before.length);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  }));

test('who leaves the sign-in is told so and can start again', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Add a bank' }).click();
    await signIn(page, 'Leave');
    await page.getByText('The sign-in was left before user name and password were entered.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Open the sign-in page' }).waitFor();
  }));

test('a bank that wants its person again is repaired from its row, and works', () =>
  open({}, async (page) => {
    const { control } = screens.practice.world.plaid;
    control.failItems('northgate', 'ITEM_LOGIN_REQUIRED');
    await screens.api.run('sync.run', { feedIds: [(await feedOf('Northgate National')).id] });
    const row = page.locator('table.feeds tbody tr', { hasText: 'Northgate National' });
    await row.getByText('Sign-in needed').waitFor();
    await row.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('dialog', { name: 'Sign in again at Northgate National' }).waitFor();
    await signIn(page, /Northgate National/);
    await page
      .getByText(/^Repaired: \d+ new lines? fetched since .+\.$/)
      .first()
      .waitFor();
    expect((await feedOf('Northgate National')).state).toBe('healthy');
  }));

test('a webhook is set, replaced by another, and refused without https', () =>
  open({}, async (page) => {
    const { id } = await feedOf('Tidewater Bank');
    await page.getByRole('button', { name: 'Tidewater Bank', exact: true }).click();
    await page.getByRole('button', { name: 'Set a webhook' }).click();
    const field = page.getByLabel('Webhook address');
    await field.fill('http://example.test/hook');
    await page.getByText('The address must begin with https://.').waitFor();
    await field.fill('https://example.test/hook');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Replace the webhook' }).waitFor();
    expect((await feeds()).find((feed) => feed.id === id)?.webhookUrl).toBe('https://example.test/hook');
  }));

test('removing a bank tells first what stays and what ends; linked again by keyboard alone its accounts can be mapped', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Cascade Credit Union', exact: true }).click();
    await page.getByRole('button', { name: 'Remove Cascade Credit Union' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove Cascade Credit Union?' });
    await dialog.getByText(/lines of 2 accounts stay/).waitFor();
    await dialog.getByRole('button', { name: 'Remove Cascade Credit Union' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await feeds()).find((feed) => feed.institutionName === 'Cascade Credit Union')?.state).toBe('removed');

    await page.getByRole('button', { name: 'Add a bank' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Add a bank' }).waitFor();
    const [bank] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
    await bank.getByRole('button', { name: /Cascade Credit Union/ }).focus();
    await bank.keyboard.press('Enter');
    await bank.getByText('You can close this tab.').waitFor();
    await page.bringToFront();
    await page.getByText('The bank is linked. Its accounts can be mapped now.').waitFor();
    expect((await feedOf('Cascade Credit Union')).state).toBe('healthy');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.location.hash === '#/mapping');
  }));

test('a link to a bank that needs its person opens its panel, with the hand on what repairs it', async () => {
  const { control } = screens.practice.world.plaid;
  control.failItems('northgate', 'ITEM_LOGIN_REQUIRED');
  const { id } = await feedOf('Northgate National');
  await screens.api.run('sync.run', { feedIds: [id] });
  await open({ at: `#/connections?feed=${id}` }, async (page) => {
    await page.getByRole('complementary', { name: 'Northgate National' }).waitFor();
    await page.locator('table.feeds button:focus', { hasText: 'Sign in again' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Sign in again at Northgate National' }).waitFor();
    await signIn(page, /Northgate National/);
    await page
      .getByText(/^Repaired: \d+ new lines? fetched since .+\.$/)
      .first()
      .waitFor();
  });
});

test('accounts are added or dropped at the bank, and live balances are asked for, each told before it is done', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Northgate National', exact: true }).click();
    await page.getByRole('button', { name: /Add or drop accounts/ }).click();
    await page.getByRole('dialog', { name: 'Choose accounts of Northgate National' }).waitFor();
    await signIn(page, /Northgate National/);
    await page.getByText('The bank works again.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { id } = await feedOf('Northgate National');
    const taken = async () => {
      const accounts = await screens.api.run('accounts.list', {});
      return accounts.flatMap((account) => (account.feedId === id && account.balance ? [account.balance.source] : []));
    };
    const before = await taken();
    await page.getByRole('button', { name: /live balances/i }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/bill/i).waitFor();
    await dialog.getByRole('button').last().click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(taken).not.toEqual(before);
  }));

test('a ledger into which accounts post is not removed before they are mapped elsewhere', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Remove Harbor D365' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove Harbor D365?' });
    await dialog.getByText(/accounts? posts? into it/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Remove Harbor D365' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Open mapping' }).click();
    await page.waitForFunction(() => window.location.hash === '#/mapping');
  }));

test('the guide for Dynamics 365 shows each step of the check, and leads back to the field that is wrong', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Settings of Harbor D365' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connection Harbor D365' });
    const address = dialog.getByLabel('Address of the environment');
    const practice = await address.inputValue();
    await address.fill('contoso');
    await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByText('The address begins with https:// and ends with the host.').waitFor();
    await address.fill(practice);
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Directory (tenant) id').waitFor();
    await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByLabel('Value of the client secret').fill('not the secret');
    await page.keyboard.press('Enter');
    await dialog.getByText('Microsoft Entra refused the client secret').waitFor();
    expect(
      await dialog
        .getByRole('listitem')
        .filter({ has: page.getByText('Settings and secrets') })
        .count(),
    ).toBe(1);
    await dialog.getByRole('button', { name: 'Check the keys' }).click();
    await dialog.getByLabel('Value of the client secret').fill(screens.practice.env[D365_SECRET] ?? '');
    await page.keyboard.press('Enter');
    await dialog.getByText(/Signed in; \d+ legal entities can be seen/).waitFor();
    await dialog.getByRole('button', { name: /Legal entity/ }).click();
    await page.getByRole('option', { name: /HPGM/ }).click();
    await dialog.getByText(/accounts, \d+ bank accounts and \d+ journal names can be read/).waitFor();
  }));

test('a certificate needs its thumbprint and a private key in the right form', () =>
  open({ answers: { 'connections.kinds': [OTHER_KIND, LEDGER_KIND] } }, async (page) => {
    await page.getByRole('button', { name: 'Connect another ledger' }).click();
    await page.getByRole('button', { name: OTHER_KIND.title }).click();
    await page.getByLabel('Address of the environment').fill('https://contoso.operations.dynamics.com');
    await page.keyboard.press('Enter');
    await page.getByLabel('Directory (tenant) id').fill('contoso.com');
    await page.getByLabel('Application (client) id').fill('2f9d4c6b');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /How Daybook proves/ }).click();
    await page.getByRole('option', { name: /Certificate/ }).click();
    await page.getByLabel('SHA-256 thumbprint').fill('AB:CD');
    await page.getByLabel(/Private key/).fill('-----BEGIN RSA PRIVATE KEY-----');
    await page.getByRole('button', { name: 'Save and check' }).click();
    await page.getByText('The SHA-256 thumbprint has 64 characters').waitFor();
    await page.getByText('This is no private key in PKCS#8 PEM form.').waitFor();
  }));

test('the embedded sign-in runs on an origin of its own, where alone Plaid’s script is let in', () =>
  open({}, async (page) => {
    const tokens: string[] = [];
    await page
      .context()
      .route('https://cdn.plaid.com/**', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: PLAID_STAND_IN }),
      );
    await page.context().exposeBinding('linked', (_, token: string) => {
      tokens.push(token);
      screens.practice.world.plaid.control.completeLink(token, 'tidewater');
    });
    const blocked = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const script = document.createElement('script');
          document.addEventListener('securitypolicyviolation', () => resolve(true), { once: true });
          script.addEventListener('load', () => resolve(false));
          try {
            script.src = 'https://cdn.plaid.com/link/v2/stable/link-initialize.js';
          } catch {
            resolve(true);
          }
          document.head.append(script);
        }),
    );
    expect(blocked).toBe(true);
    await page.getByRole('button', { name: 'Add a bank' }).click();
    const [popup] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Sign in inside Daybook' }).click(),
    ]);
    expect(new URL(popup.url()).origin).not.toBe(screens.origin);
    await page.getByText('These accounts at Tidewater Bank are connected already.').waitFor();
    expect(tokens).toHaveLength(1);
    expect(popup.isClosed()).toBe(true);
  }));

test.each(['light', 'dark'] as const)(
  'nothing serious stands in the way of a screen reader, %s, with panel and dialog',
  (theme) =>
    open({ theme }, async (page) => {
      await page.getByRole('button', { name: 'Tidewater Bank', exact: true }).click();
      await page.getByRole('heading', { name: 'Actions' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Check Harbor D365' }).click();
      await page.getByText('Every step went well.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }),
);

/** Last: the banks are gone after it. */
test('a whole connection is removed with its banks, and what it means is told before', () =>
  open({}, async (page) => {
    await page.getByRole('button', { name: 'Remove Harbor banks' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove Harbor banks?' });
    await dialog.getByText(/ends at the provider first/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Remove Harbor banks' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('No bank yet. Lines come from banks: add one.').waitFor();
    const list = await screens.api.run('connections.list', {});
    expect(list.map(({ name }) => name)).toEqual(['Harbor D365']);
    expect((await screens.api.run('queue.counts', {})).tabs.review).toBeGreaterThan(0);
  }));

/** Opens the sign-in page and presses one of its buttons. */
async function signIn(page: Page, button: string | RegExp): Promise<void> {
  const [bank] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('button', { name: 'Open the sign-in page' }).click(),
  ]);
  await bank.getByRole('button', { name: button }).click();
  await bank.getByText('You can close this tab.').waitFor();
  await page.bringToFront();
}

/** What of Plaid's script the page uses: a person who is through at once. */
const PLAID_STAND_IN = `
window.Plaid = {
  create: ({ token, onSuccess, onLoad }) => {
    setTimeout(() => onLoad && onLoad(), 0);
    return {
      open: () => window.linked(token).then(() => onSuccess('public-token', {})),
      exit: () => {}, submit: () => {}, destroy: () => {},
    };
  },
};`;
