/**
 * From a workspace with nothing in it to a posted and reconciled day, by keyboard alone. A company tells what is its
 * own: how its ledger and its banks are connected, and how what no rule knows is coded.
 */
import { expect } from 'vitest';
import type { Hands } from './hands.ts';
import { handsOn } from './hands.ts';

export type FirstRun = {
  /** Goes through the dialog that connects the ledger, until it is closed and the ledger stands in Connections. */
  readonly connectLedger: (hands: Hands) => Promise<void>;
  /** Goes through the dialog with the keys of the banks' provider, until the check of it has ended well. */
  readonly connectBanks: (hands: Hands) => Promise<void>;
  /** The banks to link, as they stand on the sign-in page. */
  readonly banks: readonly RegExp[];
  /** Accounts to map. */
  readonly accounts: number;
  /** The first day whose lines are reviewed; the ones before are history. */
  readonly firstDay: string;
  /** The last day, at whose end the accounts are reconciled. */
  readonly lastDay: string;
  /** Sets what the proposals of the mappings leave open. */
  readonly finishMappings: (hands: Hands) => Promise<void>;
  /** Codes all that waits for a person; all lines of one account stand selected. */
  readonly code: (hands: Hands) => Promise<void>;
  /** The ERP's own batch job runs. */
  readonly night: () => void;
};

/** Every step as a person takes it, from the screen that the first start shows. The page is open and nobody has touched it. */
export async function walkFirstRun(hands: Hands, run: FirstRun): Promise<void> {
  const { page } = hands;
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });

  await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
  await page.locator('.strip strong', { hasText: 'PRACTICE COMPANY' }).waitFor();
  await hands.push(button('Connect a ledger and a bank'));
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
  await hands.push(button('Connect a ledger'));
  await run.connectLedger(hands);
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await hands.push(button('Add a bank'));
  await run.connectBanks(hands);
  for (const [index, bank] of run.banks.entries()) {
    if (index > 0) await hands.push(button('Add a bank'));
    await linkBank(hands, bank);
    await hands.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  await goTo(hands, 'Mapping');
  await hands.push(button('Propose mappings'));
  await dialog(/Propose mappings for/).waitFor();
  await hands.push(button(/^Compare with/));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await run.finishMappings(hands);
  await expect.poll(() => page.locator('tr[data-mapped="true"]').count()).toBe(run.accounts);
  await hands.push(button('Check against the ERP'));
  await expect.poll(() => page.locator('.verdict .fits').count()).toBe(run.accounts);

  await fetchAndReview(hands, run);
  await post(hands);
  run.night();
  await followIntoLedger(hands);
  await reconcile(hands, run.lastDay, run.accounts);
}

/** By the palette, as by any other way; the screen is there when its title is. */
async function goTo(hands: Hands, screen: string): Promise<void> {
  await hands.command(screen);
  await hands.page.getByRole('heading', { level: 1, name: screen }).waitFor();
}

/** Signs in on the bank's own page, which opens beside the app and is closed again. */
async function linkBank(hands: Hands, bank: RegExp): Promise<void> {
  const { page } = hands;
  const context = page.context();
  const start = page.getByRole('button', { name: 'Open the sign-in page' });
  await hands.to(start);
  const [tab] = await Promise.all([context.waitForEvent('page'), hands.press('Enter')]);
  await handsOn(tab).push(tab.getByRole('button', { name: bank }));
  await tab.getByText('You can close this tab.').waitFor();
  await tab.close();
  await page.getByText('The bank is linked. Its accounts can be mapped now.').waitFor();
}

async function fetchAndReview(hands: Hands, run: FirstRun): Promise<void> {
  const { page } = hands;
  await goTo(hands, 'Review');
  await hands.press('Control+Shift+s');
  const waiting = page.locator('.rg-row:not(.rg-placeholder)').first();
  await waiting.waitFor({ timeout: 60_000 });
  // What is certain first, such as transfers between the linked accounts; then what needs a person, and that is all.
  if (await page.getByRole('button', { name: 'Approve all ready' }).isEnabled()) await approveReady(hands);
  await run.code(hands);
  await approveReady(hands);
  await page.getByRole('heading', { name: /Nothing to review/ }).waitFor({ timeout: 30_000 });
}

async function approveReady(hands: Hands): Promise<void> {
  await hands.press('Shift+a');
  const dialog = hands.page.getByRole('dialog', { name: 'Approve all that are ready' });
  await hands.push(dialog.getByRole('button', { name: /^Approve \d/ }));
  await dialog.waitFor({ state: 'detached' });
}

async function post(hands: Hands): Promise<void> {
  const { page } = hands;
  await hands.press('Control+Shift+Enter');
  const dialog = page.getByRole('dialog', { name: 'Post to the ERP' });
  await hands.push(dialog.getByRole('button', { name: /^Post [\d,]+ lines? in/ }));
  await dialog.getByText(/lines? posted in \d+ journals?\./).waitFor({ timeout: 60_000 });
  expect(await dialog.getByText(/were not|was not/).count()).toBe(0);
  await hands.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

/** The ERP has posted the journals; Daybook asks for them. */
async function followIntoLedger(hands: Hands): Promise<void> {
  const { page } = hands;
  await goTo(hands, 'Activity');
  await hands.push(page.getByRole('link', { name: /^Journals/ }));
  await hands.push(page.getByRole('button', { name: 'Ask the ERP' }));
  await page
    .getByText(/^\d+ in the general ledger$/)
    .first()
    // Exact Online allows sixty calls a minute; more wait for the next one.
    .waitFor({ timeout: 75_000 });
  expect(await page.getByText(/in an open journal|not seen yet/).count()).toBe(0);
}

/** Every account's difference is zero, or each open item of it is named. */
async function reconcile(hands: Hands, day: string, accounts: number): Promise<void> {
  const { page } = hands;
  await goTo(hands, 'Reconcile');
  await hands.fillDay(page.getByLabel('End of day'), day);
  await hands.push(page.getByRole('button', { name: 'Reconcile', exact: true }));
  const rows = page.locator('.reconcile-days tr.account');
  await rows.first().waitFor({ timeout: 75_000 });
  expect(await rows.count()).toBe(accounts);
  await page.getByText('0 not explained').waitFor();
  // Either 0.00, or the items that make the difference stand beneath it by name.
  for (const account of await rows.all()) {
    if ((await account.locator('.difference').textContent())?.startsWith('0.00')) continue;
    const items = page.locator('.reconcile-days tr.account + tr.item-kind');
    expect(await items.count()).toBeGreaterThan(0);
  }
}
