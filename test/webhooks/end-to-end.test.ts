/**
 * The whole way of a webhook with real processes: the practice Plaid signs, a relay process takes it, a desktop process
 * behind a proxy and without a public address hears of it, pulls, and proposes entries.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/core/clock.ts';
import { signWebhook } from '../../practice/plaid/webhook-keys.ts';
import { servePractice } from '../../practice/serve.ts';
import { daybook } from '../support/cli-process.ts';
import { type CuttingProxy, cuttingProxy } from '../support/cutting-proxy.ts';
import { type RelayProcess, relayProcess } from '../support/relay-process.ts';
import { until } from '../support/webhook-world.ts';

const clock = systemClock();
const ENTRY = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');
const LIMIT_MS = 120_000;
/** A Tuesday evening at the practice banks, whatever day it is here. */
const FIRST_DAY = '2026-03-02';
const ahead = Date.parse('2026-03-03T18:00:00Z') - clock.now();
const BANK = 'tidewater';

describe('a webhook on its way', { timeout: 2 * LIMIT_MS }, () => {
  let folder: string;
  let practice: Awaited<ReturnType<typeof servePractice>>;
  let relay: RelayProcess;
  let relayPort: number;
  let proxy: CuttingProxy;
  let desktop: ChildProcess;
  let env: Record<string, string>;
  let db: Database.Database;

  const startRelay = async () => {
    relay = await relayProcess({
      ...{ RELAY_PUBLIC_URL: `http://127.0.0.1:${relayPort}`, RELAY_PORT: String(relayPort) },
      RELAY_SQLITE_FILE: join(folder, 'relay.db'),
    });
  };
  const startDesktop = async () => {
    const args = [ENTRY, 'serve', '--no-open'];
    desktop = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(desktop.stdout ?? desktop, 'data');
  };

  const one = <T>(sql: string): T | undefined => db.prepare<[], T>(sql).get();
  const count = (sql: string) => one<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0;
  const lines = () => count('statement_line');
  const counted = (verdict: string) =>
    one<{ n: number }>(`SELECT coalesce(sum(count), 0) AS n FROM notice_count WHERE verdict = '${verdict}'`)?.n ?? 0;
  const webhookRuns = () => count("run WHERE begun_by = 'webhook'");
  const isConnected = () =>
    one<{ link: string }>("SELECT link FROM relay_channel WHERE state = 'live'")?.link === 'connected';
  const isQuiet = () =>
    count('relay_message') === 0 &&
    count("notice_reason WHERE state = 'waiting'") === 0 &&
    count("run WHERE state = 'running'") === 0;
  const quiet = () => until('all is judged, read and proposed', isQuiet, LIMIT_MS);
  const nextDay = async () => {
    const { plaid } = practice.endpoints;
    const answer = await fetch(`${plaid?.endpoint}/practice/clock`, { method: 'POST', body: '{"days":1}' });
    expect(answer.status).toBe(200);
  };
  /** The next day that brings this bank something: not every day does. */
  const aDayWithNews = async () => {
    const before = practice.world.plaid.control.webhooks.length;
    for (let days = 0; practice.world.plaid.control.webhooks.length === before && days < 7; days++) await nextDay();
  };

  const item = () => practice.world.plaid.control.items().find(({ bank }) => bank === BANK);
  const address = () =>
    one<{ webhook_url: string }>('SELECT webhook_url FROM feed WHERE webhook_url IS NOT NULL')?.webhook_url ?? '';
  const bodyOf = (extra: object = {}) =>
    JSON.stringify(
      {
        ...{ environment: 'sandbox', historical_update_complete: true, initial_update_complete: true },
        ...{ item_id: item()?.itemId, webhook_code: 'SYNC_UPDATES_AVAILABLE', webhook_type: 'TRANSACTIONS', ...extra },
      },
      null,
      2,
    );
  const now = () => Math.floor(clock.now() / 1_000);
  const post = async (body: string, token: string | null) => {
    const headers = token === null ? {} : { 'plaid-verification': token };
    const answer = await fetch(address(), { method: 'POST', body, headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  const signed = (body: string, at = now()) => signWebhook(practice.world.plaid.control.signingKey(), body, at);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-end-to-end-'));
    mkdirSync(join(folder, 'dist', 'renderer'), { recursive: true });
    writeFileSync(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html><title>Daybook</title>');
    relayPort = await freePort();
    await startRelay();
    proxy = await cuttingProxy(relayPort);
    practice = await servePractice({
      ...{ company: 'harbor', seed: 3, firstDay: FIRST_DAY, historyDays: 15, linked: true },
      ...{ clock: { ...clock, now: () => clock.now() + ahead }, webhookClock: clock, retryAfterMs: 500 },
    });
    // The banks have their history at once.
    practice.clock.advance(120_000);
    writeFileSync(join(folder, 'setup.json'), JSON.stringify(practice.setup));
    env = {
      ...practice.environment,
      ...{
        DAYBOOK_PASSPHRASE: 'pass',
        DAYBOOK_WORKSPACE: join(folder, 'workspace'),
        DAYBOOK_DIST: join(folder, 'dist'),
      },
    };
    for (const argv of [['setup', 'apply', join(folder, 'setup.json')], ['sync'], ['webhooks', 'on', proxy.url]]) {
      const { code, err, out } = await daybook(argv, { env });
      // 3: done, and entries wait for a person.
      if (code !== 0 && code !== 3) throw new Error(`${argv.join(' ')} ended with ${code}: ${out} ${err}`);
    }
    db = new Database(join(folder, 'workspace', 'daybook.db'), { readonly: true });
    await startDesktop();
    await until('the desktop is connected', isConnected, LIMIT_MS);
    await quiet();
  }, 2 * LIMIT_MS);

  afterAll(async () => {
    db?.close();
    desktop?.kill('SIGKILL');
    practice?.world.plaid.control.stopWebhooks();
    await relay?.kill();
    await proxy?.close();
    await practice?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a desktop behind no public address learns of a Harbor deposit', async ({ annotate }) => {
    const [before, runs, proposals] = [lines(), webhookRuns(), count('proposal')];
    const began = clock.now();
    await aDayWithNews();
    await until('the lines are there', () => lines() > before, LIMIT_MS);
    const took = clock.now() - began;
    await quiet();
    const deposit = count(`statement_line WHERE amount_minor > 0 AND id > ${before}`);
    expect(deposit).toBeGreaterThan(0);
    expect(webhookRuns()).toBeGreaterThan(runs);
    expect(count('proposal')).toBeGreaterThan(proposals);
    await annotate(`from the bank's webhook to the lines in the workspace: ${took} ms`);
  });

  test('a relay that was killed and started again loses nothing, and the bank tries again', async () => {
    const before = lines();
    await relay.kill();
    await aDayWithNews();
    await until('the desktop has noticed', () => !isConnected(), LIMIT_MS);
    await startRelay();
    await until('the lines are there', () => lines() > before, 2 * LIMIT_MS);
    await practice.world.plaid.control.webhooksSettled();
    await until('it is connected again', isConnected, LIMIT_MS);
    await quiet();
  });

  test('a relay that was killed after it said yes has the notice when it is started again', async () => {
    desktop.kill('SIGSTOP');
    const before = counted('genuine');
    const body = bodyOf({ practice: 'kept' });
    expect(await post(body, signed(body))).toBe(200);
    await relay.kill();
    await startRelay();
    desktop.kill('SIGCONT');
    await until('it has come', () => counted('genuine') === before + 1, LIMIT_MS);
    await quiet();
  });

  test('a desktop that was killed in the middle goes on behind the last notice that it stored', async () => {
    const before = counted('genuine');
    const bodies = Array.from({ length: 60 }, (_, index) => bodyOf({ practice: `killed ${index}` }));
    const sending = Promise.all(bodies.map((body) => post(body, signed(body))));
    desktop.kill('SIGKILL');
    await sending;
    await startDesktop();
    await until('all have come', () => counted('genuine') === before + bodies.length, LIMIT_MS);
    await quiet();
    expect(counted('duplicate')).toBe(0);
  });

  test('forged, tampered, old and repeated notices are counted and never acted on; order does not matter', async () => {
    await quiet();
    const runs = webhookRuns();
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const { kid } = practice.world.plaid.control.signingKey();
    const [first, second] = [bodyOf({ practice: 'first' }), bodyOf({ practice: 'second' })];
    const was = { forged: counted('forged'), stale: counted('stale'), unreadable: counted('unreadable') };
    await post(first, null);
    await post(first, signWebhook({ kid, private: stranger }, first, now()));
    await post(first.replace('true', 'false'), signed(first));
    await post(first, signed(first, now() - 3_600));
    await post(first, signed(first, now() + 3_600));
    await post('not json', signed('not json'));
    await until('all are judged', () => counted('unreadable') === was.unreadable + 1, LIMIT_MS);
    expect(counted('forged')).toBe(was.forged + 3);
    expect(counted('stale')).toBe(was.stale + 2);
    expect(webhookRuns()).toBe(runs);
    const [earlier, later] = [signed(first, now() - 20), signed(second, now() - 10)];
    const genuine = counted('genuine');
    await post(second, later);
    await post(first, earlier);
    for (let i = 0; i < 3; i++) await post(second, later);
    await until('both are in', () => counted('genuine') === genuine + 2 && counted('duplicate') === 3, LIMIT_MS);
    await quiet();
    expect(webhookRuns()).toBeGreaterThan(runs);
    expect(webhookRuns()).toBeLessThanOrEqual(runs + 2);
  });

  test('a flood of unknown keys asks the bank a few times, and a genuine notice passes meanwhile', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => ({
      kid: `flood-${index}`,
      private: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    }));
    const [runs, genuine] = [webhookRuns(), counted('genuine')];
    await Promise.all(
      keys.map((key, index) => {
        const body = bodyOf({ practice: `flood ${index}` });
        return post(body, signWebhook(key, body, now()));
      }),
    );
    const body = bodyOf({ practice: 'in the flood' });
    await post(body, signed(body));
    await until('the genuine one is in', () => counted('genuine') === genuine + 1, LIMIT_MS);
    await until('and led to a run', () => webhookRuns() === runs + 1, LIMIT_MS);
    expect(counted('unknown_key')).toBeLessThanOrEqual(10);
    await until('the others wait for their turn', () => count('relay_message WHERE attempts > 0') >= 90, LIMIT_MS);
    expect(webhookRuns()).toBe(runs + 1);
  });

  test('a key that the bank changed is found by its id', async () => {
    const genuine = counted('genuine');
    const former = practice.world.plaid.control.signingKey();
    const body = bodyOf({ practice: 'before the change' });
    await post(body, signWebhook(former, body, now()));
    await until('the former counts', () => counted('genuine') === genuine + 1, LIMIT_MS);
    // The cap on unknown keys is used up by the flood above; a desktop started anew has its own.
    practice.world.plaid.control.rotateWebhookKey(true);
    desktop.kill('SIGKILL');
    await startDesktop();
    const next = bodyOf({ practice: 'after the change' });
    await post(next, signed(next));
    await until('the new one counts', () => counted('genuine') === genuine + 2, LIMIT_MS);
  });

  test('a proxy that cuts idle connections costs a new connection and no notice', async () => {
    proxy.idleMs = 300;
    desktop.kill('SIGKILL');
    await startDesktop();
    const genuine = counted('genuine');
    const cuts = proxy.cuts();
    for (let i = 0; i < 5; i++) {
      const body = bodyOf({ practice: `cut ${i}` });
      expect(await post(body, signed(body))).toBe(200);
      await clock.sleep(400);
    }
    await until('all have come', () => counted('genuine') === genuine + 5, LIMIT_MS);
    expect(proxy.cuts()).toBeGreaterThan(cuts);
    proxy.idleMs = null;
  });

  test('ten thousand notices of one bank that waited while the desktop slept are one or two pulls', {
    timeout: 900_000,
  }, async ({ annotate }) => {
    await until('it is connected', isConnected, LIMIT_MS);
    await until('what was before is over', () => count("notice_reason WHERE state = 'waiting'") === 0, LIMIT_MS);
    desktop.kill('SIGSTOP');
    const [runs, genuine] = [webhookRuns(), counted('genuine')];
    const all = 10_000;
    let sent = 0;
    const sender = async () => {
      for (let index = sent++; index < all; index = sent++) {
        const body = bodyOf({ practice: `queued ${index}` });
        const status = await post(body, signed(body));
        if (status !== 200) throw new Error(`the relay answered ${status}`);
      }
    };
    await Promise.all(Array.from({ length: 40 }, sender));
    const began = clock.now();
    desktop.kill('SIGCONT');
    await until('all are judged', () => counted('genuine') >= genuine + all, 600_000);
    const took = clock.now() - began;
    await until('all reasons are settled', () => count("notice_reason WHERE state = 'waiting'") === 0, LIMIT_MS);
    expect(webhookRuns() - runs).toBeGreaterThanOrEqual(1);
    expect(webhookRuns() - runs).toBeLessThanOrEqual(2);
    await annotate(`10,000 queued notices judged in ${took} ms, ${webhookRuns() - runs} pulls`);
  });

  test('an end that is asked for is heard while it listens', async () => {
    const ended = once(desktop, 'exit');
    desktop.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
