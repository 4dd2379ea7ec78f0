import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../main/core/clock.ts';
import { systemRandom } from '../main/core/random.ts';
import { listeningLog, ROOMY, type StorageUnderTest, storageKinds } from '../test/support/relay-world.ts';
import { readConfig } from './config.ts';
import { createHub, type Hub } from './hub.ts';
import { createMetrics } from './metrics.ts';
import type { RelayStore } from './store.ts';
import { createStreams, type Streams } from './stream.ts';

const CHANNEL = '0123456789ABCDEFGHJKMNPQRS';
const KEYS = { sealKey: 'A'.repeat(43), signKey: 'B'.repeat(43) };

let storage: StorageUnderTest;
let store: RelayStore;
let hub: Hub;
let streams: Streams;
let running: Promise<void>;
let now: number;
let beat: () => void;

beforeEach(async () => {
  const [sqlite] = storageKinds();
  if (!sqlite) throw new Error('no storage');
  storage = await sqlite.fresh();
  store = await storage.open();
  await store.createChannel(CHANNEL, KEYS, 0, 10);
  now = 0;
  const system = systemClock();
  const clock = {
    ...system,
    now: () => now,
    sleep: (_ms: number, stop?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        beat = resolve;
        stop?.addEventListener('abort', reject);
      }),
  };
  hub = createHub(store);
  const config = readConfig({ ...ROOMY, RELAY_SESSION_HOURS: '1' });
  const parts = { config, store, clock, random: systemRandom(), log: listeningLog(), metrics: createMetrics() };
  streams = createStreams(parts, hub);
  running = streams.run();
});
afterEach(async () => {
  hub.stop();
  await running;
  await store.close();
  storage.remove();
});

/** A desktop whose computer sleeps: whatever is written to it stays on this side. */
async function connectSleeping(keyVersion: number) {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const errors: unknown[] = [];
  response.on('error', (error) => errors.push(error));
  await streams.open(response, { channel: CHANNEL, keyVersion }, null);
  return { response, errors };
}

const beats = async (count: number) => {
  for (let each = 0; each < count; each++) {
    beat();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('a desktop that sleeps while its session ends is cut off a heartbeat later, and nothing is written behind the end', async () => {
  const { response, errors } = await connectSleeping(1);
  now = 3_600_001;
  await beats(1);
  expect([response.writableEnded, response.destroyed]).toEqual([true, false]);
  await beats(2);
  expect([errors, response.destroyed]).toEqual([[], true]);
});

test('a desktop that sleeps while its keys are changed is cut off as well, also when the relay stops just then', async () => {
  const { response, errors } = await connectSleeping(1);
  await store.rotate(CHANNEL, 1, { ...KEYS, signKey: 'C'.repeat(43) });
  await expect.poll(() => response.writableEnded).toBe(true);
  const other = await connectSleeping(1);
  expect(other.response.writableEnded).toBe(true);
  hub.stop();
  await running;
  await new Promise((resolve) => setImmediate(resolve));
  expect([errors, other.errors]).toEqual([[], []]);
});
