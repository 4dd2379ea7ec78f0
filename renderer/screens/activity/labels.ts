import { t } from '../../i18n/t.ts';

export type Tone = 'plain' | 'quiet' | 'act' | 'wrong' | 'proven';

/** How far a journal, or the posting of one entry, is. */
export function postingLabel(state: string): string {
  switch (state) {
    case 'intended':
      return t('about to be sent');
    case 'sending':
      return t('being sent');
    case 'unknown':
      return t('outcome unknown');
    case 'retry':
      return t('will be sent again');
    case 'posted':
      return t('confirmed');
    case 'refused':
      return t('refused');
    case 'different':
      return t('differs');
    case 'gone':
      return t('deleted in the ERP');
    case 'taking_back':
      return t('being taken back');
    case 'taken_back':
      return t('taken back');
    default:
      return state;
  }
}

export function postingTone(state: string): Tone {
  if (state === 'refused' || state === 'different' || state === 'gone') return 'wrong';
  if (state === 'unknown' || state === 'retry' || state === 'taking_back') return 'act';
  if (state === 'taken_back') return 'quiet';
  return 'plain';
}

/** Where the ERP itself has a confirmed entry. */
export function ledgerStateLabel(state: string | null): string {
  switch (state) {
    case 'open':
      return t('in an open journal');
    case 'booked':
      return t('booked, still open');
    case 'posted':
      return t('in the general ledger');
    case null:
      return t('not seen yet');
    default:
      return state;
  }
}

export function runKindLabel(kind: string): string {
  switch (kind) {
    case 'sync':
      return t('Fetch');
    case 'post':
      return t('Post');
    case 'reconcile':
      return t('Reconcile');
    default:
      return kind;
  }
}

/** How a run ended, or that it goes on. */
export function runStateLabel(state: string): string {
  switch (state) {
    case 'running':
      return t('under way');
    case 'done':
      return t('done');
    case 'failed':
      return t('did not come to an end');
    case 'cancelled':
      return t('stopped');
    case 'interrupted':
      return t('cut off: Daybook ended during it');
    default:
      return state;
  }
}

export function runStateTone(state: string): Tone {
  if (state === 'failed') return 'wrong';
  return state === 'interrupted' ? 'act' : 'quiet';
}

/** A step of a run; one that this version does not know keeps its name. */
export function stepLabel(step: string): string {
  switch (step) {
    case 'fetch':
      return t('Banks');
    case 'ledgers':
      return t('Ledgers');
    case 'connections':
      return t('Connections');
    case 'propose':
      return t('Entries');
    case 'exceptions':
      return t('Exceptions');
    case 'tie-out':
      return t('Tie-out');
    case 'digest':
      return t('Digest');
    case 'end':
    case 'story':
      return t('The run');
    default:
      return step.replaceAll('-', ' ');
  }
}

export function fetchOutcomeLabel(outcome: string): string {
  switch (outcome) {
    case 'applied':
      return t('done');
    case 'not_ready':
      return t('the bank is not ready');
    case 'failed':
      return t('failed');
    case 'cancelled':
      return t('stopped');
    case 'skipped':
      return t('left out');
    default:
      return outcome;
  }
}

export function lineStateLabel(state: string): string {
  switch (state) {
    case 'pending':
      return t('pending at the bank');
    case 'booked':
      return t('booked');
    case 'removed':
      return t('removed by the bank');
    default:
      return state;
  }
}

/** What the bank did to a line it had sent before. */
export function changeLabel(change: string): string {
  switch (change) {
    case 'booked':
      return t('became booked');
    case 'amended':
      return t('changed');
    case 'removed':
      return t('removed');
    case 'restored':
      return t('came back');
    default:
      return change.replaceAll('_', ' ');
  }
}
