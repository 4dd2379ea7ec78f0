import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { alone } from '../../test/support/connector-ports.ts';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import type { Connector } from '../connectors/capabilities.ts';
import type { ConnectorModule } from '../connectors/context.ts';
import type { SignInState, SignsInByBrowser } from '../connectors/sign-in.ts';
import { DaybookError } from '../core/errors.ts';
import { silentLog } from '../core/ports.ts';
import { openVault } from '../vault/vault.ts';
import { createFeeds, type Feeds } from './index.ts';

const DAY = 86_400_000;
const RETURN = 'https://firm.example/back';
const SIGNED_OUT: SignInState = { state: 'signed_out', endsAt: null, refreshedAt: null, user: null, ended: null };
const signedIn = (endsAt: string): SignInState => ({ ...SIGNED_OUT, state: 'signed_in', endsAt, user: 'Anna' });

let workspace: TempWorkspace;
let feeds: Feeds;
let connectionId: string;
/** What the provider is asked, and what it answers. */
let codes: string[];
let kept: number;
let now: SignInState;
let trouble: DaybookError | null;

beforeEach(async () => {
  workspace = await tempWorkspace();
  [codes, kept, now, trouble] = [[], 0, SIGNED_OUT, null];
  const { store, clock, random } = workspace;
  const vault = await openVault({ store, clock, random, passphrase: 'p', cost: { N: 2, r: 1, p: 1 } });
  const ports = { clock, random, log: silentLog, processes: alone, fetch: async () => new Response() };
  feeds = createFeeds({ store, vault, ports, moduleFor: (kind) => modules.find((one) => one.manifest.kind === kind) });
  ({ id: connectionId } = await connect('books', 'Books'));
});
afterEach(() => workspace.close());

const connect = (kind: string, name: string, secrets: Record<string, string> = { key: 'k' }) =>
  feeds.saveConnection({ kind, name, environment: 'sandbox', config: {}, secrets }, 'Ada');

const books: Connector & SignsInByBrowser = {
  kind: 'books',
  signInUrl: (state) => `https://books.example/auth?client=c&state=${encodeURIComponent(state)}`,
  signInReturnsTo: () => RETURN,
  finishSignIn: async (code) => {
    codes.push(code);
    if (trouble) throw trouble;
    now = signedIn('2026-12-20T08:00:00.000Z');
    return now;
  },
  signInState: async () => now,
  keepSignedIn: async () => {
    kept += 1;
    if (trouble) throw trouble;
    return now;
  },
};
const modules: ConnectorModule[] = [
  {
    manifest: { kind: 'books', title: 'Books Online', role: 'ledger' },
    config: z.strictObject({}),
    secrets: ['key'],
    signsIn: true,
    open: (_config, { secret }) => {
      secret('key');
      return books;
    },
  },
  {
    manifest: { kind: 'plain', title: 'Plain', role: 'ledger' },
    config: z.strictObject({}),
    secrets: ['key'],
    open: () => ({ kind: 'plain' }),
  },
];

async function start(): Promise<string> {
  const { url } = await feeds.startSignIn(connectionId, 'Ada');
  return new URL(url).searchParams.get('state') ?? '';
}
const finish = (address: string) => feeds.finishSignIn(connectionId, address, 'Ada');
const landed = (state: string, rest = 'code=stamp%21abc') => `${RETURN}?${rest}&state=${state}`;

test('a sign-in starts with a page for the browser and ends with the address where it landed', async () => {
  const started = await feeds.startSignIn(connectionId, 'Ada');
  expect(started).toMatchObject({ returnsTo: RETURN, expiresAt: '2026-11-20T08:15:00.000Z' });
  const state = new URL(started.url).searchParams.get('state') ?? '';
  expect(state).toMatch(/^[\w-]{43}$/);
  expect(await finish(landed(state))).toEqual({ ...signedIn('2026-12-20T08:00:00.000Z'), warning: null });
  expect(codes).toEqual(['stamp!abc']);
  expect(await feeds.signIn(connectionId)).toMatchObject({ state: 'signed_in', user: 'Anna' });
});

test.each([
  ['the whole address', (state: string) => `${RETURN}?code=stamp%21abc&state=${state}`],
  ['an address that the browser shows decoded', (state: string) => `${RETURN}?code=stamp!abc&state=${state}`],
  [
    'an address in another order, with more and with a fragment',
    (state: string) => `${RETURN}?x=1&state=${state}&code=stamp%21abc#_=_`,
  ],
  [
    'an address broken into lines',
    (state: string) => `  ${RETURN}?code=stamp%2\n1abc&state=${state.slice(0, 9)}\r\n${state.slice(9)} `,
  ],
  ['what follows its question mark', (state: string) => `code=stamp%21abc&state=${state}`],
])('%s can be pasted', async (_name, paste) => {
  await finish(paste(await start()));
  expect(codes).toEqual(['stamp!abc']);
});

test('a code is decoded exactly once, and a plus sign stays one', async () => {
  await finish(landed(await start(), 'code=a%252Bb+c%2Bd'));
  expect(codes).toEqual(['a%2Bb+c+d']);
});

test.each([
  ['nothing that is an address', 'hello'],
  ['the page that was opened', 'https://books.example/auth?client=c'],
  ['an address without a code', `${RETURN}?state=STATE`],
  ['an address without a state', `${RETURN}?code=abc`],
  ['two codes', `${RETURN}?code=abc&code=def&state=STATE`],
  ['a code that is no code', `${RETURN}?code=%E0%A4&state=STATE`],
])('%s is refused in plain words, and the sign-in goes on', async (_name, address) => {
  const state = await start();
  await expect(finish(address.replace('STATE', state))).rejects.toMatchObject({ code: 'usage', path: 'address' });
  expect(codes).toEqual([]);
  await finish(landed(state));
  expect(codes).toHaveLength(1);
});

test('a state that is not ours uses nothing of the address', async () => {
  const state = await start();
  for (const other of [`${state}x`, state.toLowerCase(), 'x'])
    await expect(finish(landed(other))).rejects.toMatchObject({ code: 'link_expired', repair: 'sign_in_again' });
  expect(codes).toEqual([]);
  await finish(landed(state));
});

test('only the sign-in that was started last counts, for fifteen minutes, and once', async () => {
  await expect(finish(landed('x'))).rejects.toThrow(/No sign-in is under way/);
  const first = await start();
  const second = await start();
  await expect(finish(landed(first))).rejects.toMatchObject({ code: 'link_expired' });
  await finish(landed(second));
  await expect(finish(landed(second))).rejects.toThrow(/No sign-in is under way/);
  const late = await start();
  workspace.clock.advance(15 * 60_000);
  await expect(finish(landed(late))).rejects.toThrow(/longer than 15 minutes/);
  expect(codes).toHaveLength(1);
});

test('the sign-in of one connection is not ended with the state of another', async () => {
  const other = await connect('books', 'Second books');
  const state = await start();
  await feeds.startSignIn(other.id, 'Ada');
  await expect(feeds.finishSignIn(other.id, landed(state), 'Ada')).rejects.toMatchObject({ code: 'link_expired' });
});

test.each([
  ['access_denied', 'not_permitted', /not granted on the page of Books Online/],
  ['temporarily_unavailable', 'provider_down', /in a few minutes/],
  ['invalid_scope', 'registration_needed', /as it is registered/],
  ['something_new', 'answer_unexpected', /contact support/],
])('the provider’s refusal %s is told in plain words and ends the sign-in', async (error, code, words) => {
  const state = await start();
  const refused = finish(landed(state, `error=${error}&error_description=secret%20words`));
  await expect(refused).rejects.toMatchObject({ code });
  await expect(refused).rejects.toThrow(words);
  await expect(refused).rejects.not.toThrow(/secret words/);
  await expect(finish(landed(state))).rejects.toThrow(/No sign-in is under way/);
});

test('a refusal with a state that is not ours ends nothing', async () => {
  const state = await start();
  await expect(finish(landed('x', 'error=access_denied'))).rejects.toMatchObject({ code: 'link_expired' });
  await finish(landed(state));
});

test('after trouble on the way the same address may be tried again; after a refused code it may not', async () => {
  const state = await start();
  trouble = new DaybookError('network_lost', 'No way.');
  await expect(finish(landed(state))).rejects.toMatchObject({ code: 'network_lost' });
  trouble = new DaybookError('link_expired', 'Used.');
  await expect(finish(landed(state))).rejects.toThrow('Used.');
  await expect(finish(landed(state))).rejects.toThrow(/No sign-in is under way/);
});

test('who signed in, and when, is in the trail; the state and the code are nowhere in the workspace', async () => {
  const state = await start();
  await finish(landed(state));
  const { read } = workspace.store;
  const trail = await read.selectFrom('audit_event').select(['action', 'actor', 'data_json']).execute();
  expect(trail.filter((event) => event.action.startsWith('connection.sign')).map((event) => event.action)).toEqual([
    'connection.sign_in_started',
    'connection.signed_in',
  ]);
  const settings = await read.selectFrom('setting').selectAll().execute();
  for (const text of [JSON.stringify(trail), JSON.stringify(settings)]) {
    expect(text).not.toContain(state);
    expect(text).not.toContain('abc');
  }
});

test('the health of a connection tells that nobody is signed in, why it ended, and that it ends soon', async () => {
  const health = async () => {
    const [one] = await feeds.listConnections();
    return { state: one?.state, code: one?.code, sentence: one?.sentence };
  };
  expect(await health()).toMatchObject({ state: 'needs_person', code: 'signed_out' });
  expect((await health()).sentence).toMatch(/Nobody has signed in to Books Online/);

  now = { ...SIGNED_OUT, ended: { code: 'signed_in_elsewhere', sentence: 'Elsewhere.' } };
  expect(await health()).toEqual({ state: 'needs_person', code: 'signed_in_elsewhere', sentence: 'Elsewhere.' });

  now = signedIn('2026-12-20T08:00:00.000Z');
  expect(await health()).toEqual({ state: 'healthy', code: null, sentence: null });
  workspace.clock.advance(23 * DAY - 1);
  expect((await health()).sentence).toBeNull();
  workspace.clock.advance(1);
  expect(await health()).toMatchObject({ state: 'needs_person', code: null });
  expect((await health()).sentence).toMatch(/ends on 2026-12-20 unless it is used before/);
  expect((await feeds.listConnections())[0]?.signIn?.warning).toMatch(/ends in 7 days/);
  workspace.clock.advance(6 * DAY);
  expect((await feeds.listConnections())[0]?.signIn?.warning).toMatch(/ends in 1 day unless/);
  now = signedIn('2027-01-20T08:00:00.000Z');
  expect((await health()).sentence).toBeNull();
});

test('keeping signed in asks each connection that has a sign-in, and the trouble of one keeps no other from it', async () => {
  workspace.clock.advance(1);
  await connect('plain', 'Plain');
  await connect('books', 'Without its key', {});
  now = signedIn('2026-12-20T08:00:00.000Z');
  expect(await feeds.keepSignedIn()).toMatchObject([
    { connection: 'Books', signIn: { state: 'signed_in' }, error: null },
    { connection: 'Without its key', signIn: null, error: { code: 'secret_missing' } },
  ]);
  expect(kept).toBe(1);
  trouble = new DaybookError('network_lost', 'No way.');
  expect((await feeds.keepSignedIn())[0]).toMatchObject({ signIn: null, error: { code: 'network_lost' } });
});

test('a connection without a sign-in says so, and one that cannot be opened is listed all the same', async () => {
  workspace.clock.advance(1);
  const plain = await connect('plain', 'Plain');
  await expect(feeds.startSignIn(plain.id, 'Ada')).rejects.toMatchObject({ code: 'not_supported' });
  expect(await feeds.signIn(plain.id)).toBeNull();
  workspace.clock.advance(1);
  await connect('books', 'Without its key', {});
  expect((await feeds.listConnections()).map(({ name, signIn }) => [name, signIn?.state ?? null])).toEqual([
    ['Books', 'signed_out'],
    ['Plain', null],
    ['Without its key', null],
  ]);
});
