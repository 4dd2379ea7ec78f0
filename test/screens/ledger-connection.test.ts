import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallInput, CallOutput, SerialError } from '../../main/api/contract.ts';
import { launch, openScreen, seriousFindings, type Theme } from './support/browser.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { ENTITIES, LEDGER_KIND, ledgerConnection, OTHER_KIND } from './support/second-ledger.ts';
import { type Answering, standIn } from './support/stand-in.ts';

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

const kinds = () => [OTHER_KIND, LEDGER_KIND];

async function open<T>(
  answering: Answering,
  look: (page: Page, asked: Awaited<ReturnType<typeof standIn>>) => Promise<T>,
  theme: Theme = 'light',
): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/settings', theme });
  page.setDefaultTimeout(10_000);
  try {
    const asked = await standIn(page, { 'connections.kinds': kinds, ...answering });
    await page.evaluate(() => {
      window.location.hash = '#/connections';
    });
    await page.reload();
    return await look(page, asked);
  } finally {
    await page.context().close();
  }
}

const error = (part: Partial<SerialError> & Pick<SerialError, 'code' | 'sentence' | 'repair'>) => ({
  failed: { retryable: false, ...part },
});

const CHECKED: CallOutput<'connections.check'> = {
  ok: true,
  steps: [
    { name: 'Settings and secrets', ok: true, sentence: 'The settings are complete.', error: null },
    { name: 'Sign in and list legal entities', ok: true, sentence: '3 legal entities can be seen.', error: null },
  ],
};

test('by keyboard alone: a kind is chosen, its fields filled in, the sign-in ended by the address, and offices chosen', async () => {
  let signedIn = false;
  let saved: Array<CallInput<'connections.save'>> = [];
  const connection = () => [
    ...(saved.length === 0
      ? []
      : [
          ledgerConnection({
            settings: saved.at(-1)?.settings ?? null,
            ...(signedIn
              ? {}
              : { signIn: { state: 'signed_out', user: null, warning: null, endsAt: null, refreshedAt: null } }),
          }),
        ]),
  ];
  await open(
    {
      'connections.list': connection,
      'connections.save': (input) => {
        saved = [...saved, input];
        return { id: 'conn_sunline', outcome: 'created' };
      },
      'connections.startSignIn': () => ({
        ...{ url: `${screens.origin}/link.html?sign-in`, returnsTo: 'https://kade.example/back' },
        ...{ expiresAt: '2026-11-20T08:15:00.000Z', returnsByItself: false },
      }),
      'connections.finishSignIn': ({ address }) => {
        if (!address.includes('code='))
          return error({
            ...{ code: 'usage', repair: 'edit_setup' },
            sentence: 'This is not the address at which the browser landed: it has no code. Copy it whole.',
          });
        signedIn = true;
        return {
          ...{ state: 'signed_in', user: 'Noor Visser', warning: null, ended: null },
          ...{ endsAt: '2026-12-20T08:00:00.000Z', refreshedAt: null },
        };
      },
      'connections.check': () => CHECKED,
      'ledger.offeredEntities': () => ENTITIES.map((entity) => ({ ...entity, chosen: false })),
    },
    async (page) => {
      await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
      await page.getByText('posts them into Dynamics 365 Finance & Operations or Sunline Books').waitFor();
      await page.getByRole('button', { name: 'Connect a ledger' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Connect a ledger' }).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Connect Sunline Books' });
      await dialog.getByLabel('App id').focus();
      await page.keyboard.press('Enter');
      await dialog.getByText('Missing: App id.').waitFor();
      await dialog.getByText('Missing: App secret.').waitFor();
      expect(saved).toEqual([]);
      await dialog.getByLabel('App id').focus();
      await page.keyboard.type('app-1');
      await page.keyboard.press('Tab');
      await page.keyboard.type('sesame');
      await page.keyboard.press('Tab');
      await page.keyboard.type('kade.example/back');
      await page.keyboard.press('Enter');
      await dialog.getByText('The address begins with https:// and has no blanks.').waitFor();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('https://kade.example/back');
      const [popup] = await Promise.all([
        page.context().waitForEvent('page'),
        (async () => {
          await page.keyboard.press('Enter');
          await dialog.getByRole('button', { name: 'Open the sign-in page' }).waitFor();
          await page.keyboard.press('Enter');
        })(),
      ]);
      await popup.close();
      expect(saved.at(-1)).toMatchObject({
        ...{ kind: 'sunline', name: 'Sunline Books', environment: 'production' },
        settings: { site: 'nl', appId: 'app-1', returnAddress: 'https://kade.example/back' },
        secrets: { appSecret: 'sesame' },
      });
      await dialog.getByText('the browser goes to https://kade.example/back').waitFor();
      await page.keyboard.type('https://kade.example/back');
      await page.keyboard.press('Enter');
      await dialog.getByText('This is not the address at which the browser landed').waitFor();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('https://kade.example/back?code=abc%21&state=xyz');
      await page.keyboard.press('Enter');
      await dialog.getByText('The connection works.').waitFor();
      await page.keyboard.press('Enter');
      await dialog.getByText('It is archived since 2024; nothing can be posted there.').waitFor();
      await dialog.getByRole('checkbox', { name: /100 · Kade Amsterdam/ }).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await dialog.getByRole('checkbox', { name: /300/ }).isDisabled()).toBe(true);
      await dialog.getByRole('button', { name: 'Use these 2' }).focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      // As the settings have them: numbers.
      expect(saved.at(-1)?.settings).toMatchObject({ appId: 'app-1', offices: [100, 200] });
      expect(saved.at(-1)?.secrets).toEqual({});
    },
  );
});

test('who is signed in until when, which offices, and how many calls are left stand with the connection', () =>
  open({ 'connections.list': () => [ledgerConnection()] }, async (page) => {
    await page.getByText('Signed in as Noor Visser').waitFor();
    await page.getByRole('button', { name: 'Offices: 100, 300' }).waitFor();
    const budgets = page.getByRole('list', { name: 'Calls that the ledger still allows' });
    await budgets.getByText('Calls left for 100').waitFor();
    expect(await budgets.textContent()).toMatch(
      /42 of 60 this minute, anew 08:01\s*311 of 5,000 this day, anew Sat 21 Nov 00:00/,
    );
    expect(await budgets.locator('.act').textContent()).toContain('311 of 5,000');
  }));

test('a sign-in that ends soon is a warning with its button, and a refused code leads to a new start', () =>
  open(
    {
      'connections.list': () => [
        ledgerConnection({
          ...{ state: 'needs_person', repair: 'sign_in_again', code: 'signed_out' },
          sentence: 'The sign-in to Sunline Books has ended. Sign in again.',
          lifecycle: {
            ...{ state: 'login_required', since: '2026-11-20T07:00:00.000Z', source: 'poll', repair: 'sign_in_again' },
            ...{ until: null, ending: null, repaired: null },
          },
          signIn: {
            ...{ state: 'signed_out', user: null, endsAt: null, refreshedAt: null },
            warning: 'The sign-in was used on another computer.',
          },
        }),
      ],
      'connections.startSignIn': () => ({
        ...{ url: `${screens.origin}/link.html?sign-in`, returnsTo: 'https://kade.example/back' },
        ...{ expiresAt: '2026-11-20T08:15:00.000Z', returnsByItself: false },
      }),
      'connections.finishSignIn': () =>
        error({
          ...{ code: 'link_expired', repair: 'sign_in_again' },
          sentence: 'This address was used already. Start again.',
        }),
    },
    async (page) => {
      await page.getByText('The sign-in was used on another computer.').waitFor();
      await page.getByText('Nobody is signed in.').waitFor();
      await page.getByRole('button', { name: 'Sign in again' }).click();
      const dialog = page.getByRole('dialog', { name: 'Sign in to Kade books' });
      await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
      await page.bringToFront();
      await dialog.getByLabel('Address at which you landed').fill('https://kade.example/back?code=a&state=b');
      await page.keyboard.press('Enter');
      const alert = dialog.getByRole('alert');
      await alert.getByText('This address was used already.').waitFor();
      await Promise.all([
        page.context().waitForEvent('page'),
        alert.getByRole('button', { name: 'Sign in again' }).click(),
      ]);
    },
  ));

test('leaving an office that accounts post to tells first what that means, and no is no', () => {
  const saved: unknown[] = [];
  return open(
    {
      'connections.list': () => [ledgerConnection()],
      'ledger.offeredEntities': () => ENTITIES,
      'connections.save': ({ settings }) => {
        saved.push(settings);
        return { id: 'conn_sunline', outcome: 'updated' };
      },
    },
    async (page) => {
      await page.getByRole('button', { name: 'Offices: 100, 300' }).click();
      const dialog = page.getByRole('dialog', { name: 'Offices of Kade books' });
      await dialog.getByText('100 · Kade Amsterdam').click();
      await dialog.getByText('200 · Kade Antwerp').click();
      await dialog.getByRole('button', { name: 'Use this one' }).click();
      const asked = page.getByRole('dialog', { name: 'No longer use 100 · Kade Amsterdam?' });
      await asked.getByText('2 accounts post there. Nothing of them can be read').waitFor();
      await asked.getByRole('button', { name: 'Cancel' }).click();
      expect(saved).toEqual([]);
      await dialog.getByRole('button', { name: 'Use this one' }).click();
      await asked.getByRole('button', { name: 'No longer use 100 · Kade Amsterdam' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(saved).toEqual([expect.objectContaining({ offices: [200] })]);
    },
  );
});

test('offices that cannot be read say why, and what to do', () =>
  open(
    {
      'connections.list': () => [ledgerConnection()],
      'ledger.offeredEntities': () =>
        error({ code: 'signed_out', repair: 'sign_in_again', sentence: 'The sign-in has ended. Sign in again.' }),
    },
    async (page) => {
      await page.getByRole('button', { name: 'Offices: 100, 300' }).click();
      const dialog = page.getByRole('dialog', { name: 'Offices of Kade books' });
      await dialog.getByText('The sign-in has ended. Sign in again.').waitFor();
      await dialog.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByRole('dialog', { name: 'Sign in to Kade books' }).waitFor();
    },
  ));

const looks = [
  { what: 'the list', act: (page: Page) => page.getByText('Signed in as Noor Visser').waitFor() },
  {
    what: 'the offices',
    act: async (page: Page) => {
      await page.getByRole('button', { name: 'Offices: 100, 300' }).click();
      await page.getByText('It is archived since 2024').waitFor();
    },
  },
  {
    what: 'the settings',
    act: async (page: Page) => {
      await page.getByRole('button', { name: 'Settings of Kade books' }).click();
      await page.getByLabel('App id').waitFor();
    },
  },
];

test.each(looks.flatMap((look) => (['light', 'dark'] as const).map((theme) => ({ ...look, theme }))))(
  'nothing serious stands in the way of a screen reader: $what, $theme',
  ({ act, theme }) =>
    open(
      { 'connections.list': () => [ledgerConnection()], 'ledger.offeredEntities': () => ENTITIES },
      async (page) => {
        await act(page);
        expect(await seriousFindings(page)).toEqual([]);
      },
      theme,
    ),
);
