/** One life of a Daybook process, or of two side by side: what it does, and where it is killed. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SerialError } from '../../main/core/errors.ts';
import type { Causes } from '../simulation/causes.ts';
import { createDice, type Dice } from '../simulation/dice.ts';
import { createLife } from '../simulation/life.ts';
import { watchTokens } from '../simulation/sign-ins.ts';
import { APP_ACT_SPAN, APP_START_SPAN, appActs, type Command, type Desk } from './acts.ts';
import { openApp } from './app-client.ts';
import { type DaybookProcess, type Ended, startDaybook } from './daybook-process.ts';
import { drawMark, type Mark, markText } from './marks.ts';
import type { Program } from './program.ts';
import type { ServedCompany } from './served-company.ts';

/** Drawn before it begins, so that how long things take does not change what comes after. */
export type Plan = {
  /** Null: the app, with so many things done on its screens. */
  readonly command: Command | null;
  readonly appActs: number;
  /** A command while the app is open. */
  readonly beside: Command | null;
  /** Null: nobody kills it. */
  readonly mark: Mark | null;
  /** Of the app: the mark counts from the beginning of this act on its screens; null = from its start. */
  readonly fromAct: number | null;
  /** An app that outlived its mark is killed while it closes, so long after it was asked to. */
  readonly closingMs: number;
  /** The seed of the choices made on the screens. */
  readonly seed: string;
};

const LONGEST_CLOSING_MS = 25;

export function drawPlan(dice: Dice, seed: string, commands: readonly Command[]): Plan {
  const isApp = dice.chance(0.4);
  const drawn = dice.weighted(commands.map((command) => [command.weight, command] as const));
  const command = isApp ? null : drawn;
  const appActs = 1 + dice.int(5);
  const fromAct = isApp && dice.chance(0.85) ? dice.int(appActs) : null;
  const span = command?.span ?? (fromAct === null ? APP_START_SPAN : APP_ACT_SPAN);
  const alongside = commands.filter(
    ({ restores, fromVersion10, changesPassphrase }) => !restores && !fromVersion10 && !changesPassphrase,
  );
  return {
    command,
    ...{ appActs, fromAct },
    beside: isApp && dice.chance(0.3) ? dice.weighted(alongside.map((one) => [one.weight, one] as const)) : null,
    mark: dice.chance(0.92) ? drawMark(dice, span) : null,
    closingMs: dice.int(LONGEST_CLOSING_MS),
    seed,
  };
}

export type LifeOptions = {
  readonly program: Program;
  readonly plan: Plan;
  readonly served: ServedCompany;
  readonly causes: Causes;
  readonly desk: Desk;
  /** A folder for files that are no part of the workspace. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string>>;
  readonly aheadMs: number;
  readonly onError: (call: string, error: SerialError) => void;
};

export type Lived = {
  readonly what: string;
  readonly ended: readonly Ended[];
  readonly killed: string | null;
  /** What it was busy with, or had done last, when it was killed. */
  readonly busyWith: string | null;
  readonly requests: number;
  /** Whether a backup may have come back. */
  readonly restored: boolean;
};

export async function live(options: LifeOptions): Promise<Lived> {
  const { plan, served, causes } = options;
  const death = createLife(() => {});
  const armedBy = plan.fromAct === null ? undefined : join(options.scratch, 'armed');
  let main: DaybookProcess | null = null;
  let before = armedBy === undefined ? { all: 0, writes: 0 } : null;
  const arm = () => {
    if (armedBy === undefined) return;
    before = served.requests();
    writeFileSync(armedBy, '');
    const { mark } = plan;
    if (mark?.kind === 'time') setTimeout(() => main?.kill(markText(mark)), mark.ms);
  };
  if (armedBy !== undefined) rmSync(armedBy, { force: true });
  served.serve({
    fetch: watchTokens(served.host.fetch, death, causes),
    onRequest: ({ nth, nthWrite }, moment) => {
      const { mark } = plan;
      if (main === null || before === null || (mark?.kind !== 'request' && mark?.kind !== 'write')) return false;
      const since = mark.kind === 'request' ? nth - before.all : (nthWrite ?? 0) - before.writes;
      if (mark.nth !== since || mark.when !== moment || (mark.kind === 'write' && nthWrite === null)) return false;
      main.kill(markText(mark));
      return true;
    },
  });
  const start = (argv: readonly string[], mark: Mark | null) =>
    startDaybook(argv, {
      ...{ program: options.program, env: options.env, aheadMs: options.aheadMs, mark },
      ...(armedBy === undefined ? {} : { armedBy }),
    });
  const told: string[] = [];
  let restored = plan.command?.restores === true;
  let ended: Ended[];
  if (plan.command !== null) {
    const argv = plan.command.argv(options.desk);
    told.push(plan.command.name);
    if (argv === null)
      return {
        what: `${told[0]} had nothing to do`,
        ended: [],
        killed: null,
        busyWith: null,
        requests: 0,
        restored: false,
      };
    main = start([...argv, '--json'], plan.mark);
    ended = [await main.ended];
  } else {
    const app = start(['serve', '--no-open'], plan.mark);
    main = app;
    const session = await workOnScreens(app, options, { told, start, arm });
    restored = session.restored;
    ended = [await app.ended, ...session.beside];
  }
  if (ended.some(({ code }) => code === null)) death.kill();
  const killed = ended.find((one) => one.killed !== null)?.killed ?? null;
  return {
    what: told.join(', '),
    ...{ ended, killed, busyWith: killed === null ? null : (told.at(-1) ?? null) },
    requests: served.requests().all,
    restored,
  };
}

type Session = {
  readonly told: string[];
  start(argv: readonly string[], mark: Mark | null): DaybookProcess;
  /** The mark counts from now on. */
  arm(): void;
};

/** A session on the screens; whoever outlives it is asked to close. */
async function workOnScreens(
  app: DaybookProcess,
  { plan, desk, causes, onError }: LifeOptions,
  { told, start, arm }: Session,
): Promise<{ readonly restored: boolean; readonly beside: readonly Ended[] }> {
  told.push('app');
  const link = await app.firstLine;
  const client = link === null ? null : await openApp(link, onError);
  if (client === null) return { restored: false, beside: [] };
  const dice = createDice(plan.seed);
  const acts = appActs(dice, causes);
  let restored = false;
  const besideArgv = plan.beside?.argv(desk) ?? null;
  const beside = besideArgv === null ? null : start([...besideArgv, '--json'], null);
  if (beside !== null) told.push(`beside it ${plan.beside?.name}`);
  for (let nth = 0; nth < plan.appActs && app.isRunning(); nth++) {
    const act = dice.weighted(acts.map((one) => [one.weight, one] as const));
    if (nth === plan.fromAct) arm();
    // A backup is restored when nobody else is at work on the workspace.
    if (act.restores && (beside !== null || nth < plan.appActs - 1)) continue;
    told.push(act.name);
    restored ||= act.restores === true;
    await act.run(client, desk);
  }
  const other = beside === null ? [] : [await beside.ended];
  app.close();
  if (plan.mark !== null)
    setTimeout(() => app.kill(`${plan.closingMs} ms after it was asked to close`), plan.closingMs);
  await app.ended;
  return { restored, beside: other };
}

/** The error that a command printed as its one document. */
export function errorOf({ out }: Ended): SerialError | null {
  const parsed = z.object({ error: z.custom<SerialError>((error) => typeof error === 'object') });
  try {
    return parsed.parse(JSON.parse(out)).error;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) return null;
    throw thrown;
  }
}
