import type { ReactNode } from 'react';
import type { CallName, CallOutput, SerialError } from '../api/contract.ts';
import type { Answer } from '../api/use-call.ts';
import { t } from '../i18n/t.ts';
import { ErrorNote } from './error-note.tsx';
import type { RepairWays } from './repair.ts';

/** Nothing to show, and which nothing it is: nothing yet, nothing under this filter, not connected. */
export function Empty({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions ? <div className="actions">{actions}</div> : null}
    </div>
  );
}

export function Loading({ what }: { readonly what?: string }) {
  return (
    <div className="state" role="status">
      <p>{what ?? t('Reading')}…</p>
    </div>
  );
}

export function Failed({ error, ...ways }: RepairWays & { readonly error: SerialError }) {
  return (
    <div className="state">
      <ErrorNote error={error} {...ways} />
    </div>
  );
}

export type AnsweredProps<N extends CallName> = {
  readonly answer: Answer<N>;
  /** Ways to repair that this place knows. */
  readonly ways?: RepairWays['ways'];
  readonly children: (data: CallOutput<N>) => ReactNode;
};

/** The states of a call around its content: reading, failed (with the way out), and there. */
export function Answered<N extends CallName>({ answer, ways, children }: AnsweredProps<N>) {
  if (answer.data !== undefined)
    return (
      <>
        <ErrorNote error={answer.error} retry={answer.refetch} ways={ways} />
        {children(answer.data)}
      </>
    );
  if (answer.error) return <Failed error={answer.error} retry={answer.refetch} ways={ways} />;
  return <Loading />;
}
