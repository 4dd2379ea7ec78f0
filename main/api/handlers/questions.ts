import { DaybookError } from '../../core/errors.ts';
import { answerQuestion } from '../../posting/questions.ts';
import { choicesOf, listQuestions, type QuestionRow } from '../../store/journal-questions.ts';
import type { questionCalls } from '../calls/questions.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf } from '../handler.ts';

export const questionHandlers: HandlersOf<typeof questionCalls> = {
  'journals.questions': async ({ open, limit }, { daybook }) => {
    const rows = await listQuestions(daybook.store.read, { limit, ...(open === undefined ? {} : { open }) });
    const names = new Map((await daybook.feeds.listConnections()).map(({ id, name }) => [id, name]));
    return { questions: rows.map((row) => questionDocument(row, names.get(row.ledger_connection_id) ?? '')) };
  },
  'journals.answerQuestion': async ({ id, choice, note }, { daybook, actor }) => {
    if (!/^\d{1,15}$/.test(id)) throw new DaybookError('not_found', `There is no question with the id ${id}.`);
    await answerQuestion(daybook.posting, BigInt(id), choice, actor, note);
    return { id };
  },
};

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
