import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ROOMY } from './relay-world.ts';

const MAIN = fileURLToPath(new URL('../../relay/main.ts', import.meta.url));
const openLine = z.object({ port: z.number(), adminPort: z.number() });

export type RelayProcess = {
  readonly url: string;
  readonly adminUrl: string;
  readonly pid: number;
  /** All it wrote so far. */
  output(): string;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: as a power cut or the kernel's memory killer would. */
  kill(): Promise<void>;
};

/** `npm run relay` as a process of its own; resolves once it is open. */
export async function relayProcess(env: Readonly<Record<string, string>>): Promise<RelayProcess> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RELAY_')));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...own, ...ROOMY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const opened = new Promise<z.output<typeof openLine>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const told = openLine.safeParse(JSON.parse(line));
      if (told.success) resolve(told.data);
    });
    child.once('exit', (code) => reject(new Error(`The relay ended with ${code}: ${output}`)));
  });
  const { port, adminPort } = await opened;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}
