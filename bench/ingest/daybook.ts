import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { connector as plaid } from '../../main/connectors/plaid/index.ts';
import { systemClock } from '../../main/core/clock.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { systemRandom } from '../../main/core/random.ts';
import { createFeeds, type Feeds } from '../../main/feeds/index.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { openVault } from '../../main/vault/vault.ts';
import { ACCOUNT_ID, pageOfCursor, plaidPage } from './plaid-pages.ts';

export type Measured = {
  /** Microseconds a line, the making of the pages taken off. */
  readonly perLine: number;
  /** Milliseconds for which the event loop stood still. */
  readonly delayP99: number;
  readonly delayMax: number;
};

export type DaybookRun = {
  readonly store: Store;
  /** A whole sync from the beginning: request, answer, validation, mapping, ingest, balances, completeness, trail. */
  sync(): Promise<Measured>;
  /** Waits for the thread that moves SQLite's log into the file: a later sync comes hours later. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

/**
 * The product itself, as it is wired for real, with a network port that answers as Plaid does. A sync forgets its
 * cursor first, so that it reads all `lines` again.
 */
export async function openDaybook(lines: number, bank: Bank = bankInProcess(lines)): Promise<DaybookRun> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const clock = fastClock();
  const random = systemRandom();
  const store = await openStore({ path: join(folder, 'daybook.db'), clock, random });
  const feeds = createFeeds({
    store,
    vault: await openVault({ store, clock, random, passphrase: 'bench', cost: { N: 2, r: 1, p: 1 } }),
    moduleFor: (kind) => (kind === 'plaid' ? plaid : undefined),
    ports: { clock, random, log: silentLog, fetch: bank.fetch, processes: systemProcesses() },
  });
  const feedId = await registered(feeds, bank);
  return {
    store,
    sync: async () => {
      await store.write((trx) => trx.updateTable('feed').set({ cursor: null }).execute());
      const madeBefore = bank.makingMs();
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const started = performance.now();
      const result = await feeds.syncFeed(feedId);
      const ms = performance.now() - started - (bank.makingMs() - madeBefore);
      // The last stretch without a turn is only seen when a timer runs after it.
      await new Promise((resolve) => setTimeout(resolve, 20));
      delay.disable();
      if (result.outcome !== 'applied' || result.newLines + result.unchangedLines !== lines)
        throw new Error(`the sync did not take in its lines: ${JSON.stringify(result)}`);
      return { perLine: (ms * 1000) / lines, delayP99: delay.percentile(99) / 1e6, delayMax: delay.max / 1e6 };
    },
    settle: () => store.settle(),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The real time, but waiting takes none: the bench measures work, not Plaid's rate limits. */
export function fastClock() {
  let passed = 0;
  const real = systemClock();
  return {
    ...real,
    now: () => real.now() + passed,
    sleep: async (ms: number) => {
      passed += ms;
    },
  };
}

async function registered(feeds: Feeds, { endpoint }: Bank): Promise<string> {
  const { id } = await feeds.saveConnection(
    {
      kind: 'plaid',
      name: 'Bench',
      environment: 'sandbox',
      config: { clientId: 'bench', ...(endpoint === undefined ? {} : { endpoint }) },
      secrets: { secret: 'bench' },
    },
    'bench',
  );
  const access = { providerFeedId: 'item-bench', accessToken: 'access-sandbox-bench' };
  return (await feeds.registerFeed(id, access, 'bench')).feedId;
}

/** The bank service that is played: in this process, or behind a loopback address. */
export type Bank = { readonly fetch: Fetch; readonly endpoint?: string; readonly makingMs: () => number };

function bankInProcess(lines: number): Bank {
  let makingMs = 0;
  return {
    makingMs: () => makingMs,
    fetch: async (request) => {
      const body: unknown = await request.json();
      const started = performance.now();
      const bytes = new TextEncoder().encode(answerOfBank(new URL(request.url).pathname, body, lines));
      makingMs += performance.now() - started;
      return new Response(bytes, { headers: { 'content-type': 'application/json' } });
    },
  };
}

const syncRequest = z.object({ cursor: z.string().nullish() });

export function answerOfBank(path: string, body: unknown, lines: number): string {
  if (path === '/transactions/sync') return plaidPage(lines, pageOfCursor(syncRequest.parse(body).cursor ?? null));
  if (path === '/item/get') return JSON.stringify(ITEM);
  if (path === '/accounts/get') return JSON.stringify({ accounts: [ACCOUNT], item: ITEM.item, request_id: 'r' });
  throw new Error(`the bank answers no ${path}`);
}

const ITEM = {
  item: {
    item_id: 'item-bench',
    institution_id: 'ins_109508',
    institution_name: 'First Platypus Bank',
    webhook: '',
    error: null,
    available_products: [],
    billed_products: ['transactions'],
    products: ['transactions'],
    consent_expiration_time: null,
    update_type: 'background',
  },
  status: { transactions: { last_successful_update: '2026-11-20T06:00:00Z', last_failed_update: null } },
  request_id: 'r',
};

const ACCOUNT = {
  account_id: ACCOUNT_ID,
  balances: { available: 1000, current: 1000, limit: null, iso_currency_code: 'USD', unofficial_currency_code: null },
  mask: '0000',
  name: 'Checking',
  official_name: 'Business Checking',
  type: 'depository',
  subtype: 'checking',
};
