/** Runs simulated worlds in processes of their own, several at a time. What a world does depends on its seed alone. */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ENDLESS, type Job, MOST_CPU_MS, type Report } from './job.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Many short-lived objects: with room for them, half as much is spent on clearing them away. */
const MEMORY = ['--min-semi-space-size=64', '--max-semi-space-size=128', '--max-old-space-size=1024'];

export type Workers = {
  /** Lives through one world, when a worker is free for it. */
  run(job: Job): Promise<Report>;
  close(): void;
};

/** @param env what the workers shall find otherwise in their environment */
export function startWorkers(count = availableParallelism(), env: Readonly<Record<string, string>> = {}): Workers {
  const waiting: Array<{ readonly job: Job; readonly answer: (report: Report) => void }> = [];
  const free: ChildProcess[] = [];
  let alive = 0;

  const start = () => {
    alive += 1;
    const child = fork(WORKER, {
      env: { ...process.env, ...env },
      execArgv: MEMORY,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    free.push(child);
  };
  const next = () => {
    if (free.length === 0 && alive < count) start();
    const child = free.pop();
    if (child === undefined) return;
    const asked = waiting.shift();
    if (asked === undefined) return void free.push(child);
    give(child, asked.job, (report, isAlive) => {
      if (isAlive) free.push(child);
      else alive -= 1;
      asked.answer(report);
      next();
    });
  };

  return {
    run: (job) =>
      new Promise((answer) => {
        waiting.push({ job, answer });
        next();
      }),
    close: () => {
      for (const child of free.splice(0)) child.disconnect();
    },
  };
}

function give(child: ChildProcess, job: Job, done: (report: Report, isAlive: boolean) => void): void {
  const finish = (report: Report, isAlive: boolean) => {
    child.off('message', onReport).off('exit', onExit);
    done(report, isAlive);
  };
  const onReport = (report: Report) => finish(report, true);
  const onExit = (code: number | null, signal: string | null) => finish(failed(job, code ?? signal), false);
  child.on('message', onReport).on('exit', onExit);
  child.send(job);
}

function failed({ seed, days, company = 'harbor' }: Job, end: number | string | null): Report {
  const how = end === ENDLESS ? `it goes on after ${MOST_CPU_MS / 1000} s of a processor` : `it ended with ${end}`;
  return {
    result: {
      ...{ seed, company, ok: false, broken: [{ promise: 'the run ends', detail: how }] },
      ...{ steps: 0, day: days, faults: 0, kills: 0, requests: 0, posted: 0, movements: 0, used: [], digest: 'none' },
    },
    cpuMs: 0,
  };
}
