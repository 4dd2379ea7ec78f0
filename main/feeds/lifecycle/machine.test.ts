import { describe, expect, test } from 'vitest';
import { addDays } from '../../core/calendar.ts';
import { EVENTS, type Event, type Failure, next } from './machine.ts';
import { HEALTHY, healthWord, type Lifecycle, STATES, type StateName, stateOf, type Trouble } from './states.ts';

const NOW = '2026-11-20T08:00:00.000Z';
const day = (days: number) => `${addDays('2026-11-20', days)}T08:00:00.000Z`;

const failure = (code: Failure['code'], retryable = false): Extract<Event, { kind: 'failed' }> => ({
  ...{ kind: 'failed', code, retryable, sentence: `Trouble: ${code}.`, repair: 'none' },
});
const trouble = (state: Trouble['state'], code: Failure['code']): Lifecycle => ({
  ...HEALTHY,
  trouble: { state, code, sentence: `Trouble: ${code}.`, repair: 'none', until: null, tries: 1 },
});

/** One connection in each state. */
const IN: Readonly<Record<StateName, Lifecycle>> = {
  healthy: HEALTHY,
  new_accounts: { ...HEALTHY, offersAccounts: true },
  stale: { ...HEALTHY, staleSince: day(-3) },
  expiring: { ...HEALTHY, ending: { what: 'consent', on: day(5) } },
  disconnect_pending: { ...HEALTHY, ending: { what: 'access', on: day(5) } },
  retrying: trouble('retrying', 'network_lost'),
  rate_limited: trouble('rate_limited', 'rate_limited'),
  institution_down: trouble('institution_down', 'provider_down'),
  login_required: trouble('login_required', 'login_required'),
  action_at_bank: trouble('action_at_bank', 'user_action_at_bank'),
  accounts_missing: trouble('accounts_missing', 'no_accounts'),
  revoked: trouble('revoked', 'access_revoked'),
  gone: trouble('gone', 'feed_gone'),
  keys_refused: trouble('keys_refused', 'wrong_keys'),
  blocked: trouble('blocked', 'quota_used_up'),
  removed: { ...HEALTHY, removed: true },
};

/** What can happen, as a column each. `-` in the table below: the state stays. */
const COLUMNS: ReadonlyArray<readonly [name: string, Event]> = [
  ['worked', { kind: 'worked', reachedAt: NOW }],
  ['lost', failure('network_lost', true)],
  ['limited', failure('rate_limited', true)],
  ['down', failure('provider_down', true)],
  ['login', failure('login_required')],
  ['at bank', failure('user_action_at_bank')],
  ['no accs', failure('no_accounts')],
  ['revoked', failure('access_revoked')],
  ['gone', failure('feed_gone')],
  ['keys', failure('wrong_keys')],
  ['quota', failure('quota_used_up')],
  ['mended', { kind: 'login_repaired' }],
  ['sign-in', { kind: 'signed_in' }],
  ['ends', { kind: 'ends', ending: { what: 'consent', on: day(3) } }],
  ['discon', { kind: 'ends', ending: { what: 'access', on: day(3) } }],
  ['extends', { kind: 'extended', what: 'consent' }],
  ['old', { kind: 'time_passed', reachedAt: day(-4) }],
  ['time', { kind: 'time_passed', reachedAt: NOW }],
  ['offer', { kind: 'accounts_offered' }],
  ['renewed', { kind: 'renewed' }],
  ['removed', { kind: 'removed' }],
];

const SHORT: Readonly<Record<string, StateName | null>> = {
  '-': null,
  ok: 'healthy',
  new: 'new_accounts',
  old: 'stale',
  exp: 'expiring',
  dis: 'disconnect_pending',
  try: 'retrying',
  lim: 'rate_limited',
  down: 'institution_down',
  login: 'login_required',
  bank: 'action_at_bank',
  accs: 'accounts_missing',
  rev: 'revoked',
  gone: 'gone',
  keys: 'keys_refused',
  blk: 'blocked',
  rem: 'removed',
};

/** Every pair of a state and an event. Rows are states, columns are COLUMNS. */
const TABLE = `
                    worked lost  lim   down  login bank  accs  rev   gone  keys  quota mended sign  ends  disc  ext   old   time  offer ren   rem
healthy             -      try   lim   down  login bank  accs  rev   gone  keys  blk   -      -     exp   dis   -     old   -     new   -     rem
new_accounts        -      try   lim   down  login bank  accs  rev   gone  keys  blk   -      ok    exp   dis   -     old   -     -     ok    rem
stale               ok     try   lim   down  login bank  accs  rev   gone  keys  blk   -      -     exp   dis   -     -     ok    -     ok    rem
expiring            -      try   lim   down  login bank  accs  rev   gone  keys  blk   -      ok    -     dis   ok    -     -     -     ok    rem
disconnect_pending  -      try   lim   down  login bank  accs  rev   gone  keys  blk   -      ok    exp   -     -     -     -     -     ok    rem
retrying            ok     -     lim   down  login bank  accs  rev   gone  keys  blk   -      -     -     -     -     -     -     -     ok    rem
rate_limited        ok     try   -     down  login bank  accs  rev   gone  keys  blk   -      -     -     -     -     -     -     -     ok    rem
institution_down    ok     try   lim   -     login bank  accs  rev   gone  keys  blk   -      -     -     -     -     -     -     -     ok    rem
login_required      ok     -     -     -     -     bank  accs  rev   gone  keys  blk   ok     ok    -     -     -     -     -     -     ok    rem
action_at_bank      ok     -     -     -     login -     accs  rev   gone  keys  blk   ok     ok    -     -     -     -     -     -     ok    rem
accounts_missing    ok     -     -     -     login bank  -     rev   gone  keys  blk   ok     ok    -     -     -     -     -     -     ok    rem
revoked             ok     -     -     -     login bank  accs  -     gone  keys  blk   ok     ok    -     -     -     -     -     -     ok    rem
gone                ok     -     -     -     login bank  accs  rev   -     keys  blk   -      -     -     -     -     -     -     -     ok    rem
keys_refused        ok     -     -     -     login bank  accs  rev   gone  -     blk   -      -     -     -     -     -     -     -     ok    rem
blocked             ok     -     -     -     login bank  accs  rev   gone  keys  -     -      -     -     -     -     -     -     -     ok    rem
removed             -      -     -     -     -     -     -     -     -     -     -     -      -     -     -     -     -     -     -     ok    -
`
  .trim()
  .split('\n')
  .slice(1)
  .map((row) => row.split(/\s+/));

test('the table names every state and every event', () => {
  expect(TABLE.map(([state]) => state)).toEqual(STATES);
  for (const row of TABLE) expect(row).toHaveLength(COLUMNS.length + 1);
  expect(new Set(COLUMNS.map(([, { kind }]) => kind))).toEqual(new Set(EVENTS));
  for (const state of STATES) expect(stateOf(IN[state])).toBe(state);
});

describe('every pair of a state and an event has its next state', () => {
  const pairs = TABLE.flatMap(([state = '', ...cells]) =>
    cells.map((cell, index) => [state as StateName, COLUMNS[index]?.[0] ?? '', index, SHORT[cell] ?? state] as const),
  );
  test.each(pairs)('%s, %s', (state, _name, index, expected) => {
    const event = COLUMNS[index]?.[1];
    expect(event && stateOf(next(IN[state], event, NOW))).toBe(expected);
  });
});

const after = (start: Lifecycle, ...events: ReadonlyArray<readonly [Event, string]>) =>
  events.reduce((lifecycle, [event, at]) => next(lifecycle, event, at), start);

test('an announced end is not forgotten while the bank is down, and a good answer does not take it away', () => {
  const told = after(
    HEALTHY,
    [{ kind: 'ends', ending: { what: 'access', on: day(7) } }, NOW],
    [failure('provider_down', true), day(1)],
  );
  expect(stateOf(told)).toBe('institution_down');
  expect(stateOf(after(told, [{ kind: 'worked', consentEndsAt: null, reachedAt: day(2) }, day(2)]))).toBe(
    'disconnect_pending',
  );
});

test('an announced day that has come asks for a sign-in, and an answer after it proves the contrary', () => {
  const passed = after(IN.disconnect_pending, [{ kind: 'time_passed', reachedAt: day(5) }, day(6)]);
  expect(passed.trouble).toMatchObject({ state: 'login_required', repair: 'sign_in_again' });
  expect(stateOf(after(passed, [{ kind: 'worked', reachedAt: day(6) }, day(6)]))).toBe('healthy');
  const answered = after(IN.disconnect_pending, [{ kind: 'worked', reachedAt: day(6) }, day(6)]);
  expect(answered).toEqual(HEALTHY);
});

test('the end of a client secret asks for new keys, not for a sign-in', () => {
  const near = after(HEALTHY, [{ kind: 'ends', ending: { what: 'secret', on: day(2) } }, NOW]);
  expect(stateOf(near)).toBe('expiring');
  expect(stateOf(after(near, [{ kind: 'signed_in' }, NOW]))).toBe('expiring');
  expect(after(near, [{ kind: 'time_passed', reachedAt: null }, day(3)]).trouble).toMatchObject({
    state: 'keys_refused',
    code: 'keys_expired',
    repair: 'check_keys',
  });
});

test('a consent is announced in the week before its end, by the day that each answer tells', () => {
  const told = (days: number) => stateOf(after(HEALTHY, [{ kind: 'worked', consentEndsAt: day(days) }, NOW]));
  expect(told(8)).toBe('healthy');
  expect(told(7)).toBe('expiring');
  expect(told(-1)).toBe('healthy');
  const renewed = after(IN.expiring, [{ kind: 'worked', consentEndsAt: day(180) }, NOW]);
  expect(stateOf(renewed)).toBe('healthy');
});

test('the nearer of two ends is the one that is shown', () => {
  const both = after(
    HEALTHY,
    [{ kind: 'ends', ending: { what: 'consent', on: day(6) } }, NOW],
    [{ kind: 'ends', ending: { what: 'access', on: day(3) } }, NOW],
    [{ kind: 'ends', ending: { what: 'sign_in', on: day(5) } }, NOW],
  );
  expect(both.ending).toEqual({ what: 'access', on: day(3) });
});

test('pauses grow while a bank stays down, and a pause that the provider asks for is kept', () => {
  const minutes = (lifecycle: Lifecycle, at: string) =>
    (Date.parse(lifecycle.trouble?.until ?? '') - Date.parse(at)) / 60_000;
  let down = HEALTHY;
  const pauses = [1, 2, 3, 4, 5, 6].map(() => {
    down = next(down, failure('provider_down', true), NOW);
    return minutes(down, NOW);
  });
  expect(pauses).toEqual([30, 60, 120, 240, 360, 360]);
  const asked = next(HEALTHY, { ...failure('rate_limited', true), retryAfterMs: 90 * 60_000 }, NOW);
  expect(minutes(asked, NOW)).toBe(90);
  const spread = next(HEALTHY, { ...failure('rate_limited', true), jitter: 1 }, NOW);
  expect(minutes(spread, NOW)).toBeCloseTo(1.2);
});

test('the four words of the lists: what works, what is retried, what needs a person', () => {
  const words = Map.groupBy(STATES, healthWord);
  expect(words.get('healthy')).toEqual(['healthy', 'new_accounts', 'stale']);
  expect(words.get('retrying')).toEqual(['retrying', 'rate_limited', 'institution_down']);
  expect(words.get('needs_person')).toHaveLength(9);
});
