import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { servePractice } from '../practice/serve.ts';
import { daybook, type ProcessOptions } from '../test/support/cli-process.ts';
import { systemClock } from './core/clock.ts';
import { isReference } from './core/reference.ts';

/** Real processes against practice servers over HTTP: what a script of somebody else meets. */
// Processes start slowly on a busy machine; nothing here depends on how long they take.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: string;
let practice: Awaited<ReturnType<typeof servePractice<'harbor'>>>;
let env: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-process-'));
  practice = await servePractice({
    company: 'harbor',
    clock: systemClock(),
    seed: 3,
    firstDay: someDaysAgo(),
    historyDays: 5,
    linked: true,
  });
  // A bank's history takes a minute to arrive after linking.
  practice.clock.advance(120_000);
  writeFileSync(join(folder, 'setup.json'), JSON.stringify(practice.setup));
  env = { ...practice.environment, DAYBOOK_PASSPHRASE: 'pass', DAYBOOK_WORKSPACE: join(folder, 'workspace') };
});
afterAll(async () => {
  await practice.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Four days ago: a business day and a weekend lie between, whatever day it is. */
function someDaysAgo(): string {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() - 4);
  return day.toISOString().slice(0, 10);
}

async function json(argv: readonly string[], options: Partial<ProcessOptions> = {}) {
  const run = await daybook([...argv, '--json'], { env, ...options });
  return { ...run, document: JSON.parse(run.out) as Record<string, unknown> };
}

test('the main job from setup to the verified trail, each command a process', async () => {
  const applied = await json(['setup', 'apply', join(folder, 'setup.json')]);
  expect(applied).toMatchObject({ code: 0, document: { changed: true } });
  expect((await json(['setup', 'apply', join(folder, 'setup.json')])).document.changed).toBe(false);
  const synced = await json(['sync']);
  expect([0, 3]).toContain(synced.code);
  expect(synced.document.newLines).toBeGreaterThan(0);
  const approved = await json(['approve', '--all-ready']);
  expect(approved.document.approved).toBeGreaterThan(0);
  const queue = await json(['queue', '--state', 'approved']);
  const posted = await json(['post']);
  expect(posted).toMatchObject({ code: 0, document: { posted: queue.document.total, refused: 0, unknown: 0 } });
  expect((await json(['post'])).document.posted).toBe(0);
  const reconciled = await json(['reconcile']);
  expect(reconciled.code).toBe(0);
  expect(reconciled.document.reconciliations).toHaveLength(7);
  expect(await json(['audit', 'verify'])).toMatchObject({ code: 0, document: { verified: true } });
  // In the ERP's own books: one entry for each that was approved, and none twice.
  const sides = practice.world.d365.control.truth().lines.filter(({ document }) => isReference(document));
  const items = queue.document.items as Array<{ reference: string }>;
  expect(new Set(sides.map(({ document }) => document))).toEqual(new Set(items.map(({ reference }) => reference)));
  const journals = new Map(sides.map(({ document, journal }) => [document, journal]));
  expect(sides.filter(({ document, journal }) => journals.get(document) !== journal)).toEqual([]);
});

test('a setup document comes on standard input as well', async () => {
  const stdin = JSON.stringify(practice.setup);
  const other = { ...env, DAYBOOK_WORKSPACE: join(folder, 'piped') };
  expect(await json(['setup', 'apply', '-'], { env: other, stdin })).toMatchObject({
    code: 0,
    document: { changed: true },
  });
});

test('without a passphrase and without a terminal, the variable is named and nothing is made', async () => {
  const { DAYBOOK_PASSPHRASE: _, ...without } = env;
  const run = await json(['status'], { env: { ...without, DAYBOOK_WORKSPACE: join(folder, 'none') } });
  expect(run).toMatchObject({ code: 1, document: { error: { code: 'vault_locked', repair: 'unlock' } } });
  expect(run.err).toContain('DAYBOOK_PASSPHRASE');
});

test('a wrong passphrase is one clear error', async () => {
  const run = await json(['queue'], { env: { ...env, DAYBOOK_PASSPHRASE: 'wrong' } });
  expect(run).toMatchObject({ code: 1, document: { error: { code: 'vault_wrong_passphrase' } } });
  expect((await json(['queue'])).code).toBe(0);
});

test('a wrong setup document names its field; an unknown option is wrong usage', async () => {
  const file = join(folder, 'wrong.json');
  const [plaid] = practice.setup.connections;
  writeFileSync(file, JSON.stringify({ connections: [{ ...plaid, endpoint: 'http://example.com' }] }));
  const wrong = await json(['setup', 'apply', file]);
  expect(wrong).toMatchObject({
    code: 1,
    document: { error: { code: 'setup_invalid', path: 'connections[0].endpoint' } },
  });
  expect(await json(['sync', '--everything'])).toMatchObject({ code: 2, document: { error: { code: 'usage' } } });
  const plain = await daybook(['nonsense'], { env });
  expect(plain).toMatchObject({ code: 2, out: '' });
  expect(plain.err).toContain('Unknown command');
});

test('two processes work on one workspace at the same time, and nothing is fetched or posted twice', async () => {
  const runs = await Promise.all([json(['sync']), json(['sync']), json(['status']), json(['post'])]);
  for (const run of runs) expect([0, 3]).toContain(run.code);
  expect((await json(['audit', 'verify'])).document.verified).toBe(true);
});

test('a folder that may not be written is said, with the repair', async () => {
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o555);
  // Root may write anywhere, so a test that runs as root becomes nobody.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  chmodSync(folder, 0o755);
  const run = await json(['status'], { env: { ...env, DAYBOOK_WORKSPACE: locked }, ...asNobody });
  expect(run).toMatchObject({ code: 1, document: { error: { code: 'database_read_only', repair: 'free_disk' } } });
});

test('Ctrl-C during a fetch ends cleanly, and the next run goes on', async () => {
  const silent = await silentServer();
  const [plaid, d365] = practice.setup.connections;
  const slow = {
    ...practice.setup,
    connections: [{ ...plaid, endpoint: silent.url, items: [] }, d365],
    mappings: [],
    rules: [],
  };
  const file = join(folder, 'slow.json');
  writeFileSync(file, JSON.stringify(slow));
  const own = { ...env, DAYBOOK_WORKSPACE: join(folder, 'slow') };
  await json(['setup', 'apply', file], { env: own });
  let killed = false;
  const run = await daybook(['connections', 'check', plaid.name, '--json'], {
    env: own,
    onErr: (text, kill) => {
      if (killed || !text.includes('Ask the provider')) return;
      killed = true;
      silent.onceAsked(() => kill('SIGINT'));
    },
  });
  silent.server.close();
  silent.server.closeAllConnections();
  expect(run).toMatchObject({ code: 1, signal: null });
  expect(JSON.parse(run.out)).toMatchObject({ error: { code: 'cancelled' } });
  expect((await json(['status'], { env: own })).code).toBe(0);
});

/** Takes requests and never answers. */
async function silentServer(): Promise<{ url: string; server: Server; onceAsked(tell: () => void): void }> {
  let asked = false;
  let waiting: (() => void) | null = null;
  const server = createServer(() => {
    asked = true;
    waiting?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    onceAsked: (tell) => {
      if (asked) tell();
      else waiting = tell;
    },
  };
}
