import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallInput, CallOutput } from '../../main/api/contract.ts';
import { launch, openScreen, seriousFindings, type Theme } from './support/browser.ts';
import { handsOn } from './support/hands.ts';
import { type PracticeScreens, startPracticeScreens } from './support/practice-host.ts';
import { QUESTION } from './support/second-ledger.ts';
import { type Answering, standIn } from './support/stand-in.ts';

let screens: PracticeScreens;
let browser: Browser;

beforeAll(async () => {
  screens = await startPracticeScreens();
  await screens.api.run('proposals.approveReady', { filter: {} });
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await screens?.close();
});

type Question = typeof QUESTION;
const OTHERS: Question = {
  ...{ ...QUESTION, id: '8', journalName: '21', kind: 'others', size: null, waiting: 0, entries: [] },
  sentence: 'Journal 21 holds an entry of 17 November that Daybook did not make.',
};

/** A page that finds these questions open, from its first look on. */
async function open<T>(
  at: string,
  answering: Answering,
  look: (page: Page, asked: Awaited<ReturnType<typeof standIn>>) => Promise<T>,
  theme: Theme = 'light',
): Promise<T> {
  const page = await openScreen(browser, screens, { at: '#/settings', theme });
  page.setDefaultTimeout(10_000);
  try {
    const asked = await standIn(page, answering);
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, at);
    await page.reload();
    return await look(page, asked);
  } finally {
    await page.context().close();
  }
}

const asks = (questions: readonly Question[]) => ({ 'journals.questions': () => ({ questions: [...questions] }) });

test('a run that stops at a question is answered by keyboard, with a note, and posts on', async () => {
  let unanswered = true;
  const answers: Array<CallInput<'journals.answerQuestion'>> = [];
  const done = (posted: number): CallOutput<'post.run'> => ({
    ...{ journals: 3, posted, refused: 0, different: 0, unknown: 0, notPosted: [] },
    failures: unanswered
      ? [
          {
            legalEntity: '100',
            error: {
              ...{ code: 'journal_question', retryable: false, repair: 'answer_question' },
              ...{ sentence: QUESTION.sentence, path: 'conn_sunline/100/20/7' },
            },
          },
        ]
      : [],
  });
  await open(
    '#/review/ready?post=yes',
    {
      'journals.questions': () => ({ questions: unanswered ? [QUESTION] : [] }),
      'post.run': () => done(unanswered ? 41 : 14),
      'journals.answerQuestion': (input) => {
        answers.push(input);
        unanswered = false;
        return { id: input.id };
      },
    },
    async (page, asked) => {
      const hands = handsOn(page);
      const dialog = page.getByRole('dialog', { name: 'Post to the ERP' });
      await hands.push(dialog.getByRole('button', { name: /^Post [\d,]+ lines? in/ }));
      const form = dialog.getByRole('form', { name: '100 · 20: the balance is not the bank’s' });
      await form.getByText('−312.40').waitFor();
      await form.getByText('14 approved entries wait for the answer.').waitFor();
      await form.getByText('The next entry opens with 18,402.51.').waitFor();
      // The hand stands on the first choice; without a note nothing is answered.
      await hands.press('ArrowDown', 'Tab', 'Enter');
      await form.getByText('Say why; auditors read it later.').waitFor();
      expect(answers).toEqual([]);
      await hands.type('Bank fee booked twice there, Noor mends it');
      await hands.press('Enter');
      await dialog.getByText('14 lines posted in 3 journals.').waitFor();
      expect(answers).toEqual([{ id: '7', choice: 'bank', note: 'Bank fee booked twice there, Noor mends it' }]);
      expect(asked.map(({ name }) => name).filter((name) => name !== 'journals.questions')).toEqual([
        ...['post.run', 'journals.answerQuestion', 'post.run'],
      ]);
    },
  );
});

test('Today, Activity and Review show what is asked with its size and lead to it', () =>
  open('#/today', asks([QUESTION, OTHERS]), async (page) => {
    for (const at of ['#/today', '#/activity/journals', '#/review/ready']) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, at);
      const notes = page.locator('.note.warning', { hasText: 'Answer the question' });
      await notes.nth(1).waitFor();
      expect(await notes.first().textContent()).toMatch(/the balance is not the bank’s by −312\.40.*14 approved/);
      expect(await notes.nth(1).textContent()).toContain('21: entries that Daybook did not make');
    }
    await page.getByRole('link', { name: 'Answer the question' }).first().click();
    await page.waitForFunction(() => window.location.hash === '#/activity/question/7');
    await page.getByRole('heading', { name: '100 · 20: the balance is not the bank’s' }).waitFor();
  }));

test('a question that the ledger no longer asks says so, and one that was answered says how and by whom', async () => {
  await open('#/activity/question/99', asks([QUESTION]), (page) =>
    page.getByText('This question is no longer asked').waitFor(),
  );
  const answer = { choice: 'continue', at: '2026-11-20T07:50:00.000Z', by: 'Noor Visser', note: 'A fee is missing' };
  await open('#/activity/question/7', asks([{ ...QUESTION, answer }]), async (page) => {
    await page.getByText('Go on from the balance in the ledger').waitFor();
    await page.getByText('Noor Visser').waitFor();
    await page.getByText('A fee is missing').waitFor();
  });
});

test('an answer that came too late says what became of it', () =>
  open(
    '#/activity/question/7',
    {
      ...asks([QUESTION]),
      'journals.answerQuestion': () => ({
        failed: {
          ...{ code: 'stale', retryable: false, repair: 'none' },
          sentence: 'Noor Visser has already answered this question.',
        },
      }),
    },
    async (page) => {
      const hands = handsOn(page);
      await page.getByRole('radio').first().waitFor();
      await hands.press('Space', 'Tab');
      await hands.type('As agreed');
      await hands.press('Enter');
      const alert = page.getByRole('alert');
      await alert.getByText('Noor Visser has already answered this question.').waitFor();
      await alert.getByRole('button', { name: 'Try again' }).waitFor();
    },
  ));

test.each(['light', 'dark'] as const)('nothing serious stands in the way of a screen reader, %s', (theme) =>
  open(
    '#/activity/question/7',
    asks([QUESTION, OTHERS]),
    async (page) => {
      await page.getByRole('radio').first().waitFor();
      await page.getByRole('button', { name: 'Answer and go on to posting' }).click();
      await page.getByText('Choose one.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.evaluate(() => {
        window.location.hash = '#/today';
      });
      await page.locator('.note.warning').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    },
    theme,
  ),
);
