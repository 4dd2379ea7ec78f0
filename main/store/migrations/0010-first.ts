/** The first schema: workspace, vault, feeds, lines, coding, review, posting, reconciliation, trail. */
export const version = 10;

export const sql = `
-- "DBK1": tells a workspace from any other SQLite file.
PRAGMA application_id = 1145195313;

CREATE TABLE workspace (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL, time_zone TEXT NOT NULL, locale TEXT NOT NULL,
  closed_cleanly INTEGER NOT NULL, practice INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE connection (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, environment TEXT NOT NULL,
  config_json TEXT NOT NULL, state TEXT NOT NULL, state_code TEXT, state_sentence TEXT, state_at TEXT NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE secret (
  owner TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL, key_id TEXT NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE vault_key (
  id TEXT PRIMARY KEY, protection_json TEXT NOT NULL, sealed_key BLOB NOT NULL, created_at TEXT NOT NULL, retired_at TEXT
) STRICT;

CREATE TABLE feed (
  id TEXT PRIMARY KEY, connection_id TEXT NOT NULL REFERENCES connection (id), provider_feed_id TEXT NOT NULL,
  institution_id TEXT, institution_name TEXT, state TEXT NOT NULL, state_code TEXT, state_sentence TEXT,
  state_at TEXT NOT NULL, cursor TEXT, history TEXT NOT NULL, bank_updated_at TEXT, consent_expires_at TEXT,
  webhook_url TEXT, products_json TEXT NOT NULL, last_attempt_at TEXT, last_success_at TEXT, created_at TEXT NOT NULL,
  UNIQUE (connection_id, provider_feed_id)
) STRICT;

CREATE TABLE feed_account (
  id TEXT PRIMARY KEY, feed_id TEXT NOT NULL REFERENCES feed (id), provider_account_id TEXT NOT NULL,
  persistent_account_id TEXT, name TEXT NOT NULL, official_name TEXT, mask TEXT, type TEXT NOT NULL, subtype TEXT,
  currency TEXT, unofficial_currency TEXT, verification_status TEXT, holder_category TEXT, number_last4 TEXT,
  number_fingerprint TEXT, number_sealed BLOB, opening_minor INTEGER, search TEXT NOT NULL,
  first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, closed_at TEXT,
  UNIQUE (feed_id, provider_account_id)
) STRICT;

CREATE TABLE balance_snapshot (
  id INTEGER PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id), pull_id TEXT, taken_at TEXT NOT NULL,
  source TEXT NOT NULL, current_minor INTEGER, available_minor INTEGER, limit_minor INTEGER, currency TEXT, as_of TEXT,
  exact_json TEXT NOT NULL
) STRICT;
CREATE INDEX balance_snapshot_account ON balance_snapshot (feed_account_id, id);

CREATE TABLE pull (
  id TEXT PRIMARY KEY, feed_id TEXT NOT NULL REFERENCES feed (id), started_at TEXT NOT NULL, finished_at TEXT,
  from_cursor TEXT, to_cursor TEXT, outcome TEXT NOT NULL, pages INTEGER NOT NULL, restarts INTEGER NOT NULL,
  new_lines INTEGER NOT NULL, changed_lines INTEGER NOT NULL, removed_lines INTEGER NOT NULL,
  rejected_rows INTEGER NOT NULL, error_json TEXT
) STRICT;
CREATE INDEX pull_feed ON pull (feed_id, started_at);

CREATE TABLE statement_line (
  id INTEGER PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id), provider_line_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'booked', 'removed')),
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, date TEXT NOT NULL, authorized_date TEXT, text TEXT NOT NULL,
  bank_text TEXT, counterparty TEXT, counterparty_key TEXT NOT NULL, reference TEXT, check_number TEXT, category TEXT,
  channel TEXT, payload TEXT NOT NULL, revision INTEGER NOT NULL, first_pull_id TEXT NOT NULL, last_pull_id TEXT NOT NULL,
  UNIQUE (feed_account_id, provider_line_id)
) STRICT;
-- Covers the sums of the completeness proof: without it they would read every line with its payload.
CREATE INDEX statement_line_date ON statement_line (feed_account_id, date, state, currency, amount_minor);
-- Amended lines are few; finding them must not read the wide rows of the others.
CREATE INDEX statement_line_amended ON statement_line (id, revision) WHERE revision > 1;

CREATE TABLE statement_line_history (
  id INTEGER PRIMARY KEY, line_id INTEGER NOT NULL REFERENCES statement_line (id), revision INTEGER NOT NULL,
  change TEXT NOT NULL, pull_id TEXT NOT NULL, at TEXT NOT NULL, provider_line_id TEXT NOT NULL, state TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, date TEXT NOT NULL, text TEXT NOT NULL, payload TEXT NOT NULL
) STRICT;
CREATE INDEX statement_line_history_line ON statement_line_history (line_id, revision);

CREATE TABLE statement_line_alias (
  feed_account_id TEXT NOT NULL REFERENCES feed_account (id), provider_line_id TEXT NOT NULL,
  line_id INTEGER NOT NULL REFERENCES statement_line (id),
  PRIMARY KEY (feed_account_id, provider_line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE row_exception (
  id INTEGER PRIMARY KEY, feed_id TEXT NOT NULL REFERENCES feed (id), feed_account_id TEXT, provider_line_id TEXT NOT NULL,
  pull_id TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL, payload TEXT NOT NULL, opened_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL, settled_at TEXT, settled_by TEXT, settled_note TEXT
) STRICT;
CREATE UNIQUE INDEX row_exception_open ON row_exception (feed_id, provider_line_id) WHERE settled_at IS NULL;

CREATE TABLE gap (
  id INTEGER PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id), size_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, first_date TEXT NOT NULL, opened_at TEXT NOT NULL, pull_id TEXT NOT NULL, closed_at TEXT,
  closed_note TEXT
) STRICT;
CREATE UNIQUE INDEX gap_open ON gap (feed_account_id) WHERE closed_at IS NULL;

CREATE TABLE mapping (
  id TEXT PRIMARY KEY, feed_account_id TEXT NOT NULL UNIQUE REFERENCES feed_account (id),
  ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL, bank_account TEXT NOT NULL,
  journal_name TEXT NOT NULL, offset_account TEXT, dimensions_json TEXT NOT NULL, transfer_account TEXT,
  clearing_account TEXT, pending_policy TEXT NOT NULL, grouping TEXT NOT NULL, start_date TEXT, suggestions TEXT NOT NULL,
  auto_approve INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE rule (
  id TEXT PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL,
  conditions_json TEXT NOT NULL, action_json TEXT NOT NULL, auto_approve INTEGER NOT NULL DEFAULT 0,
  hits INTEGER NOT NULL DEFAULT 0, last_hit_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE proposal (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, mapping_id TEXT NOT NULL REFERENCES mapping (id),
  ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL, journal_name TEXT NOT NULL,
  account_type TEXT NOT NULL, account TEXT NOT NULL, dimensions_json TEXT NOT NULL, date TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('needs_person', 'ready', 'approved', 'posting', 'unknown', 'different', 'refused',
    'posted', 'excluded', 'superseded', 'reversed')),
  needs_json TEXT NOT NULL, coded_by TEXT NOT NULL, rule_id TEXT, reason TEXT NOT NULL, confidence INTEGER,
  alternative_json TEXT, note TEXT, generation INTEGER NOT NULL, revision INTEGER NOT NULL, stem TEXT NOT NULL,
  related_proposal_id TEXT REFERENCES proposal (id), approved_at TEXT, approved_by TEXT, approved_hash TEXT,
  excluded_at TEXT, excluded_by TEXT, excluded_why TEXT, error_json TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX proposal_state ON proposal (state, date);
CREATE INDEX proposal_related ON proposal (related_proposal_id) WHERE related_proposal_id IS NOT NULL;

CREATE TABLE proposal_line (
  proposal_id TEXT NOT NULL REFERENCES proposal (id), line_id INTEGER NOT NULL REFERENCES statement_line (id),
  claim INTEGER NOT NULL CHECK (claim IN (0, 1)), line_revision INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (proposal_id, line_id)
) STRICT, WITHOUT ROWID;
-- A line has one place. This index is the last guard of "exactly once" inside the workspace.
CREATE UNIQUE INDEX proposal_line_place ON proposal_line (line_id) WHERE claim = 1;
CREATE INDEX proposal_line_line ON proposal_line (line_id);

CREATE TABLE proposal_offset (
  proposal_id TEXT NOT NULL REFERENCES proposal (id), position INTEGER NOT NULL, account_type TEXT NOT NULL, account TEXT,
  dimensions_json TEXT NOT NULL, amount_minor INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (proposal_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE undo_step (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, sentence TEXT NOT NULL, before_json TEXT NOT NULL,
  undone_at TEXT
) STRICT;

CREATE TABLE journal (
  id TEXT PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  journal_name TEXT NOT NULL, reference TEXT NOT NULL, request_json TEXT NOT NULL, request_hash TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'sending', 'unknown', 'retry', 'posted', 'refused', 'different')),
  attempts INTEGER NOT NULL, next_attempt_at TEXT, journal_number TEXT, error_json TEXT, intended_at TEXT NOT NULL,
  confirmed_at TEXT,
  UNIQUE (ledger_connection_id, legal_entity, reference)
) STRICT;
CREATE INDEX journal_state ON journal (state);

CREATE TABLE posting (
  id TEXT PRIMARY KEY, journal_id TEXT NOT NULL REFERENCES journal (id), proposal_id TEXT NOT NULL REFERENCES proposal (id),
  ledger_connection_id TEXT NOT NULL, legal_entity TEXT NOT NULL, reference TEXT NOT NULL, stem TEXT NOT NULL,
  entry_json TEXT NOT NULL, entry_hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'unknown', 'posted', 'refused', 'different', 'gone')),
  journal_number TEXT, line_ids_json TEXT, voucher TEXT, ledger_state TEXT, ledger_seen_at TEXT, error_json TEXT,
  intended_at TEXT NOT NULL, confirmed_at TEXT
) STRICT;
CREATE INDEX posting_journal ON posting (journal_id);
CREATE INDEX posting_proposal ON posting (proposal_id);
-- One live posting per stem and ledger: a second intent for the same money cannot even be written.
CREATE UNIQUE INDEX posting_live ON posting (ledger_connection_id, legal_entity, stem)
  WHERE state IN ('intended', 'unknown', 'posted', 'different');

CREATE TABLE lease (
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, acquired_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_reference (
  connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL, data_json TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (connection_id, legal_entity)
) STRICT;

CREATE TABLE ledger_bank_line (
  id INTEGER PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  bank_account TEXT NOT NULL, provider_key TEXT NOT NULL, date TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, voucher TEXT, text TEXT NOT NULL, reference TEXT, read_at TEXT NOT NULL,
  UNIQUE (ledger_connection_id, legal_entity, provider_key)
) STRICT;
CREATE INDEX ledger_bank_line_date ON ledger_bank_line (ledger_connection_id, legal_entity, bank_account, date);

CREATE TABLE reconciliation (
  id INTEGER PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id), date TEXT NOT NULL,
  currency TEXT NOT NULL, bank_minor INTEGER NOT NULL, ledger_minor INTEGER NOT NULL, difference_minor INTEGER NOT NULL,
  open_items_json TEXT NOT NULL, explained INTEGER NOT NULL, made_at TEXT NOT NULL,
  UNIQUE (feed_account_id, date)
) STRICT;

CREATE TABLE setting (name TEXT PRIMARY KEY, value_json TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  data_json TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_event_subject ON audit_event (subject);
-- The trail's last link. Kept apart, so that a tail that was cut off shows; moved by the trigger below alone.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER audit_event_in_order BEFORE INSERT ON audit_event
  WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE seq = NEW.seq - 1 AND hash = NEW.previous_hash)
  BEGIN SELECT raise(ABORT, 'an event must follow the last one of the trail'); END;
CREATE TRIGGER audit_event_moves_head AFTER INSERT ON audit_event
  BEGIN UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash; END;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
  BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
  BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
`;
