/** Matches of statement lines and ledger lines; ledger lines that keep their id when the ledger is read anew. */
export const version = 100;

export const sql = `
CREATE TABLE new_ledger_bank_line (
  id INTEGER PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  bank_account TEXT NOT NULL, provider_key TEXT NOT NULL, date TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, voucher TEXT, text TEXT NOT NULL, reference TEXT, read_at TEXT NOT NULL,
  journal_number TEXT, party TEXT, documents TEXT NOT NULL DEFAULT '', payment_reference TEXT,
  -- Rises with every change of a line, so that what changed since a look can be asked for.
  revision INTEGER NOT NULL DEFAULT 0, gone_at TEXT,
  UNIQUE (ledger_connection_id, legal_entity, bank_account, provider_key)
) STRICT;
INSERT INTO new_ledger_bank_line (id, ledger_connection_id, legal_entity, bank_account, provider_key, date, amount_minor,
    currency, voucher, text, reference, read_at)
  SELECT id, ledger_connection_id, legal_entity, bank_account, provider_key, date, amount_minor, currency, voucher, text,
    reference, read_at FROM ledger_bank_line;
DROP TABLE ledger_bank_line;
ALTER TABLE new_ledger_bank_line RENAME TO ledger_bank_line;
CREATE INDEX ledger_bank_line_date ON ledger_bank_line (ledger_connection_id, legal_entity, bank_account, date);
CREATE INDEX ledger_bank_line_revision ON ledger_bank_line (ledger_connection_id, legal_entity, bank_account, revision);

-- How far the bank lines of one account were read; without a row they were never read whole.
CREATE TABLE ledger_bank_read (
  ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL, bank_account TEXT NOT NULL,
  cursor TEXT, whole_at TEXT NOT NULL, read_at TEXT NOT NULL,
  -- The first day from which lines may have changed since; '' for any day, NULL for none.
  changed_from TEXT,
  PRIMARY KEY (ledger_connection_id, legal_entity, bank_account)
) STRICT, WITHOUT ROWID;

-- What one run or one act of a person made, and what undoes together.
CREATE TABLE match_batch (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('run', 'person', 'undo', 'broken')),
  at TEXT NOT NULL, actor TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE match (
  id TEXT PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id),
  batch_id TEXT NOT NULL REFERENCES match_batch (id),
  state TEXT NOT NULL CHECK (state IN ('made', 'undone')),
  pass TEXT NOT NULL, currency TEXT NOT NULL, parts_json TEXT NOT NULL, sentence TEXT NOT NULL,
  -- The lines, for finding the same match again: an automatic match that a person undid is not made anew.
  fingerprint TEXT NOT NULL, made_at TEXT NOT NULL, made_by TEXT NOT NULL,
  undone_batch_id TEXT REFERENCES match_batch (id), undone_why TEXT
) STRICT;
CREATE INDEX match_account ON match (feed_account_id, state, made_at);
CREATE INDEX match_batch_of ON match (batch_id);
CREATE INDEX match_undone ON match (undone_batch_id) WHERE undone_batch_id IS NOT NULL;

CREATE TABLE match_leg (
  id INTEGER PRIMARY KEY, match_id TEXT NOT NULL REFERENCES match (id),
  side TEXT NOT NULL CHECK (side IN ('statement', 'ledger')), line_id INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL, date TEXT NOT NULL, live INTEGER NOT NULL CHECK (live IN (0, 1))
) STRICT;
-- A line is used once: the last guard.
CREATE UNIQUE INDEX match_leg_used ON match_leg (side, line_id) WHERE live = 1;
CREATE INDEX match_leg_match ON match_leg (match_id);

CREATE TABLE match_correction (
  match_id TEXT NOT NULL REFERENCES match (id), position INTEGER NOT NULL, rule TEXT NOT NULL, kind TEXT NOT NULL,
  account TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  PRIMARY KEY (match_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE match_candidate (
  line_id INTEGER NOT NULL REFERENCES statement_line (id), rank INTEGER NOT NULL,
  feed_account_id TEXT NOT NULL REFERENCES feed_account (id), pass TEXT NOT NULL, statement_json TEXT NOT NULL,
  ledger_json TEXT NOT NULL, corrections_json TEXT NOT NULL, parts_json TEXT NOT NULL, sentence TEXT NOT NULL,
  PRIMARY KEY (line_id, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_candidate_account ON match_candidate (feed_account_id);

CREATE TABLE match_rule (
  feed_account_id TEXT PRIMARY KEY REFERENCES feed_account (id), rules_json TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Up to where the engine has seen each side of an account.
CREATE TABLE match_mark (
  feed_account_id TEXT PRIMARY KEY REFERENCES feed_account (id), line_id INTEGER NOT NULL, history_id INTEGER NOT NULL,
  ledger_revision INTEGER NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
