import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliHost } from '../../main/cli/host.ts';
import type { ExitCode } from '../../main/cli/io.ts';
import { createPracticeHost, type PracticeHost } from '../../main/cli/practice/world.ts';
import { runProgram } from '../../main/cli/program.ts';
import { virtualClock } from '../../main/core/clock.ts';
import { silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createHarborWorld, type HarborWorld } from '../../practice/harbor/world.ts';
import { FIRST_DAY, linkedSetup } from './practice-api.ts';

export type CliRun = { readonly exit: ExitCode; readonly out: string; readonly err: string };

/** The command line in process, against the practice company; each `run` is a command of its own. */
export type CliWorld = {
  readonly folder: string;
  readonly host: PracticeHost<HarborWorld>;
  /** Environment of the commands; tests change it. */
  readonly env: Record<string, string | undefined>;
  /** What the terminal answers when it is asked without echo; null = no terminal. */
  typed: string | null;
  run(...argv: string[]): Promise<CliRun>;
  /** With `--json`: the one document, its exit code beside it. */
  json(...argv: string[]): Promise<{ readonly exit: ExitCode; readonly document: Record<string, unknown> }>;
  /** As Ctrl-C, during the command that runs. */
  interrupt(): void;
  close(): void;
};

export function cliWorld(): CliWorld {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'));
  const clock = virtualClock(Date.UTC(2026, 10, 6, 7, 30));
  const host = createPracticeHost(
    createHarborWorld({ seed: 7, firstDay: FIRST_DAY, clock, historyDays: 20, historyAfterMs: 0 }),
  );
  const { setup, env: secrets } = linkedSetup(host);
  writeFileSync(join(folder, 'setup.json'), JSON.stringify(setup));
  const env: CliWorld['env'] = { ...secrets, DAYBOOK_PASSPHRASE: 'pass', DAYBOOK_WORKSPACE: join(folder, 'workspace') };
  const random = seededRandom(7);
  let stop: (() => void) | null = null;

  const world: CliWorld = {
    ...{ folder, host, env },
    typed: null,
    run: async (...argv) => {
      let out = '';
      let err = '';
      const cli: CliHost = {
        io: {
          env,
          userName: 'ada',
          out: (text) => {
            out += text;
          },
          err: (text) => {
            err += text;
          },
          askHidden: async () => world.typed,
        },
        platform: 'linux',
        timeZone: 'UTC',
        vaultCost: { N: 2, r: 1, p: 1 },
        openPorts: async () => ({
          ports: { clock, random, fetch: host.fetch, log: silentLog, processes: systemProcesses() },
          close: async () => {},
        }),
        onInterrupt: (listener) => {
          stop = listener;
          return () => {
            stop = null;
          };
        },
      };
      const exit = await runProgram(argv, cli);
      return { exit, out, err };
    },
    json: async (...argv) => {
      const { exit, out } = await world.run(...argv, '--json');
      return { exit, document: JSON.parse(out) };
    },
    interrupt: () => stop?.(),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  return world;
}
