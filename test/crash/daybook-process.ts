/** A Daybook process that may be killed: the built program, behind `preload.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Mark } from './marks.ts';
import type { Program } from './program.ts';

/** A process that hangs is a finding of its own. On a machine that is busy with other things a second takes minutes. */
const LONGEST_LIFE_MS = 600_000;

export type Ended = {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Where it was killed; null when it ended by itself. */
  readonly killed: string | null;
  /** Steps on disk, of one that ended by itself. */
  readonly steps: number | null;
  readonly hung: boolean;
};

export type DaybookProcess = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** The first line on stdout, such as the link of `serve`; null when it ended without one. */
  readonly firstLine: Promise<string | null>;
  isRunning(): boolean;
  /** SIGKILL. Does nothing when it has ended. */
  kill(where: string): void;
  /** SIGTERM, as a person closes it. */
  close(): void;
};

export type ProcessOptions = {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  /** How far its wall clock is ahead of the machine's. */
  readonly aheadMs: number;
  readonly mark: Mark | null;
  /** The mark counts from the moment at which this file is there; from the start without one. */
  readonly armedBy?: string;
};

export function startDaybook(argv: readonly string[], options: ProcessOptions): DaybookProcess {
  const { program, env, aheadMs, mark, armedBy } = options;
  const child = spawn(process.execPath, ['--import', program.preload, program.entry, ...argv], {
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CRASH_AHEAD_MS: String(aheadMs), ...env },
      ...(mark?.kind === 'step' ? { CRASH_STEP: `${mark.nth}:${mark.side}` } : {}),
      ...(armedBy === undefined ? {} : { CRASH_ARMED_BY: armedBy }),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let killed: string | null = null;
  let steps: number | null = null;
  let hung = false;
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const kill = (where: string) => {
    if (killed !== null || !isRunning()) return;
    killed = where;
    child.kill('SIGKILL');
  };
  const limit = setTimeout(() => {
    hung = true;
    kill('because it hung');
  }, LONGEST_LIFE_MS);
  onReports(child, (line) => {
    if (line === 'opened' && mark?.kind === 'time' && armedBy === undefined)
      setTimeout(() => kill(`${mark.ms} ms after opening`), mark.ms);
    if (line.startsWith('killed ')) killed = line.slice('killed '.length);
    if (line.startsWith('steps ')) steps = Number(line.slice('steps '.length));
  });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>();
  child.once('error', reject);
  child.once('close', (code) => {
    clearTimeout(limit);
    resolve({ code, out: out.text(), err: err.text(), killed: code === null ? killed : null, steps, hung });
  });
  const firstLine = Promise.race([out.firstLine, ended.then(() => null)]);
  return { pid: child.pid ?? 0, ended, firstLine, isRunning, kill, close: () => void child.kill('SIGTERM') };
}

function onReports(child: ChildProcess, told: (line: string) => void): void {
  const reports = child.stdio[3];
  if (!(reports instanceof Readable)) throw new TypeError('the process has no descriptor for reports');
  createInterface({ input: reports }).on('line', told);
}

function textOf(stream: Readable | null): { text(): string; readonly firstLine: Promise<string> } {
  let text = '';
  const { promise: firstLine, resolve } = Promise.withResolvers<string>();
  stream?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    const end = text.indexOf('\n');
    if (end >= 0) resolve(text.slice(0, end));
  });
  return { text: () => text, firstLine };
}
