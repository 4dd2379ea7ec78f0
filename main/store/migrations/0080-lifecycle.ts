/** The state of each connection with its history, repairs that were tied out, and accounts that got another provider id. */
export const version = 80;

export const sql = `
CREATE TABLE lifecycle (
  -- feed:ID or connection:ID
  subject TEXT PRIMARY KEY,
  state TEXT NOT NULL, since TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('poll', 'webhook', 'clock', 'person')),
  -- When it is tried again.
  until TEXT,
  facts_json TEXT NOT NULL,
  -- The last good read before the trouble: from there on, lines are missing until the repair is tied out.
  broken_since TEXT,
  repair_json TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE lifecycle_step (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL, source TEXT NOT NULL, event TEXT NOT NULL,
  from_state TEXT NOT NULL, to_state TEXT NOT NULL, code TEXT, sentence TEXT
) STRICT;
CREATE INDEX lifecycle_step_subject ON lifecycle_step (subject, id);

CREATE TABLE account_replacement (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES feed_account (id),
  new_account_id TEXT NOT NULL REFERENCES feed_account (id), reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'declined', 'undone')),
  decided_at TEXT NOT NULL, decided_by TEXT NOT NULL, undone_at TEXT, undone_by TEXT,
  -- What the acceptance moved, so that it can be taken back.
  moved_json TEXT NOT NULL
) STRICT;
CREATE INDEX account_replacement_pair ON account_replacement (account_id, new_account_id);
CREATE UNIQUE INDEX account_replacement_accepted ON account_replacement (new_account_id) WHERE state = 'accepted';

-- Another provider id of a line of ours: the same movement, told again under the account's new identity.
CREATE TABLE statement_line_twin (
  feed_account_id TEXT NOT NULL REFERENCES feed_account (id), provider_line_id TEXT NOT NULL,
  line_id INTEGER NOT NULL REFERENCES statement_line (id),
  PRIMARY KEY (feed_account_id, provider_line_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_line_twin_line ON statement_line_twin (line_id);

-- Set on the row that an account's former identity was put away in; it is an account of nobody.
ALTER TABLE feed_account ADD COLUMN replaced_by TEXT REFERENCES feed_account (id);
-- The provider id by which entries of the account name their money; set once it goes on under another one.
ALTER TABLE feed_account ADD COLUMN reference_account_id TEXT;
`;
