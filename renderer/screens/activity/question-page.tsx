import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go, to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { type Question, questionTitle } from '../../components/journal-question/question.ts';
import { QuestionForm } from '../../components/journal-question/question-form.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Fact } from './fact.tsx';

const ALL = { limit: 1_000 };

/** One question about a journal: answered here, or how it was answered, and the way on to posting. */
export function QuestionPage({ id }: { readonly id: string }) {
  const answer = useCall('journals.questions', ALL);
  useCommands({ escape: () => go(['activity', 'journals']) });
  const found = answer.data?.questions.find((question) => question.id === id);
  return (
    <Page
      title={found ? questionTitle(found) : t('A question')}
      tools={<a href={to(['activity', 'journals'])}>{t('All journals')}</a>}
    >
      <Answered answer={answer}>
        {() =>
          found === undefined ? (
            <Empty
              title={t('This question is no longer asked')}
              actions={<Button onPress={goOn}>{t('Go on posting')}</Button>}
            >
              {t('The ledger has changed since. Posting asks again where something is still to be decided.')}
            </Empty>
          ) : (
            <div className="activity">
              {found.answer === null ? (
                <QuestionForm
                  key={found.id}
                  autoFocus
                  untitled
                  question={found}
                  action={t('Answer and go on to posting')}
                  onAnswered={goOn}
                  onStale={answer.refetch}
                />
              ) : (
                <Decision question={found} decision={found.answer} />
              )}
            </div>
          )
        }
      </Answered>
    </Page>
  );
}

/** Posting shows its journals and names what it sends before it does. */
function goOn(): void {
  go(['review', 'ready'], { post: 'yes' });
}

type DecisionProps = { readonly question: Question; readonly decision: NonNullable<Question['answer']> };

function Decision({ question, decision }: DecisionProps) {
  const chosen = question.choices.find(({ choice }) => choice === decision.choice);
  return (
    <section className="question-answer">
      <p>{question.sentence}</p>
      <dl className="facts">
        <Fact label={t('Ledger minus bank')}>{question.size ? <Amount value={question.size} /> : null}</Fact>
        <Fact label={t('Answer')}>{chosen?.label ?? decision.choice}</Fact>
        <Fact label={t('What it means')}>{chosen?.consequence}</Fact>
        <Fact label={t('By')}>{decision.by}</Fact>
        <Fact label={t('When')}>
          <Instant value={decision.at} />
        </Fact>
        <Fact label={t('Note')}>{decision.note}</Fact>
      </dl>
      <p>
        <Button onPress={goOn}>{t('Go on posting')}</Button>
      </p>
    </section>
  );
}
