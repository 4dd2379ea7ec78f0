/**
 * The main process as the browser host runs it: workspace, engine, API and server, in a process of its own. It is
 * told by messages what to do, and watches its own event loop. `held` as third argument: nobody gets a turn in between.
 */
import { join } from 'node:path';
import { createApi } from '../../main/api/executor.ts';
import { systemClock } from '../../main/core/clock.ts';
import { silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { systemRandom } from '../../main/core/random.ts';
import { openDaybook } from '../../main/daybook.ts';
import { type BrowserHost, startBrowserHost } from '../../main/web/server.ts';
import { fastClock } from '../ingest/daybook.ts';
import { watchLoop } from './loop.ts';
import { setUp } from './workspace.ts';

const [folder = '', bank = '', pages = '', how = ''] = process.argv.slice(2);
// The engine lets others have their turn by `setImmediate`: a microtask in its place lets nobody.
if (how === 'held') Reflect.set(globalThis, 'setImmediate', (then: () => void) => queueMicrotask(then));

const random = systemRandom();
const fetcher = (request: Request) => fetch(request);
const ports = { clock: fastClock(), random, fetch: fetcher, log: silentLog, processes: systemProcesses() };
const daybook = await openDaybook({
  ...{ database: join(folder, 'daybook.db'), ports, passphrase: 'bench', cost: { N: 2, r: 1, p: 1 } },
});
let host: BrowserHost | undefined;
const api = createApi(daybook, {
  actor: 'bench',
  emit: (name, data) => host?.emit(name, data),
  backups: join(folder, 'backups'),
});
host = await startBrowserHost({ api, ports: { ...ports, clock: systemClock() }, rendererDir: pages });

let watching: ReturnType<typeof watchLoop> | undefined;
const does: Readonly<Record<string, () => unknown>> = {
  setUp: () => setUp(daybook, api, bank),
  feeds: async () => (await daybook.feeds.listFeeds()).map(({ id }) => id),
  watch: () => {
    watching = watchLoop();
  },
  figures: () => watching?.(),
  settle: () => daybook.store.settle(),
  close: async () => {
    await host?.close();
    await api.close();
  },
};
process.on('message', async (name) => {
  const value = await does[String(name)]?.();
  process.send?.({ value: value ?? null });
  if (name === 'close') process.disconnect();
});
process.send?.({ value: host.url });
