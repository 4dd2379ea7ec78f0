/** A computer with a workspace on its disk, and the Daybook processes that run on it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '../../main/api/contract.ts';
import { type Api, type CalledBy, createApi } from '../../main/api/executor.ts';
import { verifyTrail } from '../../main/audit/verify.ts';
import type { HoldableClock } from '../../main/core/clock.ts';
import { DaybookError, type SerialError } from '../../main/core/errors.ts';
import type { Disk, Fetch, Log } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { type Daybook, type DaybookOptions, openDaybook } from '../../main/daybook.ts';
import { backupTo } from '../../main/store/backup.ts';
import { restoreFrom } from '../../main/store/restore.ts';
import type { Causes } from './causes.ts';
import { type CrashKind, type DurableMark, markOf, takeCrashImage } from './crash-image.ts';
import type { Dice } from './dice.ts';
import { createLife, type Life } from './life.ts';
import { createLogReader } from './log-reader.ts';
import { watchTokens } from './sign-ins.ts';
import type { Switches } from './switches.ts';

export const PASSPHRASE = 'the simulation keeps no secret';
/** The operating system writes what it holds to the platter about this often by itself. */
const WRITE_BACK_MS = 30_000;
/** Far below the product's own limit, which would start a thread: when that ends must not depend on the machine. */
const MOST_LOG_BYTES = 2 * 2 ** 20;
/** The work of guessing the passphrase is not what is simulated. */
const CHEAP = { N: 2, r: 1, p: 1 } as const;

export type Outside = {
  readonly clock: HoldableClock;
  readonly fetch: Fetch;
  /** Told of each request before it leaves. */
  readonly beforeRequest: (process: Process, request: Request) => Promise<void>;
  readonly log: Log;
  readonly dice: Dice;
  readonly causes: Causes;
  readonly switches: Switches;
  readonly seed: string;
  /** Each error that a call answered with. */
  readonly onError: (call: string, error: SerialError) => void;
};

export type Process = {
  readonly pid: number;
  readonly daybook: Daybook;
  readonly life: Life;
  /** Neither dead nor closed. */
  isOpen(): boolean;
  /** A call as a screen makes it. Null when the process died meanwhile or the call failed. */
  ask<N extends CallName>(name: N, input: CallInput<N>, by?: CalledBy): Promise<CallOutput<N> | null>;
  close(): Promise<void>;
};

export type Computer = {
  readonly name: string;
  readonly processes: () => readonly Process[];
  /** Where the workspace file is now; a crash moves it, because the dead process still holds the old one open. */
  database(): string;
  start(): Promise<Process>;
  closeAll(): Promise<void>;
  backup(name: string): Promise<string | null>;
  /** Closes every process, restores, and leaves none running. */
  restore(backup: string): Promise<void>;
  /** After so many more writes they fail as on a full disk; null: there is room. */
  setRoom(writes: number | null): void;
};

export function createComputer(name: string, folder: string, outside: Outside, firstDatabase?: string): Computer {
  const { clock, dice, seed } = outside;
  let database = firstDatabase ?? join(folder, 'disk-0', 'daybook.db');
  let readLog = createLogReader(database);
  let disks = 0;
  let pids = 0;
  let room: number | null = null;
  let durable: DurableMark | null = null;
  /** Where the log stood after the latest writes. */
  let written: Array<{ readonly at: number; readonly mark: DurableMark | null }> = [];
  let crash: CrashKind = 'process';
  const alive = new Map<number, Process>();
  /** Died, and the operating system has not closed their files yet. */
  let dead: Daybook[] = [];
  mkdirSync(join(folder, 'disk-0'), { recursive: true });

  const writeBack = () => {
    const old = written.findLast(({ at }) => at <= clock.now() - WRITE_BACK_MS);
    if (old === undefined) return;
    durable = old.mark;
    written = written.slice(written.indexOf(old) + 1);
  };

  const closeFilesOfDead = async () => {
    for (const { store } of dead) {
      store.connection.close();
      await store.read.destroy();
    }
    dead = [];
  };

  const onDeath = (pid: number) => {
    const process = alive.get(pid);
    if (process !== undefined) dead.push(process.daybook);
    alive.delete(pid);
    // While another process goes on, the machine did not lose power and the file stays in use.
    if (alive.size > 0) return;
    writeBack();
    disks += 1;
    const next = join(folder, `disk-${disks}`, 'daybook.db');
    crash = dice.chance(0.5) && outside.switches.isOn('power cut') ? 'power' : 'process';
    takeCrashImage(database, next, { kind: crash, durable, dice });
    database = next;
    readLog = createLogReader(database);
    [durable, written] = [null, []];
  };

  const start = async (): Promise<Process> => {
    await closeFilesOfDead();
    pids += 1;
    const pid = pids;
    const life = createLife(() => onDeath(pid));
    let opened: Daybook | null = null;
    const diskOf: Disk = {
      write: async (kind, work) => {
        await life.pass(`before a ${kind} write`);
        if (room === 0) throw new DaybookError('disk_full', 'The disk is full. Nothing was changed; free some space.');
        if (room !== null) room -= 1;
        const result = await work();
        writeBack();
        const mark = markOf(readLog());
        const isFull = (mark?.end ?? 0) > MOST_LOG_BYTES;
        if (isFull) opened?.store.connection.pragma('wal_checkpoint(PASSIVE)');
        if (isFull || kind === 'durable') [durable, written] = [mark, []];
        else written.push({ at: clock.now(), mark });
        await life.pass(`after a ${kind} write`);
        return result;
      },
    };
    let running: Process | null = null;
    const gated: Fetch = async (request) => {
      await life.pass('before a request');
      if (running !== null) await outside.beforeRequest(running, request);
      const answer = await outside.fetch(request);
      await life.pass('after a request');
      return answer;
    };
    const fetch = watchTokens(gated, life, outside.causes);
    const options: DaybookOptions = {
      database,
      passphrase: PASSPHRASE,
      practice: true,
      cost: CHEAP,
      name: 'Simulation',
      timeZone: 'Europe/Amsterdam',
      ports: {
        clock: {
          ...clock,
          sleep: async (ms, signal) => {
            await life.pass('before a pause');
            await clock.sleep(ms, signal);
            await life.pass('after a pause');
          },
        },
        random: seededRandom(`${seed}:${name}:${pid}`),
        fetch,
        log: logWhile(() => !life.isDead(), outside.log),
        processes: { host: name, pid, isAlive: (other) => alive.has(other) },
        disk: diskOf,
      },
    };
    const daybook = await clock.hold(() => openDaybook(options));
    opened = daybook;
    // Whoever holds the file cannot go on while SQLite itself waits in this one process; ours waits by the clock.
    daybook.store.connection.pragma('busy_timeout = 0');
    const api: Api = createApi(daybook, {
      actor: 'Ada',
      emit: () => {},
      backups: join(folder, 'backups'),
    });
    let calls = 0;
    const process: Process = {
      pid,
      daybook,
      life,
      isOpen: () => alive.get(pid) === process,
      ask: async (call, input, by) => {
        calls += 1;
        const answered = api.run(call, input, `${pid}-${calls}`, by).catch((thrown: unknown) => {
          if (!(thrown instanceof DaybookError)) throw thrown;
          if (life.isDead()) return null;
          outside.onError(call, thrown.toJSON());
          return null;
        });
        return Promise.race([answered, life.death.then(() => null)]);
      },
      close: async () => {
        if (!process.isOpen()) return;
        await closeFilesOfDead();
        await Promise.race([api.close(), life.death]);
        alive.delete(pid);
      },
    };
    running = process;
    alive.set(pid, process);
    return process;
  };

  const closeAll = async () => {
    for (const process of [...alive.values()]) await process.close();
  };

  return {
    name,
    processes: () => [...alive.values()],
    database: () => database,
    start,
    closeAll,
    backup: async (title) => {
      const [process] = alive.values();
      if (process === undefined) return null;
      mkdirSync(join(folder, 'backups'), { recursive: true });
      const path = join(folder, 'backups', `${title}.backup`);
      await clock.hold(() => backupTo(process.daybook.store, path));
      return path;
    },
    restore: async (backup) => {
      outside.causes.add({ kind: 'copied' });
      await closeAll();
      await closeFilesOfDead();
      await clock.hold(() => restoreFrom({ backupPath: backup, workspacePath: database, clock, verifyTrail }));
      [durable, written] = [null, []];
    },
    setRoom: (writes) => {
      room = writes;
    },
  };
}

/** What a dead process would still have said, nobody hears. */
function logWhile(lives: () => boolean, log: Log): Log {
  const saying =
    (say: Log['info']): Log['info'] =>
    (fields, message) => {
      if (lives()) say(fields, message);
    };
  return { debug: saying(log.debug), info: saying(log.info), warn: saying(log.warn), error: saying(log.error) };
}
