/** Entries that are removed from the ledger again while they are open there: their state, and the deletions. */
export const version = 50;

export const sql = `
CREATE TABLE take_back (
  id TEXT PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  journal_name TEXT NOT NULL, journal_number TEXT NOT NULL, proposal_id TEXT NOT NULL REFERENCES proposal (id),
  requested_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'sending', 'unknown', 'retry', 'done', 'refused')),
  attempts INTEGER NOT NULL, next_attempt_at TEXT, error_json TEXT, intended_at TEXT NOT NULL, ended_at TEXT
) STRICT;
-- One deletion of a journal at a time.
CREATE UNIQUE INDEX take_back_live ON take_back (ledger_connection_id, legal_entity, journal_number)
  WHERE state IN ('intended', 'sending', 'unknown', 'retry');

CREATE TABLE new_journal (
  id TEXT PRIMARY KEY, ledger_connection_id TEXT NOT NULL REFERENCES connection (id), legal_entity TEXT NOT NULL,
  journal_name TEXT NOT NULL, reference TEXT NOT NULL, request_json TEXT NOT NULL, request_hash TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('intended', 'sending', 'unknown', 'retry', 'posted', 'refused', 'different', 'taken_back')),
  attempts INTEGER NOT NULL, next_attempt_at TEXT, journal_number TEXT, error_json TEXT, intended_at TEXT NOT NULL,
  confirmed_at TEXT,
  UNIQUE (ledger_connection_id, legal_entity, reference)
) STRICT;
INSERT INTO new_journal SELECT * FROM journal;
DROP TABLE journal;
ALTER TABLE new_journal RENAME TO journal;
CREATE INDEX journal_state ON journal (state);

CREATE TABLE new_posting (
  id TEXT PRIMARY KEY, journal_id TEXT NOT NULL REFERENCES journal (id), proposal_id TEXT NOT NULL REFERENCES proposal (id),
  ledger_connection_id TEXT NOT NULL, legal_entity TEXT NOT NULL, reference TEXT NOT NULL, stem TEXT NOT NULL,
  entry_json TEXT NOT NULL, entry_hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'unknown', 'posted', 'refused', 'different', 'gone', 'taking_back',
    'taken_back')),
  journal_number TEXT, line_ids_json TEXT, voucher TEXT, ledger_state TEXT, ledger_seen_at TEXT, error_json TEXT,
  intended_at TEXT NOT NULL, confirmed_at TEXT, take_back_id TEXT REFERENCES take_back (id)
) STRICT;
INSERT INTO new_posting SELECT *, NULL FROM posting;
DROP TABLE posting;
ALTER TABLE new_posting RENAME TO posting;
CREATE INDEX posting_journal ON posting (journal_id);
CREATE INDEX posting_proposal ON posting (proposal_id);
CREATE INDEX posting_number ON posting (ledger_connection_id, legal_entity, journal_number);
CREATE INDEX posting_take_back ON posting (take_back_id) WHERE take_back_id IS NOT NULL;
-- One live posting per stem and ledger: a second intent for the same money cannot even be written.
CREATE UNIQUE INDEX posting_live ON posting (ledger_connection_id, legal_entity, stem)
  WHERE state IN ('intended', 'unknown', 'posted', 'different', 'taking_back');
`;
