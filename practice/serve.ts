/**
 * `npm run practice:serve`: the practice company over HTTP, to try the command line by hand. Prints one JSON document with
 * the addresses, the keys, a setup document and the environment variables that it names.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { addDays, isCalendarDate } from '../main/core/calendar.ts';
import { type Clock, systemClock, today } from '../main/core/clock.ts';
import type { Fetch } from '../main/core/ports.ts';
import { movableClock, withClockControl } from './clock.ts';
import { PRACTICE_CREDENTIALS } from './d365/index.ts';
import { type FaultSwitches, withFaultControl } from './faults.ts';
import { BANKS, type BankKey } from './harbor/accounts.ts';
import { D365_SECRET, harborSetup, PLAID_SECRET } from './harbor/setup.ts';
import { type HttpServer, serveHttp } from './http-server.ts';
import { createPracticeWorld } from './world.ts';

export type ServePracticeOptions = {
  readonly clock: Clock;
  readonly seed: number | string;
  readonly firstDay: string;
  readonly historyDays?: number;
  /** Fixed ports; 0 lets the system choose. */
  readonly plaidPort?: number;
  readonly d365Port?: number;
  /** Link the three banks at once; otherwise they are linked on the hosted page. */
  readonly linked: boolean;
  readonly onError?: (error: unknown) => void;
};

export async function servePractice(options: ServePracticeOptions) {
  const clock = movableClock(options.clock);
  const { onError } = options;
  const world = createPracticeWorld({ ...options, clock });
  const listen = (fetch: Fetch, faults: FaultSwitches, port = 0): Promise<HttpServer> =>
    serveHttp(withClockControl(withFaultControl(fetch, faults), clock), { port, ...(onError ? { onError } : {}) });
  const plaid = await listen(world.plaid.fetch, world.plaid.control.faults, options.plaidPort);
  const d365 = await listen(world.d365.fetch, world.d365.control.faults, options.d365Port);

  const tokens = !options.linked
    ? []
    : (Object.keys(BANKS) as BankKey[]).map((bank) => ({
        name: `PRACTICE_${bank.toUpperCase()}_TOKEN`,
        value: world.plaid.control.addItem(bank).accessToken,
      }));
  const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
  const environment: Readonly<Record<string, string>> = {
    [PLAID_SECRET]: world.plaid.control.secret,
    [D365_SECRET]: secret,
    ...Object.fromEntries(tokens.map(({ name, value }) => [name, value])),
  };
  const endpoints = {
    plaid: { endpoint: plaid.url, clientId: world.plaid.control.clientId },
    d365: { endpoint: d365.url, tokenEndpoint: `${d365.url}/${tenant}/oauth2/v2.0/token`, tenant, clientId },
    firstDay: options.firstDay,
  };
  return {
    world,
    clock,
    endpoints,
    /** What the setup document names: keys and access tokens of the practice company, no secrets of anyone. */
    environment,
    setup: harborSetup({
      firstDay: options.firstDay,
      plaid: { ...endpoints.plaid, tokens: tokens.map(({ name }) => name) },
      d365: endpoints.d365,
    }),
    close: async () => {
      await plaid.close();
      await d365.close();
    },
  };
}

const USAGE = `npm run -s practice:serve -- [options]
  --seed N          the company's seed (1)
  --first-day DATE  first practice day (five days ago)
  --history DAYS    days of history before it (730)
  --plaid-port N    port of the practice Plaid (any free one)
  --d365-port N     port of the practice Dynamics 365 (any free one)
  --unlinked        link no bank; link them on the hosted page
  --setup FILE      also write the setup document to this file
While it runs: POST /practice/clock {"days":1} on either address puts its time forward,
POST /practice/faults {"kind":"drop_after","times":1} breaks something, DELETE /practice/faults repairs it.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      'first-day': { type: 'string' },
      history: { type: 'string', default: '730' },
      'plaid-port': { type: 'string', default: '0' },
      'd365-port': { type: 'string', default: '0' },
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
  const practice = await servePractice({
    clock,
    seed: values.seed,
    firstDay,
    historyDays: wholeNumber('--history', values.history),
    plaidPort: wholeNumber('--plaid-port', values['plaid-port']),
    d365Port: wholeNumber('--d365-port', values['d365-port']),
    linked: !values.unlinked,
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  });
  if (values.setup !== undefined) await writeFile(values.setup, `${JSON.stringify(practice.setup, null, 2)}\n`);
  const { endpoints, environment, setup } = practice;
  process.stdout.write(`${JSON.stringify({ ...endpoints, environment, setup }, null, 2)}\n`);
  const stop = () => void practice.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} ${text} is not a whole number`);
  return Number(text);
}

if (import.meta.main) await main();
