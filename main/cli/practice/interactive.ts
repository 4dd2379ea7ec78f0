/** The practice company for a person: linked, mapped and fetched, with the last business days waiting for review. */
import { rmSync } from 'node:fs';
import type { CompanyName } from '../../../practice/company/names.ts';
import type { PracticeServer } from '../../../practice/company/world.ts';
import { type HttpServer, serveHttp } from '../../../practice/http-server.ts';
import { createPracticeWorld, type WorldOf } from '../../../practice/world.ts';
import { createApi } from '../../api/executor.ts';
import { addDays, type CalendarDate, isBusinessDay } from '../../core/calendar.ts';
import { type Clock, today } from '../../core/clock.ts';
import type { Fetch, Log, Ports, Processes } from '../../core/ports.ts';
import { systemRandom } from '../../core/random.ts';
import { type Daybook, openDaybook } from '../../daybook.ts';
import { connectCompany } from './connect.ts';
import { PRACTICE_PASSPHRASE } from './passphrase.ts';
import { createPracticeHost, type PracticeHost } from './world.ts';

/** Enough to search and to test rules on, and read within a second or two. */
const HISTORY_DAYS = 120;
/** Business days whose lines wait when the app opens. */
const DAYS_TO_REVIEW = 2;
/** How often the practice ERP's own night job comes: posts what stands in its journals, processes entries. */
const ERP_BATCH_MS = 60_000;

export type InteractiveOptions<Name extends CompanyName> = {
  readonly company: Name;
  /** The workspace file. The practice company begins anew each time: a former practice workspace there is replaced. */
  readonly database: string;
  readonly seed: number | string;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: Processes;
  readonly tell: (sentence: string) => void;
  /** Nothing is connected yet: the person does it all. */
  readonly fromNothing?: boolean;
};

export type InteractivePractice<Name extends CompanyName> = {
  readonly daybook: Daybook;
  readonly host: PracticeHost<WorldOf<Name>>;
  readonly firstDay: CalendarDate;
  /** Opens the same workspace anew, after a restore. */
  readonly reopen: (passphrase?: string) => Promise<Daybook>;
  /** Ends the pages of the practice servers. The workspace is closed by whoever holds it. */
  readonly close: () => Promise<void>;
};

export async function openPractice<Name extends CompanyName>(
  options: InteractiveOptions<Name>,
): Promise<InteractivePractice<Name>> {
  for (const suffix of ['', '-wal', '-shm']) rmSync(options.database + suffix, { force: true });
  const firstDay = businessDaysBefore(today(options.clock), DAYS_TO_REVIEW);
  // The servers see the linked history at once: nobody wants to wait for a practice bank.
  const world = createPracticeWorld(options.company, {
    ...{ seed: options.seed, firstDay, clock: options.clock, historyDays: HISTORY_DAYS, historyAfterMs: 0 },
  });
  const pages = await servePages(world.servers);
  const host = createPracticeHost(world, pages.addresses);
  const ports: Ports = {
    clock: options.clock,
    random: systemRandom(),
    fetch: atPlaidsAddress(withNightJobs(host, options.clock), pages.addresses.plaid),
    log: options.log,
    processes: options.processes,
  };
  const open = (passphrase: string) =>
    openDaybook({
      database: options.database,
      ports,
      passphrase,
      practice: true,
      name: `${world.title} (practice)`,
    });
  const daybook = await open(PRACTICE_PASSPHRASE);
  const reopen = (passphrase = PRACTICE_PASSPHRASE) => open(passphrase);
  const practice = { daybook, host, firstDay, reopen, close: pages.close };
  if (options.fromNothing) return practice;
  try {
    options.tell('Linking the practice banks and reading their history …');
    await connectCompany(daybook, host);
    // The first morning's run, as the button would make it. The API is only borrowed: the host makes its own.
    const api = createApi(daybook, { actor: 'daybook', emit: () => {}, backups: '' });
    const { proposals } = await api.run('sync.run', {});
    options.tell(
      `${proposals.ready + proposals.needsPerson} entries wait for you: ${proposals.ready} ready, ${proposals.needsPerson} need a person.`,
    );
    return practice;
  } catch (thrown) {
    await daybook.close();
    await pages.close();
    throw thrown;
  }
}

/**
 * Linking a bank and signing in to a ledger open a page in the browser, so the pages of the practice servers are really
 * served, and nothing else of them; Daybook itself asks them without a socket.
 */
async function servePages(servers: readonly PracticeServer[]) {
  const running: Array<readonly [string, HttpServer]> = [];
  const close = async () => {
    for (const [, server] of running) await server.close();
  };
  try {
    for (const { key, fetch, isPage } of servers) {
      const page: Fetch = async (request) =>
        isPage(new URL(request.url).pathname) ? fetch(request) : new Response('Not here.', { status: 404 });
      running.push([key, await serveHttp(page, { background: true })]);
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { addresses: Object.fromEntries(running.map(([key, { url }]) => [key, url])), close };
}

/** A connection that a person makes by the form goes to Plaid's own sandbox; the practice banks answer there, too. */
function atPlaidsAddress(fetch: Fetch, practiceUrl = ''): Fetch {
  return (request) => {
    const { origin, pathname } = new URL(request.url);
    return fetch(origin === 'https://sandbox.plaid.com' ? new Request(practiceUrl + pathname, request) : request);
  };
}

/** The ERP's recurring job, run when somebody asks a practice server something and its time has come. */
function withNightJobs({ world, fetch }: PracticeHost, clock: Clock): Fetch {
  let last = clock.now();
  return async (request) => {
    if (clock.now() - last >= ERP_BATCH_MS) {
      last = clock.now();
      for (const ledger of world.ledgers) ledger.nightJob();
    }
    return fetch(request);
  };
}

function businessDaysBefore(day: CalendarDate, count: number): CalendarDate {
  let date = day;
  for (let left = count; left > 0; ) {
    date = addDays(date, -1);
    if (isBusinessDay(date)) left -= 1;
  }
  return date;
}
