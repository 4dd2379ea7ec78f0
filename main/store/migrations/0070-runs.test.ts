import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GENESIS } from '../../audit/trail.ts';
import { virtualClock } from '../../core/clock.ts';
import { scheduleSchema } from '../../schedule/settings.ts';
import { migrate } from '../migrate.ts';
import * as first from './0010-first.ts';
import * as secondLedger from './0020-second-ledger.ts';
import * as takeBack from './0050-take-back.ts';
import * as runs from './0070-runs.ts';

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  await migrate(db, { ...options(), migrations: [first, secondLedger, takeBack] });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () => migrate(db, { ...options(), migrations: [first, secondLedger, takeBack, runs] });

const event = (seq: number, action: string, subject: string, data: string) =>
  db
    .prepare(`INSERT INTO audit_event (seq, at, actor, action, subject, data_json, previous_hash, hash)
      VALUES (?, '2026-11-19T06:30:00.000Z', 'ann', ?, ?, ?, ?, ?)`)
    .run(seq, action, subject, data, seq === 1 ? GENESIS : hash(seq - 1), hash(seq));

const hash = (seq: number) => String(seq).padStart(64, '0');

test('runs of before keep their story, their person and whether somebody was needed', async () => {
  event(1, 'run.synced', 'run:run_1', '{"needsPerson":true,"story":["Fetched 1 bank.","1 row waits."]}');
  event(2, 'run.posted', 'run:run_2', '{"needsPerson":false,"story":["Posted 1 entry."]}');
  event(3, 'run.reconciled', 'run:run_3', '{"needsPerson":false,"story":[]}');
  event(4, 'settings.changed', 'settings', '{}');
  event(5, 'run.synced', 'run:run_4', 'made unreadable by somebody');
  await upgrade();
  expect(db.prepare('SELECT id, kind, actor, state, started_at, needs_person FROM run ORDER BY id').all()).toEqual([
    ...[
      { id: 'run_1', kind: 'sync', needs_person: 1n },
      { id: 'run_2', kind: 'post', needs_person: 0n },
      { id: 'run_3', kind: 'reconcile', needs_person: 0n },
    ].map((run) => ({ ...run, actor: 'ann', state: 'done', started_at: '2026-11-19T06:30:00.000Z' })),
  ]);
  expect(db.prepare('SELECT run_id, seq, sentence FROM run_part ORDER BY run_id, seq').all()).toEqual([
    { run_id: 'run_1', seq: 1n, sentence: 'Fetched 1 bank.' },
    { run_id: 'run_1', seq: 2n, sentence: '1 row waits.' },
    { run_id: 'run_2', seq: 1n, sentence: 'Posted 1 entry.' },
  ]);
});

test.each([
  ['true', [1, 2, 3, 4, 5]],
  ['false', [1, 2, 3, 4, 5, 6, 7]],
])('a schedule with businessDaysOnly %s becomes days of the week and can be read', async (only, days) => {
  db.prepare("INSERT INTO setting (name, value_json, updated_at) VALUES ('schedule', ?, '')").run(
    `{"enabled":true,"times":["06:15"],"businessDaysOnly":${only}}`,
  );
  await upgrade();
  const stored = String(db.prepare("SELECT value_json FROM setting WHERE name = 'schedule'").pluck().get());
  expect(JSON.parse(stored)).not.toHaveProperty('businessDaysOnly');
  expect(scheduleSchema.parse(JSON.parse(stored))).toEqual({
    ...{ enabled: true, times: ['06:15'], days, every: null, holidays: null },
    ...{ onBattery: 'wait', onMetered: 'wait', digest: 'off' },
  });
});

test('there is one state of the schedule, and a run is of a known kind', async () => {
  await upgrade();
  db.exec("INSERT INTO schedule_state (id, covered_until) VALUES (1, '')");
  expect(() => db.exec("INSERT INTO schedule_state (id, covered_until) VALUES (2, '')")).toThrow('CHECK');
  expect(() =>
    db.exec(`INSERT INTO run (id, kind, begun_by, actor, state, missed, waited_json, started_at, needs_person, tells)
      VALUES ('r', 'other', 'person', '', 'done', 0, '[]', '', 0, 0)`),
  ).toThrow('CHECK');
});
