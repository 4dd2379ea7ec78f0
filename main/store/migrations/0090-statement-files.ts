/** Bank statement files: the files themselves, the statements in them, and which line stands in which. */
export const version = 90;

export const sql = `
CREATE TABLE statement_file (
  id TEXT PRIMARY KEY, feed_id TEXT NOT NULL REFERENCES feed (id), pull_id TEXT NOT NULL REFERENCES pull (id),
  name TEXT NOT NULL, format TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, raw_sealed BLOB NOT NULL,
  imported_at TEXT NOT NULL, imported_by TEXT NOT NULL, undone_at TEXT, undone_by TEXT
) STRICT;
CREATE INDEX statement_file_digest ON statement_file (digest);

CREATE TABLE bank_statement (
  id INTEGER PRIMARY KEY, file_id TEXT NOT NULL REFERENCES statement_file (id),
  feed_account_id TEXT NOT NULL REFERENCES feed_account (id), line INTEGER NOT NULL, statement_id TEXT, sequence TEXT,
  from_date TEXT, to_date TEXT, opening_minor INTEGER, closing_minor INTEGER, currency TEXT NOT NULL
) STRICT;
CREATE INDEX bank_statement_account ON bank_statement (feed_account_id, to_date);
CREATE INDEX bank_statement_file ON bank_statement (file_id);

-- The rows of a statement in their order. A row that waits under exceptions has no line.
CREATE TABLE bank_statement_row (
  statement_id INTEGER NOT NULL REFERENCES bank_statement (id), position INTEGER NOT NULL,
  line_id INTEGER REFERENCES statement_line (id), date TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  balance_minor INTEGER, reference TEXT,
  PRIMARY KEY (statement_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_statement_row_line ON bank_statement_row (line_id) WHERE line_id IS NOT NULL;
`;
