import './question.css';
import { useState } from 'react';
import { Label, Radio, RadioGroup, Text } from 'react-aria-components';
import { useAction } from '../../api/use-action.ts';
import { to } from '../../app/route.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Amount } from '../amount.tsx';
import { Button } from '../button.tsx';
import { Day } from '../day.tsx';
import { ErrorNote } from '../error-note.tsx';
import { TextInput } from '../fields.tsx';
import { type Question, questionTitle, waitingText } from './question.ts';

export type QuestionFormProps = {
  readonly question: Question;
  /** What the button promises to do once it is answered. */
  readonly action: string;
  readonly onAnswered: () => void;
  /** Reads anew, when somebody else answered or the ledger has changed meanwhile. */
  readonly onStale: () => void;
  readonly autoFocus?: boolean;
  /** Its title stands above already. */
  readonly untitled?: boolean;
};

/** One question: what is the matter, how much is at stake, what each choice means, and the note that the trail keeps. */
export function QuestionForm(props: QuestionFormProps) {
  const { question, action, onAnswered, onStale, autoFocus = false, untitled = false } = props;
  const { id, sentence, size, choices, ledgerConnection } = question;
  const [choice, setChoice] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const answer = useAction('journals.answerQuestion');
  const submit = async () => {
    setTried(true);
    if (choice === null || note.trim() === '' || answer.busy) return;
    if (await answer.run({ id, choice, note: note.trim() })) onAnswered();
  };
  return (
    <form
      noValidate
      className="question"
      aria-label={questionTitle(question)}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {untitled ? null : <h3>{questionTitle(question)}</h3>}
      <p>{sentence}</p>
      <dl className="facts">
        <dt>{t('Ledger')}</dt>
        <dd>{ledgerConnection}</dd>
        {size ? (
          <>
            <dt>{t('Ledger minus bank')}</dt>
            <dd>
              <Amount value={size} />
            </dd>
          </>
        ) : null}
      </dl>
      <Waiting question={question} />
      <RadioGroup className="choices" value={choice} onChange={setChoice} isInvalid={tried && choice === null}>
        <Label className="label">{t('What shall Daybook do?')}</Label>
        {choices.map((one, index) => (
          <Radio key={one.choice} value={one.choice} className="choice" autoFocus={autoFocus && index === 0}>
            <span className="dot" />
            <span>
              <span className="choice-label">{one.label}</span>
              <Text slot="description">{one.consequence}</Text>
            </span>
          </Radio>
        ))}
        {tried && choice === null ? <span className="field-error">{t('Choose one.')}</span> : null}
      </RadioGroup>
      <TextInput
        label={t('Note for the trail')}
        value={note}
        onChange={setNote}
        description={t('Why it is right so. It stands beside your name.')}
        error={tried && note.trim() === '' ? t('Say why; auditors read it later.') : undefined}
        onEnter={() => void submit()}
      />
      <ErrorNote error={answer.error} retry={onStale} ways={{ none: onStale }} />
      <div>
        <Button kind="primary" type="submit" isDisabled={answer.busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function Waiting({ question: { waiting, entries } }: { readonly question: Question }) {
  if (waiting === 0) return <p className="quiet small">{waitingText(0)}</p>;
  const more = waiting - entries.length;
  return (
    <details className="question-entries">
      <summary>{waitingText(waiting)}</summary>
      <table>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('Date')}</th>
            <th scope="col">{t('Text')}</th>
            <th scope="col">{t('Amount')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <Day value={entry.date} />
              </td>
              <td>
                <a href={to(['review', 'entry', entry.id])}>
                  <bdi>{entry.text}</bdi>
                </a>
              </td>
              <td className="figure-cell">
                <Amount value={entry.amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? <p className="quiet small">{t('and {count} more', { count: formatCount(more) })}</p> : null}
    </details>
  );
}
