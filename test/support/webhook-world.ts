import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../main/core/clock.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { seededRandom, systemRandom } from '../../main/core/random.ts';
import { type Daybook, openDaybook } from '../../main/daybook.ts';
import type { Pulled } from '../../main/webhooks/index.ts';
import { createHarbor } from '../../practice/harbor/company.ts';
import { createPracticePlaid, type PracticePlaid } from '../../practice/plaid/index.ts';
import { openSqliteStore } from '../../relay/store-sqlite.ts';
import { openRelay, type RunningRelay } from './relay-world.ts';

/** Where relay and Plaid seem to be; the world's fetch leads there. */
export const RELAY_URL = 'https://relay.example';
export const PLAID_URL = 'http://127.0.0.1:8366';
const FIRST_DAY = '2026-03-02';

export type WebhookWorld = {
  readonly plaid: PracticePlaid;
  readonly folder: string;
  /** Other outside systems by their origin. */
  readonly outside: Map<string, Fetch>;
  /** The relay as everybody else reaches it. */
  readonly toRelay: Fetch;
  /** Puts the banks' time forward; what they have new is announced by webhooks. */
  advance(ms: number): void;
  /** The public door, as a stranger reaches it. */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  relay(): RunningRelay;
  stopRelay(): Promise<void>;
  startRelay(env?: Readonly<Record<string, string>>): Promise<void>;
  desktop(name?: string): Promise<TestDesktop>;
  close(): Promise<void>;
};

export type TestDesktop = {
  readonly daybook: Daybook;
  readonly connectionId: string;
  readonly feedId: string;
  readonly itemId: string;
  readonly accessToken: string;
  /** Feeds of each reading, in order. */
  readonly pulls: string[][];
  /** How often entries and masters of a ledger were asked for. */
  readonly asked: { entries: number; masters: number };
  /** Every request that left it. */
  readonly sent: string[];
  /** Plaid cannot be reached from now on. */
  cutOff(off: boolean): void;
  listen(): void;
  /** As closing the lid: nothing runs until `listen`. */
  sleep(): Promise<void>;
  counts(): Promise<Record<string, number>>;
  address(): Promise<string>;
  close(): Promise<void>;
};

/** A relay and the practice Plaid in this process, and desktops that listen; in real time, over loopback. */
export async function webhookWorld(): Promise<WebhookWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-webhooks-'));
  const clock = systemClock();
  let relay: RunningRelay | null = null;
  const startRelay: WebhookWorld['startRelay'] = async (env = {}) => {
    relay = await openRelay(openSqliteStore(join(folder, 'relay.db')), {
      env: { RELAY_PUBLIC_URL: RELAY_URL, ...env },
    });
  };
  await startRelay();
  const running = () => {
    if (relay === null) throw new TypeError('fetch failed');
    return relay;
  };
  const toRelay: Fetch = async (request) => fetch(moved(request, running().url));
  const company = createHarbor({ seed: 5, firstDay: FIRST_DAY, historyDays: 20 });
  const ahead = { ms: Date.parse(`${FIRST_DAY}T18:00:00Z`) - clock.now() };
  const practiceClock = { ...clock, now: () => clock.now() + ahead.ms };
  const plaid = createPracticePlaid({
    ...{ company, clock: practiceClock, random: seededRandom(2), initialAfterMs: 0, historyAfterMs: 0 },
    ...{ notify: toRelay, webhookClock: clock, retryAfterMs: 100 },
  });
  const desktops: TestDesktop[] = [];
  const outside = new Map<string, Fetch>();

  const desktop: WebhookWorld['desktop'] = async (name = 'one') => {
    const sent: string[] = [];
    let off = false;
    const throughPorts: Fetch = async (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname.replace(/[0-9A-HJKMNP-TV-Z]{26}/, '…')}`);
      const { origin } = new URL(request.url);
      if (origin === RELAY_URL) return toRelay(request);
      if (off) throw new TypeError('fetch failed');
      return (outside.get(origin) ?? plaid.fetch)(request);
    };
    const daybook = await openDaybook({
      database: join(folder, `${name}.db`),
      ports: { clock, random: systemRandom(), fetch: throughPorts, log: silentLog, processes: systemProcesses() },
      passphrase: 'pass',
      cost: { N: 2, r: 1, p: 1 },
    });
    const known = plaid.control.items().find(({ bank }) => bank === 'tidewater');
    const item = known ?? { ...plaid.control.addItem('tidewater') };
    const { id: connectionId } = await daybook.feeds.saveConnection(
      {
        ...{ kind: 'plaid', name: 'Banks', environment: 'sandbox' },
        config: { clientId: plaid.control.clientId, endpoint: PLAID_URL },
        secrets: { secret: plaid.control.secret },
      },
      'ada',
    );
    const access = { providerFeedId: item.itemId, accessToken: item.accessToken };
    const { feedId } = await daybook.feeds.registerFeed(connectionId, access, 'ada');
    const pulls: string[][] = [];
    const asked = { entries: 0, masters: 0 };
    let listening: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
    const sleep = async () => {
      listening?.stop.abort();
      await listening?.ended;
      listening = null;
    };
    const one: TestDesktop = {
      ...{
        daybook,
        connectionId,
        feedId,
        itemId: item.itemId,
        accessToken: item.accessToken,
        pulls,
        asked,
        sent,
        sleep,
      },
      cutOff: (cut) => {
        off = cut;
      },
      listen: () => {
        const stop = new AbortController();
        const reads = {
          lines: async (feedIds: readonly string[]) => {
            pulls.push([...feedIds]);
            const results = await daybook.feeds.syncAll({ feedIds });
            return new Map(results.map((result): [string, Pulled] => [result.feedId, result]));
          },
          entries: async () => {
            asked.entries += 1;
          },
          masters: async () => {
            asked.masters += 1;
          },
        };
        listening = { stop, ended: daybook.webhooks.listen(reads, () => {}, stop.signal) };
      },
      counts: async () => {
        const { counts } = await daybook.webhooks.status();
        return Object.fromEntries(
          counts.map(({ verdict, why, count }) => [[verdict, why].filter(Boolean).join(': '), count]),
        );
      },
      address: async () => (await daybook.webhooks.addressFor('plaid')) ?? '',
      close: async () => {
        await sleep();
        await daybook.close();
      },
    };
    desktops.push(one);
    return one;
  };

  return {
    advance: (ms) => {
      ahead.ms += ms;
      plaid.control.tellUpdates();
    },
    ...{ plaid, folder, outside, toRelay, startRelay, desktop, relay: running },
    post: async (path, body, headers = {}) =>
      (await toRelay(new Request(`${RELAY_URL}${path}`, { method: 'POST', body, headers }))).status,
    stopRelay: async () => {
      const stopping = running();
      relay = null;
      await stopping.close();
    },
    close: async () => {
      plaid.control.stopWebhooks();
      for (const one of desktops) await one.close();
      if (relay !== null) await relay.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Looks until it holds; what never comes is told by name. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, limitMs = 30_000): Promise<void> {
  const clock = systemClock();
  for (const end = clock.now() + limitMs; !(await holds()); ) {
    if (clock.now() > end) throw new Error(`It did not come in ${limitMs} ms: ${what}.`);
    await clock.sleep(20);
  }
}

function moved(request: Request, base: string): Request {
  const { pathname, search } = new URL(request.url);
  return new Request(`${base}${pathname}${search}`, request);
}
