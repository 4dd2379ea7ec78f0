import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { JournalQuestionTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

type Choice = { readonly choice: string; readonly label: string; readonly consequence: string };

/** A question as a ledger asks it; `size` is ledger minus bank. */
export type AskedQuestion = {
  readonly kind: QuestionKind;
  readonly key: string;
  readonly size: { readonly minor: bigint; readonly currency: string } | null;
  readonly sentence: string;
  readonly choices: readonly Choice[];
};

export type QuestionKind = z.infer<typeof kindSchema>;
export type Decision = { readonly key: string; readonly kind: QuestionKind; readonly choice: string };

export type QuestionRow = Selectable<JournalQuestionTable>;

/** The journal of a ledger that a question is about. */
export type JournalPlace = {
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly journalName: string;
};

const kindSchema = z.enum(['others', 'break', 'backdated']);
const choicesSchema = z.array(z.object({ choice: z.string(), label: z.string(), consequence: z.string() }));

/** What a person may choose. */
export function choicesOf(row: Pick<QuestionRow, 'choices_json'>): Choice[] {
  return choicesSchema.parse(JSON.parse(row.choices_json));
}

/** What persons decided about a journal so far, oldest first. */
export async function decisionsOf(db: Reader | Writer, place: JournalPlace): Promise<Decision[]> {
  const rows = await ofJournal(db, place).where('choice', 'is not', null).orderBy('decided_at').orderBy('id').execute();
  return rows.flatMap(({ key, kind, choice }) => {
    const known = kindSchema.safeParse(kind);
    return choice === null || !known.success ? [] : [{ key, kind: known.data, choice }];
  });
}

/** The questions about a journal that nobody has answered. */
export function openQuestionsOf(db: Reader | Writer, place: JournalPlace): Promise<QuestionRow[]> {
  return ofJournal(db, place).where('choice', 'is', null).orderBy('id').execute();
}

function ofJournal(db: Reader | Writer, place: JournalPlace) {
  return db
    .selectFrom('journal_question')
    .selectAll()
    .where('ledger_connection_id', '=', place.ledgerConnectionId)
    .where('legal_entity', '=', place.legalEntity)
    .where('journal_name', '=', place.journalName);
}

/** All questions, unanswered ones first, then the newest decisions. */
export function listQuestions(
  db: Reader,
  filter: { readonly open?: boolean; readonly limit: number },
): Promise<QuestionRow[]> {
  let query = db.selectFrom('journal_question').selectAll().limit(filter.limit);
  if (filter.open !== undefined) query = query.where('choice', filter.open ? 'is' : 'is not', null);
  return query
    .orderBy((row) => row('choice', 'is not', null))
    .orderBy('decided_at', 'desc')
    .orderBy('id')
    .execute();
}

export function findQuestion(db: Reader | Writer, id: bigint): Promise<QuestionRow | undefined> {
  return db.selectFrom('journal_question').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Keeps a question; asked again, its words and size are brought up to date.
 * @returns its row, and whether it is new
 */
export async function saveQuestion(
  trx: Writer,
  place: JournalPlace,
  question: AskedQuestion,
  at: string,
): Promise<{ readonly row: QuestionRow; readonly isNew: boolean }> {
  const before = await ofJournal(trx, place).where('key', '=', question.key).executeTakeFirst();
  const words = {
    size_minor: question.size?.minor ?? null,
    currency: question.size?.currency ?? null,
    sentence: question.sentence,
    choices_json: JSON.stringify(question.choices),
    seen_at: at,
  };
  const row = await trx
    .insertInto('journal_question')
    .values({
      ledger_connection_id: place.ledgerConnectionId,
      legal_entity: place.legalEntity,
      journal_name: place.journalName,
      kind: question.kind,
      key: question.key,
      asked_at: at,
      ...words,
    })
    .onConflict((conflict) =>
      conflict.columns(['ledger_connection_id', 'legal_entity', 'journal_name', 'key']).doUpdateSet({
        ...words,
        // Asked again although it was answered: the ledger no longer takes that answer, so it is open once more.
        ...{ choice: null, decided_at: null, decided_by: null, note: null },
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, isNew: before === undefined || before.choice !== null };
}

/** Approved entries that wait for an answer about this journal: how many, and the first of them by day. */
export async function waitingOn(db: Reader, place: JournalPlace, limit: number) {
  const waiting = db
    .selectFrom('proposal')
    .where('state', 'in', ['approved', 'posting'])
    .where('ledger_connection_id', '=', place.ledgerConnectionId)
    .where('legal_entity', '=', place.legalEntity)
    .where('journal_name', '=', place.journalName);
  const { count } = await waiting.select((row) => row.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow();
  const first = await waiting
    .select(['id', 'date', 'amount_minor', 'currency', 'text'])
    .orderBy('date')
    .orderBy('id')
    .limit(limit)
    .execute();
  return { count: Number(count), first };
}

export async function removeQuestions(trx: Writer, ids: readonly bigint[]): Promise<void> {
  if (ids.length > 0)
    await trx
      .deleteFrom('journal_question')
      .where('id', 'in', [...ids])
      .execute();
}

export async function saveDecision(
  trx: Writer,
  id: bigint,
  decision: { readonly choice: string; readonly at: string; readonly by: string; readonly note: string },
): Promise<void> {
  await trx
    .updateTable('journal_question')
    .set({ choice: decision.choice, decided_at: decision.at, decided_by: decision.by, note: decision.note })
    .where('id', '=', id)
    .execute();
}
