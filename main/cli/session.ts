import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Api, createApi, type Emit } from '../api/executor.ts';
import { plainHost } from '../api/host-services.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Ports } from '../core/ports.ts';
import { type Daybook, openDaybook } from '../daybook.ts';
import type { CliHost } from './host.ts';
import { inert } from './io.ts';
import { defaultWorkspace, workspaceFiles } from './paths.ts';
import type { Hosting } from './screens.ts';

/** Options that every command knows. */
export type CommonOptions = {
  readonly workspace?: string | undefined;
  readonly json?: boolean | undefined;
  readonly as?: string | undefined;
};

/** An open workspace and its API, for the time of one command. */
export type Session = {
  readonly api: Api;
  readonly daybook: Daybook;
  readonly ports: Ports;
  readonly folder: string;
  /** Aborted by Ctrl-C. */
  readonly stop: AbortSignal;
};

export function workspaceFolder(host: CliHost, options: CommonOptions): string {
  const { env } = host.io;
  const named = options.workspace ?? (env.DAYBOOK_WORKSPACE || undefined);
  return resolve(named ?? defaultWorkspace(host.platform, env));
}

/** @throws DaybookError `vault_locked` when neither the environment nor a terminal gives one */
export async function passphraseFor(host: CliHost, name: string, question: string): Promise<string> {
  const given = host.io.env[name];
  if (given !== undefined && given !== '') return given;
  const typed = await host.io.askHidden(question);
  if (typed !== null && typed !== '') return typed;
  throw new DaybookError(
    'vault_locked',
    `The passphrase of the workspace is missing. Set the environment variable ${name}, or run this in a terminal to be asked for it.`,
  );
}

/** Ports without a workspace: for commands that work on files alone. */
export async function withPorts<T>(
  host: CliHost,
  options: CommonOptions,
  work: (ports: Ports, folder: string) => Promise<T>,
): Promise<T> {
  const folder = workspaceFolder(host, options);
  const { ports, close } = await openPorts(host, folder);
  try {
    return await work(ports, folder);
  } finally {
    await close();
  }
}

/**
 * Opens the workspace, does the work, and closes it whatever happens. Made when there is none. `hosting`: the screens
 * that the API serves; they may restore a backup, after which the workspace is opened again.
 */
export async function withWorkspace<T>(
  host: CliHost,
  options: CommonOptions,
  work: (session: Session) => Promise<T>,
  hosting?: Hosting,
): Promise<T> {
  const folder = workspaceFolder(host, options);
  const files = workspaceFiles(folder);
  const isNew = !existsSync(files.database);
  const question = isNew ? `New passphrase for the workspace in ${folder}: ` : `Passphrase of ${folder}: `;
  const passphrase = await passphraseFor(host, 'DAYBOOK_PASSPHRASE', question);
  const { ports, close } = await openPorts(host, folder);
  try {
    const { timeZone, vaultCost } = host;
    let present = passphrase;
    const open = (secret: string) =>
      openDaybook({
        ...{ database: files.database, ports, passphrase: secret, timeZone },
        ...(vaultCost === undefined ? {} : { cost: vaultCost }),
      });
    const daybook = await open(passphrase);
    if (isNew) host.io.err(`A new workspace was made in ${inert(folder)}.\n`);
    const stopping = new AbortController();
    const api = createApi(daybook, {
      actor: options.as ?? host.io.userName,
      emit: hosting?.emit ?? progressTo(host),
      backups: files.backups,
      env: host.io.env,
      services: hosting?.services ?? plainHost('cli'),
      ...(hosting ? { reopen: (given) => open(given ?? present) } : {}),
      passphraseChanged: (next) => {
        present = next;
      },
    });
    const noLonger = host.onInterrupt(() => {
      host.io.err('Stopping at the next safe point; once more ends at once.\n');
      stopping.abort();
      api.cancelAll();
    });
    try {
      return await work({ api, daybook, ports, folder, stop: stopping.signal });
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'internal') ports.log.error({ err: thrown }, 'command failed');
      throw error;
    } finally {
      noLonger();
      await api.close();
    }
  } finally {
    await close();
  }
}

async function openPorts(host: CliHost, folder: string) {
  try {
    return await host.openPorts(workspaceFiles(folder).logs);
  } catch (thrown) {
    throw asDaybookError(thrown);
  }
}

/** One line a phase on stderr, so that stdout stays the result. Banks are fetched side by side: each is told once. */
function progressTo(host: CliHost): Emit {
  const told = new Set<string>();
  return (name, data) => {
    if (name !== 'work.progress' || !('sentence' in data) || told.has(data.sentence)) return;
    told.add(data.sentence);
    host.io.err(`${inert(data.sentence)}\n`);
  };
}
