/** One simulated world from one seed: set up, live through some days of trouble, put right, judge. */
import { rmSync } from 'node:fs';
import { connectCompany } from '../../main/cli/practice/connect.ts';
import type { CalendarDate } from '../../main/core/calendar.ts';
import { virtualClock } from '../../main/core/clock.ts';
import type { SerialError } from '../../main/core/errors.ts';
import { type Act, accountantActs } from './accountant.ts';
import { createApprovals } from './approvals.ts';
import { bankLifeActs } from './bank-life.ts';
import { createCauses } from './causes.ts';
import type { CompanyName } from './company.ts';
import { type Computer, createComputer, type Outside, type Process } from './computer.ts';
import { createDice } from './dice.ts';
import { createExplanations } from './explanations.ts';
import { createSimulatedHarbor } from './harbor.ts';
import { type Broken, judgeLedger } from './judge.ts';
import { createSimulatedKade } from './kade.ts';
import { putRight } from './put-right.ts';
import { makeRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { createSwitches } from './switches.ts';
import { createWatch } from './watch.ts';
import { clearWeather, drawWeather, drawWriteWeather, isWrite } from './weather.ts';
import { worldActs } from './world-acts.ts';

export type SimulationResult = {
  readonly seed: number;
  readonly ok: boolean;
  readonly broken: readonly Broken[];
  readonly company: CompanyName;
  readonly steps: number;
  /** The simulated day, from 1, at whose end the story stopped. */
  readonly day: number;
  readonly faults: number;
  readonly kills: number;
  readonly requests: number;
  readonly posted: number;
  readonly movements: number;
  /** What came up and could be left out; see `without`. */
  readonly used: readonly string[];
  /**
   * Of the whole event log: what was done, each request with its answer's status, each error, and the head of each
   * workspace's trail after each step. The same for every run of the same seed, on any machine.
   */
  readonly digest: string;
};

export type SimulationOptions = {
  readonly seed: number;
  /** Simulated days of trouble. */
  readonly days: number;
  /** By the seed unless told. */
  readonly company?: CompanyName;
  /** Acts, faults and `kill`, `power-cut`, `side-by-side` that are left out, by their slugs. */
  readonly without?: readonly string[];
  /** Each step as it happens, for a replay. */
  readonly tell?: (line: string) => void;
  /** Each line of the event log, of which `digest` is the hash. */
  readonly log?: (line: string) => void;
};

/** Mondays: an ordinary month, and the weeks in which the clocks are changed. */
const FIRST_DAYS: readonly CalendarDate[] = ['2026-11-02', '2026-11-02', '2026-10-19', '2026-03-23'];
/** Short histories: the simulation is about the days that follow. */
const HISTORY_DAYS = 6;
const STEPS_PER_DAY = 4.5;
const DAY_MS = 86_400_000;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, days } = options;
  const dice = createDice(`simulation:${seed}`);
  const firstDay = dice.pick(FIRST_DAYS);
  const start = Date.parse(`${firstDay}T06:30:00.000Z`);
  const clock = virtualClock(start);
  const folder = makeRoom();
  const causes = createCauses();
  const switches = createSwitches(options.without ?? []);
  const world = { seed, firstDay, clock, historyDays: HISTORY_DAYS, historyAfterMs: 0 };
  const create = { harbor: createSimulatedHarbor, kade: createSimulatedKade };
  const drawn = dice.pick(['harbor', 'kade'] as const);
  const name = options.company ?? drawn;
  const company = create[name](world, dice, causes);
  const approvals = createApprovals();
  const tell = (line: string) => {
    const told = line.replaceAll(folder, '…');
    watch.happened(told);
    options.tell?.(told);
  };
  const watch = createWatch(company, clock, (line) => options.tell?.(line), options.log);
  const errors: Array<{ call: string; error: SerialError }> = [];
  const outside: Outside = {
    ...{ clock, causes, dice, switches },
    fetch: watch.fetch,
    // What a ledger is about to be sent must have been approved by now.
    beforeRequest: async (process, request) => {
      if (company.servers.some(({ writes }) => writes !== undefined && isWrite(request, writes)))
        await approvals.note(process);
    },
    log: watch.log,
    seed: String(seed),
    onError: (call, error) => {
      watch.seen(JSON.stringify(error));
      errors.push({ call, error });
      tell(`    ${call}: ${error.code}: ${error.sentence}`);
    },
  };
  const desk = createComputer('desk', folder, outside);
  const computers: Computer[] = [desk];
  const explanations = createExplanations(company, computers, causes);
  let trailJudged = false;
  const found: Broken[] = [];
  const scene: Scene = {
    ...{ clock, dice, causes, switches, company, approvals, explanations },
    ...{ outside, folder, desk, computers, found, tell },
  };
  const counts = { steps: 0, faults: 0, kills: 0, posted: 0, movements: 0 };
  try {
    await connectCompany((await desk.start()).daybook, company.host);
    // By the first power cut the mappings have reached the platter: nobody would make them again here.
    clock.advance(60_000);
    const acts = [...accountantActs(dice, approvals, causes), ...worldActs(scene), ...bankLifeActs(scene)];
    const until = clock.now() + days * DAY_MS;
    while (clock.now() < until && found.length === 0) {
      counts.steps += 1;
      dice.chapter(`step ${counts.steps}`);
      await step(acts);
      found.push(...judgeLedger(company, approvals, causes));
      await judgeTrail();
    }
    dice.chapter('end');
    if (found.length === 0) found.push(...(await putRight(scene)));
    const [last] = desk.processes();
    if (last !== undefined) {
      counts.posted = await countOf(last, 'posting');
      counts.movements = await countOf(last, 'statement_line');
    }
    for (const computer of computers) await computer.closeAll();
    found.push(...watch.broken(errors, counts.steps), ...watch.judgeFiles(folder));
  } catch (thrown) {
    found.push({ promise: 'nothing goes wrong unforeseen', detail: told(thrown).replaceAll(folder, '…') });
  } finally {
    for (const computer of computers) await computer.closeAll().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    ...{ seed, company: name, ok: found.length === 0, broken: found, ...counts },
    ...{ day: Math.max(1, Math.min(days, Math.ceil((clock.now() - start) / DAY_MS))), used: switches.used() },
    ...{ requests: watch.requests(), digest: watch.digest() },
  };

  async function step(acts: readonly Act[]): Promise<void> {
    const process = await anyProcess();
    // Before it goes on: what a crash took out of the trail must not be written a second time.
    if (!trailJudged) await judgeTrail();
    const first = dice.weighted(acts.map((act) => [act.weight, act] as const));
    const beside = acts.filter((act) => !act.alone);
    const more = dice.chance(0.3) && !first.alone ? 1 + dice.int(2) : 0;
    const others = Array.from({ length: more }, () => dice.weighted(beside.map((act) => [act.weight, act] as const)));
    const drawn = others.length > 0 && switches.isOn('side by side') ? [first, ...others] : [first];
    // Where it matters most that nothing is lost or doubled, the most goes wrong.
    const posts = drawn.some((act) => act.posts === true);
    if (dice.chance(0.55)) {
      counts.faults += 1;
      for (const what of drawWeather(dice, company.servers, switches)) tell(`    weather: ${what}`);
    }
    if (posts && dice.chance(0.5))
      for (const what of drawWriteWeather(dice, company.servers, switches)) tell(`    weather: ${what}`);
    const death = dice.chance(posts ? 0.4 : 0.25) ? 1 + dice.int(posts ? 35 : 60) : null;
    if (death !== null && switches.isOn('kill')) process.life.dieAfter(death);
    const chosen = drawn.filter((act) => switches.isOn(act.name));
    tell(`${new Date(clock.now()).toISOString()} ${process.pid} ${chosen.map((act) => act.name).join(' + ')}`);
    // Windows and computers at work at the same time.
    const running = computers.flatMap((computer) => computer.processes());
    await Promise.all(chosen.map((act, index) => act.run(index === 0 ? process : dice.pick(running))));
    if (process.life.isDead()) {
      counts.kills += 1;
      tell(`    killed ${process.life.diedAt()}`);
    }
    if (dice.chance(0.5)) clearWeather(company.servers);
    await noteTrails();
    clock.advance(Math.floor((DAY_MS / STEPS_PER_DAY) * 2 * dice.next()));
  }

  /** A trail can be read while its computer runs. */
  async function judgeTrail(): Promise<void> {
    trailJudged = computers.every((computer) => computer.processes().length > 0);
    if (trailJudged) found.push(...(await explanations.unexplained()));
  }

  async function anyProcess(): Promise<Process> {
    const running = computers.flatMap((computer) => computer.processes());
    if (running.length === 0) return desk.start();
    return dice.pick(running);
  }

  async function noteTrails(): Promise<void> {
    for (const computer of computers) {
      const [process] = computer.processes();
      if (process !== undefined) watch.happened(`${computer.name} ${await trailHead(process)}`);
    }
  }
}

async function trailHead({ daybook }: Process): Promise<string> {
  const head = await daybook.store.read.selectFrom('audit_head').select('hash').executeTakeFirst();
  return head?.hash ?? 'no trail';
}

async function countOf({ daybook }: Process, table: 'posting' | 'statement_line'): Promise<number> {
  return (await daybook.store.read.selectFrom(table).select('id').execute()).length;
}

function told(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
