import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpServer, serveHttp } from '../../../practice/http-server.ts';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { type ExactTokenSite, exactTokenSite } from '../../../test/support/exact-token-site.ts';
import { type SecondProcess, secondProcess } from '../../../test/support/second-process.ts';
import { type TempWorkspace, tempWorkspace } from '../../../test/support/temp-workspace.ts';
import { type VirtualClock, virtualClock } from '../../core/clock.ts';
import { silentLog } from '../../core/ports.ts';
import { systemProcesses } from '../../core/processes.ts';
import { systemRandom } from '../../core/random.ts';
import { createTokenChains } from '../../vault/token-chains.ts';
import { openVault } from '../../vault/vault.ts';
import { type Auth, createAuth } from './auth.ts';
import { readSettings } from './config.ts';

const EXPIRED_MS = 601_000;
let workspace: TempWorkspace;
let server: HttpServer;
let site: ExactTokenSite;
let clock: VirtualClock;
let auth: Auth;
const started: SecondProcess[] = [];

/** Signed in for so long that the access token has expired by the real clock, which the processes have. */
beforeEach(async () => {
  clock = virtualClock(Date.now() - EXPIRED_MS);
  workspace = await tempWorkspace();
  site = exactTokenSite(clock);
  server = await serveHttp((request) => site.fetch(request));
  const ports = { clock, random: systemRandom(), processes: systemProcesses() };
  const { store } = workspace;
  const vault = await openVault({ store, ...ports, passphrase: 'test', cost: { N: 2, r: 1, p: 1 } });
  const settings = readSettings(
    { site: 'nl', clientId: 'app', redirectUri: 'https://firm.example/exact', endpoint: server.url },
    'sandbox',
  );
  auth = createAuth(settings, {
    environment: 'sandbox',
    secret: () => 'client-secret-1',
    ...{ ...ports, fetch: site.fetch, log: silentLog, keep: memoryPorts().keep },
    tokens: createTokenChains({ store, vault, ...ports }),
  });
  await auth.finishSignIn(site.agree(), undefined);
  clock.advance(EXPIRED_MS);
  site.asked.length = 0;
});
afterEach(async () => {
  for (const other of started.splice(0)) await other.kill();
  await server.close();
  await workspace.close();
});

async function start(): Promise<SecondProcess> {
  const other = await secondProcess(workspace.store.path, 'token-process.ts', server.url);
  started.push(other);
  expect(other.opened).toBe('open');
  return other;
}

async function killedAt(step: 'begun' | 'received' | 'saved'): Promise<void> {
  const doomed = await start();
  await doomed.ask(`halt ${step}`);
  expect(await doomed.ask('token')).toBe('halted');
  await doomed.kill();
}

const sent = () => site.asked.map((form) => form.get('refresh_token'));

test('two processes that need a token at the same moment renew it once and use the same', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  const [first, second] = await Promise.all([one.ask('token'), two.ask('token')]);
  expect(first).toBe(second);
  expect(site.takes(first)).toBe(true);
  expect(sent()).toEqual(['stamp!refresh-1']);
});

test('killed between intent and request, nothing is lost: the next process renews with the old token', async () => {
  await killedAt('begun');
  expect(sent()).toEqual([]);
  const next = await start();
  expect(site.takes(await next.ask('token'))).toBe(true);
  expect(sent()).toEqual(['stamp!refresh-1']);
});

test('killed between answer and disk, the old token is tried once, and then a person is asked', async () => {
  await killedAt('received');
  const next = await start();
  expect(await next.ask('token')).toBe('signed_out');
  expect(await next.ask('token')).toBe('signed_out');
  expect(await (await start()).ask('token')).toBe('signed_out');
  expect(sent()).toEqual(['stamp!refresh-1', 'stamp!refresh-1']);

  await auth.finishSignIn(site.agree(), undefined);
  expect(site.takes(await next.ask('token'))).toBe(true);
});

test('killed between answer and disk where Exact takes the old token again, nobody notices', async () => {
  await killedAt('received');
  site.lenient = true;
  clock.advance(EXPIRED_MS);
  expect(site.takes(await (await start()).ask('token'))).toBe(true);
});

test('killed after the tokens are on disk, the next process uses them without asking', async () => {
  await killedAt('saved');
  expect(site.takes(await (await start()).ask('token'))).toBe(true);
  expect(sent()).toEqual(['stamp!refresh-1']);
});
