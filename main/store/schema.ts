/**
 * The tables, as Kysely types. One workspace is one SQLite file.
 *
 * Conventions: amounts are INTEGER minor units in a column `…_minor` beside a `currency`; every INTEGER is read as
 * bigint (better-sqlite3 safe integers), so no amount ever passes through a float. Instants are ISO 8601 UTC texts,
 * calendar dates `YYYY-MM-DD` texts. Columns that hold JSON end in `_json` and are validated with zod when read.
 */
import type { ColumnType } from 'kysely';

/** An integer column: comes as bigint, may be written as number or bigint. */
export type Int = ColumnType<bigint, number | bigint, number | bigint>;
export type NullableInt = ColumnType<bigint | null, number | bigint | null | undefined, number | bigint | null>;
type Id = ColumnType<bigint, number | bigint | undefined, never>;
type Text = string;
type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
type Blob = Uint8Array;

export type WorkspaceTable = {
  id: Text;
  name: Text;
  created_at: Text;
  /** IANA zone in which "today" is decided. */
  time_zone: Text;
  locale: Text;
  /** 1 while no process has it open, or the last one closed it cleanly. */
  closed_cleanly: Int;
  /** 1 for the practice company's workspace: the screens say so at all times. */
  practice: Int;
};

export type ConnectionTable = {
  id: Text;
  kind: Text;
  name: Text;
  environment: Text;
  config_json: Text;
  /** healthy, retrying, needs_person, removed */
  state: Text;
  state_code: NullableText;
  state_sentence: NullableText;
  state_at: Text;
  created_at: Text;
  updated_at: Text;
};

export type SecretTable = { owner: Text; name: Text; sealed: Blob; key_id: Text; updated_at: Text };

export type VaultKeyTable = {
  id: Text;
  /** scrypt parameters and salt, or the name of the platform's keyring. */
  protection_json: Text;
  sealed_key: Blob;
  created_at: Text;
  retired_at: NullableText;
};

export type FeedTable = {
  id: Text;
  connection_id: Text;
  provider_feed_id: Text;
  institution_id: NullableText;
  institution_name: NullableText;
  /** healthy, retrying, needs_person, removed */
  state: Text;
  state_code: NullableText;
  state_sentence: NullableText;
  state_at: Text;
  cursor: NullableText;
  /** not_ready, partial, complete, unknown */
  history: Text;
  bank_updated_at: NullableText;
  consent_expires_at: NullableText;
  webhook_url: NullableText;
  products_json: Text;
  last_attempt_at: NullableText;
  last_success_at: NullableText;
  created_at: Text;
};

export type FeedAccountTable = {
  id: Text;
  feed_id: Text;
  provider_account_id: Text;
  persistent_account_id: NullableText;
  name: Text;
  official_name: NullableText;
  mask: NullableText;
  type: Text;
  subtype: NullableText;
  currency: NullableText;
  unofficial_currency: NullableText;
  verification_status: NullableText;
  holder_category: NullableText;
  number_last4: NullableText;
  number_fingerprint: NullableText;
  number_sealed: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
  /** Balance before the first line we know, implied by the first tie-out. Positive = the firm's money. */
  opening_minor: NullableInt;
  /** Lower-case words for search. */
  search: Text;
  first_seen_at: Text;
  last_seen_at: Text;
  closed_at: NullableText;
  /** The account that took over this one's provider id; what is left here is that account's former identity. */
  replaced_by: NullableText;
  /** The provider id by which the account's entries name their money, where it is not the present one. */
  reference_account_id: NullableText;
};

export type BalanceSnapshotTable = {
  id: Id;
  feed_account_id: Text;
  pull_id: NullableText;
  taken_at: Text;
  /** cached or live */
  source: Text;
  /** Positive = the firm's money; a card's debt is negative. */
  current_minor: NullableInt;
  available_minor: NullableInt;
  limit_minor: NullableInt;
  currency: NullableText;
  as_of: NullableText;
  exact_json: Text;
};

export type PullTable = {
  id: Text;
  feed_id: Text;
  started_at: Text;
  finished_at: NullableText;
  from_cursor: NullableText;
  to_cursor: NullableText;
  /** running, applied, not_ready, failed, cancelled */
  outcome: Text;
  pages: Int;
  restarts: Int;
  new_lines: Int;
  changed_lines: Int;
  removed_lines: Int;
  rejected_rows: Int;
  error_json: NullableText;
};

export type StatementLineTable = {
  id: Id;
  feed_account_id: Text;
  provider_line_id: Text;
  /** pending, booked, removed */
  state: Text;
  /** Positive = money into the account. */
  amount_minor: Int;
  currency: Text;
  date: Text;
  authorized_date: NullableText;
  text: Text;
  bank_text: NullableText;
  counterparty: NullableText;
  /** Normalised name used for rules, suggestions and search; see coding/counterparty.ts. */
  counterparty_key: Text;
  reference: NullableText;
  check_number: NullableText;
  category: NullableText;
  channel: NullableText;
  payload: Text;
  revision: Int;
  first_pull_id: Text;
  last_pull_id: Text;
};

export type StatementLineHistoryTable = {
  id: Id;
  line_id: Int;
  /** The revision that this record describes: the line as it was before the change. */
  revision: Int;
  /** booked, amended, removed, restored */
  change: Text;
  pull_id: Text;
  at: Text;
  provider_line_id: Text;
  state: Text;
  amount_minor: Int;
  currency: Text;
  date: Text;
  text: Text;
  payload: Text;
};

/** Former provider ids of a line: the pending id that a booked row replaced. */
export type StatementLineAliasTable = { feed_account_id: Text; provider_line_id: Text; line_id: Int };

export type RowExceptionTable = {
  id: Id;
  feed_id: Text;
  feed_account_id: NullableText;
  provider_line_id: Text;
  pull_id: Text;
  code: Text;
  sentence: Text;
  payload: Text;
  opened_at: Text;
  last_seen_at: Text;
  settled_at: NullableText;
  settled_by: NullableText;
  settled_note: NullableText;
};

export type GapTable = {
  id: Id;
  feed_account_id: Text;
  /** Bank movement that the lines do not explain. Positive = the bank has more money than the lines say. */
  size_minor: Int;
  currency: Text;
  first_date: Text;
  opened_at: Text;
  pull_id: Text;
  closed_at: NullableText;
  closed_note: NullableText;
};

export type MappingTable = {
  id: Text;
  feed_account_id: Text;
  ledger_connection_id: Text;
  legal_entity: Text;
  bank_account: Text;
  journal_name: Text;
  offset_account: NullableText;
  dimensions_json: Text;
  /** Clearing account for own transfers whose legs fall on different days. */
  transfer_account: NullableText;
  /** Clearing account for pending lines under the `clearing` policy. */
  clearing_account: NullableText;
  /** wait or clearing */
  pending_policy: Text;
  /** account_day or run */
  grouping: Text;
  /** Lines dated earlier are history: coded for rule tests, never proposed. */
  start_date: NullableText;
  /** beside (default): shown next to the default offset; first: taken before it. */
  suggestions: Text;
  /** 1: entries coded by a rule or default are approved without a person. Off unless a person switched it on. */
  auto_approve: Int;
  created_at: Text;
  updated_at: Text;
};

export type RuleTable = {
  id: Text;
  position: Int;
  name: Text;
  enabled: Int;
  conditions_json: Text;
  action_json: Text;
  auto_approve: Int;
  hits: Int;
  last_hit_at: NullableText;
  created_at: Text;
  updated_at: Text;
};

export type ProposalTable = {
  id: Text;
  /** entry, transfer, pending, settlement, reversal, correction */
  kind: Text;
  mapping_id: Text;
  ledger_connection_id: Text;
  legal_entity: Text;
  journal_name: Text;
  /** bank or ledger (clearing) */
  account_type: Text;
  account: Text;
  dimensions_json: Text;
  date: Text;
  /** Positive = money into `account`. */
  amount_minor: Int;
  currency: Text;
  text: Text;
  /** needs_person, ready, approved, posting, unknown, different, refused, posted, excluded, superseded, reversed */
  state: Text;
  /** Why it is not ready: JSON list of sentences. */
  needs_json: Text;
  /** default, rule, suggestion, person, transfer, system, none */
  coded_by: Text;
  rule_id: NullableText;
  /** At most eight words: why it is coded so. */
  reason: Text;
  /** 0 to 100 for suggestions. */
  confidence: NullableInt;
  /** A suggestion that stands beside the coding in force. */
  alternative_json: NullableText;
  note: NullableText;
  /** Counts postings of the same lines after a reversal; part of the stem. */
  generation: Int;
  /** Counts edits; the last three characters of the reference. */
  revision: Int;
  stem: Text;
  related_proposal_id: NullableText;
  approved_at: NullableText;
  approved_by: NullableText;
  /** SHA-256 of the entry as approved; what is posted must have it. */
  approved_hash: NullableText;
  excluded_at: NullableText;
  excluded_by: NullableText;
  excluded_why: NullableText;
  error_json: NullableText;
  created_at: Text;
  updated_at: Text;
};

export type ProposalLineTable = {
  proposal_id: Text;
  line_id: Int;
  /** 1 when this proposal is the line's place (entry, transfer); 0 for corrections and reversals of it. */
  claim: Int;
  /** The line's revision that this proposal has taken into account; a higher one on the line means it was amended. */
  line_revision: ColumnType<bigint, number | bigint | undefined, number | bigint>;
};

export type ProposalOffsetTable = {
  proposal_id: Text;
  position: Int;
  account_type: Text;
  account: NullableText;
  dimensions_json: Text;
  /** Same sign as the proposal's amount; the offsets add up to it. */
  amount_minor: Int;
  text: Text;
};

export type UndoStepTable = {
  id: Id;
  at: Text;
  actor: Text;
  sentence: Text;
  /** The proposals and offsets as they were before. */
  before_json: Text;
  undone_at: NullableText;
};

export type JournalTable = {
  id: Text;
  ledger_connection_id: Text;
  legal_entity: Text;
  journal_name: Text;
  /** Our 20-character reference of the journal. */
  reference: Text;
  /** The exact LedgerJournal as JSON, amounts as decimal texts. */
  request_json: Text;
  request_hash: Text;
  approved_by: Text;
  /** intended, sending, unknown, retry, posted, refused, different, taken_back */
  state: Text;
  attempts: Int;
  next_attempt_at: NullableText;
  /** The ERP's journal number, remembered as soon as it is known. */
  journal_number: NullableText;
  error_json: NullableText;
  intended_at: Text;
  confirmed_at: NullableText;
};

/** The durable record of one entry's posting. Once written it is never deleted. */
export type PostingTable = {
  id: Text;
  journal_id: Text;
  proposal_id: Text;
  ledger_connection_id: Text;
  legal_entity: Text;
  reference: Text;
  stem: Text;
  entry_json: Text;
  entry_hash: Text;
  /** intended, unknown, posted, refused, different, gone, taking_back, taken_back */
  state: Text;
  journal_number: NullableText;
  line_ids_json: NullableText;
  voucher: NullableText;
  /** open: in an unposted journal of the ERP; posted: in its general ledger; null: not seen yet */
  ledger_state: NullableText;
  ledger_seen_at: NullableText;
  error_json: NullableText;
  intended_at: Text;
  confirmed_at: NullableText;
  /** The deletion of its journal that it belongs to, or belonged to last. */
  take_back_id: NullableText;
};

/** A journal of ours that a person has removed from the ledger while it is open there. Never deleted here. */
export type TakeBackTable = {
  id: Text;
  ledger_connection_id: Text;
  legal_entity: Text;
  journal_name: Text;
  /** The ERP's number of the journal that is removed as a whole. */
  journal_number: Text;
  /** The entry that was to be taken back; the others of the journal are posted again. */
  proposal_id: Text;
  requested_by: Text;
  /** intended, sending, unknown, retry, done, refused */
  state: Text;
  attempts: Int;
  next_attempt_at: NullableText;
  error_json: NullableText;
  intended_at: Text;
  ended_at: NullableText;
};

/** A bank statement file that was taken in. Never deleted; one that was taken back keeps its rows. */
export type StatementFileTable = {
  id: Text;
  feed_id: Text;
  pull_id: Text;
  name: Text;
  format: Text;
  /** SHA-256 of the file. */
  digest: Text;
  size: Int;
  /** The file as it was, compressed and sealed. */
  raw_sealed: Blob;
  imported_at: Text;
  imported_by: Text;
  undone_at: NullableText;
  undone_by: NullableText;
};

export type BankStatementTable = {
  id: Id;
  file_id: Text;
  feed_account_id: Text;
  /** The line of the file at which it begins. */
  line: Int;
  statement_id: NullableText;
  sequence: NullableText;
  from_date: NullableText;
  to_date: NullableText;
  opening_minor: NullableInt;
  closing_minor: NullableInt;
  currency: Text;
};

export type BankStatementRowTable = {
  statement_id: Int;
  position: Int;
  line_id: NullableInt;
  date: Text;
  /** Positive = money into the account. */
  amount_minor: Int;
  /** The balance after this row, where the statement has an opening balance. */
  balance_minor: NullableInt;
  /** The bank's own reference of the row. */
  reference: NullableText;
};

export type LeaseTable = {
  name: Text;
  holder: Text;
  host: Text;
  pid: Int;
  acquired_at: Text;
  expires_at: Text;
};

export type LedgerReferenceTable = {
  connection_id: Text;
  legal_entity: Text;
  data_json: Text;
  fetched_at: Text;
};

export type LedgerBankLineTable = {
  id: Id;
  ledger_connection_id: Text;
  legal_entity: Text;
  bank_account: Text;
  provider_key: Text;
  date: Text;
  /** Positive = money into the bank account. */
  amount_minor: Int;
  currency: Text;
  voucher: NullableText;
  text: Text;
  reference: NullableText;
  read_at: Text;
  journal_number: NullableText;
  party: NullableText;
  /** Document and invoice numbers, one a line. */
  documents: ColumnType<string, string | undefined, string>;
  payment_reference: NullableText;
  /** Rises with every change of a line. */
  revision: ColumnType<bigint, number | bigint | undefined, number | bigint>;
  /** The ledger no longer tells it. */
  gone_at: NullableText;
};

/** How far the bank lines of one account were read. */
export type LedgerBankReadTable = {
  ledger_connection_id: Text;
  legal_entity: Text;
  bank_account: Text;
  cursor: NullableText;
  whole_at: Text;
  read_at: Text;
  /** The first day from which lines may have changed since; '' any day, null none. */
  changed_from: NullableText;
};

export type MatchBatchTable = {
  id: Text;
  /** run, person, undo, broken */
  kind: Text;
  at: Text;
  actor: Text;
  note: ColumnType<string, string | undefined, string>;
};

export type MatchTable = {
  id: Text;
  feed_account_id: Text;
  batch_id: Text;
  /** made, undone */
  state: Text;
  pass: Text;
  currency: Text;
  parts_json: Text;
  sentence: Text;
  fingerprint: Text;
  made_at: Text;
  made_by: Text;
  undone_batch_id: NullableText;
  undone_why: NullableText;
};

/** A line in a match, as it was when it was matched. `live` 0 once the match is undone. */
export type MatchLegTable = {
  id: Id;
  match_id: Text;
  /** statement, ledger */
  side: Text;
  line_id: Int;
  amount_minor: Int;
  date: Text;
  live: Int;
};

export type MatchCorrectionTable = {
  match_id: Text;
  position: Int;
  rule: Text;
  kind: Text;
  account: Text;
  /** Positive = money into the bank account that the ledger lacks. */
  amount_minor: Int;
};

export type MatchCandidateTable = {
  line_id: Int;
  rank: Int;
  feed_account_id: Text;
  pass: Text;
  statement_json: Text;
  ledger_json: Text;
  corrections_json: Text;
  parts_json: Text;
  sentence: Text;
};

export type MatchRuleTable = { feed_account_id: Text; rules_json: Text; updated_at: Text };

export type MatchMarkTable = {
  feed_account_id: Text;
  line_id: Int;
  history_id: Int;
  ledger_revision: Int;
  at: Text;
};

/** A period of an account that somebody signed. */
export type SignOffTable = {
  id: Text;
  feed_account_id: Text;
  from_date: Text;
  to_date: Text;
  currency: Text;
  /** prepared, reviewed; broken: a figure beneath moved; reopened: by a person */
  state: Text;
  /** What was signed; see reconcile/figures.ts. */
  figures_json: Text;
  figures_hash: Text;
  prepared_by: Text;
  prepared_at: Text;
  prepared_note: Text;
  reviewed_by: NullableText;
  reviewed_at: NullableText;
  reviewed_note: NullableText;
  ended_at: NullableText;
  ended_by: NullableText;
  ended_why_json: NullableText;
};

/** What somebody noted about an open item, from period to period. */
export type OpenItemNoteTable = {
  feed_account_id: Text;
  item_key: Text;
  note: Text;
  noted_by: Text;
  noted_at: Text;
};

/** A refresh of rotating tokens; the tokens are secrets of the owner `tokens`. */
export type TokenChainTable = { name: Text; begun_at: NullableText; saved_at: NullableText };

export type ConnectorKeepTable = { connection_id: Text; name: Text; data_json: Text; updated_at: Text };

/** A decision about a journal name that only a person can take; `choice` is null while it is open. */
export type JournalQuestionTable = {
  id: Id;
  ledger_connection_id: Text;
  legal_entity: Text;
  journal_name: Text;
  /** others, break, backdated */
  kind: Text;
  key: Text;
  /** Ledger minus bank. */
  size_minor: NullableInt;
  currency: NullableText;
  sentence: Text;
  choices_json: Text;
  asked_at: Text;
  seen_at: Text;
  choice: NullableText;
  decided_at: NullableText;
  decided_by: NullableText;
  note: NullableText;
};

/** Lines of a ledger that tells its changes: those of bank accounts, and those that carry our reference. */
export type LedgerLineTable = {
  id: Id;
  ledger_connection_id: Text;
  legal_entity: Text;
  provider_key: Text;
  journal_number: Text;
  journal_name: Text;
  voucher: NullableText;
  account: Text;
  bank_account: NullableText;
  date: Text;
  /** Positive = debit; on a bank's account, money in. */
  amount_minor: Int;
  currency: Text;
  text: Text;
  reference: NullableText;
  /** open, posted */
  state: Text;
  read_at: Text;
};

export type LedgerCursorTable = {
  ledger_connection_id: Text;
  legal_entity: Text;
  cursor: NullableText;
  since: Text;
  read_at: NullableText;
};

export type ReconciliationTable = {
  id: Id;
  feed_account_id: Text;
  date: Text;
  currency: Text;
  bank_minor: Int;
  ledger_minor: Int;
  difference_minor: Int;
  /** JSON list of named open items; they add up to the difference, or `explained` is 0. */
  open_items_json: Text;
  explained: Int;
  made_at: Text;
};

export type SettingTable = { name: Text; value_json: Text; updated_at: Text };

export type RunTable = {
  /** In the order in which they began, whatever the clock said. */
  seq: Id;
  id: Text;
  /** sync, post, reconcile */
  kind: Text;
  /** person, schedule, webhook */
  begun_by: Text;
  reason: NullableText;
  actor: Text;
  /** Null: all feeds. */
  feed_ids_json: NullableText;
  /** running, done, failed (it ended by an error), cancelled, interrupted (its process died) */
  state: Text;
  /** The slot of the schedule that it stands for. */
  due_at: NullableText;
  /** Earlier slots that it makes up for. */
  missed: Int;
  waited_json: Text;
  started_at: Text;
  finished_at: NullableText;
  needs_person: Int;
  /** 1 when a person is to be told: there is a need that the run before did not have. */
  tells: Int;
  /** Set by whoever wants it stopped; the process that runs it looks. */
  cancel_asked_at: NullableText;
};

export type RunPartTable = {
  run_id: Text;
  seq: Int;
  step: Text;
  subject_kind: NullableText;
  subject_id: NullableText;
  subject_name: NullableText;
  /** done, waiting, failed, skipped */
  outcome: Text;
  /** 1: told in the whole story only. */
  detail: Int;
  sentence: Text;
  figures_json: Text;
  /** Stays the same as long as it is the same need; null: nobody needs to act. */
  need: NullableText;
  error_json: NullableText;
  at: Text;
};

/** One row. */
export type ScheduleStateTable = {
  id: Int;
  /** Every slot up to here was run, or was not wanted. */
  covered_until: Text;
  /** What a slot that is due waits for; null: nothing. */
  waiting_json: NullableText;
};

export type DigestTable = {
  id: Text;
  /** daily, weekly */
  period: Text;
  from_at: Text;
  until_at: Text;
  subject: Text;
  body: Text;
  made_at: Text;
};

export type AuditEventTable = {
  seq: Int;
  at: Text;
  actor: Text;
  /** e.g. `proposal.approved` */
  action: Text;
  /** e.g. `proposal:prop_01…` */
  subject: Text;
  data_json: Text;
  previous_hash: Text;
  hash: Text;
};

/** One row: the last event of the trail. Moved by a trigger when an event is added, never by us. */
export type AuditHeadTable = {
  id: Int;
  /** 0 before the first event. */
  seq: ColumnType<bigint, never, never>;
  hash: ColumnType<string, never, never>;
};

export type LifecycleTable = {
  /** `feed:ID` or `connection:ID` */
  subject: Text;
  /** One of `feeds/lifecycle/states.ts`. */
  state: Text;
  since: Text;
  /** poll, webhook, clock, person */
  source: Text;
  until: NullableText;
  facts_json: Text;
  broken_since: NullableText;
  repair_json: NullableText;
};

export type LifecycleStepTable = {
  id: Id;
  subject: Text;
  at: Text;
  source: Text;
  event: Text;
  from_state: Text;
  to_state: Text;
  code: NullableText;
  sentence: NullableText;
};

/** Another provider id of a line: the same movement, told again under its account's new identity. */
export type StatementLineTwinTable = { feed_account_id: Text; provider_line_id: Text; line_id: Int };

export type AccountReplacementTable = {
  id: Text;
  /** The account that stays, with its history, mapping and postings. */
  account_id: Text;
  new_account_id: Text;
  reason: Text;
  /** accepted, declined, undone */
  state: Text;
  decided_at: Text;
  decided_by: Text;
  undone_at: NullableText;
  undone_by: NullableText;
  moved_json: Text;
};

export type RelayChannelTable = {
  id: Text;
  relay_url: Text;
  public_url: Text;
  key_version: Int;
  /** live, leaving, ended */
  state: Text;
  stored_through: Int;
  /** connecting, connected, waiting, refused, off */
  link: Text;
  link_sentence: NullableText;
  link_at: Text;
  heard_at: NullableText;
  created_at: Text;
  left_at: NullableText;
};

export type RelayMessageTable = {
  channel: Text;
  sequence: Int;
  provider: Text;
  received_at: Text;
  key_version: Int;
  sealed: Blob;
  attempts: Int;
  next_attempt_at: NullableText;
};

export type NoticeTable = {
  id: Id;
  provider: Text;
  connection_id: Text;
  dedupe_key: Text;
  /** relay or list */
  source: Text;
  topic: Text;
  action: Text;
  received_at: Text;
  taken_at: Text;
};

export type NoticeReasonTable = {
  id: Id;
  /** Null: the relay no longer had everything, so all is read. */
  notice_id: NullableInt;
  connection_id: Text;
  feed_id: NullableText;
  legal_entity: NullableText;
  /** lines, account_numbers, entries, masters */
  reads: Text;
  key: NullableText;
  /** waiting, done, given_up */
  state: Text;
  attempts: Int;
  next_attempt_at: NullableText;
  taken_at: Text;
  ended_at: NullableText;
  pull_id: NullableText;
};

export type NoticeCountTable = {
  provider: Text;
  verdict: Text;
  why: Text;
  count: Int;
  first_at: Text;
  last_at: Text;
};

export type NoticeAddressTable = {
  connection_id: Text;
  place: Text;
  url: NullableText;
  /** set, elsewhere, failed, none */
  state: Text;
  sentence: NullableText;
  checked_at: Text;
};

export type Tables = {
  workspace: WorkspaceTable;
  connection: ConnectionTable;
  secret: SecretTable;
  vault_key: VaultKeyTable;
  feed: FeedTable;
  feed_account: FeedAccountTable;
  statement_line_twin: StatementLineTwinTable;
  lifecycle: LifecycleTable;
  lifecycle_step: LifecycleStepTable;
  account_replacement: AccountReplacementTable;
  balance_snapshot: BalanceSnapshotTable;
  pull: PullTable;
  statement_line: StatementLineTable;
  statement_line_history: StatementLineHistoryTable;
  statement_line_alias: StatementLineAliasTable;
  row_exception: RowExceptionTable;
  gap: GapTable;
  mapping: MappingTable;
  rule: RuleTable;
  proposal: ProposalTable;
  proposal_line: ProposalLineTable;
  proposal_offset: ProposalOffsetTable;
  undo_step: UndoStepTable;
  journal: JournalTable;
  posting: PostingTable;
  take_back: TakeBackTable;
  statement_file: StatementFileTable;
  bank_statement: BankStatementTable;
  bank_statement_row: BankStatementRowTable;
  lease: LeaseTable;
  ledger_reference: LedgerReferenceTable;
  ledger_bank_line: LedgerBankLineTable;
  ledger_bank_read: LedgerBankReadTable;
  match_batch: MatchBatchTable;
  match: MatchTable;
  match_leg: MatchLegTable;
  match_correction: MatchCorrectionTable;
  match_candidate: MatchCandidateTable;
  match_rule: MatchRuleTable;
  match_mark: MatchMarkTable;
  ledger_line: LedgerLineTable;
  ledger_cursor: LedgerCursorTable;
  journal_question: JournalQuestionTable;
  token_chain: TokenChainTable;
  connector_keep: ConnectorKeepTable;
  reconciliation: ReconciliationTable;
  sign_off: SignOffTable;
  open_item_note: OpenItemNoteTable;
  setting: SettingTable;
  run: RunTable;
  run_part: RunPartTable;
  schedule_state: ScheduleStateTable;
  digest: DigestTable;
  relay_channel: RelayChannelTable;
  relay_message: RelayMessageTable;
  notice: NoticeTable;
  notice_reason: NoticeReasonTable;
  notice_count: NoticeCountTable;
  notice_address: NoticeAddressTable;
  audit_event: AuditEventTable;
  audit_head: AuditHeadTable;
};
