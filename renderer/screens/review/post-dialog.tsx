import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { go, to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import type { QueueSource } from '../../components/review-grid/queue-source.ts';
import { Answered } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { asks, PostQuestions } from './post-questions.tsx';
import { JournalTable } from './side.tsx';

type Preview = CallOutput<'post.preview'>;
type Done = CallOutput<'post.run'>;

const ALL_APPROVED = {};

/**
 * Posting, as a step of its own: first the journals exactly as the ERP will hold them, then a button that names what
 * it does, then progress with a way to stop, then what was posted and what was not.
 */
export function PostDialog({ source, onClose }: { readonly source: QueueSource; readonly onClose: () => void }) {
  const preview = useCall('post.preview', ALL_APPROVED);
  const post = useAction('post.run');
  const [done, setDone] = useState<Done>();
  // What is sent is what was shown: the names stay while the preview empties.
  const [sent, setSent] = useState<Preview>();
  const shown = sent ?? preview.data;
  const lines = shown?.journals.reduce((sum, journal) => sum + journal.entries, 0) ?? 0;
  const entities = [...new Set(shown?.journals.map((journal) => journal.legalEntity))].join(', ');
  const title = t(
    'Post {lines, plural, one {# line} other {{linesShown} lines}} in {journals, plural, one {# journal} other {# journals}} to {entities}',
    {
      lines,
      linesShown: formatCount(lines),
      journals: shown?.journals.length ?? 0,
      entities,
    },
  );
  const run = async () => {
    setSent(preview.data);
    setDone(undefined);
    const value = await source.writing(() => post.run({}));
    if (value) setDone(value);
  };
  return (
    <Dialog
      title={t('Post to the ERP')}
      wide
      locked={post.busy}
      onClose={onClose}
      footer={
        done ? (
          <Button
            key="close"
            // The question's own button is the one to press then.
            {...(done.failures.some(asks) ? {} : { kind: 'primary', autoFocus: true })}
            onPress={onClose}
          >
            {t('Close')}
          </Button>
        ) : post.busy ? (
          <Button isDisabled={post.cancelling} onPress={post.cancel}>
            {post.cancelling ? t('Stopping after this journal') : t('Stop')}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button
              kind="primary"
              isDisabled={lines === 0 && (shown?.unfinished ?? 0) === 0}
              onPress={() => void run()}
            >
              {lines === 0 ? t('Take up what is unfinished') : title}
            </Button>
          </>
        )
      }
    >
      <ErrorNote error={post.error} retry={() => void run()} />
      {done ? (
        <Result done={done} goOn={() => void run()} />
      ) : post.busy ? (
        <Posting progress={post.progress} story={post.story} title={title} />
      ) : (
        <Answered answer={preview}>{(data) => <Journals preview={data} />}</Answered>
      )}
    </Dialog>
  );
}

function Journals({ preview }: { readonly preview: Preview }) {
  if (preview.journals.length === 0 && preview.unfinished === 0)
    return <p>{t('Nothing is approved. Approve lines under “To review” first.')}</p>;
  const several = new Set(preview.journals.map((journal) => journal.ledgerConnectionId)).size > 1;
  return (
    <>
      {preview.unfinished > 0 ? (
        <div className="note warning">
          <Icon name="warning" />
          <span className="sentence">
            {t(
              '{count, plural, one {# journal} other {# journals}} of an earlier run is looked up in the ERP first, and finished if it is not there.',
              { count: preview.unfinished },
            )}
          </span>
        </div>
      ) : null}
      <div className="post-row post-head" aria-hidden="true">
        <span>{t('Journal')}</span>
        <span />
        <span className="figure">{t('Lines')}</span>
        <span className="figure">{t('Debit')}</span>
        <span className="figure">{t('Credit')}</span>
      </div>
      <ul className="post-journals">
        {preview.journals.map((journal) => (
          <li key={journal.reference}>
            <details className="post-journal">
              <summary className="post-row">
                <span className="post-name">
                  <Icon name="right" />
                  {journal.legalEntity} · {journal.journalName}
                </span>
                <span className="quiet">
                  {several ? `${journal.ledgerConnection} · ` : null}
                  {journal.description}
                </span>
                <span className="figure">{formatCount(journal.entries)}</span>
                <span className="figure">
                  {journal.totals.currencies.map((part) => (
                    <Amount key={part.net.currency} value={part.debit} currency={false} />
                  ))}
                </span>
                <span className="figure">
                  {journal.totals.currencies.map((part) => (
                    <Amount key={part.net.currency} value={part.credit} />
                  ))}
                </span>
              </summary>
              <Balances of={journal.balances} />
              <JournalTable
                rows={journal.rows}
                ledger={{ connectionId: journal.ledgerConnectionId, legalEntity: journal.legalEntity }}
              />
              {journal.moreRows > 0 ? (
                <p className="quiet">{t('and {count} more rows', { count: formatCount(journal.moreRows) })}</p>
              ) : null}
            </details>
          </li>
        ))}
      </ul>
      <p className="quiet">
        {t(
          'Each line is sent once under its own reference. If an answer is lost, Daybook looks it up before it sends anything again.',
        )}
      </p>
    </>
  );
}

/** What the ledger's entry opens and closes with, where it carries the bank's balance. */
function Balances({ of }: { readonly of: Preview['journals'][number]['balances'] }) {
  if (of === null) return null;
  return (
    <p className="post-balances">
      {t('Opens with')} <Amount value={of.opening} /> · {t('closes with')} <Amount value={of.closing} />
    </p>
  );
}

type PostingProps = Pick<ReturnType<typeof useAction<'post.run'>>, 'progress' | 'story'> & { readonly title: string };

function Posting({ progress, story, title }: PostingProps) {
  return (
    <>
      <WorkProgress progress={progress} label={title} />
      <ol className="post-story" aria-live="polite">
        {story.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </>
  );
}

function Result({ done, goOn }: { readonly done: Done; readonly goOn: () => void }) {
  const open = done.refused + done.unknown + done.different;
  return (
    <>
      <p>
        {t(
          '{posted, plural, one {# line} other {{postedShown} lines}} posted in {journals, plural, one {# journal} other {# journals}}.',
          {
            posted: done.posted,
            postedShown: formatCount(done.posted),
            journals: done.journals,
          },
        )}
        {open > 0
          ? ` ${t('{count, plural, one {# line was} other {# lines were}} not; they stand under “Exceptions”.', { count: open })}`
          : null}
      </p>
      {done.failures
        .filter((failure) => !asks(failure))
        .map(({ legalEntity, error }) => (
          <ErrorNote key={`${legalEntity} ${error.sentence}`} error={error} />
        ))}
      <PostQuestions failures={done.failures} onAllAnswered={goOn} />
      <p>
        <a href={to(['activity', 'journals'])}>{t('See the journals and their numbers')}</a>
      </p>
      <ul className="post-refused">
        {[...Map.groupBy(done.notPosted, ({ error }) => error?.sentence ?? '')].map(([sentence, entries]) => (
          <li key={sentence}>
            <ErrorNote
              error={entries[0]?.error}
              ways={{
                edit_entry: () => go(['review', 'exceptions']),
                compare_entries: () => go(['review', 'exceptions']),
              }}
            />
            {entries.map((entry) => (
              <p key={entry.id} className="post-left">
                <Day value={entry.date} />
                <bdi className="cut">{entry.text}</bdi>
                <Amount value={entry.amount} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
