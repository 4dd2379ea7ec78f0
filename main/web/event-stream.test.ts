import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { createEventStreams } from './event-stream.ts';

/** A page's connection that takes nothing more until it is told to. */
class Slow extends EventEmitter {
  written: string[] = [];
  full = false;
  destroyed = false;
  writableLength = 0;
  ended = false;

  writeHead() {}

  write(text: string) {
    this.written.push(text);
    return !this.full;
  }

  end() {
    this.ended = true;
    this.emit('close');
  }

  destroy() {
    this.destroyed = true;
    this.emit('close');
  }
}

const connected = () => {
  const streams = createEventStreams(virtualClock(0));
  const page = new Slow();
  streams.add(page as unknown as ServerResponse);
  page.written = [];
  return { streams, page };
};

it('keeps for a slow page only the newest progress of each call, and gathers what changed', () => {
  const { streams, page } = connected();
  page.full = true;
  streams.send('changed', { topics: ['feeds'] });
  page.written = [];
  for (let done = 1; done <= 1_000; done++) streams.send('work.progress', { callId: 'a', done });
  streams.send('work.progress', { callId: 'b', done: 7 });
  streams.send('changed', { topics: ['queue'] });
  streams.send('changed', { topics: ['queue', 'audit'] });
  expect(page.written).toEqual([]);
  page.full = false;
  page.emit('drain');
  expect(page.written.join('')).toBe(
    'event: work.progress\ndata: {"callId":"a","done":1000}\n\n' +
      'event: work.progress\ndata: {"callId":"b","done":7}\n\n' +
      'event: changed\ndata: {"topics":["queue","audit"]}\n\n',
  );
  streams.close();
});

it('cuts off a page that has stopped reading, instead of holding its events for ever', () => {
  const { streams, page } = connected();
  page.writableLength = 2 * 1024 * 1024;
  streams.send('changed', { topics: ['feeds'] });
  expect(page.destroyed).toBe(true);
  streams.close();
});

it('writes an event with a line break in it as one event', () => {
  const { streams, page } = connected();
  streams.send('work.progress', { callId: 'a', sentence: 'one\n\nevent: changed' });
  expect(page.written).toEqual(['event: work.progress\ndata: {"callId":"a","sentence":"one\\n\\nevent: changed"}\n\n']);
  streams.close();
});

it('ends every connection when the host stops', () => {
  const { streams, page } = connected();
  streams.close();
  expect(page.ended).toBe(true);
});
