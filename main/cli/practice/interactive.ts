/** The practice company for a person: linked, mapped and fetched, with the last business days waiting for review. */
import { rmSync } from 'node:fs';
import { BANKS, type BankKey } from '../../../practice/harbor/accounts.ts';
import { serveHttp } from '../../../practice/http-server.ts';
import { createApi } from '../../api/executor.ts';
import { addDays, type CalendarDate, isBusinessDay } from '../../core/calendar.ts';
import { type Clock, today } from '../../core/clock.ts';
import type { Fetch, Log, Ports, Processes } from '../../core/ports.ts';
import { systemRandom } from '../../core/random.ts';
import { type Daybook, openDaybook } from '../../daybook.ts';
import { PRACTICE_PASSPHRASE } from './passphrase.ts';
import { applyPracticeSetup, linkBank } from './run.ts';
import { createPracticeHost, type PracticeHost } from './world.ts';

/** Enough to search and to test rules on, and read within a second or two. */
const HISTORY_DAYS = 120;
/** Business days whose lines wait when the app opens. */
const DAYS_TO_REVIEW = 2;
/** How often the practice ERP's own batch job posts what stands in its journals. */
const ERP_BATCH_MS = 60_000;

export type InteractiveOptions = {
  /** The workspace file. The practice company begins anew each time: a former practice workspace there is replaced. */
  readonly database: string;
  readonly seed: number | string;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: Processes;
  readonly tell: (sentence: string) => void;
};

export type InteractivePractice = {
  readonly daybook: Daybook;
  readonly host: PracticeHost;
  readonly firstDay: CalendarDate;
  /** Opens the same workspace anew, after a restore. */
  readonly reopen: (passphrase?: string) => Promise<Daybook>;
  /** Ends the practice banks' sign-in page. The workspace is closed by whoever holds it. */
  readonly close: () => Promise<void>;
};

export async function openPractice(options: InteractiveOptions): Promise<InteractivePractice> {
  for (const suffix of ['', '-wal', '-shm']) rmSync(options.database + suffix, { force: true });
  const firstDay = businessDaysBefore(today(options.clock), DAYS_TO_REVIEW);
  // Linking a bank by hand opens a page in the browser, so this one page is really served.
  const page: { fetch: Fetch | null } = { fetch: null };
  const signIn = await serveHttp((request) => signInPage(request, page.fetch), { background: true });
  // The servers see the linked history at once: nobody wants to wait for a practice bank.
  const host = createPracticeHost({
    seed: options.seed,
    firstDay,
    clock: options.clock,
    historyDays: HISTORY_DAYS,
    historyAfterMs: 0,
    plaidOrigin: signIn.url,
  });
  page.fetch = host.world.plaid.fetch;
  const ports: Ports = {
    clock: options.clock,
    random: systemRandom(),
    fetch: withErpBatch(host, options.clock),
    log: options.log,
    processes: options.processes,
  };
  const open = (passphrase: string) =>
    openDaybook({
      database: options.database,
      ports,
      passphrase,
      practice: true,
      name: 'Harbor Property Group (practice)',
    });
  const daybook = await open(PRACTICE_PASSPHRASE);
  try {
    options.tell('Linking the practice banks and reading their history …');
    await applyPracticeSetup(daybook, { ...host, setup: { ...host.setup, mappings: [] } });
    for (const bank of Object.keys(BANKS) as BankKey[]) await linkBank(daybook, host, bank);
    await applyPracticeSetup(daybook, host);
    // The first morning's run, as the button would make it. The API is only borrowed: the host makes its own.
    const api = createApi(daybook, { actor: 'daybook', emit: () => {}, backups: '' });
    const { proposals } = await api.run('sync.run', {});
    options.tell(
      `${proposals.made} entries wait for you: ${proposals.ready} ready, ${proposals.needsPerson} need a person.`,
    );
    const reopen = (passphrase = PRACTICE_PASSPHRASE) => open(passphrase);
    return { daybook, host, firstDay, reopen, close: signIn.close };
  } catch (thrown) {
    await daybook.close();
    await signIn.close();
    throw thrown;
  }
}

/** Of the practice banks' server only the page for people; Daybook itself asks it without a socket. */
async function signInPage(request: Request, fetch: Fetch | null): Promise<Response> {
  if (fetch !== null && new URL(request.url).pathname.startsWith('/practice/link/')) return fetch(request);
  return new Response('Not here.', { status: 404 });
}

/** The ERP's recurring job, run when somebody asks the ERP something and its time has come. */
function withErpBatch(host: PracticeHost, clock: Clock): Fetch {
  let last = clock.now();
  return async (request) => {
    if (clock.now() - last >= ERP_BATCH_MS) {
      last = clock.now();
      host.world.d365.control.postJournals();
    }
    return host.fetch(request);
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
