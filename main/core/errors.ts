/**
 * The closed list of what can go wrong, as the engine and every screen know it. A connector's `errors.ts` maps its
 * provider's codes onto these; nothing else invents a code.
 */

/** What a person (or the app) does to repair it. A screen offers it as a button. */
export type RepairAction =
  | 'wait' // the app tries again by itself
  | 'sign_in_again' // bank: Link in update mode; ERP: credentials
  | 'link_again' // remove and link anew; history stays
  | 'choose_accounts' // Link in update mode with account selection
  | 'act_at_bank' // the user must do something at the bank's own site
  | 'check_keys' // connection settings: client id, secret, environment
  | 'ask_administrator' // rights, registration, period, set-up inside the ERP
  | 'edit_entry' // the proposal itself must change
  | 'edit_mapping' // the mapping must change
  | 'answer_question' // a journal waits for a person's decision
  | 'reopen_period' // a person re-opens a signed period, or dates the entry after it
  | 'compare_entries' // two versions of the truth, a person chooses
  | 'settle_exception' // the row waits under exceptions
  | 'edit_setup' // the setup document or command line
  | 'unlock' // passphrase
  | 'free_disk' // space or rights of the data folder
  | 'restore_backup'
  | 'close_other' // another process holds it
  | 'contact_support'
  | 'none';

type Nature = { readonly retryable: boolean; readonly repair: RepairAction };

const can = (retryable: boolean, repair: RepairAction): Nature => ({ retryable, repair });

export const ERROR_NATURES = {
  // the way to the provider
  network_lost: can(true, 'wait'),
  timeout: can(true, 'wait'),
  rate_limited: can(true, 'wait'),
  provider_down: can(true, 'wait'),
  provider_busy: can(true, 'wait'),
  not_ready: can(true, 'wait'),
  answer_unreadable: can(true, 'wait'),
  answer_unexpected: can(false, 'contact_support'),
  quota_used_up: can(false, 'ask_administrator'),
  foreign_host: can(false, 'contact_support'),
  // who we are to the provider
  wrong_keys: can(false, 'check_keys'),
  keys_expired: can(false, 'check_keys'),
  wrong_environment: can(false, 'check_keys'),
  not_permitted: can(false, 'ask_administrator'),
  signed_out: can(false, 'sign_in_again'),
  signed_in_elsewhere: can(false, 'sign_in_again'),
  registration_needed: can(false, 'ask_administrator'),
  // a feed
  login_required: can(false, 'sign_in_again'),
  consent_missing: can(false, 'sign_in_again'),
  access_revoked: can(false, 'sign_in_again'),
  no_accounts: can(false, 'choose_accounts'),
  user_action_at_bank: can(false, 'act_at_bank'),
  feed_gone: can(false, 'link_again'),
  account_gone: can(false, 'edit_mapping'),
  not_supported: can(false, 'none'),
  nothing_there: can(false, 'none'),
  pagination_changed: can(true, 'wait'),
  cursor_bad: can(true, 'wait'),
  link_expired: can(true, 'link_again'),
  duplicate_feed: can(false, 'none'),
  file_refused: can(false, 'none'),
  // a row
  row_invalid: can(false, 'settle_exception'),
  amount_too_precise: can(false, 'settle_exception'),
  amount_invalid: can(false, 'settle_exception'),
  currency_unknown: can(false, 'settle_exception'),
  date_invalid: can(false, 'settle_exception'),
  // an entry
  entry_unbalanced: can(false, 'edit_entry'),
  entry_incomplete: can(false, 'edit_entry'),
  text_too_long: can(false, 'edit_entry'),
  account_invalid: can(false, 'edit_entry'),
  account_blocked: can(false, 'edit_entry'),
  dimension_missing: can(false, 'edit_entry'),
  dimension_invalid: can(false, 'edit_entry'),
  currency_not_allowed: can(false, 'edit_mapping'),
  period_closed: can(false, 'ask_administrator'),
  /** Signed off in Daybook; see reconcile/period-lock.ts. */
  period_signed_off: can(false, 'reopen_period'),
  journal_invalid: can(false, 'edit_mapping'),
  bank_account_invalid: can(false, 'edit_mapping'),
  entry_refused: can(false, 'edit_entry'),
  entry_differs: can(false, 'compare_entries'),
  journal_question: can(false, 'answer_question'),
  record_conflict: can(true, 'wait'),
  outcome_unknown: can(true, 'wait'),
  not_approved: can(false, 'edit_entry'),
  // ourselves
  unmapped: can(false, 'edit_mapping'),
  setup_invalid: can(false, 'edit_setup'),
  usage: can(false, 'edit_setup'),
  not_found: can(false, 'none'),
  stale: can(false, 'none'),
  vault_locked: can(false, 'unlock'),
  vault_wrong_passphrase: can(false, 'unlock'),
  secret_missing: can(false, 'check_keys'),
  database_newer: can(false, 'contact_support'),
  database_corrupt: can(false, 'restore_backup'),
  database_read_only: can(false, 'free_disk'),
  disk_full: can(false, 'free_disk'),
  busy_elsewhere: can(true, 'close_other'),
  trail_broken: can(false, 'contact_support'),
  cancelled: can(true, 'none'),
  internal: can(false, 'contact_support'),
} as const satisfies Record<string, Nature>;

export type ErrorCode = keyof typeof ERROR_NATURES;

export type ErrorDetails = {
  /** The provider's own code, e.g. `ITEM_LOGIN_REQUIRED` or `AADSTS7000215`. */
  readonly providerCode?: string | undefined;
  /** The provider's request or correlation id, for its support desk. */
  readonly requestId?: string | undefined;
  /** How long the provider asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Overrides the code's nature where the provider knows better (a 429 that never ends). */
  readonly retryable?: boolean | undefined;
  readonly repair?: RepairAction | undefined;
  /** Where in a document or entry, e.g. `mappings[0].journalName`. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
};

/**
 * The one error type that crosses module borders. `message` is one sentence for an accountant: what happened, what it
 * means, what to do. It never holds a secret, an account number or a provider's stack trace.
 */
export class DaybookError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly repair: RepairAction;
  readonly providerCode: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly path: string | undefined;

  constructor(code: ErrorCode, sentence: string, details: ErrorDetails = {}) {
    super(sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DaybookError';
    this.code = code;
    this.retryable = details.retryable ?? ERROR_NATURES[code].retryable;
    this.repair = details.repair ?? ERROR_NATURES[code].repair;
    this.providerCode = details.providerCode;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.path = details.path;
  }

  /** What may be stored, logged and shown: no cause, no stack. */
  toJSON(): SerialError {
    return {
      code: this.code,
      retryable: this.retryable,
      repair: this.repair,
      sentence: this.message,
      ...(this.providerCode === undefined ? {} : { providerCode: this.providerCode }),
      ...(this.requestId === undefined ? {} : { requestId: this.requestId }),
      ...(this.path === undefined ? {} : { path: this.path }),
    };
  }
}

export type SerialError = {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly repair: RepairAction;
  readonly sentence: string;
  readonly providerCode?: string;
  readonly requestId?: string;
  readonly path?: string;
};

/** Anything thrown, as a DaybookError. What we did not foresee is `internal` and keeps its cause for the log. */
export function asDaybookError(thrown: unknown): DaybookError {
  if (thrown instanceof DaybookError) return thrown;
  const code = systemCode(thrown);
  if (code === 'ENOSPC' || code === 'SQLITE_FULL')
    return new DaybookError('disk_full', 'The disk is full. Nothing was changed; free some space and try again.', {
      cause: thrown,
      providerCode: code,
    });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code?.startsWith('SQLITE_READONLY'))
    return new DaybookError('database_read_only', 'Daybook may not write to its data folder. Check its permissions.', {
      cause: thrown,
      providerCode: code,
    });
  if (code?.startsWith('SQLITE_CANTOPEN') || code?.startsWith('SQLITE_IOERR'))
    return new DaybookError(
      'database_read_only',
      'Daybook cannot read or write its workspace file. Check that the data folder is there and its disk is in order.',
      { cause: thrown, providerCode: code },
    );
  if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new DaybookError('database_corrupt', 'The workspace file is damaged. Restore the latest backup.', {
      cause: thrown,
      providerCode: code,
    });
  if (code?.startsWith('SQLITE_BUSY') || code?.startsWith('SQLITE_LOCKED'))
    return new DaybookError('busy_elsewhere', 'Another Daybook process is writing to this workspace. Try again.', {
      cause: thrown,
      providerCode: code,
    });
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new DaybookError('cancelled', 'Cancelled before it was finished.', { cause: thrown });
  return new DaybookError('internal', 'Daybook met something it did not foresee. The log holds the details.', {
    cause: thrown,
  });
}

function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
