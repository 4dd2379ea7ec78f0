import { DaybookError } from '../../core/errors.ts';
import { answerQuestion } from '../../posting/questions.ts';
import { choicesOf, listQuestions, type QuestionRow, waitingOn } from '../../store/journal-questions.ts';
import type { Reader } from '../../store/store.ts';
import type { questionCalls } from '../calls/questions.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf } from '../handler.ts';

export const questionHandlers: HandlersOf<typeof questionCalls> = {
  'journals.questions': async ({ open, limit }, { daybook }) => {
    const rows = await listQuestions(daybook.store.read, { limit, ...(open === undefined ? {} : { open }) });
    const names = new Map((await daybook.feeds.listConnections()).map(({ id, name }) => [id, name]));
    const questions = await Promise.all(
      rows.map(async (row) => ({
        ...questionDocument(row, names.get(row.ledger_connection_id) ?? ''),
        ...(await waitingFor(daybook.store.read, row)),
      })),
    );
    return { questions };
  },
  'journals.answerQuestion': async ({ id, choice, note }, { daybook, actor }) => {
    if (!/^\d{1,15}$/.test(id)) throw new DaybookError('not_found', `There is no question with the id ${id}.`);
    await answerQuestion(daybook.posting, BigInt(id), choice, actor, note);
    return { id };
  },
};

/** Entries that a question shows; their whole number stands beside them. */
const ENTRIES_SHOWN = 20;

async function waitingFor(db: Reader, row: QuestionRow) {
  if (row.choice !== null) return { waiting: 0, entries: [] };
  const place = { ledgerConnectionId: row.ledger_connection_id, legalEntity: row.legal_entity };
  const { count, first } = await waitingOn(db, { ...place, journalName: row.journal_name }, ENTRIES_SHOWN);
  return {
    waiting: count,
    entries: first.map(({ id, date, amount_minor, currency, text }) => ({
      ...{ id, date, text },
      amount: moneyOf(amount_minor, currency),
    })),
  };
}

function questionDocument(row: QuestionRow, ledgerConnection: string) {
  return {
    ...{ id: String(row.id), ledgerConnectionId: row.ledger_connection_id, ledgerConnection },
    ...{ legalEntity: row.legal_entity, journalName: row.journal_name, kind: row.kind, sentence: row.sentence },
    size: row.size_minor === null || row.currency === null ? null : moneyOf(row.size_minor, row.currency),
    choices: [...choicesOf(row)],
    ...{ askedAt: row.asked_at, seenAt: row.seen_at },
    answer:
      row.choice === null
        ? null
        : { choice: row.choice, at: row.decided_at ?? '', by: row.decided_by ?? '', note: row.note ?? '' },
  };
}
