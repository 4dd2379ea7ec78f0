import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { openStore } from '../store/store.ts';
import { exportTrail } from './export.ts';
import { type AuditEntry, eventHash, GENESIS, record, recordMany } from './trail.ts';
import { verifyTrail } from './verify.ts';

let workspace: TempWorkspace;
beforeEach(async () => {
  workspace = await tempWorkspace();
});
afterEach(() => workspace.close());

const entry = (number: number): AuditEntry => ({
  actor: 'Ann',
  action: 'proposal.approved',
  subject: `proposal:${number}`,
  data: { amount: 12_345n, number },
});

function add(count: number): Promise<void> {
  const { store, clock } = workspace;
  const entries = Array.from({ length: count }, (_, index) => entry(index + 1));
  return store.write((trx) => recordMany(trx, clock, entries));
}

function events() {
  return workspace.store.read.selectFrom('audit_event').selectAll().orderBy('seq').execute();
}

/** What somebody with the file and a database tool can do. */
function tamper(sql: string): void {
  const connection = new Database(workspace.store.path);
  try {
    connection.exec(`DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete;
      DROP TRIGGER audit_event_in_order; DROP TRIGGER audit_event_moves_head; ${sql}`);
  } finally {
    connection.close();
  }
}

async function text(format: 'csv' | 'jsonl'): Promise<string> {
  let whole = '';
  for await (const piece of exportTrail(workspace.store.read, format)) whole += piece;
  return whole;
}

test('each event carries the hash of the one before it', async () => {
  const { store, clock } = workspace;
  await store.write((trx) => record(trx, clock, entry(1)));
  await store.write((trx) => recordMany(trx, clock, [entry(2), entry(3)]));
  const [first, second, third] = await events();
  expect([first?.seq, second?.seq, third?.seq]).toEqual([1n, 2n, 3n]);
  expect(first?.previous_hash).toBe(GENESIS);
  expect(second?.previous_hash).toBe(first?.hash);
  expect(third?.previous_hash).toBe(second?.hash);
  expect(first).toMatchObject({ at: '2026-11-20T08:00:00.000Z', data_json: '{"amount":"12345","number":1}' });
  expect(await verifyTrail(store.read)).toEqual({
    events: 3,
    verified: true,
    firstBroken: null,
    headHash: third?.hash,
  });
});

test('events one by one and many at once make the same trail', async () => {
  const { store, clock } = workspace;
  await add(120);
  const other = await tempWorkspace();
  await other.store.write(async (trx) => {
    for (let number = 1; number <= 120; number++) await record(trx, clock, entry(number));
  });
  expect((await verifyTrail(other.store.read)).headHash).toBe((await verifyTrail(store.read)).headHash);
  await other.close();
});

test('an event is stored with its change or not at all', async () => {
  const { store, clock } = workspace;
  const failed = store.write(async (trx) => {
    await record(trx, clock, entry(1));
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await verifyTrail(store.read)).toMatchObject({ events: 0, verified: true, headHash: GENESIS });
});

test('two processes add to one trail', async () => {
  const { store, clock, random } = workspace;
  const second = await openStore({ path: store.path, clock, random });
  for (let round = 0; round < 5; round++)
    await Promise.all([
      store.write((trx) => record(trx, clock, entry(round))),
      second.write((trx) => record(trx, clock, entry(round))),
    ]);
  expect(await verifyTrail(second.read)).toMatchObject({ events: 10, verified: true });
  await second.close();
});

test('the store itself refuses to change, remove or misplace an event', async () => {
  const { store } = workspace;
  await add(2);
  const change = (sql: string) => () => {
    const connection = new Database(store.path);
    try {
      connection.exec(sql);
    } finally {
      connection.close();
    }
  };
  expect(change("UPDATE audit_event SET actor = 'Bob'")).toThrow('append-only');
  expect(change('DELETE FROM audit_event WHERE seq = 2')).toThrow('append-only');
  const copy = "SELECT 'x', actor, action, subject, data_json, hash, 'h' FROM audit_event WHERE seq = 1";
  const columns = '(seq, at, actor, action, subject, data_json, previous_hash, hash)';
  expect(change(`INSERT INTO audit_event ${columns} SELECT 4, * FROM (${copy})`)).toThrow('must follow');
  expect(change(`INSERT INTO audit_event ${columns} SELECT 3, * FROM (${copy})`)).toThrow('must follow');
});

test.each([
  ['at', "at = '2026-11-19T08:00:00.000Z'"],
  ['actor', "actor = 'Bob'"],
  ['action', "action = 'proposal.excluded'"],
  ['subject', "subject = 'proposal:9'"],
  ['data', "data_json = '{}'"],
  ['hash', "hash = 'f'"],
  ['previous hash', "previous_hash = 'f'"],
])('a changed %s is named by its event', async (_field, change) => {
  await add(5);
  tamper(`UPDATE audit_event SET ${change} WHERE seq = 3`);
  expect(await verifyTrail(workspace.store.read)).toMatchObject({
    events: 2,
    verified: false,
    firstBroken: { seq: 3, reason: 'Event 3 was changed after it was written.' },
  });
});

test('a removed event is named', async () => {
  await add(5);
  tamper('DELETE FROM audit_event WHERE seq = 3');
  expect((await verifyTrail(workspace.store.read)).firstBroken).toEqual({ seq: 3, reason: 'Event 3 is missing.' });
});

test('a replaced event whose own hash was made to fit breaks the link after it', async () => {
  await add(5);
  const third = (await events())[2];
  if (!third) throw new Error('no third event');
  const forged = eventHash({ ...third, actor: 'Bob' });
  tamper(`UPDATE audit_event SET actor = 'Bob', hash = '${forged}' WHERE seq = 3`);
  expect((await verifyTrail(workspace.store.read)).firstBroken).toEqual({
    seq: 4,
    reason: 'Event 4 does not follow event 3: one of them was replaced.',
  });
});

test('a replaced last event is named', async () => {
  await add(5);
  const last = (await events())[4];
  if (!last) throw new Error('no last event');
  const forged = eventHash({ ...last, actor: 'Bob' });
  tamper(`UPDATE audit_event SET actor = 'Bob', hash = '${forged}' WHERE seq = 5`);
  expect((await verifyTrail(workspace.store.read)).firstBroken).toEqual({
    seq: 5,
    reason: 'Event 5 is not the one that was written last: it was replaced.',
  });
});

test('a tail that was cut off is named, and adding events does not hide it', async () => {
  await add(5);
  tamper('DELETE FROM audit_event WHERE seq > 3');
  const cut = { verified: false, firstBroken: { seq: 4, reason: 'Events 4 to 5 are missing.' } };
  expect(await verifyTrail(workspace.store.read)).toMatchObject(cut);
  await add(1);
  expect((await verifyTrail(workspace.store.read)).firstBroken).toEqual({ seq: 4, reason: 'Event 4 is missing.' });
});

test('a trail that lost its beginning or its record of the last event is named, and takes no more events', async () => {
  await add(3);
  tamper('DELETE FROM audit_event WHERE seq = 1; UPDATE audit_event SET seq = seq - 1; DELETE FROM audit_head');
  expect((await verifyTrail(workspace.store.read)).firstBroken?.seq).toBe(1);
  await expect(add(1)).rejects.toMatchObject({ code: 'trail_broken' });
});

test('an event that was put behind the last one is named', async () => {
  await add(3);
  tamper('UPDATE audit_head SET seq = 2');
  expect((await verifyTrail(workspace.store.read)).firstBroken).toEqual({
    seq: 3,
    reason: 'Event 3 was not added by Daybook.',
  });
});

test('a trail of several pages is checked and exported whole', async () => {
  await add(2_345);
  expect(await verifyTrail(workspace.store.read)).toMatchObject({ events: 2_345, verified: true });
  expect((await text('jsonl')).trimEnd().split('\n')).toHaveLength(2_345);
  tamper("UPDATE audit_event SET actor = 'Bob' WHERE seq = 2001");
  expect(await verifyTrail(workspace.store.read)).toMatchObject({ events: 2_000, firstBroken: { seq: 2_001 } });
});

test('events that are added during the check do not disturb it', async () => {
  await add(1_500);
  const check = verifyTrail(workspace.store.read);
  for (let round = 0; round < 10; round++) await add(100);
  expect(await check).toMatchObject({ verified: true, firstBroken: null });
});

test('the CSV export opens in a spreadsheet and runs no formula', async () => {
  const { store, clock } = workspace;
  const hostile: AuditEntry = {
    actor: '=HYPERLINK("http://x")',
    action: '+1',
    subject: '@a',
    data: { text: 'a "b", c' },
  };
  await store.write((trx) => record(trx, clock, hostile));
  const [event] = await events();
  expect(await text('csv')).toBe(
    '\uFEFF"seq","at","actor","action","subject","data","previous_hash","hash"\r\n' +
      `"1","2026-11-20T08:00:00.000Z","'=HYPERLINK(""http://x"")","'+1","'@a","{""text"":""a \\""b\\"", c""}",` +
      `"${GENESIS}","${event?.hash}"\r\n`,
  );
});

test('an empty trail exports its heading alone', async () => {
  expect((await text('csv')).split('\r\n')).toHaveLength(2);
  expect(await text('jsonl')).toBe('');
});

test('from the JSON lines anybody can recompute the chain, as the export says', async () => {
  await add(3);
  let previous = GENESIS;
  for (const line of (await text('jsonl')).trimEnd().split('\n')) {
    const { seq, at, actor, action, subject, data, hash } = JSON.parse(line);
    const fields = { action, actor, at, data: JSON.stringify(data), previous, seq: String(seq), subject };
    expect(createHash('sha256').update(JSON.stringify(fields)).digest('hex')).toBe(hash);
    previous = hash;
  }
});

test('data that somebody made unreadable is exported as it is', async () => {
  await add(1);
  tamper("UPDATE audit_event SET data_json = '{broken'");
  expect(JSON.parse(await text('jsonl'))).toMatchObject({ seq: 1, data: '{broken' });
});

test('a restored folder keeps its trail', async () => {
  await add(3);
  const copy = join(workspace.folder, 'copy.backup');
  await workspace.store.copyTo(copy);
  const store = await openStore({ path: copy, clock: workspace.clock, random: workspace.random });
  expect(await verifyTrail(store.read)).toMatchObject({ events: 3, verified: true });
  await store.close();
});
