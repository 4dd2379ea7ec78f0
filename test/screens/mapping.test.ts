import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOutput, SerialError } from '../../main/api/contract.ts';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
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
  const page = await openScreen(browser, screens, { at: '#/mapping', ...options });
  page.setDefaultTimeout(6_000);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const list = () => screens.api.run('mappings.list', {});
const rowOf = (page: Page, account: string) => page.getByRole('row').filter({ hasText: account });

const failed: SerialError = {
  code: 'busy_elsewhere',
  retryable: true,
  repair: 'close_other',
  sentence: 'Another Daybook process is writing to this workspace. Try again.',
};

/** Two accounts without a ledger, as after a bank was linked: real rows, their mappings taken away in the answer. */
async function withUnmapped(names: readonly string[]): Promise<CallOutput<'mappings.list'>> {
  return (await list()).map((row) =>
    names.some((name) => row.account.name.includes(name))
      ? { ...row, mapping: null, missing: ['No ledger yet: choose legal entity, bank account and journal name.'] }
      : row,
  );
}

const candidateOf = (ledgerConnectionId: string) => (bankAccount: string, score: number, reasons: string[]) => ({
  ledgerConnectionId,
  legalEntity: 'HPGR',
  bankAccount,
  bankAccountName: bankAccount,
  journalName: 'BankFeed',
  score,
  reasons,
});

test('every account of the bank stands beside its account in the ledger, and the one without says what is missing', () =>
  open({}, async (page) => {
    const rows = await list();
    await page.getByRole('grid').waitFor();
    expect(await page.getByRole('grid').locator('tbody tr').count()).toBe(rows.length);
    await rowOf(page, 'Business Checking').getByText('HPGM-OPER').waitFor();
    const unmapped = rowOf(page, 'Reserve Brokerage');
    await unmapped.getByText('No ledger yet: choose legal entity, bank account and journal name.').waitFor();
    await unmapped.getByText('Nothing posts').waitFor();
    await page.getByText('7 accounts are mapped. Nothing posts from the one that is not.').waitFor();
    await page.getByRole('link', { name: /Not mapped/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('[role=grid] tbody tr').length === 1);
  }));

test('empty, loading and failed are told apart', async () => {
  await open({ answers: { 'mappings.list': [] } }, async (page) => {
    await page.getByRole('heading', { name: 'There is no account to map yet' }).waitFor();
    await page.getByRole('button', { name: 'Add a bank' }).waitFor();
  });
  await open({ answers: { 'mappings.list': 'never' } }, (page) => page.getByText('Reading…').waitFor());
  await open({ answers: { 'mappings.list': { failed } } }, (page) =>
    page.getByRole('alert').getByText(failed.sentence).waitFor(),
  );
});

test('a proposal stands with its reasons, a tie is shown as one, and s takes the proposal of the row', async () => {
  const rows = await withUnmapped(['Tenant Deposits', 'Deposit Savings']);
  const id = (name: string) => rows.find((row) => row.account.name.includes(name))?.account.id ?? '';
  const candidate = candidateOf(rows.find(({ mapping }) => mapping !== null)?.mapping?.ledgerConnectionId ?? '');
  const answers = {
    'mappings.list': rows,
    'mappings.propose': {
      trouble: [],
      proposals: [
        {
          feedAccountId: id('Tenant Deposits'),
          candidates: [
            candidate('HPGR-TRUST', 80, ['same account number', 'both USD']),
            candidate('HPGR-OPER', 20, ['both USD']),
          ],
        },
        {
          feedAccountId: id('Deposit Savings'),
          candidates: [candidate('HPGR-OPER', 50, ['both USD']), candidate('HPGR-TRUST', 50, ['both USD'])],
        },
      ],
    },
  };
  await open({ answers }, async (page) => {
    await page.getByRole('button', { name: 'Propose mappings' }).click();
    await page.getByRole('button', { name: /Compare with 3 legal entities/ }).click();
    const sure = rowOf(page, 'Tenant Deposits');
    await sure.getByText('Proposed: same account number, both USD').waitFor();
    await rowOf(page, 'Deposit Savings').getByText('Several fit equally well.').waitFor();
    expect(await rowOf(page, 'Deposit Savings').getByRole('button', { name: 'Take it' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Take 1 proposal' }).waitFor();
    await sure.focus();
    const saved = page.waitForRequest((request) => request.postData()?.includes('"mappings.save"') ?? false);
    await page.keyboard.press('s');
    expect(JSON.parse((await saved).postData() ?? '')).toMatchObject({
      input: {
        mappings: [
          { bankAccount: 'HPGR-TRUST', journalName: 'BankFeed', transferAccount: '111900', startDate: '2026-11-20' },
        ],
      },
    });
  });
});

test('the mapping of an account is written with keys alone: arrows, the panel, pickers by number and name', () =>
  open({}, async (page) => {
    const before = (await list()).find((row) => row.account.name === 'Business Checking')?.mapping;
    await rowOf(page, 'Business Card').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const form = page.getByRole('form', { name: /Mapping of Business Checking/ });
    const rest = form.getByLabel('Account for the rest');
    await rest.focus();
    await page.keyboard.type('no such account');
    await page.keyboard.press('Tab');
    await form.getByText('Not found in HPGM').waitFor();
    await rest.fill('111900');
    await form.getByLabel('CostCenter').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page
      .getByText(/Mapping saved/)
      .first()
      .waitFor();
    const after = (await list()).find((row) => row.account.name === 'Business Checking')?.mapping;
    expect(before?.offsetAccount).toBeNull();
    expect(after?.offsetAccount).toBe('111900');
    expect(Object.keys(after?.dimensions ?? {})).toEqual(['CostCenter']);
  }));

test('the live ledger judges each mapping, and names the field that it refuses', () =>
  open({}, async (page) => {
    const row = (await list()).find(({ account }) => account.name === 'Deposit Savings');
    if (!row?.mapping) throw new Error('the practice company maps its deposit savings');
    const { id: _, ...values } = row.mapping;
    await screens.api.run('mappings.save', { mappings: [{ ...values, dimensions: { CostCenter: 'NOPE' } }] });
    await page.getByRole('button', { name: 'Check against the ERP' }).click();
    await rowOf(page, 'Owner Trust').getByText('Fits').waitFor();
    await rowOf(page, 'Deposit Savings').getByText('Refused').waitFor();
    await page.getByRole('list', { name: 'What the ledger refuses' }).getByText(/NOPE/).waitFor();
    await screens.api.run('mappings.save', { mappings: [values] });
  }));

test('many mappings change at once, and only in what was chosen', () =>
  open({}, async (page) => {
    const before = await list();
    await rowOf(page, 'Business Checking').focus();
    await page.keyboard.press('Control+a');
    await page.getByText('8 accounts selected').waitFor();
    await page.getByRole('button', { name: 'Change 7 mappings' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change 7 mappings' });
    await dialog
      .getByRole('button', { name: /^Journals/ })
      .or(dialog.getByRole('button', { name: /As it is Journals/ }))
      .first()
      .click();
    await page.getByRole('option', { name: 'One journal a run' }).click();
    await dialog.getByRole('button', { name: 'Change 7 mappings' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const [index, row] of (await list()).entries())
      expect(row.mapping).toEqual(before[index]?.mapping && { ...before[index].mapping, grouping: 'run' });
  }));

test('the setup is exported as a document without secrets, and importing it again changes nothing', () =>
  open({}, async (page) => {
    await page.getByRole('grid').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+e')]);
    const path = await download.path();
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toHaveProperty('mappings');
    for (const secret of Object.values(screens.practice.env)) expect(text).not.toContain(secret);
    await choose(page, { name: 'daybook-setup.json', buffer: Buffer.from(text) });
    const dialog = page.getByRole('dialog', { name: 'Import daybook-setup.json' });
    await dialog.getByText('These connections are here already').waitFor();
    await dialog.getByRole('button', { name: 'Apply the setup' }).click();
    const mappings = dialog.getByRole('row', { name: /Mappings/ });
    await mappings.waitFor();
    expect(await mappings.getByRole('cell').allInnerTexts()).toEqual(['0', '0', '7']);
  }));

test('a file that is no setup document is refused before anything is changed', () =>
  open({}, async (page) => {
    await choose(page, { name: 'notes.json', buffer: Buffer.from('not json') });
    await page.getByRole('alert').getByText('This file is not a setup document').waitFor();
    await page.keyboard.press('Escape');
    await choose(page, { name: 'wrong.json', buffer: Buffer.from('{"mappings":[{"journal":"X"}]}') });
    await page.getByRole('button', { name: 'Apply the setup' }).click();
    await page
      .getByRole('alert')
      .getByText(/mappings\[0\]/)
      .first()
      .waitFor();
  }));

test.each(['light', 'dark'] as const)(
  'nothing serious stands in the way of a screen reader, %s, with the panel open',
  (theme) =>
    open({ theme }, async (page) => {
      await rowOf(page, 'Owner Trust').focus();
      await page.keyboard.press('ArrowRight');
      await page
        .getByRole('form', { name: /Mapping of Owner Trust/ })
        .getByLabel('CostCenter')
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }),
);

async function choose(page: Page, file: { readonly name: string; readonly buffer: Buffer }): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import setup' }).click(),
  ]);
  await chooser.setFiles({ mimeType: 'application/json', ...file });
}
