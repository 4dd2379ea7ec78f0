import type { RepairAction, SerialError } from '../api/contract.ts';
import { go } from '../app/route.ts';
import { t } from '../i18n/t.ts';
import { questionIdOf } from './journal-question/question.ts';

/** What the button beside an error does. `retry` is the caller's own way to do it again. */
export type Repair = { readonly label: string; readonly act: () => void };

export type RepairWays = {
  readonly retry?: (() => void) | undefined;
  /** Ways that this screen knows better than the general one, e.g. editing the entry in its row. */
  readonly ways?: Partial<Record<RepairAction, () => void>> | undefined;
};

/** The button that repairs an error; undefined when there is nothing to press. */
export function repairOf(error: SerialError, { retry, ways }: RepairWays): Repair | undefined {
  const own = ways?.[error.repair];
  const to = (label: string, ...path: string[]): Repair => ({ label, act: own ?? (() => go(path)) });
  const again: Repair | undefined = retry && { label: t('Try again'), act: retry };
  switch (error.repair) {
    case 'sign_in_again':
      return to(t('Sign in again'), 'connections');
    case 'link_again':
      return to(t('Link again'), 'connections');
    case 'choose_accounts':
      return to(t('Choose accounts'), 'connections');
    case 'act_at_bank':
      return to(t('Open connections'), 'connections');
    case 'check_keys':
      return to(t('Check the keys'), 'connections');
    case 'edit_mapping':
      return to(t('Open mapping'), 'mapping');
    case 'answer_question': {
      const id = questionIdOf(error.path);
      return id === undefined
        ? to(t('Answer the question'), 'activity', 'journals')
        : to(t('Answer the question'), 'activity', 'question', id);
    }
    case 'settle_exception':
      return to(t('Open exceptions'), 'activity', 'exceptions');
    case 'reopen_period':
      return to(t('Open periods'), 'reconcile');
    case 'compare_entries':
      return to(t('Compare'), 'review', 'exceptions');
    case 'edit_entry':
      return own ? { label: t('Edit the entry'), act: own } : again;
    case 'unlock':
      return to(t('Unlock'), 'settings');
    case 'edit_setup':
      return to(t('Open settings'), 'settings');
    case 'restore_backup':
      return to(t('Open backups'), 'settings', 'backup');
    case 'ask_administrator':
      return own
        ? { label: t('Try again'), act: own }
        : { label: t('Copy for the administrator'), act: () => copy(error) };
    case 'contact_support':
      return { label: t('Copy the details'), act: () => copy(error) };
    case 'wait':
    case 'free_disk':
    case 'close_other':
    case 'none':
      return own ? { label: t('Try again'), act: own } : again;
    default:
      return again;
  }
}

/** The sentence with the codes that a help desk asks for. */
export function errorDetails(error: SerialError): string {
  // The path of a question is made of ids that lead there, and tells nobody anything.
  const path = error.code === 'journal_question' ? undefined : error.path;
  return [error.code, error.providerCode, error.requestId, path].filter(Boolean).join(' · ');
}

function copy(error: SerialError): void {
  void navigator.clipboard?.writeText(`${error.sentence}\n${errorDetails(error)}`);
}
