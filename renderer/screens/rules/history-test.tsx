import type { Action } from '../../api/use-action.ts';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { HistoryTest, TriedLine } from './types.ts';

export type HistoryTestProps = {
  readonly test: Action<'rules.test'>;
  readonly result: HistoryTest | undefined;
  /** The rule was changed since the result was made. */
  readonly old: boolean;
  readonly onRun: () => void;
};

/** What the rule would have done with the newest lines: which it takes, and what would change. Nothing is changed. */
export function HistoryTestView({ test, result, old, onRun }: HistoryTestProps) {
  return (
    <section className="history-test" aria-label={t('Test on history')} aria-busy={test.busy}>
      <div className="history-head">
        <h2>{t('Test on history')}</h2>
        {test.busy ? (
          <Button small isDisabled={test.cancelling} onPress={test.cancel}>
            {t('Stop')}
          </Button>
        ) : (
          <Button small command="rule.test" onPress={onRun}>
            {result ? t('Test again') : t('Test')}
          </Button>
        )}
      </div>
      <ErrorNote error={test.error} retry={onRun} />
      {test.busy ? <WorkProgress progress={test.progress} label={t('Trying the rule on history')} /> : null}
      {result ? (
        <div className={old ? 'history-result old' : 'history-result'}>
          {old ? <p className="tone-act">{t('The rule was changed since this test.')}</p> : null}
          <Result result={result} />
        </div>
      ) : test.busy || test.error ? null : (
        <p className="quiet">
          {t(
            'Shows which of the bank lines that are here already the rule would take, and what would change. It changes nothing.',
          )}
        </p>
      )}
    </section>
  );
}

function Result({ result }: { readonly result: HistoryTest }) {
  const { lines, matches, taken, changes, examples, others } = result;
  if (lines === 0) return <p>{t('No bank account is mapped yet, so there is no history to try the rule on.')}</p>;
  return (
    <>
      <p className="history-sentence">
        {t(
          '{matches, plural, =0 {It takes none} one {It takes 1} other {It takes {shownMatches}}} of the newest {lines} lines.',
          {
            matches,
            shownMatches: formatCount(matches),
            lines: formatCount(lines),
          },
        )}{' '}
        {t(
          '{changes, plural, =0 {None would be coded otherwise.} one {1 would be coded otherwise.} other {{shown} would be coded otherwise.}}',
          {
            changes,
            shown: formatCount(changes),
          },
        )}{' '}
        {taken > 0
          ? t(
              '{taken, plural, one {1 is taken first by a rule above it.} other {{shown} are taken first by rules above it.}}',
              {
                taken,
                shown: formatCount(taken),
              },
            )
          : null}
      </p>
      <Counts result={result} />
      <Lines title={t('Would be coded otherwise')} lines={examples} of={changes} />
      <Lines title={t('Taken, and coded as before')} lines={others} of={undefined} />
    </>
  );
}

function Counts({ result: { before, after } }: { readonly result: HistoryTest }) {
  const rows = [
    [t('By a rule'), before.rule, after.rule],
    [t('By the mapping’s default'), before.default, after.default],
    [t('By a suggestion'), before.suggestion, after.suggestion],
    [t('Excluded'), before.excluded, after.excluded],
    [t('Nothing: a person codes them'), before.none, after.none],
  ] as const;
  return (
    <table className="sheet history-counts">
      <thead>
        <tr>
          <th scope="col">{t('Lines coded')}</th>
          <th scope="col" className="fig">
            {t('Now')}
          </th>
          <th scope="col" className="fig">
            {t('With this rule')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, was, will]) => (
          <tr key={label} className={was === will ? 'same' : undefined}>
            <th scope="row">{label}</th>
            <td className="fig">{formatCount(was)}</td>
            <td className="fig">{formatCount(will)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type LinesProps = { readonly title: string; readonly lines: readonly TriedLine[]; readonly of: number | undefined };

function Lines({ title, lines, of }: LinesProps) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>
        {title}
        {of !== undefined && of > lines.length ? (
          <span className="quiet"> {t('the newest {count}', { count: lines.length })}</span>
        ) : null}
      </h3>
      <table className="sheet history-lines">
        <thead>
          <tr>
            <th scope="col">{t('Date')}</th>
            <th scope="col">{t('Line')}</th>
            <th scope="col" className="fig">
              {t('Amount')}
            </th>
            <th scope="col">{t('Coding')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.lineId} className="top">
              <td>
                <Day value={line.date} />
              </td>
              <td className="line-text" title={line.text.slice(0, 500)}>
                <a href={to(['activity', 'line', line.lineId])}>
                  <bdi>{clipped(line.counterparty ?? line.text)}</bdi>
                </a>
                {line.counterparty === null ? null : (
                  <div className="small quiet clip">
                    <bdi>{clipped(line.text)}</bdi>
                  </div>
                )}
              </td>
              <td className="fig">
                <Amount value={line.amount} />
              </td>
              <td className="wrap coding">
                <Change line={line} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Change({ line: { before, after, takenBy } }: { readonly line: TriedLine }) {
  if (takenBy !== null) return <span className="quiet">{t('first by “{rule}”', { rule: takenBy })}</span>;
  if (before === after) return <span className="quiet">{after}</span>;
  return (
    <>
      <del>{before}</del> → <ins>{after}</ins>
    </>
  );
}

/** A cell shows a line at most; ten thousand characters in it would only cost time. */
function clipped(text: string): string {
  return text.slice(0, 200);
}
