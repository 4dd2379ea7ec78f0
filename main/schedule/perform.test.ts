import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aLine, aPage, aRejectedRow } from '../../test/support/scripted-bank.ts';
import { listRuns, readRun } from '../api/runs.ts';
import { instantOf } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { type Processes, silentLog } from '../core/ports.ts';
import type { Daybook } from '../daybook.ts';
import { askRunToStop, insertRun } from '../store/runs.ts';
import { coverSchedule, readScheduleState } from '../store/schedule-state.ts';
import { createWebhooks } from '../webhooks/index.ts';
import { composeDigest } from './digest.ts';
import { performRun, type RunOptions } from './perform.ts';
import { BY_PERSON, HOST_CLOSES, type Occasion, type RunStep } from './run-step.ts';

let workspace: FeedsWorkspace;
let daybook: Daybook;
beforeEach(async () => {
  workspace = await feedsWorkspace();
  daybook = asDaybook({ host: 'desk', pid: 1, isAlive: () => true });
});
afterEach(() => workspace.close());

/** The same workspace as a process of its own. */
function asDaybook(processes: Processes): Daybook {
  const { store, vault, feeds, clock, random } = workspace;
  const fetch = async () => new Response('', { status: 500 });
  const ports = { clock, random, fetch, log: silentLog, processes };
  const connectorFor = (id: string) => feeds.connector(id);
  return {
    ...{ store, vault, feeds, ports, coding: { store, clock, random } },
    webhooks: createWebhooks({
      ...{ store, vault, ports, connector: connectorFor, setFeedWebhook: feeds.setWebhook },
      ...{ refreshNumbers: feeds.refreshNumbers, onNotice: feeds.onNotice },
    }),
    posting: { store, clock, random, log: silentLog, processes, connectorFor },
    close: async () => {},
  };
}

const run = (options: Partial<RunOptions> = {}, over = daybook) =>
  performRun(over, {
    ...{ actor: 'Ada', occasion: BY_PERSON, feedIds: null, stop: new AbortController().signal },
    ...{ progress: () => {}, changed: () => {}, ...options },
  });
const failing = (code: 'wrong_keys' | 'provider_down' | 'disk_full'): RunStep => ({
  name: 'vendors',
  run: async () => {
    throw new DaybookError(code, 'The vendor list could not be read. Check the keys.');
  },
});
const needing = (...needs: string[]): RunStep => ({
  name: 'needs',
  run: async () => needs.map((need) => ({ subject: null, outcome: 'done', sentence: `${need}.`, need })),
});
const latest = async () => {
  const [newest] = (await listRuns(daybook, {}, { offset: 0, limit: 1 })).runs;
  if (!newest) throw new Error('no run');
  return readRun(daybook, newest.id);
};
const bySchedule = (dueAt: string): Occasion => ({ ...BY_PERSON, trigger: 'schedule', dueAt });

test('the story tells what each bank brought, what could not be read, and whether the money ties out', async () => {
  workspace.bank.says(
    null,
    aPage({ lines: [aLine('t1'), aLine('t2', { amount: '90.00' })], rejected: [aRejectedRow('t3')], nextCursor: 'c1' }),
  );
  const { runId, needsPerson, found } = await run();
  expect(needsPerson).toBe(true);
  expect(found.feeds).toMatchObject([{ outcome: 'applied', newLines: 2 }]);
  const story = await readRun(daybook, runId);
  expect(story).toMatchObject({ state: 'done', begunBy: 'person', actor: 'Ada', whole: true, needsPerson: true });
  expect(story.story).toEqual(['Fetched 1 bank: 2 new lines.', '1 row could not be read and waits under exceptions.']);
  expect(story.parts).toMatchObject([
    { step: 'fetch', subject: null, figures: { banks: 1, newLines: 2 } },
    {
      ...{ step: 'fetch', detail: true, sentence: 'First Bank: 2 new lines, 1 unreadable.' },
      subject: { kind: 'feed', id: workspace.feedId, name: 'First Bank' },
      figures: { newLines: 2, rejectedRows: 1 },
    },
    { step: 'exceptions', needsPerson: true },
  ]);
  const { subject, data_json } = await workspace.store.read
    .selectFrom('audit_event')
    .selectAll()
    .where('action', '=', 'run.synced')
    .executeTakeFirstOrThrow();
  expect([subject, JSON.parse(data_json)]).toEqual([`run:${runId}`, { story: story.story, needsPerson: true }]);
});

test('a bank in trouble is told with its repair, and the rest of the run goes on', async () => {
  workspace.bank.says(null, new DaybookError('login_required', 'First Bank wants you to sign in again.'));
  await run();
  const { parts, needsPerson } = await latest();
  expect(needsPerson).toBe(true);
  expect(parts).toContainEqual(
    expect.objectContaining({
      ...{ step: 'fetch', outcome: 'failed', needsPerson: true },
      sentence: 'First Bank wants you to sign in again.',
      error: expect.objectContaining({ code: 'login_required', repair: 'sign_in_again' }),
    }),
  );
});

test('a bank that is down for a while needs nobody: it is asked again by itself', async () => {
  workspace.bank.says(null, new DaybookError('provider_down', 'First Bank does not answer.'));
  await run();
  expect(await latest()).toMatchObject({ needsPerson: false, tells: false });
  expect((await latest()).parts[1]).toMatchObject({ outcome: 'waiting', error: { repair: 'wait' } });
});

test('a capability that fails is a sentence of the story; those after it have their turn', async () => {
  const { parts } = await run({ steps: [failing('wrong_keys'), failing('provider_down'), needing('something')] });
  expect(parts).toMatchObject([
    {
      outcome: 'failed',
      sentence: 'The vendor list could not be read. Check the keys.',
      error: { repair: 'check_keys' },
    },
    { outcome: 'waiting' },
    { sentence: 'something.' },
  ]);
  expect(parts[1]?.need).toBeUndefined();
});

test('trouble of our own disk ends the run, and the run says so', async () => {
  await expect(run({ steps: [needing('before'), failing('disk_full'), needing('after')] })).rejects.toMatchObject({
    code: 'disk_full',
  });
  const { state, parts, tells } = await latest();
  expect([state, tells]).toEqual(['failed', false]);
  expect(parts.map(({ sentence }) => sentence)).toEqual([
    'before.',
    'The vendor list could not be read. Check the keys.',
  ]);
});

test('a wrong bank is the caller’s mistake and no run', async () => {
  await expect(run({ feedIds: ['nothing'] })).rejects.toMatchObject({ code: 'not_found' });
  expect((await listRuns(daybook, {}, { offset: 0, limit: 10 })).total).toBe(0);
});

describe('a person is told', () => {
  const tells = async (...needs: string[]) => {
    await run({ steps: [needing(...needs)] });
    return (await latest()).tells;
  };

  test('of a need that is new on this day, and of nothing else', async () => {
    expect(await tells()).toBe(false);
    expect(await tells('gap')).toBe(true);
    expect(await tells('gap')).toBe(false);
    expect(await tells('gap', 'login')).toBe(true);
    expect(await tells('login')).toBe(false);
    expect(await tells()).toBe(false);
    expect(await tells('gap')).toBe(false);
  });

  test('again on the next day while the need stands', async () => {
    expect(await tells('gap')).toBe(true);
    workspace.clock.set(workspace.clock.now() + 86_400_000);
    expect(await tells('gap')).toBe(true);
    expect(await tells('gap')).toBe(false);
  });
});

test('a digest may be mailed: what needs a person is told without the name of an account', async () => {
  const account: RunStep = {
    name: 'match',
    run: async () => [
      {
        ...{ subject: { kind: 'account', id: 'acc_1', name: 'Payroll' }, outcome: 'failed', need: 'match:acc_1' },
        sentence: 'Payroll: the ledger did not let Daybook read this account.',
      },
    ],
  };
  const { parts } = await run({ steps: [account] });
  for (const told of [await composeDigest(daybook, 'daily', parts), await composeDigest(daybook, 'daily')]) {
    expect(told.body).toContain('- An account: the ledger did not let Daybook read this account.');
    expect(told.body).not.toContain('Payroll');
  }
});

describe('a run that is stopped', () => {
  const stopsAtFetch = (stop: () => void | Promise<void>) => {
    workspace.bank.says(null, async () => {
      await stop();
      // Another process's wish is seen with the next progress.
      workspace.clock.advance(10_000);
      await yieldToOthers();
      return aPage({ lines: [aLine('t1')], hasMore: true, nextCursor: 'c1' });
    });
    workspace.bank.says('c1', async () => {
      for (let turn = 0; turn < 20; turn++) await yieldToOthers();
      return aPage({ nextCursor: 'c2', hasMore: true });
    });
    workspace.bank.says('c2', aPage({ nextCursor: 'c2' }));
  };
  const state = async () => (await readScheduleState(workspace.store.read))?.coveredUntil;
  const SLOT = '2026-11-20T06:30:00.000Z';
  const BEFORE = '2026-11-20T06:00:00.000Z';

  test('by a person ends as cancelled, and its slot is not wanted any more', async () => {
    await workspace.store.write((trx) => coverSchedule(trx, BEFORE));
    const stopping = new AbortController();
    stopsAtFetch(() => stopping.abort());
    await expect(run({ stop: stopping.signal, occasion: bySchedule(SLOT) })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await latest()).toMatchObject({ state: 'cancelled', dueAt: SLOT });
    expect(await state()).toBe((await latest()).at);
  });

  test('by a host that closes leaves its slot open for the next start', async () => {
    await workspace.store.write((trx) => coverSchedule(trx, BEFORE));
    const stopping = new AbortController();
    stopsAtFetch(() => stopping.abort(HOST_CLOSES));
    await expect(run({ stop: stopping.signal, occasion: bySchedule(SLOT) })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await state()).toBe(BEFORE);
    workspace.bank.says(null, aPage({ nextCursor: 'c1' }));
    await run({ occasion: bySchedule(SLOT) });
    expect(await latest()).toMatchObject({ state: 'done' });
  });

  test('by another process that has its right by now goes no further, and leaves the slot to that one', async () => {
    await workspace.store.write((trx) => coverSchedule(trx, BEFORE));
    const sleeping: RunStep = {
      name: 'sleeps',
      run: async () => {
        workspace.clock.advance(40 * 60_000);
        const other = { holder: 'other', pid: 2, expires_at: instantOf(workspace.clock.now() + 60_000) };
        await workspace.store.write((trx) =>
          trx.updateTable('lease').set(other).where('name', '=', 'schedule').execute(),
        );
        return [];
      },
    };
    const ended = run({ occasion: bySchedule(SLOT), steps: [sleeping, needing('after')] });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    const { state: end, story } = await latest();
    expect([end, story]).toEqual(['cancelled', [expect.stringContaining('another Daybook')]]);
    expect(await state()).toBe(BEFORE);
    const held = await workspace.store.read
      .selectFrom('lease')
      .select('holder')
      .where('name', '=', 'schedule')
      .execute();
    expect(held).toEqual([{ holder: 'other' }]);
  });

  test('from another process stops at its next safe point', async () => {
    stopsAtFetch(async () => {
      const { id } = await latest();
      await workspace.store.write((trx) => askRunToStop(trx, id, instantOf(workspace.clock.now())));
    });
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' });
    expect((await latest()).state).toBe('cancelled');
    const lines = await workspace.store.read.selectFrom('statement_line').selectAll().execute();
    expect(lines).toEqual([]);
  });
});

test('a run whose process died is shown as interrupted, and the next run writes that down', async () => {
  await workspace.store.write((trx) =>
    insertRun(trx, {
      ...{
        id: 'run_dead',
        kind: 'sync',
        actor: 'daybook',
        begun_by: 'schedule',
        reason: null,
        due_at: null,
        missed: 0,
      },
      ...{ waited_json: '[]', feed_ids_json: null, started_at: '2026-11-20T06:30:00.000Z' },
    }),
  );
  expect(await readRun(daybook, 'run_dead')).toMatchObject({ state: 'interrupted', finishedAt: null });
  await run();
  const row = await workspace.store.read
    .selectFrom('run')
    .select('state')
    .where('id', '=', 'run_dead')
    .executeTakeFirst();
  expect(row?.state).toBe('interrupted');
});

test('of two processes one runs a slot; the other is told that it is done', async () => {
  const SLOT = '2026-11-20T06:30:00.000Z';
  const other = asDaybook({ host: 'server', pid: 2, isAlive: () => true });
  const ended = await Promise.allSettled([
    run({ occasion: bySchedule(SLOT) }),
    run({ occasion: bySchedule(SLOT) }, other),
  ]);
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(run({ occasion: bySchedule(SLOT) }, other)).rejects.toMatchObject({ code: 'busy_elsewhere' });
  expect((await listRuns(daybook, {}, { offset: 0, limit: 10 })).total).toBe(1);
});

test('one run at a time is with a connection; a second one fetches after it, for what came meanwhile', async () => {
  let at = 0;
  let most = 0;
  workspace.bank.before = (call) => {
    if (call === 'readFeed') at += 1;
    if (call === 'pullAccounts') at -= 1;
    most = Math.max(most, at);
  };
  const slow = async () => {
    for (let turn = 0; turn < 10; turn++) await yieldToOthers();
    return aPage({ lines: [aLine('t1')], nextCursor: 'c1' });
  };
  workspace.bank.says(null, slow);
  workspace.bank.says('c1', aPage({ lines: [aLine('t2')], nextCursor: 'c2' }));
  const webhook: Occasion = { ...BY_PERSON, trigger: 'webhook', reason: 'The bank has new movements.' };
  const feeds = (await Promise.all([run(), run({ occasion: webhook, feedIds: [workspace.feedId] })])).map(
    ({ found }) => found.feeds[0],
  );
  expect(most).toBe(1);
  expect(feeds).toMatchObject([
    { outcome: 'applied', newLines: 1 },
    { outcome: 'applied', newLines: 1 },
  ]);
  expect(await latest()).toMatchObject({ begunBy: 'webhook', reason: 'The bank has new movements.', whole: false });
});

test('a connection that another process keeps for too long is left out, and the story says why', async () => {
  await workspace.store.write((trx) =>
    trx
      .insertInto('lease')
      .values({
        ...{ name: `fetch:${workspace.connectionId}`, holder: 'h', host: 'elsewhere', pid: 7 },
        ...{ acquired_at: '2026-11-20T08:00:00.000Z', expires_at: '2026-11-21T08:00:00.000Z' },
      })
      .execute(),
  );
  const { parts } = await run();
  expect(parts[1]).toMatchObject({ outcome: 'skipped', error: { code: 'busy_elsewhere' } });
  expect(workspace.bank.calls).toEqual([]);
});

test('anything thrown by a step that we did not foresee is told as such', async () => {
  const { parts } = await run({
    steps: [{ name: 'broken', run: async () => Promise.reject(new TypeError('x is not a function')) }],
  });
  expect(parts).toMatchObject([{ outcome: 'failed', error: { code: asDaybookError(new TypeError('x')).code } }]);
});
