/** Debian's Chromium, driven over the DevTools protocol (flat sessions, one WebSocket). */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Params = Record<string, unknown>;
export type CdpEvent = { readonly method: string; readonly params: Params; readonly sessionId: string | undefined };

export type Chromium = {
  /** For a second client: Playwright in the spec's process. */
  readonly endpoint: string;
  send(method: string, params?: Params, sessionId?: string): Promise<Params>;
  /** Every event of every session. */
  onEvent(listener: (event: CdpEvent) => void): void;
  stop(): Promise<void>;
};

export const CHROMIUM = process.env.DAYBOOK_CHROMIUM ?? '/usr/bin/chromium';

/** Site isolation off: one session sees all frames of a page. No name resolves: nothing leaves this computer. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  // A small /dev/shm, as in containers, crashes pages.
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-site-isolation-trials',
  '--disable-features=IsolateOrigins,site-per-process,Translate',
  '--disable-popup-blocking',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--remote-debugging-port=0',
  '--no-startup-window',
];

export async function startChromium(): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'daybook-chromium-'));
  const child = spawn(CHROMIUM, [...ARGUMENTS, `--user-data-dir=${profile}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = await endpointOf(profile, child);
  const socket = new WebSocket(endpoint);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('Chromium does not answer on its debugging port')));
  });
  const waiting = new Map<number, { resolve: (value: Params) => void; reject: (reason: Error) => void }>();
  const listeners: ((event: CdpEvent) => void)[] = [];
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.id === undefined) {
      for (const listener of listeners)
        listener({ method: message.method, params: message.params ?? {}, sessionId: message.sessionId });
      return;
    }
    const caller = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) caller?.reject(new Error(`${message.error.message} ${message.error.data ?? ''}`.trim()));
    else caller?.resolve(message.result);
  });
  return {
    endpoint,
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject: (reason) => reject(new Error(`${method}: ${reason.message}`)) });
        socket.send(JSON.stringify({ id: lastId, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      }),
    onEvent: (listener) => void listeners.push(listener),
    stop: async () => {
      socket.close();
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function endpointOf(profile: string, child: ChildProcess): Promise<string> {
  const file = join(profile, 'DevToolsActivePort');
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode} before it was ready`);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (lines[0] && lines[1]) return `ws://127.0.0.1:${lines[0]}${lines[1]}`;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('Chromium did not open its debugging port within 15 seconds');
}
