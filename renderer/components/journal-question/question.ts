import type { CallOutput } from '../../api/contract.ts';
import { type Answer, useCall } from '../../api/use-call.ts';
import { t } from '../../i18n/t.ts';

/** Something about a journal of a ledger that only a person can decide before anything is sent. */
export type Question = CallOutput<'journals.questions'>['questions'][number];

const OPEN = { open: true };

/** Questions that nobody has answered. */
export function useOpenQuestions(): Answer<'journals.questions'> {
  return useCall('journals.questions', OPEN);
}

/** The id of the question that an error of the code `journal_question` speaks of; its path ends with it. */
export function questionIdOf(path: string | undefined): string | undefined {
  return path?.split('/').at(-1);
}

/** What it is about, in a few words; an unknown kind is told by its sentence alone. */
export function questionTitle({ legalEntity, journalName, kind }: Question): string {
  const journal = `${legalEntity} · ${journalName}`;
  switch (kind) {
    case 'others':
      return t('{journal}: entries that Daybook did not make', { journal });
    case 'break':
      return t('{journal}: the balance is not the bank’s', { journal });
    case 'backdated':
      return t('{journal}: later entries are there already', { journal });
    default:
      return t('{journal}: a question', { journal });
  }
}

export function waitingText(count: number): string {
  return t(
    '{count, plural, =0 {No approved entry waits for it.} one {One approved entry waits for the answer.} other {# approved entries wait for the answer.}}',
    { count },
  );
}
