import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PracticeApi, practiceApi } from '../../test/support/practice-api.ts';

/** One firm through the life of its bank logins, in order: each test goes on where the one before ended. */
let practice: PracticeApi;
const DAY = 86_400_000;
const BANK = 'tidewater';

beforeAll(async () => {
  practice = await practiceApi();
  await practice.api.run('setup.apply', { document: JSON.parse(JSON.stringify(practice.setup)) });
  await practice.api.run('sync.run', {});
  await practice.api.run('proposals.approveReady', {});
  await practice.api.run('post.run', {});
}, 60_000);
afterAll(() => practice.close());

const life = () => practice.host.world.plaid.control.life;
const bankName = () => practice.host.world.banks.banks.find(({ key }) => key === BANK)?.name;
const feed = async () => {
  const connections = await practice.api.run('connections.list', {});
  for (const connection of connections)
    for (const feed of connection.feeds)
      if (feed.institutionName === bankName() && feed.state !== 'removed')
        return { ...feed, connectionId: connection.id };
  throw new Error('the bank is not linked');
};
const sync = () => practice.api.run('sync.run', {});
const accounts = async () =>
  (await practice.api.run('accounts.list', {})).filter(
    ({ bank, closedAt }) => bank === bankName() && closedAt === null,
  );
/** What must never change for an account by a repair. */
const kept = async () => {
  const postings = await practice.daybook().store.read.selectFrom('posting').selectAll().orderBy('id').execute();
  const mappings = await practice.api.run('mappings.list', {});
  const lines = await practice
    .daybook()
    .store.read.selectFrom('proposal_line')
    .selectAll()
    .where('claim', '=', 1n)
    .orderBy('line_id')
    .execute();
  const mapped = mappings.map(({ account, mapping }) => ({ account, mapping }));
  return { postings: postings.map(({ id, stem, state }) => [id, stem, state]), mappings: mapped, places: lines.length };
};

async function repair(): Promise<string | null> {
  const { id, connectionId } = await feed();
  const { linkToken } = await practice.api.run('connections.startLink', { connectionId, feedId: id });
  practice.host.world.plaid.control.completeLink(linkToken, BANK);
  const finished = await practice.api.run('connections.finishLink', { connectionId, linkToken, feedId: id });
  if (finished.state !== 'linked') throw new Error(finished.state);
  return finished.feeds[0]?.sentence ?? null;
}

test('a login that the bank wants renewed is told, repaired in the browser, and its hole is filled and tied out', async () => {
  const before = await kept();
  life().breakLogin(BANK);
  await sync();
  expect(await feed()).toMatchObject({
    repair: 'sign_in_again',
    lifecycle: { state: 'login_required', source: 'poll' },
  });
  practice.clock.advance(2 * DAY);
  await sync();
  const sentence = await repair();
  expect(sentence).toMatch(
    /^Repaired: [1-9]\d* new lines fetched since 2026-11-06, the balances of all 3 accounts tie out\.$/,
  );
  expect((await feed()).lifecycle).toMatchObject({ state: 'healthy', repaired: { sentence } });
  const after = await kept();
  expect(after.postings).toEqual(before.postings);
  expect(after.mappings).toEqual(before.mappings);
});

test('withdrawn access, an end that is announced, a bank that is not reached: each with its one repair', async () => {
  life().revoke(BANK);
  await sync();
  expect(await feed()).toMatchObject({ repair: 'sign_in_again', lifecycle: { state: 'revoked' } });
  await repair();
  life().endConsent(BANK, new Date(practice.clock.now() + 5 * DAY).toISOString());
  await sync();
  expect(await feed()).toMatchObject({ repair: 'sign_in_again', lifecycle: { state: 'expiring' } });
  await repair();
  expect((await feed()).lifecycle).toMatchObject({ state: 'healthy', ending: null });
  life().unreachable(BANK);
  practice.clock.advance(2 * DAY);
  await sync();
  expect(await feed()).toMatchObject({ repair: 'wait', lifecycle: { state: 'stale' } });
  life().unreachable(BANK, false);
  await sync();
  expect((await feed()).lifecycle.state).toBe('healthy');
});

test('a bank that is down is fetched again by itself when its pause is over', async () => {
  practice.host.world.plaid.control.failItems(BANK, 'INSTITUTION_DOWN');
  await sync();
  expect(await feed()).toMatchObject({ state: 'retrying', lifecycle: { state: 'institution_down' } });
  expect(await practice.api.run('connections.dueRetries', {})).toEqual({ feedIds: [] });
  practice.host.world.plaid.control.failItems(BANK, null);
  // Plaid asks for two hours; up to a fifth more spreads the tries.
  practice.clock.advance(2.5 * 3_600_000);
  const { id } = await feed();
  const due = await practice.api.run('connections.dueRetries', {});
  expect(due).toEqual({ feedIds: [id] });
  await practice.api.run('sync.run', due);
  expect((await feed()).lifecycle.state).toBe('healthy');
});

test('account ids that changed are put together with a person’s yes, and everything stays where it was', async () => {
  const before = await kept();
  const own = await accounts();
  life().changeAccountIds(BANK);
  practice.clock.advance(DAY);
  await sync();
  const proposals = await practice.api.run('accounts.replacements', {});
  expect(proposals.map(({ oldAccountId }) => oldAccountId).sort()).toEqual(own.map(({ id }) => id).sort());
  expect(proposals[0]).toMatchObject({ mapped: true, old: { bank: bankName() }, new: { bank: bankName() } });
  for (const { oldAccountId, newAccountId } of proposals) {
    const { sentence } = await practice.api.run('accounts.acceptReplacement', { oldAccountId, newAccountId });
    expect(sentence).toMatch(/the balance ties out\.$/);
  }
  expect((await accounts()).map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  const after = await kept();
  expect(after.postings).toEqual(before.postings);
  expect(after.mappings).toEqual(before.mappings);
});

test('a login that is gone is linked anew: the whole history comes again, and each movement is there once', async () => {
  const before = await kept();
  const own = await accounts();
  const { id: oldFeed, connectionId } = await feed();
  const count = async () =>
    (
      await practice
        .daybook()
        .store.read.selectFrom('statement_line')
        .select('id')
        .where(
          'feed_account_id',
          'in',
          own.map(({ id }) => id),
        )
        .execute()
    ).length;
  const lines = await count();
  life().loseItem(BANK);
  await sync();
  expect(await feed()).toMatchObject({ repair: 'link_again', lifecycle: { state: 'gone' } });
  const { linkToken } = await practice.api.run('connections.startLink', { connectionId });
  practice.host.world.plaid.control.completeLink(linkToken, BANK);
  const finished = await practice.api.run('connections.finishLink', { connectionId, linkToken });
  expect(finished).toMatchObject({ state: 'linked', feeds: [{ outcome: 'added' }] });
  await sync();
  const proposals = await practice.api.run('accounts.replacements', {});
  expect(proposals).toHaveLength(own.length);
  let known = 0;
  for (const { oldAccountId, newAccountId } of proposals) {
    const accepted = await practice.api.run('accounts.acceptReplacement', { oldAccountId, newAccountId });
    expect(accepted.sentence).toMatch(/the balance ties out\.$/);
    known += accepted.known;
  }
  expect(known).toBeGreaterThan(50);
  expect(await count()).toBe(lines);
  expect((await feed()).id).not.toBe(oldFeed);
  await sync();
  expect(await count()).toBe(lines);
  const after = await kept();
  expect(after.postings).toEqual(before.postings);
  expect(after.mappings).toEqual(before.mappings);
  practice.clock.advance(DAY);
  await sync();
  expect(await count()).toBeGreaterThan(lines);
  expect((await accounts()).every(({ gap, opening }) => gap === null && opening !== null)).toBe(true);
});

test('a pairing is taken back with its entries while they are not posted, and not before they are reversed afterwards', async () => {
  const decided = await practice.api.run('accounts.decidedReplacements', {});
  const last = decided.filter(({ undoable }) => undoable);
  // Only the last pairing of an account can be taken back: earlier ones lie beneath it.
  expect(last).toHaveLength((await accounts()).length);
  const before = await accounts();
  const [one] = last;
  if (one === undefined) throw new Error('nothing can be taken back');
  const undone = await practice.api.run('accounts.undoReplacement', { replacementId: one.id });
  expect(undone.withdrawn).toBeGreaterThan(0);
  expect((await accounts()).map(({ id }) => id)).toContain(undone.newAccountId);
  const pair = { oldAccountId: undone.accountId, newAccountId: undone.newAccountId };
  const again = await practice.api.run('accounts.acceptReplacement', pair);
  expect(again.sentence).toMatch(/the balance ties out\.$/);
  expect((await accounts()).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  await sync();
  await practice.api.run('proposals.approveReady', {});
  await practice.api.run('post.run', {});
  const undo = practice.api.run('accounts.undoReplacement', { replacementId: again.replacementId });
  await expect(undo).rejects.toMatchObject({ code: 'stale', message: expect.stringMatching(/Reverse them first/) });
});

test('how a state came about is told, for a bank and for a connection', async () => {
  const { id, connectionId } = await feed();
  const history = await practice.api.run('connections.history', { feedId: id });
  expect(history.every(({ at, to }) => at !== '' && to !== '')).toBe(true);
  expect(await practice.api.run('connections.history', { connectionId })).toEqual([]);
  await expect(practice.api.run('connections.history', {})).rejects.toMatchObject({ code: 'usage' });
});
