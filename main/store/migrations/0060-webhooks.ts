/** Webhooks: the channels at the relay, what they gave and nobody has judged yet, the inbox of reasons to pull, counts. */
export const version = 60;

export const sql = `
CREATE TABLE relay_channel (
  id TEXT PRIMARY KEY, relay_url TEXT NOT NULL, public_url TEXT NOT NULL, key_version INTEGER NOT NULL,
  -- live: in use. leaving: another took its place and it is emptied. ended: given up.
  state TEXT NOT NULL CHECK (state IN ('live', 'leaving', 'ended')),
  -- The highest sequence that is stored here, whether judged or not.
  stored_through INTEGER NOT NULL,
  -- What its connection says: connecting, connected, waiting, refused, off.
  link TEXT NOT NULL, link_sentence TEXT, link_at TEXT NOT NULL, heard_at TEXT,
  created_at TEXT NOT NULL, left_at TEXT
) STRICT;
CREATE UNIQUE INDEX relay_channel_live ON relay_channel (state) WHERE state = 'live';

-- Sealed as it came; opened, judged and deleted in one transaction.
CREATE TABLE relay_message (
  channel TEXT NOT NULL REFERENCES relay_channel (id), sequence INTEGER NOT NULL, provider TEXT NOT NULL,
  received_at TEXT NOT NULL, key_version INTEGER NOT NULL, sealed BLOB NOT NULL, attempts INTEGER NOT NULL,
  next_attempt_at TEXT, PRIMARY KEY (channel, sequence)
) STRICT;

-- A verified notice. Its reasons stand in notice_reason; it is kept so that it counts once.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL, connection_id TEXT NOT NULL REFERENCES connection (id),
  dedupe_key TEXT NOT NULL, source TEXT NOT NULL CHECK (source IN ('relay', 'list')),
  topic TEXT NOT NULL, action TEXT NOT NULL, received_at TEXT NOT NULL, taken_at TEXT NOT NULL,
  UNIQUE (connection_id, dedupe_key)
) STRICT;
CREATE INDEX notice_taken ON notice (taken_at);

CREATE TABLE notice_reason (
  id INTEGER PRIMARY KEY, notice_id INTEGER REFERENCES notice (id), connection_id TEXT NOT NULL REFERENCES connection (id),
  feed_id TEXT REFERENCES feed (id), legal_entity TEXT, reads TEXT NOT NULL, key TEXT,
  -- waiting, done, given_up (the feed itself tells what is wrong)
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'given_up')),
  attempts INTEGER NOT NULL, next_attempt_at TEXT, taken_at TEXT NOT NULL, ended_at TEXT, pull_id TEXT REFERENCES pull (id)
) STRICT;
CREATE INDEX notice_reason_waiting ON notice_reason (connection_id, feed_id, reads) WHERE state = 'waiting';
CREATE INDEX notice_reason_notice ON notice_reason (notice_id);

-- What came in, by what became of it; forged and stale ones leave nothing else.
CREATE TABLE notice_count (
  provider TEXT NOT NULL, verdict TEXT NOT NULL, why TEXT NOT NULL, count INTEGER NOT NULL, first_at TEXT NOT NULL,
  last_at TEXT NOT NULL, PRIMARY KEY (provider, verdict, why)
) STRICT;

-- Where each provider was told to send its notices, one row for a feed or for a legal entity and topic.
CREATE TABLE notice_address (
  connection_id TEXT NOT NULL REFERENCES connection (id), place TEXT NOT NULL, url TEXT,
  state TEXT NOT NULL CHECK (state IN ('set', 'elsewhere', 'failed', 'none')), sentence TEXT, checked_at TEXT NOT NULL,
  PRIMARY KEY (connection_id, place)
) STRICT;
`;
