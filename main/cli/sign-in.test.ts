import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPracticeExact, type PracticeExactControl } from '../../practice/exact/index.ts';
import { smallSeed } from '../../practice/exact/seed-small.ts';
import { type VirtualClock, virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { systemProcesses } from '../core/processes.ts';
import { seededRandom } from '../core/random.ts';
import { runProgram } from './program.ts';

let folder: string;
let clock: VirtualClock;
let control: PracticeExactControl;
let run: (...argv: string[]) => Promise<{ exit: number; out: string; err: string }>;
/** What the person pastes, given the page that was printed; null = no terminal. */
let paste: (url: string) => string | null;

/** The command line with one connection to a practice site, set up and not signed in. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'));
  clock = virtualClock(Date.UTC(2026, 2, 10, 8));
  const practice = createPracticeExact({ site: 'nl', ledger: smallSeed(), clock, random: seededRandom(1) });
  control = practice.control;
  paste = (url) => control.consent(url);
  const { clientId, clientSecret, redirectUri } = control.application;
  const connection = { kind: 'exact', name: 'Books', environment: 'production', site: 'nl', clientId, redirectUri };
  const setup = { connections: [{ ...connection, clientSecret: { env: 'BOOKS_SECRET' } }] };
  writeFileSync(join(folder, 'setup.json'), JSON.stringify(setup));
  const ports = { clock, random: seededRandom(2), fetch: practice.fetch, log: silentLog, processes: systemProcesses() };
  const env = {
    ...{ DAYBOOK_PASSPHRASE: 'pass', DAYBOOK_WORKSPACE: join(folder, 'workspace'), BOOKS_SECRET: clientSecret },
  };
  run = async (...argv) => {
    let [out, err] = ['', ''];
    const exit = await runProgram(argv, {
      io: {
        ...{ env, userName: 'ada' },
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        askHidden: async () => paste(/https:\S+\/api\/oauth2\/auth\S+/.exec(err)?.[0] ?? ''),
      },
      ...{ platform: 'linux', timeZone: 'UTC', vaultCost: { N: 2, r: 1, p: 1 }, onInterrupt: () => () => {} },
      openPorts: async () => ({ ports, close: async () => {} }),
    });
    return { exit, out, err };
  };
  expect(await run('setup', 'apply', join(folder, 'setup.json'))).toMatchObject({ exit: 0 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a person signs in with the page that is printed and the address that is pasted', async () => {
  expect((await run('connections')).out).toMatch(/sign-in needed +Nobody has signed in to Exact Online/);
  const done = await run('connections', 'sign-in', 'Books');
  expect(done).toMatchObject({ exit: 0 });
  expect(done.out).toBe('Signed in as Anna de Wit, until 2026-04-09T08:00:00.000Z and longer with each use.\n');
  expect(done.err).toContain(control.application.redirectUri);
  expect((await run('connections')).out).toMatch(/Books +exact +production +works/);
  expect(await run('connections', 'check', 'Books')).toMatchObject({ exit: 0 });
});

test('without a terminal, and with an address of another sign-in, nothing is changed', async () => {
  paste = () => null;
  expect(await run('connections', 'sign-in', 'Books')).toMatchObject({ exit: 2 });
  paste = (url) => control.consent(url.replace(/state=[^&]+/, 'state=other'));
  const refused = await run('connections', 'sign-in', 'Books');
  expect(refused).toMatchObject({ exit: 1 });
  expect(refused.err).toMatch(/belongs to another sign-in/);
  expect((await run('connections')).out).toContain('sign-in needed');
});

test('connections tells that a sign-in ends within a week', async () => {
  await run('connections', 'sign-in', 'Books');
  clock.advance(24 * 86_400_000);
  expect((await run('connections')).out).toMatch(/ends soon: 2026-04-09 +The sign-in to Books ends on 2026-04-09/);
});

test('a removed connection is told with what it means first, and the same name signs in anew', async () => {
  await run('connections', 'sign-in', 'Books');
  const told = await run('connections', 'remove', 'Books');
  expect(told).toMatchObject({ exit: 0, out: expect.stringContaining('Say --yes to remove it.') });
  expect((await run('connections')).out).toMatch(/Books .* works/);
  expect(await run('connections', 'remove', 'Books', '--yes')).toMatchObject({
    exit: 0,
    out: 'Books is removed. Its lines and entries stay.\n',
  });
  expect((await run('connections')).out).not.toContain('works');
  await run('setup', 'apply', join(folder, 'setup.json'));
  expect((await run('connections')).out).toMatch(/sign-in needed +Nobody has signed in to Exact Online/);
});
