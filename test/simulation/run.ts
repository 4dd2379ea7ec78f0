/** One simulated world from one seed: set up, live through some days of trouble, put right, judge. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectCompany } from '../../main/cli/practice/connect.ts';
import type { CalendarDate } from '../../main/core/calendar.ts';
import { virtualClock } from '../../main/core/clock.ts';
import type { SerialError } from '../../main/core/errors.ts';
import { type Act, accountantActs, answerQuestions } from './accountant.ts';
import { createApprovals } from './approvals.ts';
import { createCauses } from './causes.ts';
import type { CompanyName, SimulatedCompany } from './company.ts';
import { type Computer, createComputer, type Outside, type Process } from './computer.ts';
import { createDice } from './dice.ts';
import { createSimulatedHarbor } from './harbor.ts';
import { type Broken, broken, judgeLedger, judgeWorkspace, lastFullDay } from './judge.ts';
import { createSimulatedKade } from './kade.ts';
import { makeRoom } from './room.ts';
import { signInAgain } from './sign-ins.ts';
import { createWatch } from './watch.ts';
import { clearWeather, drawWeather } from './weather.ts';

export type SimulationResult = {
  readonly seed: number;
  readonly ok: boolean;
  readonly broken: readonly Broken[];
  readonly steps: number;
  readonly faults: number;
  readonly kills: number;
  readonly requests: number;
  readonly posted: number;
  readonly movements: number;
  /** The same for every run of the same seed. */
  readonly digest: string;
};

export type SimulationOptions = {
  readonly seed: number;
  /** Simulated days of trouble. */
  readonly days: number;
  /** By the seed unless told. */
  readonly company?: CompanyName;
  /** Each step as it happens, for a replay. */
  readonly tell?: (line: string) => void;
};

/** Mondays: an ordinary month, and the weeks in which the clocks are changed. */
const FIRST_DAYS: readonly CalendarDate[] = ['2026-11-02', '2026-11-02', '2026-10-19', '2026-03-23'];
/** Short histories: the simulation is about the days that follow. */
const HISTORY_DAYS = 6;
const STEPS_PER_DAY = 4.5;
const MOST_ROUNDS = 12;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, days, tell = () => {} } = options;
  const dice = createDice(`simulation:${seed}`);
  const firstDay = dice.pick(FIRST_DAYS);
  const clock = virtualClock(Date.parse(`${firstDay}T06:30:00.000Z`));
  const folder = makeRoom();
  const causes = createCauses();
  const world = { seed, firstDay, clock, historyDays: HISTORY_DAYS, historyAfterMs: 0 };
  const create = { harbor: createSimulatedHarbor, kade: createSimulatedKade };
  const drawn = dice.pick(['harbor', 'kade'] as const);
  const company: SimulatedCompany = create[options.company ?? drawn](world, dice, causes);
  const approvals = createApprovals();
  const watch = createWatch(company, clock, tell);
  const errors: Array<{ call: string; error: SerialError }> = [];
  const outside: Outside = {
    clock,
    fetch: watch.fetch,
    causes,
    log: watch.log,
    dice,
    seed: String(seed),
    onError: (call, error) => {
      watch.seen(JSON.stringify(error));
      errors.push({ call, error });
      tell(`    ${call}: ${error.code}: ${error.sentence}`);
    },
  };
  const desk = createComputer('desk', folder, outside);
  const computers: Computer[] = [desk];
  const found: Broken[] = [];
  let steps = 0;
  let faults = 0;
  let kills = 0;
  try {
    await connectCompany((await desk.start()).daybook, company.host);
    const acts = [...accountantActs(dice, approvals), ...worldActs()];
    const until = clock.now() + days * 86_400_000;
    while (clock.now() < until && found.length === 0) {
      steps += 1;
      await step(acts);
      found.push(...judgeLedger(company, approvals, causes));
    }
    if (found.length === 0) found.push(...(await putRight()));
    found.push(...watch.broken(errors, steps));
    const end = desk.processes()[0];
    const count = async (table: 'posting' | 'statement_line') =>
      end === undefined ? 0 : (await end.daybook.store.read.selectFrom(table).select('id').execute()).length;
    const [posted, movements] = [await count('posting'), await count('statement_line')];
    await Promise.all(computers.map((computer) => computer.closeAll()));
    found.push(...watch.judgeFiles(folder));
    return {
      ...{ seed, ok: found.length === 0, broken: found, steps, faults, kills },
      ...{ requests: watch.requests(), posted, movements, digest: watch.digest() },
    };
  } finally {
    for (const computer of computers) await computer.closeAll();
    rmSync(folder, { recursive: true, force: true });
  }

  async function step(acts: readonly Act[]): Promise<void> {
    if (dice.chance(0.55)) {
      faults += 1;
      for (const what of drawWeather(dice, company.servers)) tell(`    weather: ${what}`);
    }
    const process = await anyProcess();
    if (dice.chance(0.25)) process.life.dieAfter(1 + dice.int(60));
    const first = drawAct(acts);
    const beside = acts.filter((act) => !act.alone);
    const more = dice.chance(0.3) && !first.alone ? 1 + dice.int(2) : 0;
    const chosen = [first, ...Array.from({ length: more }, () => drawAct(beside))];
    tell(`${new Date(clock.now()).toISOString()} ${process.pid} ${chosen.map((act) => act.name).join(' + ')}`);
    await Promise.all(chosen.map((act) => act.run(process)));
    if (process.life.isDead()) {
      kills += 1;
      tell(`    killed ${process.life.diedAt()}`);
    }
    if (dice.chance(0.5)) clearWeather(company.servers);
    clock.advance(Math.floor((86_400_000 / STEPS_PER_DAY) * 2 * dice.next()));
  }

  function drawAct(acts: readonly Act[]): Act {
    return dice.weighted(acts.map((act) => [act.weight, act] as const));
  }

  async function anyProcess(): Promise<Process> {
    const running = computers.flatMap((computer) => computer.processes());
    if (running.length === 0) return desk.start();
    return dice.pick(running);
  }

  function worldActs(): readonly Act[] {
    let backup: string | null = null;
    return [
      {
        name: 'people at the ERP',
        weight: 6,
        run: async () => void tell(`    ${company.people.act() ?? 'nothing to do'}`),
      },
      { name: 'trouble at the bank', weight: 3, run: async () => void tell(`    ${company.botherFeeds()}`) },
      {
        name: 'second window',
        weight: 1,
        alone: true,
        run: async () => {
          if (desk.processes().length === 1) await desk.start();
        },
      },
      {
        name: 'sign in again',
        weight: 3,
        alone: true,
        run: async (process) => void found.push(...withoutReason(await signInAgain(company, process, causes))),
      },
      { name: 'close and open', weight: 1, alone: true, run: async (process) => process.close() },
      {
        name: 'back up',
        weight: 2,
        alone: true,
        run: async () => {
          if (desk.processes().length > 0) backup = await desk.backup(`step-${steps}-${dice.int(1_000_000)}`);
        },
      },
      {
        name: 'restore the backup',
        weight: 1,
        alone: true,
        run: async () => {
          if (backup === null) return;
          await desk.restore(backup);
          await desk.start();
        },
      },
      {
        name: 'copy to a second computer',
        weight: 1,
        alone: true,
        run: async () => {
          if (computers.length > 1 || backup === null) return;
          const laptop = createComputer('laptop', join(folder, 'laptop'), outside);
          await laptop.restore(backup);
          computers.push(laptop);
          await laptop.start();
        },
      },
      {
        name: 'full disk',
        weight: 1,
        run: async (process) => {
          desk.setDiskFull(true);
          await process.ask('sync.run', {});
          await process.ask('post.run', {});
          desk.setDiskFull(false);
        },
      },
      {
        name: 'clock jump',
        weight: 1,
        run: async () => clock.set(clock.now() + (dice.int(5) - 2) * 3_600_000),
      },
    ];
  }

  /** Faults end, people put right what they did, and the app catches up within a bounded number of rounds. */
  async function putRight(): Promise<Broken[]> {
    clearWeather(company.servers);
    company.putFeedsRight();
    company.people.putRight();
    for (const computer of computers) if (computer !== desk) await computer.closeAll();
    const process = desk.processes()[0] ?? (await desk.start());
    process.life.dieAfter(Number.POSITIVE_INFINITY);
    let before: string | null = null;
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      clock.advance(12 * 3_600_000);
      for (const feed of await process.daybook.feeds.listFeeds())
        if (feed.state !== 'removed') await process.daybook.feeds.syncFeed(feed.id).catch(() => {});
      const needless = withoutReason(await signInAgain(company, process, causes));
      if (needless.length > 0) return needless;
      await process.ask('sync.run', {});
      const exceptions = await process.ask('queue.list', { filter: { states: ['refused'] }, offset: 0, limit: 1000 });
      const refused = (exceptions?.items ?? []).map((item) => item.id);
      if (refused.length > 0) await process.ask('proposals.approve', { ids: refused });
      await process.ask('proposals.approveReady', { filter: {} });
      await approvals.note(process);
      await process.ask('post.run', {});
      await answerQuestions(process, dice);
      await process.ask('post.run', {});
      await approvals.note(process);
      company.people.night();
      await process.ask('post.follow', {});
      const now = await stateOf(process);
      tell(`  round ${round}: ${now}`);
      if (now === before) {
        const day = lastFullDay(clock.now());
        return [...judgeLedger(company, approvals, causes), ...(await judgeWorkspace(company, process, day, causes))];
      }
      before = now;
    }
    return [{ promise: 'the run comes to rest once faults stop', detail: before ?? '' }];
  }
}

function withoutReason(signIns: readonly string[]): Broken[] {
  return broken('nobody is asked to sign in again without a reason', signIns);
}

/** What must not change any more once everything is done. New bank lines of each day are not part of it. */
async function stateOf({ daybook }: Process): Promise<string> {
  const rows = await daybook.store.read
    .selectFrom('proposal')
    .select(['state'])
    .select((proposal) => proposal.fn.countAll<bigint>().as('count'))
    .where('state', 'in', ['approved', 'posting', 'unknown', 'different', 'refused'])
    .groupBy('state')
    .orderBy('state')
    .execute();
  return rows.map((row) => `${row.state} ${row.count}`).join(', ');
}
