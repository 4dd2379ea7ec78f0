import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';

/** Sends events to the open pages as server-sent events (HTML standard, 9.2). */
export type EventStreams = {
  /** Takes over a response whose request was let in. */
  add(response: ServerResponse): void;
  send(name: string, data: unknown): void;
  close(): void;
};

/** A proxy or a sleeping laptop cuts a connection that is silent for long. */
const HEARTBEAT_MS = 15_000;
/** A page that does not read for so long is cut off; it connects again and reads everything anew. */
const MOST_WAITING_BYTES = 1024 * 1024;

type Held = { readonly name: string; readonly data: unknown };
type Stream = { readonly response: ServerResponse; readonly waiting: Map<string, Held>; blocked: boolean };

/**
 * While a page reads slower than events come, only the newest of each kind and subject waits for it: progress of a
 * call replaces earlier progress of that call, and `changed` gathers its topics.
 */
export function createEventStreams(clock: Clock): EventStreams {
  const streams = new Set<Stream>();
  const stop = new AbortController();
  let beating = false;

  /** Runs while a page is connected; the stop ends its wait. */
  const beat = async () => {
    if (beating) return;
    beating = true;
    while (streams.size > 0 && !stop.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, stop.signal).catch(() => {});
      for (const stream of streams) if (!stream.blocked) write(stream, ': still here\n\n');
    }
    beating = false;
  };

  const write = (stream: Stream, text: string) => {
    stream.blocked = !stream.response.write(text);
    if (stream.response.writableLength > MOST_WAITING_BYTES) stream.response.destroy();
  };

  const flush = (stream: Stream) => {
    stream.blocked = false;
    const waiting = [...stream.waiting.values()].map(({ name, data }) => frameOf(name, data));
    stream.waiting.clear();
    if (waiting.length > 0) write(stream, waiting.join(''));
  };

  return {
    add: (response) => {
      const stream: Stream = { response, waiting: new Map(), blocked: false };
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      });
      response.on('drain', () => flush(stream));
      response.once('close', () => streams.delete(stream));
      streams.add(stream);
      write(stream, ': connected\n\n');
      void beat();
    },
    send: (name, data) => {
      for (const stream of streams) {
        if (!stream.blocked) write(stream, frameOf(name, data));
        else hold(stream.waiting, name, data);
      }
    },
    close: () => {
      stop.abort();
      for (const stream of streams) stream.response.end();
      streams.clear();
    },
  };
}

function frameOf(name: string, data: unknown): string {
  // JSON has no raw line break, which alone could end a field.
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function hold(waiting: Stream['waiting'], name: string, data: unknown): void {
  const key = name === 'changed' ? name : `${name} ${subjectOf(data)}`;
  const held = waiting.get(key);
  const both = name === 'changed' && held ? { topics: unite(held.data, data) } : data;
  waiting.set(key, { name, data: both });
}

function subjectOf(data: unknown): string {
  const named = typeof data === 'object' && data !== null && 'callId' in data;
  return named ? String(data.callId) : JSON.stringify(data);
}

function unite(one: unknown, other: unknown): unknown[] {
  return [...new Set([one, other].flatMap(topicsOf))];
}

function topicsOf(data: unknown): unknown[] {
  const hasTopics = typeof data === 'object' && data !== null && 'topics' in data;
  return hasTopics && Array.isArray(data.topics) ? data.topics : [];
}
