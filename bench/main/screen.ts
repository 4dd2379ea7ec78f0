import type { CallInput, CallName } from '../../main/api/contract.ts';

/** What a page of the browser host does, without the page: it is let in, calls, and hears of changes. */
export type Screen = {
  /** The answer's text. Milliseconds go into `times` of that call. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<string>;
  readonly times: ReadonlyMap<CallName, number[]>;
  /** Asks for the review queue's windows one after the other, as the hand that scrolls does, until it is stopped. */
  scroll(): () => Promise<void>;
  /** Waits for what it has asked. */
  close(): Promise<void>;
};

const WINDOW = 100;

export async function openScreen(url: string): Promise<Screen> {
  const { origin, hash } = new URL(url);
  const json = { 'content-type': 'application/json', origin };
  const opened = await fetch(`${origin}/api/open`, {
    ...{ method: 'POST', headers: json, body: JSON.stringify({ launch: hash.slice(1) }) },
  });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { token }: { token: string } = JSON.parse(await opened.text());
  const headers = { ...json, cookie, 'x-daybook-token': token };
  const times = new Map<CallName, number[]>();
  let count = 0;

  const call: Screen['call'] = async (name, input) => {
    count += 1;
    const started = performance.now();
    const body = JSON.stringify({ name, input, callId: `call-${count}` });
    const send = async () => (await fetch(`${origin}/api/call`, { method: 'POST', headers, body })).text();
    // A host that gave nobody a turn for seconds finds its connections too old, and closes them.
    const text = await (name === 'sync.run' ? send() : send().catch(send));
    const list = times.get(name) ?? [];
    times.set(name, list);
    list.push(performance.now() - started);
    if (!text.startsWith('{"ok":true')) throw new Error(`${name} answered ${text.slice(0, 300)}`);
    return text;
  };

  const events = new AbortController();
  const read: Promise<string>[] = [];
  const heard = listen(origin, headers, events.signal, (topics) => {
    // What the review screen and the rail read anew.
    if (/queue|journals/.test(topics)) read.push(call('queue.counts', { filter: {} }));
    if (/feeds|mappings/.test(topics)) read.push(call('connections.list', {}), call('mappings.list', {}));
  });
  heard.catch(() => {});
  return {
    call,
    times,
    scroll: () => {
      let going = true;
      const scrolling = async () => {
        for (let offset = 0; going; ) {
          const answer = await call('queue.list', { filter: { tab: 'review' }, offset, limit: WINDOW });
          const total = Number(/"total":(\d+)/.exec(answer)?.[1] ?? 0);
          offset = offset + WINDOW < total ? offset + WINDOW : 0;
        }
      };
      const ended = scrolling();
      return async () => {
        going = false;
        await ended;
      };
    },
    close: async () => {
      events.abort();
      await Promise.all(read);
    },
  };
}

/** Reads the stream of events and tells the topics of each `changed`. */
async function listen(
  origin: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  changed: (topics: string) => void,
): Promise<void> {
  const { body } = await fetch(`${origin}/api/events`, { headers, signal });
  let rest = '';
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const frames = (rest + text).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) if (frame.startsWith('event: changed')) changed(frame);
  }
}
