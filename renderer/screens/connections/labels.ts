import { t } from '../../i18n/t.ts';
import type { Feed, Lifecycle } from './types.ts';

export function bankName(feed: Feed): string {
  return feed.institutionName ?? t('Bank without a name');
}

/** The state of a bank or a ledger in a few plain words. */
export function stateLabel(state: string): string {
  switch (state) {
    case 'healthy':
      return t('Working');
    case 'new_accounts':
      return t('Working, new accounts');
    case 'stale':
      return t('Working, bank not reached');
    case 'expiring':
      return t('Ends soon');
    case 'disconnect_pending':
      return t('Bank ends it soon');
    case 'retrying':
      return t('Trying again by itself');
    case 'rate_limited':
      return t('Pausing');
    case 'institution_down':
      return t('Bank is down');
    case 'login_required':
      return t('Sign-in needed');
    case 'action_at_bank':
      return t('Bank asks for you');
    case 'accounts_missing':
      return t('No accounts');
    case 'revoked':
      return t('Access withdrawn');
    case 'gone':
      return t('Gone');
    case 'keys_refused':
      return t('Keys refused');
    case 'blocked':
      return t('Blocked');
    case 'removed':
      return t('Removed');
    default:
      return state;
  }
}

/** How Daybook learnt of a state. */
export function sourceLabel(source: string): string {
  switch (source) {
    case 'webhook':
      return t('told by a notice');
    case 'clock':
      return t('by the calendar');
    case 'person':
      return t('done by a person');
    default:
      return t('found when asking');
  }
}

/** What a person can do, or what happens by itself; the same for everyone who shows a state. */
export function needsPerson({ state }: Lifecycle): boolean {
  return !WITHOUT_PERSON.has(state);
}

const WITHOUT_PERSON: ReadonlySet<string> = new Set([
  'healthy',
  'stale',
  'retrying',
  'rate_limited',
  'institution_down',
  'removed',
]);

export function historyLabel(history: string): string {
  switch (history) {
    case 'not_ready':
      return t('The bank is still preparing it');
    case 'partial':
      return t('The latest weeks are there, older lines follow');
    case 'complete':
      return t('Complete');
    default:
      return t('Not known');
  }
}

/** What repairs a feed, as its button says. Undefined: nobody can do anything here but wait. */
export function feedRepairLabel(repair: string): string | undefined {
  switch (repair) {
    case 'sign_in_again':
      return t('Sign in again');
    case 'act_at_bank':
      return t('Sign in after that');
    case 'choose_accounts':
      return t('Choose accounts');
    case 'link_again':
      return t('Link again');
    case 'check_keys':
      return t('Check the keys');
    default:
      return undefined;
  }
}

/** `Operating ··0000` */
export function accountLabel({ name, mask }: { readonly name: string; readonly mask: string | null }): string {
  return mask === null ? name : `${name} ··${mask}`;
}
