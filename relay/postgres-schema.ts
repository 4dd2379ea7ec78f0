/** Made once, under a lock, by whichever node comes first. A later version adds statements, it never edits these. */
export const POSTGRES_SCHEMA = `
CREATE TABLE IF NOT EXISTS relay_channel (
  id TEXT PRIMARY KEY, seal_key TEXT NOT NULL, sign_key TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL,
  acknowledged BIGINT NOT NULL DEFAULT 0, latest BIGINT NOT NULL DEFAULT 0,
  held_messages BIGINT NOT NULL DEFAULT 0, held_bytes BIGINT NOT NULL DEFAULT 0,
  used_at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS relay_message (
  channel TEXT NOT NULL REFERENCES relay_channel (id) ON DELETE CASCADE, sequence BIGINT NOT NULL,
  provider TEXT NOT NULL, received_at BIGINT NOT NULL, key_version INTEGER NOT NULL, sealed BYTEA NOT NULL,
  PRIMARY KEY (channel, sequence)
);
CREATE INDEX IF NOT EXISTS relay_message_received_at ON relay_message (received_at);
CREATE TABLE IF NOT EXISTS relay_hook_secret (
  channel TEXT NOT NULL REFERENCES relay_channel (id) ON DELETE CASCADE, provider TEXT NOT NULL,
  secret_hash TEXT NOT NULL, PRIMARY KEY (channel, provider)
);
CREATE TABLE IF NOT EXISTS relay_challenge (hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS relay_session (
  token_hash TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES relay_channel (id) ON DELETE CASCADE,
  key_version INTEGER NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS relay_session_channel ON relay_session (channel);
CREATE TABLE IF NOT EXISTS relay_sign_in (
  state_hash TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES relay_channel (id) ON DELETE CASCADE,
  provider TEXT NOT NULL, seal_key TEXT NOT NULL, expires_at BIGINT NOT NULL, sealed BYTEA
);
CREATE INDEX IF NOT EXISTS relay_sign_in_channel ON relay_sign_in (channel);
`;
