/** Runs with their story, what the schedule has dealt with, and digests. */
export const version = 70;

export const sql = `
CREATE TABLE run (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('sync', 'post', 'reconcile')),
  begun_by TEXT NOT NULL CHECK (begun_by IN ('person', 'schedule', 'webhook')),
  reason TEXT, actor TEXT NOT NULL, feed_ids_json TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  due_at TEXT, missed INTEGER NOT NULL, waited_json TEXT NOT NULL,
  started_at TEXT NOT NULL, finished_at TEXT,
  needs_person INTEGER NOT NULL, tells INTEGER NOT NULL, cancel_asked_at TEXT
) STRICT;
CREATE INDEX run_started ON run (started_at);
CREATE INDEX run_kind ON run (kind, seq);
CREATE INDEX run_running ON run (id) WHERE state = 'running';

CREATE TABLE run_part (
  run_id TEXT NOT NULL REFERENCES run (id), seq INTEGER NOT NULL, step TEXT NOT NULL,
  subject_kind TEXT, subject_id TEXT, subject_name TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'waiting', 'failed', 'skipped')),
  detail INTEGER NOT NULL, sentence TEXT NOT NULL, figures_json TEXT NOT NULL, need TEXT, error_json TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- One row. Every slot of the schedule up to "covered_until" was run, or was not wanted.
CREATE TABLE schedule_state (
  id INTEGER PRIMARY KEY CHECK (id = 1), covered_until TEXT NOT NULL, waiting_json TEXT
) STRICT;

CREATE TABLE digest (
  id TEXT PRIMARY KEY, period TEXT NOT NULL CHECK (period IN ('daily', 'weekly')),
  from_at TEXT NOT NULL, until_at TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE INDEX digest_until ON digest (until_at);

-- Runs of before stand in the trail, with their sentences.
INSERT INTO run (id, kind, begun_by, actor, state, missed, waited_json, started_at, finished_at, needs_person, tells)
  SELECT substr(subject, 5),
    CASE action WHEN 'run.synced' THEN 'sync' WHEN 'run.posted' THEN 'post' ELSE 'reconcile' END,
    'person', actor, 'done', 0, '[]', at, at, coalesce(data_json ->> '$.needsPerson', 0), 0
  FROM audit_event
  WHERE action IN ('run.synced', 'run.posted', 'run.reconciled') AND subject LIKE 'run:%' AND json_valid(data_json)
  ORDER BY seq;
INSERT INTO run_part (run_id, seq, step, outcome, detail, sentence, figures_json, at)
  SELECT run.id, told.key + 1, 'story', 'done', 0, told.value, '{}', run.started_at
  FROM run JOIN audit_event ON audit_event.subject = 'run:' || run.id, json_each(audit_event.data_json, '$.story') AS told
  WHERE told.type = 'text';

-- Business days become days of the week, and what else can be set gets the value that it had unsaid.
UPDATE setting SET value_json = json_remove(
    json_set(value_json,
      '$.days', json(CASE value_json ->> '$.businessDaysOnly' WHEN 0 THEN '[1,2,3,4,5,6,7]' ELSE '[1,2,3,4,5]' END),
      '$.every', NULL, '$.holidays', NULL, '$.onBattery', 'wait', '$.onMetered', 'wait', '$.digest', 'off'),
    '$.businessDaysOnly')
  WHERE name = 'schedule' AND json_valid(value_json);
`;
