/** Everything at once, by a seed: what was announced is there in the end, once, and nothing else was acted on. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../main/core/clock.ts';
import { seededRandom } from '../../main/core/random.ts';
import { signWebhook } from '../../practice/plaid/webhook-keys.ts';
import { RELAY_URL, type TestDesktop, until, type WebhookWorld, webhookWorld } from '../support/webhook-world.ts';

const never = new AbortController().signal;
const clock = systemClock();
const HOUR = 3_600_000;

let world: WebhookWorld;
let desk: TestDesktop;
beforeEach(async () => {
  world = await webhookWorld();
  desk = await world.desktop();
});
afterEach(() => world.close());

test.each([1, 2, 3])(
  'seed %i: no notice is lost, none counts twice, and no forged one leads to anything',
  { timeout: 120_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random.next() * list.length)];
    const { webhooks } = desk.daybook;
    await webhooks.configure({ relayUrl: RELAY_URL }, 'ada', never);
    desk.listen();
    const state = { relay: true, awake: true, plaid: true };
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const taken: Array<{ body: string; token: string }> = [];
    let [made, forged, repeated] = [0, 0, 0];

    const post = async (body: string, token: string) => {
      const path = new URL(await desk.address()).pathname;
      return state.relay && (await world.post(path, body, { 'plaid-verification': token })) === 200;
    };
    const bodyOf = () => {
      made += 1;
      return JSON.stringify({
        ...{ environment: 'sandbox', item_id: desk.itemId, practice: made },
        ...{ webhook_code: 'SYNC_UPDATES_AVAILABLE', webhook_type: 'TRANSACTIONS' },
      });
    };
    const now = () => Math.floor(clock.now() / 1_000);
    const acts: Readonly<Record<string, () => Promise<unknown> | undefined>> = {
      news: async () => world.advance(5 * HOUR),
      notice: async () => {
        const body = bodyOf();
        const token = signWebhook(world.plaid.control.signingKey(), body, now());
        if (await post(body, token)) taken.push({ body, token });
      },
      repeat: async () => {
        const again = pick(taken);
        if (again && (await post(again.body, again.token))) repeated += 1;
      },
      late: async () => {
        const body = bodyOf();
        const token = signWebhook(world.plaid.control.signingKey(), body, now() - 120);
        if (await post(body, token)) taken.push({ body, token });
      },
      forge: async () => {
        const body = bodyOf();
        const { kid } = world.plaid.control.signingKey();
        if (await post(body, signWebhook({ kid, private: stranger }, body, now()))) forged += 1;
      },
      tamper: async () => {
        const body = bodyOf();
        const token = signWebhook(world.plaid.control.signingKey(), body, now());
        if (await post(`${body} `, token)) forged += 1;
      },
      relay: async () => {
        state.relay = !state.relay;
        await (state.relay ? world.startRelay() : world.stopRelay());
      },
      lid: async () => {
        state.awake = !state.awake;
        if (state.awake) desk.listen();
        else await desk.sleep();
      },
      bankKey: async () => world.plaid.control.rotateWebhookKey(),
      channelKeys: async () => (state.relay ? webhooks.rotateKeys('ada', never) : undefined),
      plaid: async () => {
        state.plaid = !state.plaid;
        desk.cutOff(!state.plaid);
      },
    };
    const names = [...Object.keys(acts), 'news', 'notice', 'notice', 'repeat', 'relay', 'lid'];
    const story: string[] = [];
    for (let step = 0; step < 40; step++) {
      const name = pick(names) ?? 'news';
      story.push(name);
      await acts[name]?.();
      await clock.sleep(random.next() * 60);
    }
    if (!state.relay) await acts.relay?.();
    if (!state.plaid) await acts.plaid?.();
    if (!state.awake) await acts.lid?.();
    await world.plaid.control.webhooksSettled();
    webhooks.nudge();
    const announced = world.plaid.control.webhooks.filter(({ url }) => url !== null).length;
    const counted = async () => {
      const counts = Object.entries(await desk.counts());
      const sumOf = (verdict: string) =>
        counts.reduce((sum, [why, count]) => sum + (why.startsWith(verdict) ? count : 0), 0);
      // The same text of one bank in one second is one notice.
      return { genuine: sumOf('genuine') + sumOf('duplicate'), forged: sumOf('forged') };
    };
    const expected = { genuine: taken.length + announced + repeated, forged };
    await until(
      `all is judged after ${story.join(' ')}`,
      async () => {
        const found = await counted();
        return found.genuine >= expected.genuine && found.forged >= expected.forged;
      },
      90_000,
    ).catch(async (thrown: unknown) => {
      const [status, found] = [await webhooks.status(), await counted()];
      throw new Error(JSON.stringify({ expected, found, status }), { cause: thrown });
    });
    await until('all is read', async () => (await webhooks.status()).waiting === 0, 90_000);
    expect(await counted()).toEqual(expected);
    expect((await desk.counts()).genuine).toBeGreaterThanOrEqual(taken.length + 1);
    // The bank has nothing that is not here.
    const [result] = await desk.daybook.feeds.syncAll({ feedIds: [desk.feedId] });
    expect(result).toMatchObject({ outcome: 'applied', newLines: 0, changedLines: 0, removedLines: 0 });
  },
);
