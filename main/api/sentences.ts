/** Events of the trail in plain words. */
import { z } from 'zod';

const data = z.record(z.string(), z.unknown());

/** What an event says, for a reader who knows no codes. An event that this version does not know keeps its name. */
export function eventSentence(event: { readonly action: string; readonly data_json: string }): string {
  const about = readData(event.data_json);
  const text = (name: string) => {
    const value = about[name] ?? '';
    return Array.isArray(value) ? value.join(' ') : String(value);
  };
  const known = SENTENCES[event.action];
  if (known) return known(text);
  const words = event.action.replace(/[._]/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function readData(json: string): Record<string, unknown> {
  try {
    return data.parse(JSON.parse(json));
  } catch {
    // Somebody made it unreadable; the check of the trail names it.
    return {};
  }
}

type Text = (name: string) => string;

export const SENTENCES: Readonly<Record<string, (text: Text) => string>> = {
  'connection.created': (text) => `Connection ${text('name')} added (${text('kind')}, ${text('environment')}).`,
  'connection.changed': (text) => `Connection ${text('name')} changed.`,
  'connection.removed': (text) => `Connection ${text('name')} removed.`,
  'connection.sign_in_started': () => 'Sign-in begun.',
  'connection.signed_in': (text) => `Signed in${text('user') === '' ? '' : ` as ${text('user')}`}.`,
  'secret.set': (text) => `Secret ${text('name')} set.`,
  'secret.replaced': (text) => `Secret ${text('name')} replaced.`,
  'secret.removed': (text) => `Secret ${text('name')} removed.`,
  'feed.added': () => 'Bank linked.',
  'feed.token_replaced': () => 'Access to the bank renewed.',
  'feed.removed': () => 'Bank removed; its lines stay.',
  'feed.webhook_set': (text) => (text('url') === '' ? 'Notices switched off.' : `Notices go to ${text('url')}.`),
  'webhooks.configured': (text) =>
    text('relayUrl') === '' ? 'Webhooks switched off.' : `Webhooks go through the relay at ${text('relayUrl')}.`,
  'webhooks.channel_made': (text) => `Channel made at the relay ${text('relay')}.`,
  'webhooks.channel_ended': () => 'Channel at the relay ended.',
  'webhooks.address_shown': () => 'Address of the notices shown, with its secret.',
  'webhooks.keys_changed': () => 'Keys of the channel at the relay changed.',
  'feed.state_changed': (text) => `${BANK_STATES[text('to')] ?? `The bank is ${text('to')}.`}${toldBy(text)}`,
  'feed.signed_in_again': () => 'Somebody signed in again at the bank.',
  'feed.back_filled': (text) => text('sentence'),
  'connection.state_changed': (text) =>
    `${CONNECTION_STATES[text('to')] ?? `The connection is ${text('to')}.`}${toldBy(text)}`,
  'pull.applied': (text) =>
    `Fetched ${text('newLines')} new, ${text('changedLines')} changed and ${text('removedLines')} removed lines.`,
  'statement_file.imported': (text) =>
    `Took in the file ${text('name')} (${text('format')}): ${text('newLines')} new lines, ${text('knownLines')} known ones.`,
  'statement_file.undone': (text) =>
    `Took the file ${text('name')} back: ${text('removedLines')} lines removed, ${text('keptLines')} stay.`,
  'statement.exported': (text) =>
    `Wrote statements from ${text('from')} to ${text('to')} (${text('format')}): ${text('days')} days, ${text('lines')} lines.`,
  'feed_account.number_read': (text) => `Account number read, ends with ${text('last4') || 'unknown digits'}.`,
  'feed_account.added': () => 'The bank shows an account that was not there before.',
  'feed_account.closed': () => 'The bank no longer shows this account.',
  'feed_account.reopened': () => 'The bank shows this account again.',
  'feed_account.access_withdrawn': () => 'The holder withdrew the access to this account.',
  'feed_account.replaced': (text) =>
    `Goes on under a new id at the bank, as ${text('name')}: ${text('known')} lines were known already, ${text('added')} are new.`,
  'feed_account.replacement_declined': (text) => `${text('name')} is another account, not this one under a new id.`,
  'feed_account.replacement_undone': (text) =>
    `The pairing with another account was taken back: ${text('lines')} lines went back to it.`,
  'opening.implied': () => 'Opening balance computed from the bank’s balance and its lines.',
  'gap.opened': () => 'Bank balance and lines differ: a gap is open.',
  'gap.changed': () => 'The gap between bank balance and lines changed.',
  'gap.closed': () => 'Bank balance and lines tie out again: the gap is closed.',
  'exception.settled': (text) => `Exception settled: ${text('note')}`,
  'mapping.created': () => 'Mapping made.',
  'mapping.changed': () => 'Mapping changed.',
  'mapping.deleted': () => 'Mapping deleted.',
  'rule.created': () => 'Rule made.',
  'rule.changed': () => 'Rule changed.',
  'rule.enabled': () => 'Rule switched on.',
  'rule.disabled': () => 'Rule switched off.',
  'rule.deleted': (text) => `Rule ${text('name')} deleted.`,
  'rules.ordered': () => 'Rules put in another order.',
  'proposal.approved': () => 'Approved.',
  'proposal.approval_withdrawn': () => 'Approval withdrawn.',
  'proposal.edited': () => 'Edited; it needs a new approval.',
  'proposal.split': () => 'Split.',
  'proposal.suggestion_taken': (text) => `Suggestion taken: account ${text('account')}.`,
  'proposal.excluded': (text) => `Excluded: ${text('why')}`,
  'proposal.included': () => 'Included again.',
  'proposal.taken_apart': () => 'Taken apart: no transfer.',
  'proposal.reversal_made': () => 'Reversal made; it waits for approval.',
  'proposal.reversed': () => 'Reversed in the ledger.',
  'proposal.withdrawn': () => 'Withdrawn: its line belongs to another account.',
  'proposal.superseded': () => 'Replaced after the bank changed its line.',
  'proposal.amended': () => 'Changed after the bank changed its line.',
  'proposal.correction_made': () => 'Correction made, because the bank changed a posted line.',
  'proposal.settlement_made': () => 'Settlement made, because a pending line was booked.',
  'proposals.made': (text) => `Entries made: ${text('count')}.`,
  'proposals.auto_approved': () => 'Approved by a rule that approves by itself.',
  'proposals.amendment_seen': () => 'The bank changed lines; their entries stay as they are.',
  'proposals.lines_reopened': () => 'Lines of reversed entries are back in the queue.',
  'proposals.recoded': () => 'Coded anew after mappings, rules or ledger accounts changed.',
  'review.undone': (text) => `Undone: ${text('sentence')}.`,
  'review.redone': (text) => `Done again: ${text('sentence')}.`,
  'posting.intended': (text) => `Posting to ${text('legalEntity')} begun, journal reference ${text('reference')}.`,
  'posting.confirmed': (text) => `In the ledger: journal ${text('journalNumber')}${voucher(text)}, compared and equal.`,
  'posting.adopted': (text) => `Found in the ledger already: journal ${text('journalNumber')}${voucher(text)}.`,
  'posting.refused': (text) => `Refused by the ledger: ${text('sentence')}`,
  'posting.different': (text) => `The ledger holds something else: ${text('sentence')}`,
  'posting.gone': (text) => `Deleted in the ledger by somebody (journal ${text('journalNumber')}).`,
  'posting.take_back_intended': (text) => `Taking journal ${text('journalNumber')} back from the ledger begun.`,
  'posting.taken_back': (text) => `No longer in the ledger: journal ${text('journalNumber')} was taken back.`,
  'posting.take_back_refused': (text) => `Stayed in the ledger: ${text('sentence')}`,
  'posting.difference_accepted': () => 'The ledger’s version was accepted.',
  'journal.question_asked': (text) => `Journal ${text('journalName')} waits for an answer: ${text('sentence')}`,
  'journal.question_answered': (text) =>
    `Answered for journal ${text('journalName')}: ${text('label')}. ${text('note')}`,
  'journal.question_withdrawn': (text) => `No longer asked of journal ${text('journalName')}: ${text('sentence')}`,
  'reconciliation.made': (text) => `Reconciled ${text('date')}.`,
  'period.prepared': (text) => `${text('signedBy')} signed ${text('from')} to ${text('to')} as preparer.`,
  'period.reviewed': (text) => `${text('signedBy')} signed ${text('from')} to ${text('to')} as reviewer.`,
  'period.reopened': (text) => `${text('signedBy')} opened ${text('from')} to ${text('to')} again: ${text('why')}`,
  'period.broken': (text) => `The sign-off from ${text('from')} to ${text('to')} broke: ${text('why')}`,
  'period.policy_set': (text) =>
    `Sign-off: ${text('twoNames') === 'true' ? 'two people' : 'one person'}, ${text('notes') === 'true' ? 'a note for each open item' : 'notes as wanted'}.`,
  'open_item.noted': (text) =>
    text('note') === '' ? 'Note on an open item taken away.' : `Noted on an open item: ${text('note')}`,
  'vault.created': () => 'Vault made.',
  'vault.key_rotated': () => 'Key of the vault replaced; secrets sealed anew.',
  'vault.passphrase_changed': () => 'Passphrase changed.',
  'settings.changed': () => 'Settings changed.',
  'backup.made': (text) => `Backup made: ${text('name')}.`,
  'run.synced': (text) => text('story'),
  'run.posted': (text) => text('story'),
  'run.reconciled': (text) => text('story'),
  'match.run': (text) =>
    `Matching made ${text('made')} matches of bank and ledger${text('broken') === '0' ? '' : `; ${text('broken')} no longer hold`}.`,
  'match.made': (text) => `Bank and ledger lines matched by hand${noteOf(text)}.`,
  'match.undone': (text) =>
    text('lines') === '0'
      ? `Match taken apart${noteOf(text)}.`
      : `${text('lines')} lines taken out of a match${noteOf(text)}.`,
  'match.batch_undone': (text) => `${text('matches')} matches of one run or act taken apart${noteOf(text)}.`,
  'match.restored': () => 'Match made good again.',
  'match.broken': (text) => `Match no longer holds: ${text('why')}`,
  'match.rules_saved': () => 'How this account is matched was changed.',
};

const BANK_STATES: Readonly<Record<string, string>> = {
  healthy: 'The bank works.',
  new_accounts: 'The bank offers new accounts.',
  stale: 'The bank has not been reached for two days.',
  expiring: 'The consent ends soon.',
  disconnect_pending: 'The bank announced that it ends the access.',
  retrying: 'The bank did not answer; it is asked again.',
  rate_limited: 'The bank asks for a pause; it is asked again later.',
  institution_down: 'The bank cannot be reached; it is asked again in some hours.',
  login_required: 'The bank asks for a new sign-in.',
  action_at_bank: 'The bank wants something settled on its own site.',
  accounts_missing: 'The bank shows no account any more.',
  revoked: 'The access to the bank was withdrawn.',
  gone: 'The provider no longer knows this bank connection.',
  keys_refused: 'The keys of the connection were refused.',
  blocked: 'The bank cannot be read until an administrator acts.',
  // As versions before 80 wrote it.
  needs_person: 'The bank asks for a person.',
  removed: 'The bank was removed.',
};

const CONNECTION_STATES: Readonly<Record<string, string>> = {
  healthy: 'The connection works.',
  expiring: 'The sign-in or the client secret ends soon.',
  retrying: 'The connection did not answer; it is tried again.',
  rate_limited: 'The provider asks for a pause.',
  institution_down: 'The provider cannot be reached.',
  login_required: 'The connection asks for a sign-in.',
  keys_refused: 'The keys of the connection were refused.',
  blocked: 'The connection is blocked until an administrator acts.',
  removed: 'The connection was removed.',
};

function toldBy(text: Text): string {
  switch (text('source')) {
    case 'webhook':
      return ' The provider’s notice said so.';
    case 'clock':
      return ' The calendar says so.';
    default:
      return '';
  }
}

function voucher(text: Text): string {
  return text('voucher') === '' ? '' : `, voucher ${text('voucher')}`;
}

function noteOf(text: Text): string {
  return text('note') === '' ? '' : `: ${text('note')}`;
}
