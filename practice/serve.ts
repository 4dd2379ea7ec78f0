/**
 * `npm run practice:serve`: the practice company over HTTP, to try the command line by hand. Prints one JSON document with
 * the addresses, the keys, a setup document and the environment variables that it names.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { addDays, isCalendarDate } from '../main/core/calendar.ts';
import { type Clock, systemClock, today } from '../main/core/clock.ts';
import { movableClock, withClockControl } from './clock.ts';
import { COMPANY_NAMES, type CompanyName, companyAmong, DEFAULT_COMPANY } from './company/names.ts';
import { withFaultControl } from './faults.ts';
import { type HttpServer, serveHttp } from './http-server.ts';
import { createPracticeWorld } from './world.ts';

export type ServePracticeOptions<Name extends CompanyName = CompanyName> = {
  readonly company: Name;
  readonly clock: Clock;
  readonly seed: number | string;
  readonly firstDay: string;
  readonly historyDays?: number;
  /** The first server's port; the others follow. 0 lets the system choose each. */
  readonly firstPort?: number;
  /** Link the banks at once; otherwise they are linked on the hosted page. */
  readonly linked: boolean;
  readonly onError?: (error: unknown) => void;
  /** Pause before a refused webhook of a bank is sent again; 30 s unless told. */
  readonly retryAfterMs?: number;
  /** Whose time stands in signatures; that of `clock` unless told. */
  readonly webhookClock?: Clock;
};

export async function servePractice<Name extends CompanyName>(options: ServePracticeOptions<Name>) {
  const clock = movableClock(options.clock, () => void world.plaid.control.tellUpdates());
  const { onError, firstPort = 0 } = options;
  const notify = (request: Request) => fetch(request);
  const world = createPracticeWorld(options.company, { webhookClock: options.clock, ...options, clock, notify });
  const running: Array<HttpServer & { readonly key: string }> = [];
  for (const [index, { key, fetch, faults }] of world.servers.entries()) {
    const controlled = withClockControl(withFaultControl(fetch, faults), clock);
    const port = firstPort === 0 ? 0 : firstPort + index;
    running.push({ key, ...(await serveHttp(controlled, { port, ...(onError ? { onError } : {}) })) });
  }
  const addresses = Object.fromEntries(running.map(({ key, url }) => [key, url]));

  const tokens = !options.linked
    ? []
    : world.banks.banks.map(({ key }) => ({
        name: `PRACTICE_${key.toUpperCase()}_TOKEN`,
        value: world.plaid.control.addItem(key).accessToken,
      }));
  return {
    world,
    clock,
    /** By server: its address and what else a client must know. */
    endpoints: Object.fromEntries(world.servers.map(({ key, about }) => [key, about(addresses[key] ?? '')])),
    /** What the setup document names: keys and access tokens of the practice company, no secrets of anyone. */
    environment: { ...world.env, ...Object.fromEntries(tokens.map(({ name, value }) => [name, value])) },
    setup: world.setup(
      addresses,
      tokens.map(({ name }) => name),
    ) as ReturnType<(typeof world)['setup']>,
    close: async () => {
      world.plaid.control.stopWebhooks();
      for (const server of running) await server.close();
    },
  };
}

const USAGE = `npm run -s practice:serve -- [options]
  --company NAME    ${COMPANY_NAMES.join(' or ')} (${DEFAULT_COMPANY})
  --seed N          the company's seed (1)
  --first-day DATE  first practice day (five days ago)
  --history DAYS    days of history before it (730)
  --port N          port of the practice Plaid; the ledgers' servers follow it (any free ones)
  --unlinked        link no bank; link them on the hosted page
  --setup FILE      also write the setup document to this file
While it runs: POST /practice/clock {"days":1} on any address puts its time forward,
POST /practice/faults {"kind":"drop_after","times":1} breaks something, DELETE /practice/faults repairs it.
POST /practice/item/break-login {"bank":"..."} on the practice Plaid plays the life of a login; an unknown act lists all.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      company: { type: 'string', default: DEFAULT_COMPANY },
      seed: { type: 'string', default: '1' },
      'first-day': { type: 'string' },
      history: { type: 'string', default: '730' },
      port: { type: 'string', default: '0' },
      unlinked: { type: 'boolean', default: false },
      setup: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const clock = systemClock();
  const firstDay = values['first-day'] ?? addDays(today(clock), -5);
  if (!isCalendarDate(firstDay)) throw new RangeError(`--first-day ${firstDay} is not a day such as 2026-03-02`);
  const company = companyAmong(['--company', values.company]);
  const practice = await servePractice({
    company,
    clock,
    seed: values.seed,
    firstDay,
    historyDays: wholeNumber('--history', values.history),
    firstPort: wholeNumber('--port', values.port),
    linked: !values.unlinked,
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  });
  if (values.setup !== undefined) await writeFile(values.setup, `${JSON.stringify(practice.setup, null, 2)}\n`);
  const { endpoints, environment, setup } = practice;
  process.stdout.write(`${JSON.stringify({ ...endpoints, firstDay, environment, setup }, null, 2)}\n`);
  const stop = () => void practice.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} ${text} is not a whole number`);
  return Number(text);
}

if (import.meta.main) await main();
