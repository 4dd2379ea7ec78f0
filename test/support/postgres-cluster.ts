import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

const DEBIAN = '/usr/lib/postgresql';
const USER = 'relay';

/** The folder of PostgreSQL's programs as Debian installs them; null where it is not installed. */
export function postgresPrograms(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const folders = readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin'));
  return folders.filter((folder) => existsSync(join(folder, 'initdb'))).at(-1) ?? null;
}

export type PostgresCluster = {
  /** An empty database of its own. */
  newDatabase(): Promise<string>;
  /** Ends the connections that listen, as a fail-over would. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
};

/** A cluster of our own in a folder of its own, reached by a socket in it: no port, no password, nothing left behind. */
export async function startPostgres(programs: string): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-pg-'));
  // PostgreSQL refuses to run as root.
  const owner = process.getuid?.() === 0 ? { uid: idOf('postgres', 2), gid: idOf('postgres', 3) } : {};
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), init, { ...owner, cwd: folder, stdio: 'ignore' });
  const set = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=100'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...set.flatMap((each) => ['-c', each])], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  });
  const url = (name: string) => `postgresql://${USER}@localhost/${name}?host=${encodeURIComponent(folder)}`;
  await answering(url('postgres'), server);
  let databases = 0;
  const run = async (text: string) => {
    const client = new Client({ connectionString: url('postgres') });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  return {
    newDatabase: async () => {
      databases += 1;
      await run(`CREATE DATABASE relay_${databases}`);
      return url(`relay_${databases}`);
    },
    cutConnections: () => run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"),
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (server.exitCode !== null) throw new Error('PostgreSQL ended while it started.');
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('PostgreSQL did not start.');
}

function idOf(user: string, field: number): number {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`));
  if (line === undefined) throw new Error(`There is no user ${user} to run PostgreSQL as.`);
  return Number(line.split(':')[field]);
}
