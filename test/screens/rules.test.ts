import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type OpenOptions, openScreen, seriousFindings } from './support/browser.ts';
import { cameToLife, HOSTILE, makeHostile } from './support/hostile.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { answering, FAILED } from './support/states.ts';

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

async function open<T>(options: OpenOptions, look: (page: Page) => Promise<T>): Promise<T> {
  const page = await openScreen(browser, screens, options);
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

const rules = () => screens.api.run('rules.list', {});
const ruleNamed = async (name: string) => (await rules()).find(({ document }) => document.name === name);
const names = async () => (await rules()).map(({ document }) => document.name);
const rows = (page: Page) => page.locator('[data-rule]');
const focusedName = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.closest('[data-rule]')?.querySelector('.rule-name bdi')?.textContent ?? '',
  );

/** Chooses an option of a select by keyboard, as a person does. */
async function choose(page: Page, field: ReturnType<Page['locator']>, option: string): Promise<void> {
  await field.press('Enter');
  await page.getByRole('option', { name: option, exact: true }).click();
}

test('rules stand in the order in which they are asked, in plain words, with their hits', () =>
  open({ at: '#/rules' }, async (page) => {
    await rows(page).first().waitFor();
    const stored = await rules();
    const shown = await rows(page).allInnerTexts();
    expect(shown).toHaveLength(stored.length);
    for (const [index, rule] of stored.entries()) {
      expect(shown[index]).toContain(rule.document.name);
      expect(shown[index]).toContain(rule.sentence);
      expect(shown[index]).toContain(rule.hits.toLocaleString('en-GB'));
    }
  }));

test('Alt and an arrow move a rule, and the hand stays on it', () =>
  open({ at: '#/rules' }, async (page) => {
    const [first, second, third] = await names();
    await rows(page).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(async () => (await names()).slice(0, 3)).toEqual([second, first, third]);
    await expect.poll(() => focusedName(page)).toBe(first);
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(async () => (await names()).slice(0, 3)).toEqual([first, second, third]);
  }));

test('a rule is dragged to another place, too', () =>
  open({ at: '#/rules' }, async (page) => {
    const [first, second, third] = await names();
    await rows(page).nth(2).locator('.place').dragTo(rows(page).first());
    await expect.poll(async () => (await names()).slice(0, 3)).toEqual([third, first, second]);
  }));

test('a rule is switched off and on from its row, and open entries follow', () =>
  open({ at: '#/rules' }, async (page) => {
    const name = 'Rent of Harborview Apartments';
    const id = (await ruleNamed(name))?.id ?? 'none';
    const entries = async () => (await screens.api.run('queue.list', { filter: { tab: 'review', ruleId: id } })).total;
    const before = await entries();
    expect(before).toBeGreaterThan(0);
    const box = page.getByRole('checkbox', { name: `${name} is on` });
    await box.press('Space');
    await page.getByText(/open entr(y follows|ies follow) the rules/).waitFor();
    expect((await ruleNamed(name))?.document.enabled).toBe(false);
    expect(await entries()).toBe(0);
    await box.press('Space');
    await expect.poll(entries, { timeout: 10_000 }).toBe(before);
  }));

test('a rule is made in two keys from a line in Review: R, Enter', () =>
  open({ at: '#/review/review' }, async (page) => {
    const before = await names();
    const grid = page.locator('.rg-row').first();
    await grid.waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    const name = page.getByLabel('Name', { exact: true });
    await name.waitFor();
    const made = await name.inputValue();
    expect(made).not.toBe('');
    expect(before).not.toContain(made);
    await page.keyboard.press('Enter');
    await grid.waitFor();
    await expect.poll(names).toContain(made);
    const rule = await ruleNamed(made);
    expect(rule?.document).toMatchObject({ autoApprove: false, enabled: true });
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names).toEqual(before);
  }));

test(
  'conditions and split are written in plain words, tried on history, and stored as such',
  () =>
    open({ at: '#/rules/new' }, async (page) => {
      await page.getByLabel('Name', { exact: true }).waitFor();
      await page.keyboard.type('Gas, shared');
      const condition = (at: number) => page.locator('.condition').nth(at);
      await choose(page, condition(0).getByRole('button', { name: /Field/ }), 'Text');
      await choose(page, condition(0).getByRole('button', { name: /Comparison/ }), 'contains');
      await condition(0).getByLabel('Value').fill('PILGRIM GAS');
      await page.getByRole('button', { name: 'Add a condition' }).click();
      await choose(page, condition(1).getByRole('button', { name: /Field/ }), 'Amount');
      await choose(page, condition(1).getByRole('button', { name: /Comparison/ }), 'is from … to …');
      await condition(1).getByLabel('From', { exact: true }).fill('−50,000');
      await condition(1).getByLabel('To', { exact: true }).fill('-1');
      await page.getByRole('button', { name: 'Add a group' }).click();
      await choose(
        page,
        page.locator('.nested').getByRole('button', { name: /How the conditions/ }),
        'none of these holds',
      );
      await choose(page, condition(2).getByRole('button', { name: /Field/ }), 'Date');
      await choose(page, condition(2).getByRole('button', { name: /Comparison/ }), 'is on or before');
      await condition(2).getByLabel('Value').fill('2026-01-31');
      await choose(page, page.getByRole('button', { name: /What it does/ }), 'Split it over several accounts');
      const part = (at: number) => page.getByRole('group', { name: `Part ${at}` });
      await part(1).getByRole('textbox', { name: 'Percent' }).fill('60');
      await part(1).getByRole('combobox', { name: 'Account' }).fill('605000');
      await part(2).getByRole('combobox', { name: 'Account' }).fill('606000');
      await page.keyboard.press('Alt+T');
      const result = page.locator('.history-result');
      await result.waitFor();
      const when = {
        all: [
          { field: 'text' as const, contains: 'PILGRIM GAS' },
          { field: 'amount' as const, from: '-50000', to: '-1' },
          { not: { any: [{ field: 'date' as const, to: '2026-01-31' }] } },
        ],
      };
      const then = {
        split: [
          { percent: '60', account: '605000' },
          { rest: true as const, account: '606000' },
        ],
      };
      const tried = await screens.api.run('rules.test', { rule: { name: 'Gas, shared', when, then } });
      expect(tried.matches).toBeGreaterThan(0);
      expect(await result.textContent()).toContain(`of the newest ${tried.lines.toLocaleString('en-GB')} lines`);
      expect(await page.locator('.history-lines tbody tr').count()).toBe(tried.examples.length + tried.others.length);
      await condition(0).getByLabel('Value').fill('PILGRIM');
      await page.getByText('The rule was changed since this test.').waitFor();
      await condition(0).getByLabel('Value').fill('PILGRIM GAS');
      await page.keyboard.press('Control+Enter');
      await rows(page).first().waitFor();
      await expect.poll(async () => (await ruleNamed('Gas, shared'))?.document).toMatchObject({ when, then });
    }),
  60_000,
);

test('what is missing is said at its field, and nothing is sent', () =>
  open({ at: '#/rules/new' }, async (page) => {
    const before = await names();
    await page.getByLabel('Name', { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Give it a name.').waitFor();
    await page.getByText('Write what to look for.').waitFor();
    await page.getByText('Choose an account.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
    expect(await names()).toEqual(before);
  }));

test('a name that another rule has is refused at the name, and renaming keeps the place', async () => {
  const [first, second] = await rules();
  if (!first || !second) throw new Error('the practice company has rules');
  await open({ at: `#/rules/${second.id}` }, async (page) => {
    const name = page.getByLabel('Name', { exact: true });
    await name.fill(first.document.name);
    await page.keyboard.press('Control+Enter');
    await page.getByText(`There is a rule with the name “${first.document.name}” already.`).waitFor();
    await name.fill('Another name');
    await page.keyboard.press('Control+Enter');
    await rows(page).first().waitFor();
    await expect
      .poll(async () => (await rules())[1])
      .toMatchObject({ id: second.id, document: { name: 'Another name' } });
  });
});

test('leaving a changed rule by the rail asks, and staying loses nothing', async () => {
  const [, rule] = await rules();
  if (!rule) throw new Error('the practice company has rules');
  await open({ at: `#/rules/${rule.id}` }, async (page) => {
    await page.getByLabel('Name', { exact: true }).fill('Changed and not saved');
    const ask = page.getByRole('dialog', { name: 'Leave without saving the rule?' });
    await page.locator('.rail').getByRole('link', { name: 'Audit' }).press('Enter');
    await ask.getByRole('button', { name: 'Cancel' }).press('Enter');
    await ask.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Changed and not saved');
    await page.keyboard.press('Alt+1');
    await ask.getByRole('button', { name: 'Leave without saving' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    // The question is over: nobody asks on the next way.
    await page.keyboard.press('Alt+2');
    await page.getByRole('heading', { level: 1, name: 'Review' }).waitFor();
  });
  expect(await names()).not.toContain('Changed and not saved');
});

test('leaving with changes asks; deleting says what it means and can be undone', async () => {
  const [, rule] = await rules();
  if (!rule) throw new Error('the practice company has rules');
  const { name } = rule.document;
  await open({ at: `#/rules/${rule.id}` }, async (page) => {
    await page.getByLabel('Name', { exact: true }).fill('Changed');
    await page.getByRole('button', { name: 'Cancel' }).press('Escape');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete rule' }).press('Enter');
    await rows(page).first().waitFor();
    expect(await names()).not.toContain(name);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names).toContain(name);
  });
});

test('hostile bank text stays letters in the rule made from it, in its test, its list and its export', async () => {
  const { items } = await screens.api.run('queue.list', {
    filter: { tab: 'review', codedBy: ['default', 'none'] },
    limit: 5,
  });
  const lineId = items.find((item) => item.lineId !== null)?.lineId ?? 'none';
  await makeHostile(screens, lineId);
  await open({ at: `#/rules/new?line=${lineId}` }, async (page) => {
    await page.locator('.history-result').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(HOSTILE.slice(0, 100).trim());
    expect(await cameToLife(page)).toEqual([]);
    if ((await page.getByText('Choose an account.').count()) > 0)
      await page.getByRole('combobox', { name: 'Account' }).fill('605000');
    await page.getByRole('button', { name: 'Save rule' }).press('Enter');
    await expect.poll(async () => (await names()).some((name) => name.startsWith('=HYPERLINK'))).toBe(true);
  });
  await open({ at: '#/rules' }, async (page) => {
    await page.getByText('=HYPERLINK').first().waitFor();
    expect(await cameToLife(page)).toEqual([]);
  });
  const { content } = await screens.api.run('export.rules', { format: 'csv' });
  expect(content).toContain(`"'=HYPERLINK(""http://x"")`);
});

test.each(['light', 'dark'] as const)(
  '%s: empty, reading, failed and full states are accessible',
  (theme) =>
    open({ at: '#/rules', theme }, async (page) => {
      const show = await answering(page, 'rules.list', '#/rules');
      const findings = () => seriousFindings(page);
      await show([]);
      await page.getByRole('heading', { name: 'No rules yet' }).waitFor();
      expect(await findings()).toEqual([]);
      await show('never');
      await page.getByRole('status').filter({ hasText: 'Reading' }).waitFor();
      expect(await findings()).toEqual([]);
      await show({ failed: FAILED });
      await page.getByRole('alert').filter({ hasText: FAILED.sentence }).waitFor();
      await page.getByRole('button', { name: 'Open backups' }).waitFor();
      expect(await findings()).toEqual([]);
      await show('real');
      await rows(page).first().waitFor();
      expect(await findings()).toEqual([]);
      await rows(page).first().getByRole('link').press('Enter');
      await page.keyboard.press('Alt+T');
      await page.locator('.history-result').waitFor();
      expect(await findings()).toEqual([]);
    }),
  60_000,
);

test('a rule that is gone says so', () =>
  open({ at: '#/rules/rule_gone' }, (page) =>
    page.getByRole('heading', { name: 'There is no such rule any more' }).waitFor(),
  ));
