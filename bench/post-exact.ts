/**
 * A month of three bank accounts of one division posted to the practice Exact Online, which admits 60 calls a minute, on a
 * virtual clock: once a day as it comes, and all at once after a month away.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connector as exact } from '../main/connectors/exact/index.ts';
import { type CalendarDate, daysFrom, isBusinessDay } from '../main/core/calendar.ts';
import { type VirtualClock, virtualClock } from '../main/core/clock.ts';
import { type Fetch, silentLog } from '../main/core/ports.ts';
import { seededRandom } from '../main/core/random.ts';
import { isReference } from '../main/core/reference.ts';
import { postApproved } from '../main/posting/post.ts';
import { openStore, type Store } from '../main/store/store.ts';
import { createPracticeExact } from '../practice/exact/index.ts';
import { kadeLedger } from '../practice/kade/ledger.ts';
import { OFFICES } from '../practice/kade/offices.ts';
import { type ApprovedLine, approveLines, type SeededMapping, seedMappings } from '../test/support/approved-lines.ts';
import { memoryPorts } from '../test/support/connector-ports.ts';
import { type Bench, goal, rounded } from './support/report.ts';

const FIRST_DAY: CalendarDate = '2026-11-02';
const LAST_DAY: CalendarDate = '2026-11-30';
/** Lines of an account on a business day. Each entry costs calls of its own, so fewer lines make more calls a line. */
const LINES_A_DAY = 40;
/** Exact takes a good part of a second to store an entry. */
const LATENCY_MS = 400;
const ENDPOINT = 'http://127.0.0.1:8461';
const { division, chart, costCenters, vat } = OFFICES.nl;

const MAPPINGS: readonly SeededMapping[] = [
  { account: 'current', currency: 'EUR', journal: '20' },
  { account: 'savings', currency: 'EUR', journal: '21' },
  { account: 'dollar', currency: 'USD', journal: '22' },
].map(({ account, currency, journal }) => ({
  ...{ account, currency, openingMinor: 0n, legalEntity: String(division) },
  ...{ bankAccount: journal, journalName: journal },
}));

const OFFSETS: ReadonlyArray<ApprovedLine['offset']> = [
  { accountType: 'customer', account: '10001' },
  { accountType: 'vendor', account: '40001' },
  { accountType: 'ledger', account: chart.suspense[0] },
  {
    accountType: 'ledger',
    account: chart.office[0],
    dimensions: { CostCenter: costCenters.studio[0], VATCode: vat.purchase[0] },
  },
];

export const bench: Bench = async ({ quick, tell }) => {
  const days = daysFrom(FIRST_DAY, LAST_DAY)
    .filter(isBusinessDay)
    .slice(0, quick ? 5 : undefined);
  const lines = days.flatMap(linesOf);
  tell(`posting ${lines.length} lines of ${days.length} days, day by day …`);
  const daily = await post(lines, days);
  tell('posting the same lines all at once …');
  const atOnce = await post(lines, null);
  const per100 = (calls: number) => rounded((calls / lines.length) * 100);
  return {
    figures: {
      lines: lines.length,
      entries: days.length * MAPPINGS.length,
      callsPer100LinesAtOnce: per100(atOnce.calls),
      callsPerEntryAtOnce: rounded(atOnce.calls / (days.length * MAPPINGS.length)),
      minutesAtOnce: rounded(atOnce.minutes),
      callsPer100LinesDaily: per100(daily.calls),
      secondsADay: rounded((daily.minutes * 60) / days.length),
      refusedForTooMany: atOnce.refused + daily.refused,
    },
    goals: {
      callsPer100LinesAtOnce: goal(per100(atOnce.calls), { atMost: 12 }),
      refusedForTooMany: goal(atOnce.refused + daily.refused, { atMost: 0 }),
    },
    notes: [
      `three accounts of one division with ${LINES_A_DAY} lines a business day each, an entry for each account and day`,
      `on a virtual clock: Exact admits 60 calls a minute, and answers each after ${LATENCY_MS} ms`,
      'calls are all that the site is asked, the name of the user and the set-up of the division included',
      'a run reads the set-up once (11 calls; 4 while that of a day before is good enough); an entry takes a read before it and the post, and a look-up asks for 29 lines',
    ],
  };
};

function linesOf(date: CalendarDate): ApprovedLine[] {
  return MAPPINGS.flatMap((mapping) =>
    Array.from({ length: LINES_A_DAY }, (_, index) => ({
      ...{ mapping, date, offset: OFFSETS[index % OFFSETS.length] ?? { accountType: 'ledger', account: '' } },
      amountMinor: (index % 3 === 0 ? -1 : 1) * (1_000 + index * 37),
    })),
  );
}

/** Posts on the morning after each of the days, or everything on the last one. */
async function post(lines: readonly ApprovedLine[], days: readonly CalendarDate[] | null) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const clock = virtualClock(morningAfter(days?.[0] ?? LAST_DAY));
  const site = busySite(clock);
  const random = seededRandom('bench');
  const { clientId, clientSecret, redirectUri } = site.control.application;
  const context = {
    environment: 'sandbox' as const,
    ...{ secret: () => clientSecret, fetch: site.fetch, clock, random, log: silentLog, ...memoryPorts() },
  };
  const config = { site: 'nl', clientId, redirectUri, divisions: [division], endpoint: ENDPOINT };
  const connector = exact.open(config, context);
  const landed = new URL(site.control.consent(connector.signInUrl('state')));
  await connector.finishSignIn(landed.searchParams.get('code') ?? '', undefined);
  const store = await openStore({ path: join(folder, 'daybook.db'), clock, random });
  try {
    await seedMappings(store, 'exact', MAPPINGS);
    const ids = await approveLines(store, lines);
    let minutes = 0;
    for (const day of days ?? [null]) {
      if (day !== null) clock.set(morningAfter(day));
      const only = day === null ? undefined : new Set(ids.filter((_, index) => lines[index]?.date === day));
      const began = clock.now();
      await postOnce(store, clock, connector, only);
      minutes += (clock.now() - began) / 60_000;
    }
    const booked = site.control
      .books()
      .entries.flatMap((entry) => entry.lines)
      .filter((line) => line.role === 'line' && isReference((line.notes ?? '').slice(0, 20))).length;
    if (booked !== lines.length) throw new Error(`${booked} of ${lines.length} lines are in the books`);
    return { calls: site.calls(), refused: site.refused(), minutes };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function postOnce(
  store: Store,
  clock: VirtualClock,
  connector: ReturnType<typeof exact.open>,
  only: ReadonlySet<string> | undefined,
): Promise<void> {
  const context = {
    ...{ store, clock, random: seededRandom('bench'), log: silentLog, connectorFor: async () => connector },
    processes: { host: 'bench', pid: process.pid, isAlive: () => true },
  };
  const result = await postApproved(context, { actor: 'bench', ...(only === undefined ? {} : { only }) });
  if (result.failures.length + result.unknown + result.refused + result.different > 0)
    throw new Error(`not everything was posted: ${JSON.stringify(result)}`);
}

/** The Dutch site of Atelier Kade with all its limits; counts what its division is asked. */
function busySite(clock: VirtualClock) {
  const ledger = kadeLedger('nl', {
    firstDay: FIRST_DAY,
    balanceOn: (account) => ({ minor: 0n, currency: account === 'nlDollar' ? 'USD' : 'EUR' }),
  });
  const site = createPracticeExact({ site: 'nl', ledger, clock, random: seededRandom('bench') });
  let calls = 0;
  let refused = 0;
  const fetch: Fetch = async (request) => {
    const counted = new URL(request.url).pathname.startsWith('/api/v1/');
    await clock.sleep(LATENCY_MS, request.signal);
    const answer = await site.fetch(request);
    if (counted) calls += 1;
    if (answer.status === 429) refused += 1;
    return answer;
  };
  return { fetch, control: site.control, calls: () => calls, refused: () => refused };
}

function morningAfter(day: CalendarDate): number {
  return Date.parse(`${day}T07:30:00Z`) + 86_400_000;
}
