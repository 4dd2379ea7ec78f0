import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../../test/support/feeds-workspace.ts';
import { aBalance, aLine, anAccount, aPage } from '../../../test/support/scripted-bank.ts';
import type { FeedRecord } from '../../connectors/capabilities.ts';
import type { ConnectionFact } from '../../connectors/webhooks.ts';
import { instantOf } from '../../core/calendar.ts';
import { instantNow } from '../../core/clock.ts';
import { DaybookError, type ErrorCode } from '../../core/errors.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const feed = async () => {
  const [one] = await at.feeds.listFeeds();
  if (one === undefined) throw new Error('there is no feed');
  return one;
};
const state = async () => (await feed()).lifecycle.state;
const trouble = (code: ErrorCode): NonNullable<FeedRecord['trouble']> => ({
  ...{ code, sentence: `The bank says ${code}.`, providerCode: 'X' },
});
const inTime = (ms: number) => instantOf(at.clock.now() + ms);
const told = (fact: ConnectionFact, receivedAt = instantNow(at.clock)) =>
  at.store.write((trx) =>
    at.feeds.onNotice(trx, { connectionId: at.connectionId, feedId: at.feedId, receivedAt, fact }),
  );
const bankSays = (fields: Partial<FeedRecord>) => {
  at.bank.feed = { ...at.bank.feed, ...fields };
};

describe('each state that a provider tells in both ways is learnt by a poll and by a notice', () => {
  const both = [
    ['login_required', 'login_required', 'needs_person', 'sign_in_again'],
    ['revoked', 'access_revoked', 'needs_person', 'sign_in_again'],
    ['action_at_bank', 'user_action_at_bank', 'needs_person', 'act_at_bank'],
    ['accounts_missing', 'no_accounts', 'needs_person', 'choose_accounts'],
    ['gone', 'feed_gone', 'needs_person', 'link_again'],
    ['institution_down', 'provider_down', 'retrying', 'wait'],
    ['rate_limited', 'rate_limited', 'retrying', 'wait'],
    ['keys_refused', 'wrong_keys', 'needs_person', 'check_keys'],
    ['blocked', 'registration_needed', 'needs_person', 'ask_administrator'],
  ] as const;
  test.each(both)('%s', async (expected, code, word, repair) => {
    const shown = { state: word, repair, sentence: `The bank says ${code}.`, lifecycle: { state: expected, repair } };
    bankSays({ trouble: trouble(code) });
    await at.feeds.syncFeed(at.feedId);
    expect(await feed()).toMatchObject({ ...shown, lifecycle: { ...shown.lifecycle, source: 'poll' } });
    bankSays({ trouble: null });
    at.clock.advance(DAY);
    await at.feeds.syncFeed(at.feedId);
    expect(await state()).toBe('healthy');

    await told({ kind: 'trouble', trouble: trouble(code) });
    expect(await feed()).toMatchObject({ ...shown, lifecycle: { ...shown.lifecycle, source: 'webhook' } });
    // It clears by itself with the next good read, whoever told of it.
    at.clock.advance(DAY);
    bankSays({ bankUpdatedAt: instantNow(at.clock) });
    await at.feeds.syncFeed(at.feedId);
    expect(await state()).toBe('healthy');
  });

  test('consent that ends: by the day of a poll, by a notice, by the calendar', async () => {
    bankSays({ consentExpiresAt: inTime(6 * DAY) });
    await at.feeds.syncFeed(at.feedId);
    expect(await feed()).toMatchObject({
      ...{ state: 'needs_person', repair: 'sign_in_again' },
      sentence: 'The consent for First Bank ends on 2026-11-26. Sign in again before, so that nothing stops.',
      lifecycle: { state: 'expiring', source: 'poll', ending: { what: 'consent', on: inTime(6 * DAY) } },
    });
    bankSays({ consentExpiresAt: inTime(180 * DAY) });
    await at.feeds.syncFeed(at.feedId);
    expect(await state()).toBe('healthy');
    await told({ kind: 'consent_expiring', at: inTime(5 * DAY) });
    expect((await feed()).lifecycle).toMatchObject({ state: 'expiring', source: 'webhook' });
  });

  test('revoked by a notice of its own', async () => {
    await told({ kind: 'access_revoked' });
    expect(await feed()).toMatchObject({ code: 'access_revoked', lifecycle: { state: 'revoked', source: 'webhook' } });
  });
});

test('a consent is announced a week before by the calendar alone, and asks for a sign-in when its day has come', async () => {
  bankSays({ consentExpiresAt: inTime(8 * DAY), bankUpdatedAt: inTime(9 * DAY) });
  await at.feeds.syncFeed(at.feedId);
  await at.feeds.keepUpLifecycles();
  expect(await state()).toBe('healthy');
  at.clock.advance(DAY);
  await at.feeds.keepUpLifecycles();
  expect((await feed()).lifecycle).toMatchObject({ state: 'expiring', source: 'clock' });
  at.clock.advance(7 * DAY);
  await at.feeds.keepUpLifecycles();
  expect(await feed()).toMatchObject({
    ...{ code: 'login_required', repair: 'sign_in_again' },
    sentence: 'The consent for this bank ended on 2026-11-28. Sign in again to go on; nothing you have is lost.',
    lifecycle: { state: 'login_required', source: 'clock' },
  });
});

test('an announced disconnect stays while everything still works, and a sign-in by a person ends it', async () => {
  await told({ kind: 'disconnect_pending', at: inTime(7 * DAY), reason: 'INSTITUTION_MIGRATION' });
  await at.feeds.syncFeed(at.feedId);
  expect(await feed()).toMatchObject({
    sentence: 'First Bank ends this access on 2026-11-27. Sign in again before, so that nothing stops.',
    lifecycle: { state: 'disconnect_pending', source: 'webhook' },
  });
  await told({ kind: 'login_repaired' });
  expect(await state()).toBe('disconnect_pending');
  at.bank.linkOutcome = { state: 'linked', results: [] };
  await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada', { feedId: at.feedId });
  expect(await state()).toBe('healthy');
});

test('a login that the bank repaired by itself is told by a notice and asks nobody any more', async () => {
  await told({ kind: 'trouble', trouble: trouble('login_required') });
  at.clock.advance(HOUR);
  await told({ kind: 'login_repaired' });
  expect(await state()).toBe('healthy');
});

test('old data of the bank is told by the poll that finds it, and by the calendar when no poll comes', async () => {
  bankSays({ bankUpdatedAt: inTime(-3 * DAY) });
  await at.feeds.syncFeed(at.feedId);
  expect(await feed()).toMatchObject({
    state: 'healthy',
    lifecycle: { state: 'stale', source: 'poll', repair: 'wait' },
  });
  bankSays({ bankUpdatedAt: instantNow(at.clock) });
  await at.feeds.syncFeed(at.feedId);
  expect(await state()).toBe('healthy');
  at.clock.advance(2 * DAY);
  await at.feeds.keepUpLifecycles();
  expect((await feed()).lifecycle).toMatchObject({ state: 'stale', source: 'clock' });
});

test('a pause is waited for and not asked of a person: no run asks before, and the retry comes by itself', async () => {
  at.bank.before = () => {
    throw new DaybookError('rate_limited', 'The bank asks for a pause.', { retryAfterMs: HOUR });
  };
  await at.feeds.syncFeed(at.feedId);
  expect(await feed()).toMatchObject({ state: 'retrying', lifecycle: { state: 'rate_limited' } });
  at.bank.before = () => {};
  at.bank.reset();
  expect(await at.feeds.syncAll()).toMatchObject([{ outcome: 'skipped', error: { code: 'rate_limited' } }]);
  expect(at.bank.calls).toEqual([]);
  expect(await at.feeds.dueRetries()).toEqual([]);
  at.clock.advance(1.2 * HOUR);
  expect(await at.feeds.dueRetries()).toEqual([at.feedId]);
  await at.feeds.syncAll({ feedIds: await at.feeds.dueRetries() });
  expect(await state()).toBe('healthy');
  expect(await at.feeds.dueRetries()).toEqual([]);
});

test('a pause ends with a clock that is set back over it, and no provider can ask for one of more than a day', async () => {
  at.bank.before = () => {
    throw new DaybookError('rate_limited', 'The bank asks for a pause.', { retryAfterMs: 400 * DAY });
  };
  await at.feeds.syncFeed(at.feedId);
  expect(Date.parse((await feed()).lifecycle.until ?? '') - at.clock.now()).toBeLessThanOrEqual(1.2 * DAY);
  expect(await at.feeds.dueRetries()).toEqual([]);
  at.bank.before = () => {};
  at.clock.set(at.clock.now() - 300 * DAY);
  expect(await at.feeds.dueRetries()).toEqual([at.feedId]);
  expect(await at.feeds.syncAll()).toMatchObject([{ outcome: 'applied' }]);
  expect(await state()).toBe('healthy');
});

test('a bank whose access was lost here is not tried each minute for ever: it says that it must be linked again', async () => {
  bankSays({ trouble: trouble('provider_down') });
  await at.feeds.syncFeed(at.feedId);
  await at.store.write((trx) => at.vault.remove(trx, `feed:${at.feedId}`, 'accessToken', 'Ada'));
  at.clock.advance(DAY);
  expect(await at.feeds.dueRetries()).toEqual([at.feedId]);
  expect(await at.feeds.syncAll()).toMatchObject([{ outcome: 'failed', error: { code: 'feed_gone' } }]);
  expect(await feed()).toMatchObject({
    ...{ lifecycle: { state: 'gone' }, repair: 'link_again' },
    sentence: 'The access to this bank is not in this workspace any more. Link the bank again; its lines are kept.',
  });
  expect(await at.feeds.dueRetries()).toEqual([]);
  expect(await at.feeds.listConnections()).toMatchObject([{ state: 'healthy' }]);
  await at.feeds.removeFeed(at.feedId, 'Ada');
  expect(await state()).toBe('removed');
  await expect(at.feeds.removeFeed(at.feedId, 'Ada')).rejects.toMatchObject({ code: 'feed_gone' });
});

test('a bank that stays down is asked less and less often', async () => {
  bankSays({ trouble: trouble('provider_down') });
  const pauses: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    await at.feeds.syncFeed(at.feedId);
    pauses.push(Date.parse((await feed()).lifecycle.until ?? '') - at.clock.now());
  }
  expect(pauses[1]).toBeGreaterThan((pauses[0] ?? 0) * 1.5);
  expect(pauses[2]).toBeGreaterThan((pauses[1] ?? 0) * 1.5);
});

test('a lost network does not make a withdrawn consent forgotten', async () => {
  bankSays({ trouble: trouble('login_required') });
  await at.feeds.syncFeed(at.feedId);
  at.bank.before = () => {
    throw new DaybookError('network_lost', 'The connection broke.');
  };
  await at.feeds.syncFeed(at.feedId);
  expect(await state()).toBe('login_required');
});

test('a notice that is older than the last good read says nothing any more', async () => {
  const before = instantNow(at.clock);
  at.clock.advance(HOUR);
  await at.feeds.syncFeed(at.feedId);
  await told({ kind: 'trouble', trouble: trouble('login_required') }, before);
  expect(await state()).toBe('healthy');
  bankSays({ trouble: trouble('login_required') });
  at.clock.advance(HOUR);
  await at.feeds.syncFeed(at.feedId);
  await told({ kind: 'login_repaired' }, before);
  expect(await state()).toBe('login_required');
});

test('one withdrawn account is closed, the login goes on, and the account opens when the bank lists it again', async () => {
  await at.feeds.syncFeed(at.feedId);
  at.clock.advance(HOUR);
  await told({ kind: 'account_revoked', providerAccountId: 'acc-1' });
  expect((await at.feeds.listAccounts())[0]?.closedAt).not.toBeNull();
  expect(await state()).toBe('healthy');
  await at.feeds.syncFeed(at.feedId);
  expect((await at.feeds.listAccounts())[0]?.closedAt).toBeNull();
});

test('accounts that the bank offers are told until somebody chose among them', async () => {
  await told({ kind: 'new_accounts' });
  await at.feeds.syncFeed(at.feedId);
  expect(await feed()).toMatchObject({ repair: 'choose_accounts', lifecycle: { state: 'new_accounts' } });
  at.bank.accounts = [anAccount(), anAccount('acc-2', { name: 'Payroll', mask: '2222' })];
  at.bank.linkOutcome = { state: 'linked', results: [] };
  await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada', { feedId: at.feedId });
  expect(await state()).toBe('healthy');
  expect((await at.feeds.listAccounts()).map(({ name }) => name)).toEqual(['Operating', 'Payroll']);
});

test('notices for a removed bank change nothing', async () => {
  await at.feeds.removeFeed(at.feedId, 'Ada');
  await told({ kind: 'login_repaired' });
  await told({ kind: 'trouble', trouble: trouble('login_required') });
  expect(await feed()).toMatchObject({ state: 'removed', lifecycle: { state: 'removed' } });
});

test('each change of state has its history and its event in the trail, with how we know', async () => {
  await told({ kind: 'trouble', trouble: trouble('login_required') });
  await told({ kind: 'trouble', trouble: trouble('login_required') });
  at.clock.advance(HOUR);
  await at.feeds.syncFeed(at.feedId);
  const history = await at.feeds.lifecycleHistory(`feed:${at.feedId}`);
  expect(history.map(({ from, to, source }) => [from, to, source])).toEqual([
    ['login_required', 'healthy', 'poll'],
    ['healthy', 'login_required', 'webhook'],
  ]);
  const events = await at.store.read
    .selectFrom('audit_event')
    .select('data_json')
    .where('action', '=', 'feed.state_changed')
    .execute();
  expect(events.map(({ data_json }) => JSON.parse(data_json))).toMatchObject([
    { from: 'healthy', to: 'login_required', source: 'webhook' },
    { from: 'login_required', to: 'healthy', source: 'poll' },
  ]);
});

describe('after a repair', () => {
  /** Two lines and a balance of 100 are known; then the bank asks for a sign-in. */
  async function broken() {
    at.bank.accounts = [anAccount('acc-1', { balance: aBalance('100.00') })];
    at.bank.says(null, aPage({ lines: [aLine('a'), aLine('b')], nextCursor: 'c1' }));
    await at.feeds.syncFeed(at.feedId);
    at.clock.advance(8 * DAY);
    bankSays({ trouble: trouble('login_required') });
    await at.feeds.syncFeed(at.feedId);
    at.clock.advance(DAY);
    bankSays({ trouble: null, bankUpdatedAt: instantNow(at.clock) });
    at.bank.linkOutcome = { state: 'linked', results: [] };
    at.bank.reset();
  }
  const repair = () => at.feeds.finishLink(at.connectionId, 'link-1', 'Ada', { feedId: at.feedId });

  test('the lines since the last good cursor are fetched and tied out, on the same cursor and account', async () => {
    await broken();
    const [before] = await at.feeds.listAccounts();
    at.bank.accounts = [anAccount('acc-1', { balance: aBalance('75.00') })];
    at.bank.says('c1', aPage({ lines: [aLine('c'), aLine('d')], nextCursor: 'c2' }));
    const sentence = 'Repaired: 2 new lines fetched since 2026-11-20, the balance ties out.';
    expect(await repair()).toMatchObject({ feeds: [{ outcome: 'repaired', sentence }] });
    expect(at.bank.calls).toContain('pullLines:c1');
    expect(at.bank.calls).not.toContain('pullLines:null');
    expect((await at.feeds.listAccounts())[0]?.id).toBe(before?.id);
    expect((await feed()).lifecycle).toMatchObject({ state: 'healthy', repaired: { sentence } });
    const trail = await at.store.read
      .selectFrom('audit_event')
      .select('action')
      .where('action', 'in', ['feed.signed_in_again', 'feed.back_filled'])
      .execute();
    expect(trail).toHaveLength(2);
  });

  test('a balance that does not agree is told with its size', async () => {
    await broken();
    at.bank.accounts = [anAccount('acc-1', { balance: aBalance('80.00') })];
    at.bank.says('c1', aPage({ lines: [aLine('c')], nextCursor: 'c2' }));
    expect(await repair()).toMatchObject({
      feeds: [
        {
          sentence:
            'Repaired: 1 new line fetched since 2026-11-20, the balance of Operating ··0000 differs by 7.50 USD.',
        },
      ],
    });
  });

  test('a read that comes by itself after the bank repaired the login is told in the same way', async () => {
    await broken();
    await told({ kind: 'login_repaired' });
    await at.feeds.syncFeed(at.feedId);
    expect((await feed()).lifecycle.repaired?.sentence).toMatch(/^Repaired: 0 new lines fetched since 2026-11-20/);
  });

  test('that did not help, the bank still asks and nothing is called repaired', async () => {
    await broken();
    bankSays({ trouble: trouble('login_required') });
    expect(await repair()).toMatchObject({ feeds: [{ sentence: 'The bank says login_required.' }] });
    expect((await feed()).lifecycle).toMatchObject({ state: 'login_required', repaired: null });
  });

  test('the network may break: the state is told, and the next read fills the hole', async () => {
    await broken();
    at.bank.before = (call) => {
      if (call.startsWith('pullLines')) throw new DaybookError('network_lost', 'The connection broke.');
    };
    expect(await repair()).toMatchObject({ feeds: [{ sentence: 'The connection broke.' }] });
    at.bank.before = () => {};
    await at.feeds.syncFeed(at.feedId);
    expect((await feed()).lifecycle.repaired).not.toBeNull();
  });
});

test('keys that were refused are the connection’s trouble, told once, and new keys begin anew', async () => {
  at.bank.before = () => {
    throw new DaybookError('keys_expired', 'The client secret has expired.');
  };
  await at.feeds.syncFeed(at.feedId);
  const connection = async () => (await at.feeds.listConnections())[0];
  expect(await connection()).toMatchObject({
    state: 'needs_person',
    lifecycle: { state: 'keys_refused', repair: 'check_keys' },
  });
  const keys = { kind: 'scripted', name: 'Bank', environment: 'sandbox', config: { clientId: 'c' } } as const;
  await at.feeds.saveConnection({ ...keys, secrets: { secret: 'new' } }, 'Ada');
  expect((await connection())?.lifecycle).toMatchObject({ state: 'healthy', source: 'person' });
  expect((await at.feeds.lifecycleHistory(`connection:${at.connectionId}`)).map(({ to }) => to)).toEqual([
    'healthy',
    'keys_refused',
  ]);
});

test('a ledger whose keys were refused is told, and a legal entity without rights says nothing of the connection', async () => {
  const state = async () => (await at.feeds.listConnections())[0]?.lifecycle.state;
  await at.feeds.noteLedger(at.connectionId, new DaybookError('not_permitted', 'No right to USMF.').toJSON());
  expect(await state()).toBe('healthy');
  await at.feeds.noteLedger(at.connectionId, new DaybookError('keys_expired', 'The secret ended.').toJSON());
  expect(await state()).toBe('keys_refused');
  await at.feeds.noteLedger(at.connectionId, null);
  expect(await state()).toBe('healthy');
});
