import type { ServerResponse } from 'node:http';
import { instantOf } from '../main/core/calendar.ts';
import { Refusal, refusals } from './http.ts';
import type { Hub } from './hub.ts';
import type { RelayParts } from './parts.ts';
import type { CloseReason, StreamEvent } from './protocol.ts';
import type { Session } from './store.ts';

/** Read and written at once; the next follow when the desktop has taken these. */
const READ_COUNT = 100;
const READ_BYTES = 1024 * 1024;
/** Heartbeats after which a desktop that takes nothing is taken for dead. */
const MOST_BLOCKED_BEATS = 3;

type Stream = {
  readonly session: Session;
  readonly response: ServerResponse;
  readonly endsAt: number;
  /** The highest sequence written. */
  sent: number;
  pumping: boolean;
  /** News came while it was being written. */
  again: boolean;
  blockedBeats: number;
};

export type Streams = {
  open(response: ServerResponse, session: Session, after: number | null): Promise<void>;
  count(): number;
  /** Sends heartbeats until the hub stops, then ends every stream. */
  run(): Promise<void>;
};

/** The outbound connections of desktops: server-sent events over plain https, which any proxy lets through. */
export function createStreams({ config, store, clock, log, metrics }: RelayParts, hub: Hub): Streams {
  const streams = new Set<Stream>();
  const perChannel = new Map<string, number>();

  /** Once: a desktop that takes nothing keeps its stream from closing, and a write behind the end would be an error. */
  const end = ({ response }: Stream, reason: CloseReason) => {
    if (response.writableEnded) return;
    response.end(textOf({ event: 'closed', data: { reason } }));
  };

  const writeAll = async (stream: Stream) => {
    const { session, response } = stream;
    const channel = await store.channel(session.channel);
    if (!channel) return end(stream, 'revoked');
    if (channel.keyVersion !== session.keyVersion) return end(stream, 'rotated');
    while (!response.writableEnded && !response.destroyed) {
      const rows = await store.messagesAfter(session.channel, stream.sent, READ_COUNT, READ_BYTES);
      const last = rows.at(-1);
      if (!last || response.writableEnded) return;
      let text = '';
      for (const { sequence, provider, receivedAt, keyVersion, sealed } of rows)
        text += textOf({
          event: 'message',
          data: {
            sequence,
            provider,
            receivedAt: instantOf(receivedAt),
            keyVersion,
            sealed: sealed.toString('base64url'),
          },
        });
      stream.sent = last.sequence;
      metrics.count('relay_messages_delivered_total', {}, rows.length);
      if (!response.write(text)) await drained(response);
    }
  };

  const pump = async (stream: Stream) => {
    stream.again = true;
    if (stream.pumping) return;
    stream.pumping = true;
    try {
      while (stream.again && !stream.response.writableEnded && !stream.response.destroyed) {
        stream.again = false;
        await writeAll(stream);
      }
    } catch (thrown) {
      // The desktop connects again and gets what it has not acknowledged.
      log.error({ error: thrown instanceof Error ? thrown.message : String(thrown) }, 'A stream could not be served');
      stream.response.destroy();
    } finally {
      stream.pumping = false;
    }
  };

  const beat = (stream: Stream, now: number) => {
    const { response } = stream;
    // It was ended a beat ago and the end is still on its way: nobody takes it.
    if (response.writableEnded) return void response.destroy();
    if (now >= stream.endsAt) return end(stream, 'expired');
    stream.blockedBeats = response.writableNeedDrain ? stream.blockedBeats + 1 : 0;
    if (stream.blockedBeats >= MOST_BLOCKED_BEATS) response.destroy();
    else if (!response.writableNeedDrain) response.write(': beat\n\n');
  };

  return {
    open: async (response, session, after) => {
      const { channel: id } = session;
      const channel = await store.channel(id);
      if (!channel) throw refusals.notFound();
      // Gone while it was looked up: its end would never be heard.
      if (response.destroyed) return;
      const open = perChannel.get(id) ?? 0;
      if (open >= config.maxStreamsPerChannel)
        throw new Refusal(429, 'too_many_streams', 'Too many desktops are connected to this channel.', 60);
      // A desktop may have stored more than it could acknowledge. One that claims more than there is starts at the end.
      const sent = Math.min(after ?? channel.acknowledged, channel.latest);
      const stream: Stream = {
        session,
        response,
        endsAt: clock.now() + config.sessionMs,
        sent,
        pumping: false,
        again: false,
        blockedBeats: 0,
      };
      streams.add(stream);
      perChannel.set(id, open + 1);
      const unsubscribe = hub.subscribe(id, () => void pump(stream));
      response.on('close', () => {
        unsubscribe();
        streams.delete(stream);
        const left = (perChannel.get(id) ?? 1) - 1;
        if (left > 0) perChannel.set(id, left);
        else perChannel.delete(id);
      });
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        // nginx would otherwise gather the events.
        'x-accel-buffering': 'no',
      });
      const { acknowledged, latest } = channel;
      response.write(textOf({ event: 'hello', data: { acknowledged, latest } }));
      if (hub.stopping.aborted) return end(stream, 'restarting');
      await pump(stream);
    },
    count: () => streams.size,
    run: async () => {
      while (!hub.stopping.aborted) {
        const rested = await clock.sleep(config.heartbeatMs, hub.stopping).then(
          () => true,
          () => false,
        );
        if (!rested) break;
        const now = clock.now();
        for (const stream of streams) beat(stream, now);
      }
      for (const stream of streams) end(stream, 'restarting');
    },
  };
}

function textOf({ event, data }: StreamEvent): string {
  const id = event === 'message' ? `id: ${data.sequence}\n` : '';
  return `event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
