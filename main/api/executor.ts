/** Runs calls of the contract for one host: checks what goes in and out, tells progress and changes, cancels. */
import { z } from 'zod';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Daybook } from '../daybook.ts';
import { BY_PERSON, HOST_CLOSES, type Occasion } from '../schedule/run-step.ts';
import type { Call } from './calls/define.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  calls,
  type EventData,
  type EventName,
  envelope as envelopeSchema,
  type WireResult,
} from './contract.ts';
import type { RunningCall, Work } from './handler.ts';
import { handlers } from './handlers.ts';
import { type HostServices, plainHost } from './host-services.ts';

export type Emit = <N extends EventName>(name: N, data: EventData<N>) => void;

export type ApiOptions = {
  /** Who acts; stands in the trail. */
  readonly actor: string;
  /** Sends an event to every client of this host. */
  readonly emit: Emit;
  /** Folder for automatic backups. */
  readonly backups: string;
  /** Environment variables that a setup document may name; none when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Opens the workspace again after a restore; without it a restore is refused. */
  readonly reopen?: (passphrase: string | undefined) => Promise<Daybook>;
  readonly passphraseChanged?: (next: string) => void;
  /** Default: those of the command line. */
  readonly services?: HostServices;
};

export type Api = {
  /** One call from a client: never throws, the result says whether it went well. */
  call(envelope: unknown): Promise<WireResult>;
  /** A call from inside this process, typed. @throws DaybookError */
  run<N extends CallName>(name: N, input: CallInput<N>, callId?: string, by?: CalledBy): Promise<CallOutput<N>>;
  /** Asks all long calls to stop at their next safe point. */
  cancelAll(): void;
  /** Cancels what runs, waits for it, and closes the workspace. */
  close(): Promise<void>;
};

/** Why the host itself calls, in place of a person. */
export type CalledBy = { readonly actor: string; readonly occasion: Occasion };

type Running = { -readonly [K in keyof RunningCall]: RunningCall[K] } & {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
  told: number;
};

/** Progress of one call is told at most this often, so that a fast loop does not flood a screen. */
const PROGRESS_EVERY_MS = 100;

export function createApi(opened: Daybook, options: ApiOptions): Api {
  let daybook = opened;
  /** Set while the workspace is closed for a restore, and for good when it could not be opened again. */
  let closed: Promise<unknown> | null = null;
  let counter = 0;
  const running = new Map<string, Running>();

  const execute = async (name: CallName, input: unknown, callId: string, by?: CalledBy): Promise<unknown> => {
    await closed;
    const definition: Call = calls[name];
    const checked = definition.input.safeParse(input ?? {});
    if (!checked.success) throw wrongInput(name, checked.error);
    if (running.has(callId))
      throw new DaybookError('usage', `The call id ${callId} is in use; every call needs one of its own.`, {
        path: 'callId',
      });
    const controller = new AbortController();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const entry: Running = {
      ...{ callId, name, startedAt: instantNow(daybook.ports.clock), done: 0, total: null, sentence: '' },
      ...{ controller, ended, told: Number.NEGATIVE_INFINITY },
    };
    running.set(callId, entry);
    try {
      // The handler of this very name takes what its own schema has just given.
      const handler = handlers[name] as (input: unknown, work: Work) => Promise<unknown>;
      const value = await handler(checked.data, workOf(entry, by));
      return checkedOutput(name, definition, value, daybook.ports.log);
    } finally {
      running.delete(callId);
      end();
      if (definition.changes) options.emit('changed', { topics: [...definition.changes] });
    }
  };

  const workOf = (entry: Running, by?: CalledBy): Work => ({
    daybook,
    actor: by?.actor ?? options.actor,
    occasion: by?.occasion ?? BY_PERSON,
    stop: entry.controller.signal,
    progress: (done, total, sentence) => {
      const changedPhase = sentence !== entry.sentence;
      Object.assign(entry, { done, total, sentence });
      const now = daybook.ports.clock.now();
      if (!changedPhase && done !== total && now - entry.told < PROGRESS_EVERY_MS) return;
      entry.told = now;
      options.emit('work.progress', { callId: entry.callId, name: entry.name, done, total, sentence });
    },
    changed: (topics) => options.emit('changed', { topics: [...topics] }),
    host: {
      backups: options.backups,
      env: options.env ?? {},
      running: () =>
        [...running.values()]
          .filter((other) => isLong(other.name))
          .map(({ callId, name, startedAt, done, total, sentence }) => ({
            ...{ callId, name, startedAt, done, total, sentence },
          })),
      cancel: (callId) => {
        const other = running.get(callId);
        other?.controller.abort();
        return other !== undefined;
      },
      reopened: options.reopen ? reopened(entry, options.reopen) : null,
      passphraseChanged: options.passphraseChanged ?? (() => {}),
      services: options.services ?? plainHost('cli'),
    },
  });

  /** Everything else ends first; calls that come meanwhile wait until the workspace is open again. */
  const reopened =
    (self: Running, reopen: NonNullable<ApiOptions['reopen']>) =>
    async <T>(between: () => Promise<T>, passphrase: string | undefined): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      promise.catch(() => {});
      closed = promise;
      const others = [...running.values()].filter((other) => other !== self);
      for (const other of others) other.controller.abort(HOST_CLOSES);
      await Promise.all(others.map((other) => other.ended));
      await daybook.close();
      try {
        return await between();
      } finally {
        try {
          daybook = await reopen(passphrase);
          closed = null;
          resolve();
        } catch (thrown) {
          reject(thrown);
          // biome-ignore lint/correctness/noUnsafeFinally: a workspace that stays closed outweighs what came before.
          throw thrown;
        }
      }
    };

  const cancelAll = () => {
    for (const { controller } of running.values()) controller.abort(HOST_CLOSES);
  };

  return {
    call: async (wire) => {
      try {
        const parsed = envelopeSchema.safeParse(wire);
        if (!parsed.success) throw wrongInput('envelope', parsed.error);
        const { name, input, callId } = parsed.data;
        if (!isCallName(name)) throw new DaybookError('usage', `Daybook knows no call "${name}".`, { path: 'name' });
        return { ok: true, value: await execute(name, input, callId) };
      } catch (thrown) {
        const error = asDaybookError(thrown);
        if (error.code === 'internal') daybook.ports.log.error({ err: thrown, wire: nameOf(wire) }, 'call failed');
        return { ok: false, error: error.toJSON() };
      }
    },
    run: async <N extends CallName>(name: N, input: CallInput<N>, callId?: string, by?: CalledBy) => {
      counter += 1;
      // The value has passed this call's own output schema.
      return (await execute(name, input, callId ?? `run-${counter}`, by)) as CallOutput<N>;
    },
    cancelAll,
    close: async () => {
      cancelAll();
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await daybook.close();
    },
  };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

function isLong(name: string): boolean {
  const definition: Call | undefined = isCallName(name) ? calls[name] : undefined;
  return definition?.long === true;
}

function nameOf(wire: unknown): string {
  return typeof wire === 'object' && wire !== null && 'name' in wire ? String(wire.name) : 'unknown';
}

/** `path` names the wrong field: `filter.from`. */
function wrongInput(name: string, error: z.ZodError): DaybookError {
  const [issue] = error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? []);
  const path = z.core.toDotPath(keys);
  const reason = issue?.code === 'unrecognized_keys' ? 'is not known' : `is wrong: ${issue?.message ?? 'unreadable'}`;
  return new DaybookError('usage', `${path === '' ? `What was asked of ${name}` : `The field ${path}`} ${reason}.`, {
    path,
  });
}

/** Fields that the contract does not name are left out: nothing reaches a screen by accident. */
function checkedOutput(name: string, definition: Call, value: unknown, log: Log): unknown {
  const checked = definition.output.safeParse(value);
  if (checked.success) return checked.data;
  log.error({ call: name, issues: checked.error.issues.slice(0, 5) }, 'an answer does not fit the contract');
  throw new DaybookError(
    'internal',
    'Daybook made an answer that does not fit its own contract. The log holds the details.',
    { cause: checked.error },
  );
}
