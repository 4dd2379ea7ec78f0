import { EventEmitter } from 'node:events';
import { app } from './app.ts';

type Options = { readonly method?: string; readonly url: string; readonly redirect?: string };

/** `net.request` over Node's fetch: the same events in the same order, not Chromium's network stack. */
class ClientRequest extends EventEmitter {
  readonly #options: Options;
  readonly #headers = new Headers();
  readonly #abort = new AbortController();

  constructor(options: Options) {
    super();
    if (!app.isReady()) throw new Error('net module can only be used after app is ready');
    this.#options = options;
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  abort(): void {
    this.#abort.abort();
    this.emit('abort');
    this.emit('close');
  }

  end(body?: Buffer): void {
    void this.#run(body);
  }

  async #run(body: Buffer | undefined): Promise<void> {
    const { method = 'GET', url } = this.#options;
    try {
      const { signal } = this.#abort;
      const init = { method, headers: this.#headers, redirect: 'manual' as const, signal };
      const response = await fetch(url, body === undefined ? init : { ...init, body: new Uint8Array(body) });
      const headers = headersOf(response.headers);
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        this.emit('redirect', response.status, method, new URL(location, url).href, headers);
        // Chromium's rule: nobody followed it while it was told, so it is an error.
        if (!signal.aborted) this.emit('error', new Error('Redirect was cancelled'));
        return;
      }
      const incoming = Object.assign(new EventEmitter(), { statusCode: response.status, headers });
      this.emit('response', incoming);
      for await (const chunk of response.body ?? []) incoming.emit('data', Buffer.from(chunk));
      incoming.emit('end');
      this.emit('close');
    } catch (thrown) {
      if (!this.#abort.signal.aborted) this.emit('error', thrown);
    }
  }
}

function headersOf(headers: Headers): Record<string, string | string[]> {
  const raw: Record<string, string | string[]> = Object.fromEntries(headers);
  const cookies = headers.getSetCookie();
  return cookies.length > 0 ? { ...raw, 'set-cookie': cookies } : raw;
}

export const net = {
  request: (options: Options) => new ClientRequest(options),
  isOnline: () => process.env.STAND_IN_OFFLINE !== 'yes',
};
