/** Questions about a journal that only a person can answer, asked before anything is sent. */
import { record } from '../audit/trail.ts';
import { can } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import type { LedgerJournal } from '../core/entry.ts';
import { DaybookError } from '../core/errors.ts';
import { decimalText } from '../core/money.ts';
import {
  choicesOf,
  findQuestion,
  type JournalPlace,
  openQuestionsOf,
  removeQuestions,
  saveDecision,
  saveQuestion,
} from '../store/journal-questions.ts';
import type { Ledger } from './approved.ts';
import { bankChainOf } from './bank-chain.ts';
import type { PostingContext } from './context.ts';
import { type Run, writeHeld } from './held.ts';

/**
 * Asks the ledger what a person must decide before this journal goes. What is unanswered is kept and thrown; what the
 * ledger no longer asks is taken back. Ledgers without a chain of balances have no questions.
 * @throws DaybookError `journal_question`; `path` is connection, legal entity, journal name and question, joined by `/`
 */
export async function askQuestions(run: Run, ledger: Ledger, journal: LedgerJournal): Promise<void> {
  const { connector, context } = run;
  if (!can(connector, 'chainQuestions')) return;
  const chain = await bankChainOf(context.store.read, ledger, journal);
  const questions = await connector.chainQuestions(journal, chain, run.stop);
  const place: JournalPlace = { ...ledger, journalName: journal.journalName };
  const before = await openQuestionsOf(context.store.read, place);
  if (questions.length === 0 && before.length === 0) return;
  const at = instantNow(context.clock);
  const first = await writeHeld(run, async (trx) => {
    const asked: Array<{ readonly id: bigint; readonly sentence: string }> = [];
    for (const question of questions) {
      const { row, isNew } = await saveQuestion(trx, place, question, at);
      asked.push(row);
      if (isNew)
        await record(trx, context.clock, {
          actor: 'daybook',
          action: 'journal.question_asked',
          subject: `question:${row.id}`,
          data: {
            ...{ legalEntity: place.legalEntity, journalName: place.journalName, kind: question.kind },
            ...{ sentence: question.sentence, size: question.size === null ? null : decimalText(question.size) },
          },
        });
    }
    const ids = new Set(asked.map((row) => row.id));
    const past = before.filter((row) => !ids.has(row.id));
    await removeQuestions(
      trx,
      past.map((row) => row.id),
    );
    for (const row of past)
      await record(trx, context.clock, {
        actor: 'daybook',
        action: 'journal.question_withdrawn',
        subject: `question:${row.id}`,
        data: { legalEntity: place.legalEntity, journalName: place.journalName, sentence: row.sentence },
      });
    return asked[0];
  });
  if (first) throw waitsForAnswer(place, first);
}

function waitsForAnswer(place: JournalPlace, row: { readonly id: bigint; readonly sentence: string }): DaybookError {
  return new DaybookError('journal_question', row.sentence, {
    path: [place.ledgerConnectionId, place.legalEntity, place.journalName, String(row.id)].join('/'),
  });
}

/**
 * A person answers a question. The next run posts on that ground, or asks again when the ledger has changed meanwhile.
 * @throws DaybookError `not_found`, `usage` for a choice that the question does not have, `stale` when it is answered
 */
export async function answerQuestion(
  context: Pick<PostingContext, 'store' | 'clock'>,
  id: bigint,
  choice: string,
  actor: string,
  note: string,
): Promise<void> {
  await context.store.writeDurably(async (trx) => {
    const row = await findQuestion(trx, id);
    if (!row)
      throw new DaybookError(
        'not_found',
        'This question is no longer asked: the ledger has changed since. Post again to see how it stands.',
      );
    if (row.choice !== null)
      throw new DaybookError('stale', `${row.decided_by ?? 'Somebody'} has already answered this question.`);
    const chosen = choicesOf(row).find((one) => one.choice === choice);
    if (!chosen) {
      const known = choicesOf(row).map((one) => one.choice);
      throw new DaybookError('usage', `This question has no choice "${choice}". Choose one of: ${known.join(', ')}.`);
    }
    await saveDecision(trx, id, { choice, at: instantNow(context.clock), by: actor, note });
    await record(trx, context.clock, {
      actor,
      action: 'journal.question_answered',
      subject: `question:${id}`,
      data: {
        ...{ legalEntity: row.legal_entity, journalName: row.journal_name, kind: row.kind, key: row.key },
        ...{ sentence: row.sentence, choice, label: chosen.label, note },
      },
    });
  });
}
