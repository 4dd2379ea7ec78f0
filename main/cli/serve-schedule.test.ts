import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { daybook } from '../../test/support/cli-process.ts';

/** Real processes on a real clock: `serve` without any browser. */
let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-serve-'));
  // Nobody opens a page, so an empty one does.
  mkdirSync(join(folder, 'dist', 'renderer'), { recursive: true });
  writeFileSync(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html>');
  env = {
    ...{ DAYBOOK_WORKSPACE: join(folder, 'workspace'), DAYBOOK_PASSPHRASE: 'a passphrase' },
    DAYBOOK_DIST: join(folder, 'dist'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `serve` until the workspace says so, then ended as a person ends it. */
async function serve(): Promise<{ readonly ended: Promise<number | null>; end(): void }> {
  let kill: (signal: NodeJS.Signals) => void = () => {};
  const { promise: waits, resolve: waiting } = Promise.withResolvers<void>();
  const run = daybook(['serve', '--no-open', '--port', '0'], {
    env,
    onErr: (text, given) => {
      kill = given;
      if (text.includes('waits for your browser')) waiting();
    },
  });
  await Promise.race([waits, run.then(({ err }) => Promise.reject(new Error(`serve ended: ${err}`)))]);
  return { ended: run.then(({ code }) => code), end: () => kill('SIGTERM') };
}

function ask(query: string): unknown {
  const database = new Database(join(folder, 'workspace', 'daybook.db'));
  try {
    return database.prepare(query).pluck().get();
  } finally {
    database.close();
  }
}
const runs = () => ask("SELECT count(*) FROM run WHERE begun_by = 'schedule' AND state = 'done'");
const soon = (look: () => unknown) => expect.poll(look, { timeout: 30_000, interval: 100 });

test('the morning run that was missed is made up for once, by one of two hosts, with no window anywhere', async () => {
  const first = await serve();
  await soon(() => ask('SELECT count(*) FROM schedule_state')).toBe(1);
  first.end();
  expect(await first.ended).toBe(0);
  expect(runs()).toBe(0);

  const database = new Database(join(folder, 'workspace', 'daybook.db'));
  database.exec("UPDATE schedule_state SET covered_until = '2026-01-05T00:00:00.000Z'");
  database.close();
  const hosts = await Promise.all([serve(), serve()]);
  await soon(runs).toBe(1);
  // Another start looks at once, too, and finds nothing to do.
  for (const host of hosts) host.end();
  expect(await Promise.all(hosts.map(({ ended }) => ended))).toEqual([0, 0]);
  const third = await serve();
  const { out } = await daybook(['runs', '--json'], { env });
  expect(JSON.parse(out)).toMatchObject({ total: 1, runs: [{ begunBy: 'schedule', actor: 'daybook', state: 'done' }] });
  third.end();
  expect(await third.ended).toBe(0);
  expect(runs()).toBe(1);
}, 120_000);
