/** What a second kind of ledger needs: token chains, what connectors keep, questions about journals, ledger lines. */
export const version = 20;

export const sql = `
-- A refresh that was begun and whose answer is not stored yet; the tokens themselves are rows of "secret".
CREATE TABLE token_chain (
  name TEXT PRIMARY KEY, begun_at TEXT, saved_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE connector_keep (
  connection_id TEXT NOT NULL REFERENCES connection (id), name TEXT NOT NULL,
  data_json TEXT NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY (connection_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_question (
  id INTEGER PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  journal_name TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, size_minor INTEGER, currency TEXT,
  sentence TEXT NOT NULL, choices_json TEXT NOT NULL, asked_at TEXT NOT NULL, seen_at TEXT NOT NULL,
  choice TEXT, decided_at TEXT, decided_by TEXT, note TEXT,
  UNIQUE (ledger_connection_id, legal_entity, journal_name, key)
) STRICT;

CREATE TABLE ledger_line (
  id INTEGER PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  provider_key TEXT NOT NULL, journal_number TEXT NOT NULL, journal_name TEXT NOT NULL, voucher TEXT,
  account TEXT NOT NULL, bank_account TEXT, date TEXT NOT NULL, amount_minor INTEGER NOT NULL, currency TEXT NOT NULL,
  text TEXT NOT NULL, reference TEXT, state TEXT NOT NULL, read_at TEXT NOT NULL,
  UNIQUE (ledger_connection_id, legal_entity, provider_key)
) STRICT;
CREATE INDEX ledger_line_bank ON ledger_line (ledger_connection_id, legal_entity, bank_account, date);
CREATE INDEX ledger_line_reference ON ledger_line (ledger_connection_id, reference) WHERE reference IS NOT NULL;

CREATE TABLE ledger_cursor (
  ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  cursor TEXT, since TEXT NOT NULL, read_at TEXT,
  PRIMARY KEY (ledger_connection_id, legal_entity)
) STRICT, WITHOUT ROWID;
`;
