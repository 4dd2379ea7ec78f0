/** Signed periods, and what people note about open items. */
export const version = 110;

export const sql = `
CREATE TABLE sign_off (
  id TEXT PRIMARY KEY, feed_account_id TEXT NOT NULL REFERENCES feed_account (id),
  from_date TEXT NOT NULL, to_date TEXT NOT NULL, currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('prepared', 'reviewed', 'broken', 'reopened')),
  figures_json TEXT NOT NULL, figures_hash TEXT NOT NULL,
  prepared_by TEXT NOT NULL, prepared_at TEXT NOT NULL, prepared_note TEXT NOT NULL DEFAULT '',
  reviewed_by TEXT, reviewed_at TEXT, reviewed_note TEXT,
  ended_at TEXT, ended_by TEXT, ended_why_json TEXT
) STRICT;
-- A day of an account is signed once at a time.
CREATE UNIQUE INDEX sign_off_live ON sign_off (feed_account_id, to_date) WHERE state IN ('prepared', 'reviewed');
CREATE INDEX sign_off_account ON sign_off (feed_account_id, from_date);

CREATE TABLE open_item_note (
  feed_account_id TEXT NOT NULL REFERENCES feed_account (id), item_key TEXT NOT NULL, note TEXT NOT NULL,
  noted_by TEXT NOT NULL, noted_at TEXT NOT NULL,
  PRIMARY KEY (feed_account_id, item_key)
) STRICT, WITHOUT ROWID;
`;
