/** One round: a company, a workspace, a few lives that end badly, and the same promises as in the simulation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFiles } from '../../main/cli/paths.ts';
import { DaybookError, type SerialError } from '../../main/core/errors.ts';
import type { Fault } from '../../practice/faults.ts';
import { createApprovals } from '../simulation/approvals.ts';
import type { Process } from '../simulation/computer.ts';
import { createDice, type Dice } from '../simulation/dice.ts';
import { createSimulatedHarbor } from '../simulation/harbor.ts';
import { type Broken, broken, judgeLedger } from '../simulation/judge.ts';
import { createSimulatedKade } from '../simulation/kade.ts';
import { COMMANDS, SETUP_APPLY } from './acts.ts';
import { catchUp } from './catch-up.ts';
import { drawPlan, errorOf, type Lived, live, type Plan } from './life.ts';
import { drawMark } from './marks.ts';
import type { Program } from './program.ts';
import type { SmallDisk } from './small-disk.ts';
import { createStage, type Stage } from './stage.ts';
import {
  copyWorkspace,
  filesIn,
  judgeBackups,
  judgeOpened,
  judgePassphrases,
  makeVersion10,
  strays,
} from './workspace-files.ts';

export type RoundResult = {
  readonly seed: string;
  readonly broken: readonly Broken[];
  /** What was done and where it was killed, life by life. */
  readonly story: readonly string[];
  readonly lives: number;
  /** What the killed ones were busy with. */
  readonly kills: readonly string[];
  readonly posted: number;
};

export type RoundOptions = {
  readonly program: Program;
  readonly seed: string;
  readonly tell?: (line: string) => void;
  /** Where the workspace shall lie; a temporary folder otherwise. */
  readonly disk?: SmallDisk | null;
};

const HOUR_MS = 3_600_000;
/** More than any life needs, far less than a loop that never stops. */
const MOST_REQUESTS_A_LIFE = 1_500;
/** With less room than this an act on a small disk runs into its end, or just not. */
const MOST_ROOM_BYTES = 1_500_000;

export async function crashRound({ program, seed, tell = () => {}, disk = null }: RoundOptions): Promise<RoundResult> {
  const dice = createDice(`crash:${seed}`);
  const story: string[] = [];
  const found: Broken[] = [];
  const approvals = createApprovals();
  const kills: string[] = [];
  let [lives, posted] = [0, 0];
  const say = (line: string) => {
    story.push(line);
    tell(line);
  };
  const onError = (call: string, error: SerialError) => {
    stage.watch.seen(JSON.stringify(error));
    tell(`    ${call}: ${error.code}: ${error.sentence}`);
    if (error.code === 'internal')
      found.push(...broken('nothing goes wrong unforeseen', [`${call}: ${error.sentence}`]));
  };
  const create = dice.chance(0.6) ? createSimulatedHarbor : createSimulatedKade;
  const stage: Stage = await createStage({ seed, dice, create, disk, tell, onError });
  const { company, served, clock, causes, watch, folder } = stage;
  const { database } = workspaceFiles(folder);
  // The first version of Daybook knew no Exact Online.
  const commands = COMMANDS.filter(({ fromVersion10 }) => !fromVersion10 || company.name === 'harbor');
  try {
    await prepare();
    for (let nth = 1, count = 2 + dice.int(2); nth <= count && found.length === 0; nth++) {
      const plan = drawPlan(dice, `${seed}:life:${nth}`, commands);
      const between = pause(dice);
      await oneLife(plan, String(nth));
      clock.advance(between.ms);
      if (between.night) company.people.night();
    }
    if (found.length === 0) await judgeEnd();
  } finally {
    await stage.close();
  }
  return { seed, broken: found, story, lives, kills, posted };

  /** A workspace with lines to book, most of the time; else the first life begins with nothing. */
  async function prepare(): Promise<void> {
    const fromNothing = stage.setsUpAlone && dice.chance(0.25);
    const [keepBackup, doReview, doPost] = [dice.chance(0.85), dice.chance(0.95), dice.chance(0.3)];
    const plan: Plan = {
      ...{ command: SETUP_APPLY, appActs: 0, fromAct: null, closingMs: 0, beside: null, seed: `${seed}:setup` },
      mark: drawMark(dice, { ...SETUP_APPLY.span, steps: 240 }),
    };
    say(`${company.name}${disk === null ? '' : ' on a small disk'}${fromNothing ? ', from nothing' : ''}`);
    if (fromNothing) await oneLife(plan, 'setup');
    const here = await openAfterKill(database);
    if (here === null) return;
    try {
      await stage.connect(here);
      await here.ask('sync.run', {});
      if (keepBackup) await here.ask('backup.make', {});
      if (doReview) await here.ask('proposals.approveReady', { filter: {} });
      if (doReview && doPost) await here.ask('post.run', {});
      await approvals.note(here);
    } finally {
      await here.close();
    }
  }

  async function oneLife(plan: Plan, name: string): Promise<void> {
    if (plan.command?.fromVersion10 && existsSync(database)) makeVersion10(folder);
    weather();
    const room = disk !== null && dice.chance(0.6) ? dice.int(MOST_ROOM_BYTES) : null;
    if (room !== null) disk?.fill(room);
    const lived = await live({
      ...{ program, plan, served, causes, onError },
      ...{ desk: stage.desk(name), scratch: stage.scratch, env: stage.env(), aheadMs: clock.aheadMs() },
    });
    if (room !== null) disk?.free();
    for (const { faults } of company.servers) faults.clear();
    lives += 1;
    if (lived.busyWith !== null) kills.push(lived.busyWith);
    if (lived.restored) causes.add({ kind: 'copied' });
    const how = lived.killed === null ? 'not killed' : `killed ${lived.killed}`;
    say(`${lived.what}${room === null ? '' : ` with ${room} bytes free`}: ${how}`);
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
    const copy = copyWorkspace(folder, join(stage.scratch, 'look'));
    const here = copy === null ? null : await openAfterKill(copy);
    if (here === null) return;
    try {
      await approvals.note(here);
      found.push(...(await judgeOpened(here.daybook, stage.ports)));
    } finally {
      await here.close();
    }
    found.push(...judgeLedger(company, approvals, causes));
  }

  async function openAfterKill(path: string): Promise<Process | null> {
    try {
      return await stage.open(path);
    } catch (thrown) {
      if (!(thrown instanceof DaybookError)) throw thrown;
      const { code, message, cause } = thrown;
      found.push(...broken('a workspace opens after a kill', [`${code}: ${message} ${String(cause ?? '')}`]));
      return null;
    }
  }

  function weather(): void {
    if (!dice.chance(0.15)) return;
    const kinds = ['drop_after', 'drop_before', 'truncated', 'cut_short', 'garbled'] as const;
    const fault: Fault = { kind: dice.pick(kinds), skip: dice.int(12), times: 1 };
    const server = dice.pick(company.servers);
    server.faults.add(fault);
    say(`weather at ${server.name}: ${fault.kind}`);
  }

  async function judgeEnd(): Promise<void> {
    const here = await openAfterKill(database);
    if (here === null) return;
    try {
      found.push(...(await catchUp({ company, process: here, approvals, causes, clock, dice, tell })));
      // By now a day is over: half-made backups are cleared away with the next one.
      await here.ask('backup.daily', {});
      posted = (await here.daybook.store.read.selectFrom('posting').select('id').execute()).length;
    } finally {
      await here.close();
    }
    const temporary = filesIn(stage.temporary, 'temporary: ');
    found.push(...broken('nothing stays behind on the disk', [...strays(folder), ...temporary]));
    found.push(...(await judgeBackups(folder, stage.byHand)));
    found.push(...watch.broken([], 1), ...watch.judgeFiles(folder), ...judgePassphrases(folder, stage.passphrases));
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
