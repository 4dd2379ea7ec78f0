/** One round: a company, a workspace, a few lives that end badly, and the same promises as in the simulation. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceFiles } from '../../main/cli/paths.ts';
import { applyPracticeSetup, connectCompany } from '../../main/cli/practice/connect.ts';
import { DaybookError, type SerialError } from '../../main/core/errors.ts';
import type { Ports } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { seededRandom } from '../../main/core/random.ts';
import type { Fault } from '../../practice/faults.ts';
import { createApprovals } from '../simulation/approvals.ts';
import { createCauses } from '../simulation/causes.ts';
import type { Process } from '../simulation/computer.ts';
import { createDice, type Dice } from '../simulation/dice.ts';
import { createSimulatedHarbor } from '../simulation/harbor.ts';
import { type Broken, broken, judgeLedger } from '../simulation/judge.ts';
import { createSimulatedKade } from '../simulation/kade.ts';
import { createWatch } from '../simulation/watch.ts';
import { COMMANDS, type Desk, SETUP_APPLY } from './acts.ts';
import { catchUp } from './catch-up.ts';
import { openHere } from './here.ts';
import { drawPlan, errorOf, type Lived, live, type Plan, standInScreens } from './life.ts';
import { drawMark } from './marks.ts';
import { impatient, serveCompany, shiftedClock } from './served-company.ts';
import { copyWorkspace, judgeOpened, makeVersion10, strays } from './workspace-files.ts';

export type RoundResult = {
  readonly seed: string;
  readonly broken: readonly Broken[];
  /** What was done and where it was killed, life by life. */
  readonly story: readonly string[];
  readonly lives: number;
  readonly kills: number;
  readonly posted: number;
};

export type RoundOptions = {
  readonly seed: string;
  readonly tell?: (line: string) => void;
  /** Where the workspace shall lie; a temporary folder otherwise. */
  readonly disk?: SmallDisk | null;
};

/** A disk that can be filled. */
export type SmallDisk = { readonly folder: string; fill(leaveBytes: number): void; free(): void };

const FIRST_DAY = '2026-11-02';
const [OLD_PASSPHRASE, NEW_PASSPHRASE] = ['what was chosen first', 'what was chosen afterwards'];
const HOUR_MS = 3_600_000;
/** More than any life needs, far less than a loop that never stops. */
const MOST_REQUESTS_A_LIFE = 1_500;

export async function crashRound({ seed, tell = () => {}, disk = null }: RoundOptions): Promise<RoundResult> {
  const dice = createDice(`crash:${seed}`);
  const clock = shiftedClock(Date.parse('2026-11-04T07:30:00.000Z') + dice.int(3) * 24 * HOUR_MS);
  const causes = createCauses();
  const create = dice.pick([createSimulatedHarbor, createSimulatedHarbor, createSimulatedKade]);
  const world = { seed, firstDay: FIRST_DAY, clock, historyDays: 6, historyAfterMs: 0 };
  const served = await serveCompany(create(world, dice, causes));
  const { company } = served;
  const approvals = createApprovals();
  const watch = createWatch(company, clock, tell);
  const base = mkdtempSync(join(tmpdir(), 'daybook-crash-'));
  const folder = join(disk?.folder ?? base, 'workspace');
  const { database, backups } = workspaceFiles(folder);
  const story: string[] = [];
  const found: Broken[] = [];
  let passphrase = OLD_PASSPHRASE;
  let [lives, kills, posted] = [0, 0, 0];
  const say = (line: string) => {
    story.push(line);
    tell(line);
  };
  const onError = (call: string, error: SerialError) => {
    watch.seen(JSON.stringify(error));
    tell(`    ${call}: ${error.code}: ${error.sentence}`);
    if (error.code === 'internal')
      found.push(...broken('nothing goes wrong unforeseen', [`${call}: ${error.sentence}`]));
  };
  const ports: Ports = {
    clock: impatient(clock),
    random: seededRandom(`${seed}:here`),
    fetch: served.host.fetch,
    log: watch.log,
    processes: systemProcesses(),
  };
  const open = (path: string, secret = passphrase) => openHere({ database: path, passphrase: secret, ports, onError });
  const tokens = company.name === 'harbor' ? company.host.world.banks.banks.map(({ key }) => key) : [];
  const tokenEnv = Object.fromEntries(
    tokens.map((bank) => [`TOKEN_${bank.toUpperCase()}`, company.host.world.plaid.control.addItem(bank).accessToken]),
  );
  const setup = company.host.world.setup(served.addresses, Object.keys(tokenEnv));
  const env = { ...company.host.env, ...tokenEnv };

  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(base, 'setup.json'), JSON.stringify(setup));
    standInScreens(join(base, 'dist'));
    await prepare();
    for (let nth = 1, count = 2 + dice.int(2); nth <= count && found.length === 0; nth++) {
      const plan = drawPlan(dice, `${seed}:life:${nth}`, COMMANDS);
      const between = pause(dice);
      await oneLife(plan, String(nth));
      clock.advance(between.ms);
      if (between.night) company.people.night();
    }
    if (found.length === 0) await judgeEnd();
  } finally {
    await served.close();
    disk?.free();
    if (disk !== null) rmSync(folder, { recursive: true, force: true });
    rmSync(base, { recursive: true, force: true });
  }
  return { seed, broken: found, story, lives, kills, posted };

  /** A workspace with lines to book, most of the time; else the first life begins with nothing. */
  async function prepare(): Promise<void> {
    const fromNothing = tokens.length > 0 && dice.chance(0.25);
    const [doReview, doPost] = [dice.chance(0.85), dice.chance(0.3)];
    const plan: Plan = {
      ...{ command: SETUP_APPLY, appActs: 0, beside: null, seed: `${seed}:setup` },
      mark: drawMark(dice, { ...SETUP_APPLY.span, steps: 240 }),
    };
    say(`${company.name}${disk === null ? '' : ' on a small disk'}${fromNothing ? ', from nothing' : ''}`);
    if (fromNothing) await oneLife(plan, 'setup');
    const here = await open(database);
    try {
      if (tokens.length === 0) await connectCompany(here.daybook, served.host);
      else await applyPracticeSetup(here.daybook, { setup, env });
      await here.ask('sync.run', {});
      if (doReview) await here.ask('proposals.approveReady', { filter: {} });
      if (doReview && doPost) await here.ask('post.run', {});
      await approvals.note(here);
    } finally {
      await here.close();
    }
  }

  async function oneLife(plan: Plan, name: string): Promise<void> {
    const desk: Desk = { folder, setup: join(base, 'setup.json'), backups: wholeBackups(), round: name };
    if (plan.command?.fromVersion10 && company.name === 'harbor' && existsSync(database)) makeVersion10(folder);
    if (plan.command?.restores || plan.command === null) causes.add({ kind: 'copied' });
    weather();
    const full = disk !== null && dice.chance(0.6) ? dice.int(1_500_000) : null;
    if (full !== null) disk?.fill(full);
    const lived = await live({
      ...{ plan, served, causes, desk, aheadMs: clock.aheadMs(), onError },
      env: {
        ...env,
        DAYBOOK_WORKSPACE: folder,
        DAYBOOK_PASSPHRASE: passphrase,
        DAYBOOK_NEW_PASSPHRASE: passphrase === OLD_PASSPHRASE ? NEW_PASSPHRASE : OLD_PASSPHRASE,
        DAYBOOK_DIST: join(base, 'dist'),
      },
    });
    if (full !== null) disk?.free();
    for (const { faults } of company.servers) faults.clear();
    lives += 1;
    if (lived.killed !== null) kills += 1;
    const how = lived.killed === null ? 'not killed' : `killed ${lived.killed}`;
    say(`${lived.what}${full === null ? '' : ` with ${full} bytes free`}: ${how}`);
    if (lived.killed === null) tell(`    ${lived.requests} requests, ${lived.ended[0]?.steps} steps`);
    judgeLife(lived, plan);
    await lookAt();
  }

  function judgeLife(lived: Lived, plan: Plan): void {
    for (const ended of lived.ended) {
      watch.seen(ended.out + ended.err);
      const error = errorOf(ended);
      if (error !== null) onError(lived.what, error);
      if (error?.code === 'busy_elsewhere' && plan.beside === null)
        found.push(...broken('a dead process is in nobody’s way', [`${lived.what}: ${error.sentence}`]));
      if (ended.hung) found.push(...broken('every process ends', [lived.what]));
      const odd = ended.code !== null && ![0, 1, 3].includes(ended.code);
      const mute = ended.code === 1 && error === null;
      if (odd || mute)
        found.push(...broken('every process ends as it says', [`${lived.what}: ${ended.code} ${ended.err}`]));
    }
    if (lived.requests > MOST_REQUESTS_A_LIFE)
      found.push(...broken('no storm of retries', [`${lived.what}: ${lived.requests} requests`]));
  }

  /** Looks at a copy, so that the next process is the one that has to recover. */
  async function lookAt(): Promise<void> {
    const copy = copyWorkspace(folder, join(base, 'look'));
    if (copy === null) return;
    const here = await openEither(copy);
    if (here === null) return;
    try {
      await approvals.note(here);
      found.push(...(await judgeOpened(here.daybook, ports)));
    } finally {
      await here.close();
    }
    found.push(...judgeLedger(company, approvals, causes));
  }

  /** With the passphrase as it was or, when the change had come through, as it shall be. */
  async function openEither(path: string): Promise<Process | null> {
    const other = passphrase === OLD_PASSPHRASE ? NEW_PASSPHRASE : OLD_PASSPHRASE;
    for (const secret of [passphrase, other]) {
      try {
        const here = await open(path, secret);
        passphrase = secret;
        return here;
      } catch (thrown) {
        if (!(thrown instanceof DaybookError)) throw thrown;
        if (thrown.code === 'vault_wrong_passphrase') continue;
        found.push(...broken('a workspace opens after a kill', [`${thrown.code}: ${thrown.message}`]));
        return null;
      }
    }
    found.push(...broken('a workspace opens after a kill', ['neither passphrase opens it']));
    return null;
  }

  function weather(): void {
    if (!dice.chance(0.15)) return;
    const kinds = ['drop_after', 'drop_before', 'truncated', 'cut_short', 'garbled'] as const;
    const fault: Fault = { kind: dice.pick(kinds), skip: dice.int(12), times: 1 };
    const server = dice.pick(company.servers);
    server.faults.add(fault);
    say(`weather at ${server.name}: ${fault.kind}`);
  }

  function wholeBackups(): string[] {
    if (!existsSync(backups)) return [];
    const names = readdirSync(backups).filter((name) => name.endsWith('.backup'));
    return names.sort().map((name) => join(backups, name));
  }

  async function judgeEnd(): Promise<void> {
    const here = await openEither(database);
    if (here === null) return;
    try {
      found.push(...(await catchUp({ company, process: here, approvals, causes, clock, tell })));
      posted = (await here.daybook.store.read.selectFrom('posting').select('id').execute()).length;
    } finally {
      await here.close();
    }
    found.push(...broken('nothing stays behind on the disk', strays(folder)));
    found.push(...watch.broken([], 1), ...watch.judgeFiles(folder));
  }
}

/** What lies between two lives: mostly less than any lease, now and then a night in which the ERP works. */
function pause(dice: Dice): { readonly ms: number; readonly night: boolean } {
  return dice.weighted([
    [6, { ms: 12_000 + dice.int(60_000), night: false }],
    [2, { ms: dice.int(4) * HOUR_MS, night: dice.chance(0.5) }],
    [2, { ms: 24 * HOUR_MS, night: true }],
  ]);
}
