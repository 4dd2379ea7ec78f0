import { expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aBalance, aLine, anAccount, aPage, aRejectedRow, removal } from '../../test/support/scripted-bank.ts';
import type { Store } from '../store/store.ts';

class Killed extends Error {}

/** Two rounds of the bank: a first history, then bookings, amendments, removals and an unreadable row over two pages. */
function script({ bank }: FeedsWorkspace): void {
  bank.accounts = [anAccount('acc-1', { balance: aBalance('100.00') })];
  bank.says(null, aPage({ lines: [aLine('a'), aLine('b'), aLine('p', { state: 'pending' })], nextCursor: 'c1' }));
  bank.says(
    'c1',
    aPage({ lines: [aLine('a', { amount: '-1.00' })], rejected: [aRejectedRow('x')], nextCursor: 'c2', hasMore: true }),
  );
  bank.says(
    'c2',
    aPage({
      lines: [aLine('q', { replacesProviderLineId: 'p' })],
      removed: [removal('b'), removal('p')],
      nextCursor: 'c3',
    }),
  );
}

/** Everything that must be the same however often the run was cut off. */
async function stateOf({ store }: FeedsWorkspace): Promise<unknown> {
  const lines = await store.read.selectFrom('statement_line').selectAll().orderBy('provider_line_id').execute();
  const history = await store.read.selectFrom('statement_line_history').selectAll().orderBy('id').execute();
  return {
    lines: lines.map(({ provider_line_id, state, amount_minor, revision }) => [
      provider_line_id,
      state,
      amount_minor,
      revision,
    ]),
    history: history.map(({ provider_line_id, change, revision }) => [provider_line_id, change, revision]).sort(),
    exceptions: (await store.read.selectFrom('row_exception').selectAll().execute()).map((row) => row.provider_line_id),
    gaps: (await store.read.selectFrom('gap').selectAll().execute()).map((gap) => [gap.size_minor, gap.first_date]),
    feed: await store.read.selectFrom('feed').select(['cursor', 'history', 'state']).executeTakeFirstOrThrow(),
  };
}

/** Counts every await of a run that reaches the bank or the store, and ends the process there: nothing after it runs. */
function killAt(at: FeedsWorkspace, step: number) {
  let steps = 0;
  let dead = false;
  const tick = () => {
    steps += 1;
    if (steps === step) dead = true;
    if (dead) throw new Killed();
  };
  at.bank.before = tick;
  const guarded =
    (write: Store['write']): Store['write'] =>
    async (work) => {
      tick();
      const result = await write(async (trx) => {
        const done = await work(trx);
        // Killed before the commit: the transaction is undone.
        tick();
        return done;
      });
      // Killed after the commit, before anybody heard of it.
      tick();
      return result;
    };
  const { store } = at;
  const feeds = at.feedsOver({
    ...store,
    write: guarded(store.write),
    writeDurably: guarded(store.writeDurably),
  });
  return {
    feeds,
    steps: () => steps,
    revive: () => {
      at.bank.before = () => {};
    },
  };
}

async function runWith(step: number): Promise<{ state: unknown; steps: number }> {
  const at = await feedsWorkspace();
  try {
    script(at);
    const doomed = killAt(at, step);
    for (let round = 0; round < 2; round++) await doomed.feeds.syncFeed(at.feedId).catch(() => {});
    doomed.revive();
    for (let round = 0; round < 2; round++)
      expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied' });
    const state = await stateOf(at);
    return { state, steps: doomed.steps() };
  } finally {
    await at.close();
  }
}

test('a run that is killed at any step leaves nothing half-done, and the next runs bring the same state', async () => {
  const whole = await runWith(Number.POSITIVE_INFINITY);
  expect(whole.steps).toBeGreaterThanOrEqual(18);
  for (let step = 1; step <= whole.steps; step++) {
    const { state } = await runWith(step);
    expect(state, `killed at step ${step}`).toEqual(whole.state);
  }
});

test('a bank of the setup document that is taken in by a killed process is there with its accounts, or is taken in again', async () => {
  const at = await feedsWorkspace();
  try {
    at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2', institutionId: 'ins_2' };
    const takeIn = (feeds: typeof at.feeds, token: string) =>
      feeds.registerFeed(at.connectionId, { providerFeedId: '', accessToken: token }, 'Ada');
    const undisturbed = killAt(at, Number.POSITIVE_INFINITY);
    await takeIn(undisturbed.feeds, 'token-of-item-2');
    expect(undisturbed.steps()).toBeGreaterThanOrEqual(5);
    for (let step = 1; step <= undisturbed.steps(); step++) {
      at.bank.feed = { ...at.bank.feed, providerFeedId: `item-killed-${step}`, institutionId: `ins_killed_${step}` };
      const doomed = killAt(at, step);
      await expect(takeIn(doomed.feeds, `token-killed-${step}`)).rejects.toBeInstanceOf(Killed);
      doomed.revive();
      const { feedId } = await takeIn(at.feeds, `token-killed-${step}`);
      const accounts = (await at.feeds.listAccounts()).filter((account) => account.feedId === feedId);
      expect(accounts, `killed at step ${step}`).toHaveLength(1);
    }
  } finally {
    await at.close();
  }
});
