import { to } from '../../app/route.ts';
import { t } from '../../i18n/t.ts';
import { Amount } from '../amount.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Icon } from '../icon.tsx';
import { questionTitle, useOpenQuestions, waitingText } from './question.ts';

/** The questions that hold posting up, each with its size and the way to answer it. Nothing while none is open. */
export function OpenQuestions() {
  const { data, error, refetch } = useOpenQuestions();
  return (
    <>
      <ErrorNote error={error} retry={refetch} />
      {data?.questions.map((question) => (
        <div className="note warning" key={question.id}>
          <Icon name="warning" />
          <span className="sentence">
            <strong>{questionTitle(question)}</strong>
            {question.size ? (
              <>
                {' '}
                {t('by')} <Amount value={question.size} />
              </>
            ) : null}
            . {question.sentence} {waitingText(question.waiting)}
          </span>
          <a href={to(['activity', 'question', question.id])}>{t('Answer the question')}</a>
        </div>
      ))}
    </>
  );
}
