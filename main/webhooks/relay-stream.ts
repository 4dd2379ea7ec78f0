import { HEARTBEAT_MS, type StreamEvent, streamEvent } from '../../relay/protocol.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Fetch } from '../core/ports.ts';
import { refused } from './relay-calls.ts';

/** No byte for this long, not even a heartbeat: something on the way has cut the connection without saying so. */
const SILENCE_MS = 2 * HEARTBEAT_MS;
/** A sealed notice is a third larger than its body, which the relay limits; more than this is no event of a relay. */
const MOST_EVENT_CHARS = 4 * 2 ** 20;

export type StreamRequest = { readonly url: string; readonly token: string; readonly stop: AbortSignal };

/**
 * The relay's server-sent events, as they come. Ends when the relay ends the stream; throws when the way is lost or says
 * nothing for too long (`network_lost`, `timeout`), and when the relay refuses. An unknown event is passed over.
 */
export async function* relayEvents(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  { url, token, stop }: StreamRequest,
): AsyncGenerator<StreamEvent> {
  const silence = silenceWatch(ports.clock);
  const signal = AbortSignal.any([stop, silence.signal]);
  try {
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
    const response = await within(signal, ports.fetch(new Request(url, { headers, redirect: 'manual', signal })));
    if (response.status !== 200 || response.body === null) {
      const text = await within(signal, response.text());
      throw refused({ status: response.status, text, headers: response.headers }, ports.clock.now());
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let waiting = '';
    try {
      for (;;) {
        silence.heard();
        const { done, value } = await within(signal, reader.read());
        if (done) return;
        waiting += decoder.decode(value, { stream: true });
        const blocks = waiting.split('\n\n');
        waiting = blocks.pop() ?? '';
        if (waiting.length > MOST_EVENT_CHARS) throw notARelay();
        for (const block of blocks) {
          const event = readEvent(block);
          if (event !== null) yield event;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  } catch (thrown) {
    if (stop.aborted) throw new DaybookError('cancelled', 'Cancelled before it was finished.', { cause: thrown });
    if (silence.signal.aborted)
      throw new DaybookError('timeout', 'The connection to the relay was cut on its way. Daybook connects again.');
    if (thrown instanceof DaybookError) throw thrown;
    throw new DaybookError('network_lost', 'The relay cannot be reached. Daybook connects again by itself.', {
      cause: thrown,
    });
  } finally {
    silence.end();
  }
}

/** A comment line is a heartbeat: heard, and no event. */
function readEvent(block: string): StreamEvent | null {
  const lines = block.split('\n');
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [event, data] = [field('event'), field('data')];
  if (event === undefined || data === undefined) return null;
  try {
    const parsed = streamEvent.safeParse({ event, data: JSON.parse(data) });
    if (parsed.success) return parsed.data;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw notARelay();
  }
  // A message must not be passed over: its place in the order would be taken for a hole.
  if (event === 'message') throw notARelay();
  return null;
}

function notARelay(): DaybookError {
  return new DaybookError(
    'answer_unexpected',
    'The relay sends what this version of Daybook does not understand. Update the one or the other.',
  );
}

/** An injected fetch may not listen to the signal, so it is raced as well. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Whoever wins, the other one's failure is nobody's.
  work.catch(() => {});
  signal.throwIfAborted();
  let leave = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(asDaybookError(signal.reason));
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Aborts its signal when nothing was heard for too long; begun anew by each byte. */
function silenceWatch(clock: Clock) {
  const controller = new AbortController();
  let limit = clock.deadline(SILENCE_MS);
  const begin = () => {
    const own = limit;
    own.signal.addEventListener('abort', () => own === limit && controller.abort(own.signal.reason), { once: true });
  };
  begin();
  return {
    signal: controller.signal,
    heard: () => {
      limit.clear();
      limit = clock.deadline(SILENCE_MS);
      begin();
    },
    end: () => limit.clear(),
  };
}
