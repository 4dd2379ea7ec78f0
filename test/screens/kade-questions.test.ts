import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../main/core/calendar.ts';
import { money } from '../../main/core/money.ts';
import { OFFICES, type OfficeKey } from '../../practice/kade/offices.ts';
import type { KadeWorld } from '../../practice/kade/world.ts';
import { launch, openScreen } from './support/browser.ts';
import { handsOn } from './support/hands.ts';
import { type PracticeScreens, startCompanyScreens } from './support/practice-host.ts';

/** What somebody did in the practice Exact Online behind Daybook's back, asked about, answered, and posted on. */
let screens: PracticeScreens<KadeWorld>;
let browser: Browser;

beforeAll(async () => {
  screens = await startCompanyScreens('kade');
  await screens.api.run('proposals.approveReady', { filter: {} });
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

const eur = (amount: string) => money(amount, 'EUR');
const booksOf = (office: OfficeKey) =>
  screens.practice.world.sites[office].control.books().entries.filter((entry) => entry.journal === '20');
const oursIn = (office: OfficeKey) => booksOf(office).filter(({ by }) => by === 'client');
const legalEntityOf = (office: OfficeKey) => String(OFFICES[office].division);

/** A line in bank journal 20 that Daybook did not make. */
function bookBehindOurBack(office: OfficeKey, how: 'postByHand' | 'bankLinkImports', date: string, amount: string) {
  const { division, chart } = OFFICES[office];
  const lines = [{ amount: eur(amount), text: 'Not from Daybook', glAccount: chart.bankFees[0] }];
  return screens.practice.world.sites[office].control[how]({ division, journal: '20', date, lines });
}

const openQuestions = async () => (await screens.api.run('journals.questions', { open: true })).questions;

test('what Exact’s own bank link imports stops the journal, and posting goes on behind what a person accepts', async () => {
  const legalEntity = legalEntityOf('be');
  bookBehindOurBack('be', 'bankLinkImports', screens.firstDay, '40.00');
  const imported = booksOf('be').at(-1);
  const stopped = await screens.api.run('post.run', { legalEntity });
  expect(stopped).toMatchObject({ posted: 0, failures: [{ error: { code: 'journal_question' } }] });
  expect(oursIn('be')).toEqual([]);

  const [question, ...others] = await openQuestions();
  expect(others).toEqual([]);
  expect(question).toMatchObject({ kind: 'others', journalName: '20', size: { amount: '40.00', currency: 'EUR' } });
  expect(question?.waiting).toBeGreaterThan(0);
  const answer = { id: question?.id ?? '', choice: 'accept', note: 'Imported by mistake; it is no line of ours' };
  await screens.api.run('journals.answerQuestion', answer);
  const posted = await screens.api.run('post.run', { legalEntity });
  expect(posted).toMatchObject({ failures: [], refused: 0, different: 0, unknown: 0 });
  expect(posted.posted).toBe(question?.waiting);
  expect(oursIn('be')[0]?.openingMinor).toBe(imported?.closingMinor);
  expect(await openQuestions()).toEqual([]);
});

test('a break that a person bridges opens the next entry with the bank’s balance, and the chain ties out from there', async () => {
  const legalEntity = legalEntityOf('de');
  const atBank = booksOf('de').at(-1)?.closingMinor ?? 0n;
  bookBehindOurBack('de', 'postByHand', addDays(screens.firstDay, -1), '7.77');
  await screens.api.run('post.run', { legalEntity });
  const [question] = await openQuestions();
  expect(question).toMatchObject({ kind: 'break', size: { amount: '7.77', currency: 'EUR' } });
  const answer = { id: question?.id ?? '', choice: 'bank', note: 'Booked twice last month' };
  await screens.api.run('journals.answerQuestion', answer);
  expect((await screens.api.run('post.run', { legalEntity })).failures).toEqual([]);
  const ours = oursIn('de');
  expect(ours[0]?.openingMinor).toBe(atBank);
  for (const [index, entry] of ours.slice(1).entries()) expect(entry.openingMinor).toBe(ours[index]?.closingMinor);
});

test('a break in a bank journal of Exact is asked about with its size, answered by keyboard, and posting goes on', async () => {
  bookBehindOurBack('nl', 'postByHand', addDays(screens.firstDay, -1), '-12.50');
  const closing = booksOf('nl').at(-1)?.closingMinor;
  const page = await openScreen(browser, screens, { at: '#/review/ready?post=yes', theme: 'light' });
  page.setDefaultTimeout(20_000);
  const hands = handsOn(page);
  const dialog = page.getByRole('dialog', { name: 'Post to the ERP' });
  await hands.push(dialog.getByRole('button', { name: /^Post [\d,]+ lines? in/ }));
  const form = dialog.getByRole('form', { name: '3120045 · 20: the balance is not the bank’s' });
  await form.getByText('−12.50').first().waitFor();
  expect(oursIn('nl')).toEqual([]);
  await hands.press('Space', 'Tab');
  await hands.type('Costs of the year before, booked late by Noor');
  await hands.press('Enter');
  await dialog.getByText(/^\d+ lines posted in \d+ journals?\.$/).waitFor();
  await page.context().close();
  expect(await openQuestions()).toEqual([]);
  const [first] = oursIn('nl');
  expect(first?.openingMinor).toBe(closing);
});
