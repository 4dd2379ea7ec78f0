import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../../test/support/feeds-workspace.ts';
import { aLine, anAccount, aPage } from '../../../test/support/scripted-bank.ts';
import { instantOf } from '../../core/calendar.ts';
import type { Daybook } from '../../daybook.ts';
import { BY_PERSON, type RunContext, type RunPart } from '../run-step.ts';
import { connectionsStep } from './connections.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

const DAY = 86_400_000;
/** A fetch and what the step says after it. */
async function run(feedIds: readonly string[] | null = null): Promise<readonly RunPart[]> {
  const feeds = await at.feeds.syncAll();
  const context: RunContext = {
    // The step uses the feeds alone.
    daybook: { feeds: at.feeds } as Daybook,
    ...{ actor: 'daybook', occasion: BY_PERSON, feedIds, stop: new AbortController().signal },
    ...{ progress: () => {}, changed: () => {}, told: () => [] },
    found: { feeds, ledgerTrouble: [], proposals: {} as RunContext['found']['proposals'] },
  };
  return connectionsStep.run(context);
}
const needs = async () => (await run()).flatMap(({ need }) => need ?? []);

test('a run in which every connection works says nothing', async () => {
  expect(await run()).toEqual([]);
});

test('a consent that ends within a week needs a person, once for the same day', async () => {
  const on = instantOf(at.clock.now() + 6 * DAY);
  at.bank.feed = { ...at.bank.feed, consentExpiresAt: on };
  expect(await run()).toMatchObject([
    {
      subject: { kind: 'feed', id: at.feedId, name: 'First Bank' },
      sentence: 'The consent for First Bank ends on 2026-11-26. Sign in again before, so that nothing stops.',
      need: `feed:${at.feedId}:expiring:${on}`,
    },
  ]);
  at.clock.advance(DAY);
  expect(await needs()).toEqual([`feed:${at.feedId}:expiring:${on}`]);
});

test('what the fetch tells already is not told twice', async () => {
  at.bank.feed = { ...at.bank.feed, trouble: { code: 'login_required', sentence: 'Sign in.', providerCode: 'X' } };
  expect(await run()).toEqual([]);
});

test('old data is told and asks nobody', async () => {
  at.bank.feed = { ...at.bank.feed, bankUpdatedAt: instantOf(at.clock.now() - 3 * DAY) };
  expect(await run()).toMatchObject([
    { outcome: 'waiting', sentence: expect.stringMatching(/^First Bank has not been reached/) },
  ]);
  expect(await needs()).toEqual([]);
});

test('a repair is told by the run whose read filled the hole, and by no later one', async () => {
  at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c1' }));
  await run();
  at.bank.feed = { ...at.bank.feed, trouble: { code: 'login_required', sentence: 'Sign in.', providerCode: 'X' } };
  at.clock.advance(DAY);
  await run();
  at.bank.feed = { ...at.bank.feed, trouble: null, bankUpdatedAt: instantOf(at.clock.now() + DAY) };
  at.bank.says('c1', aPage({ lines: [aLine('b')], nextCursor: 'c2' }));
  at.clock.advance(DAY);
  expect((await run()).map(({ sentence }) => sentence)).toEqual([
    'First Bank: Repaired: 1 new line fetched since 2026-11-20, no balance can be proven yet.',
  ]);
  at.clock.advance(DAY);
  expect((await run()).filter(({ sentence }) => sentence.includes('Repaired'))).toEqual([]);
});

test('accounts that seem to go on under a new id need a person', async () => {
  await run();
  at.bank.accounts = [anAccount('acc-9')];
  at.clock.advance(DAY);
  const [part] = await run();
  expect(part).toMatchObject({ figures: { accounts: 1 }, need: expect.stringMatching(/^replacements:facc_/) });
  // A run of one bank leaves what concerns all to the next whole run.
  expect(await run([at.feedId])).toEqual([]);
});

test('a connection whose keys were refused needs a person', async () => {
  await at.feeds.noteLedger(at.connectionId, {
    code: 'keys_expired',
    retryable: false,
    repair: 'check_keys',
    sentence: 'The secret ended.',
  });
  const parts = await connectionsStep.run({
    daybook: { feeds: at.feeds } as Daybook,
    ...{ actor: 'daybook', occasion: BY_PERSON, feedIds: null, stop: new AbortController().signal },
    ...{ progress: () => {}, changed: () => {}, told: () => [] },
    found: { feeds: [], ledgerTrouble: [], proposals: {} as RunContext['found']['proposals'] },
  });
  expect(parts).toMatchObject([
    { sentence: 'Bank: The secret ended.', need: `connection:${at.connectionId}:keys_refused` },
  ]);
});
