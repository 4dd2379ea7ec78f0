import type { CallOutput } from '../../api/contract.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { type Question, useOpenQuestions } from '../../components/journal-question/question.ts';
import { QuestionForm } from '../../components/journal-question/question-form.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

type Failures = CallOutput<'post.run'>['failures'];

export type PostQuestionsProps = {
  readonly failures: Failures;
  /** Posts what waited, when the last question is answered. */
  readonly onAllAnswered: () => void;
};

/** The questions that stopped a run: each is answered here, and the run goes on after the last. */
export function PostQuestions({ failures, onAllAnswered }: PostQuestionsProps) {
  const { data, error, refetch } = useOpenQuestions();
  const questions = questionsOf(failures, data?.questions ?? []);
  if (!failures.some(asks)) return null;
  // Before the questions are read, or when they cannot be, the run's own sentences stand there.
  if (questions.length === 0)
    return (
      <>
        <ErrorNote error={error} retry={refetch} />
        {failures.filter(asks).map((failure) => (
          <ErrorNote key={failure.error.sentence} error={failure.error} />
        ))}
      </>
    );
  return (
    <section className="post-questions" aria-label={t('Questions before posting can go on')}>
      {questions.map((question, index) => (
        <QuestionForm
          key={question.id}
          autoFocus={index === 0}
          question={question}
          action={actionOf(question, questions.length)}
          onAnswered={() => {
            if (questions.length === 1) onAllAnswered();
          }}
          onStale={refetch}
        />
      ))}
    </section>
  );
}

export function asks({ error }: Failures[number]): boolean {
  return error.code === 'journal_question';
}

function actionOf(question: Question, open: number): string {
  if (open > 1) return t('Answer this one');
  return t('Answer and post {count, plural, one {# line} other {{shown} lines}} to {entity}', {
    count: question.waiting,
    shown: formatCount(question.waiting),
    entity: question.legalEntity,
  });
}

/** Those about the journals at which this run stopped; a path is connection, entity, journal and question. */
function questionsOf(failures: Failures, open: readonly Question[]): readonly Question[] {
  const places = new Set(failures.filter(asks).map(({ error }) => (error.path ?? '').split('/').slice(0, 3).join('/')));
  return open.filter(({ ledgerConnectionId, legalEntity, journalName }) =>
    places.has([ledgerConnectionId, legalEntity, journalName].join('/')),
  );
}
