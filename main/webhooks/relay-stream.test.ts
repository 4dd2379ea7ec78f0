import { expect, test } from 'vitest';
import { type VirtualClock, virtualClock, yieldToOthers } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Fetch } from '../core/ports.ts';
import { relayEvents } from './relay-stream.ts';

const MESSAGE = {
  sequence: 1,
  provider: 'plaid',
  receivedAt: '2026-11-20T12:00:00.000Z',
  keyVersion: 1,
  sealed: 'AAAA',
};
const hello = 'event: hello\ndata: {"acknowledged":0,"latest":1}\n\n';
const message = `event: message\nid: 1\ndata: ${JSON.stringify(MESSAGE)}\n\n`;

/** A stream whose bytes come when the test says so. */
function setup(status = 200) {
  const clock = virtualClock(0);
  const stop = new AbortController();
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const fetch: Fetch = async () => new Response(status === 200 ? body : 'no', { status });
  const events: string[] = [];
  const read = async () => {
    for await (const event of relayEvents(
      { fetch, clock },
      { url: 'https://r.example/m', token: 't', stop: stop.signal },
    ))
      events.push(event.event);
    return 'ended';
  };
  const ended = read().catch((thrown: unknown) => (thrown instanceof DaybookError ? thrown.code : String(thrown)));
  return {
    ...{ clock, stop, events, ended },
    send: async (text: string) => {
      out?.enqueue(new TextEncoder().encode(text));
      await settled();
    },
    end: () => out?.close(),
    cancelled: () => cancelled,
  };
}

async function settled() {
  for (let i = 0; i < 20; i++) await yieldToOthers();
}

const pass = async (clock: VirtualClock, ms: number) => {
  clock.advance(ms);
  await settled();
};

test('events come whole, however the bytes were cut on their way', async () => {
  const { send, events, end, ended } = setup();
  for (const letter of hello + message) await send(letter);
  expect(events).toEqual(['hello', 'message']);
  end();
  expect(await ended).toBe('ended');
});

test('a connection that says nothing for 40 seconds is dead, though nobody closed it', async () => {
  const { clock, send, ended, cancelled } = setup();
  await send(hello);
  await pass(clock, 39_000);
  await send(': beat\n\n');
  await pass(clock, 39_000);
  await send(': beat\n\n');
  await pass(clock, 41_000);
  expect(await ended).toBe('timeout');
  expect(cancelled()).toBe(true);
});

test('an event that this version does not know is passed over', async () => {
  const { send, events, end, ended } = setup();
  await send('event: news\ndata: {"x":1}\n\n');
  await send(hello);
  end();
  expect(await ended).toBe('ended');
  expect(events).toEqual(['hello']);
});

test.each([
  ['a message without its place', 'event: message\ndata: {"provider":"plaid"}\n\n'],
  ['a message that is no JSON', 'event: message\ndata: {oops\n\n'],
  ['a text without an end', 'x'.repeat(5 * 2 ** 20)],
])('%s ends the connection, and nothing of it is taken', async (_name, text) => {
  const { send, events, ended } = setup();
  await send(hello);
  await send(text);
  expect(await ended).toBe('answer_unexpected');
  expect(events).toEqual(['hello']);
});

test('a stop ends it at once', async () => {
  const { send, stop, ended } = setup();
  await send(hello);
  stop.abort();
  expect(await ended).toBe('cancelled');
});

test('what stands at the address and is no relay is told as such', async () => {
  expect(await setup(404).ended).toBe('answer_unexpected');
  expect(await setup(502).ended).toBe('provider_busy');
});
