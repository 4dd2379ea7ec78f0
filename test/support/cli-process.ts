import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');

export type ProcessRun = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
};

export type ProcessOptions = {
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Another user of this computer; only root may say so. */
  readonly uid?: number;
  /** Told of what comes on stderr, with the way to send a signal. */
  readonly onErr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
};

/** The command line as a process of its own, as a script starts it. */
export function daybook(argv: readonly string[], options: ProcessOptions): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ENTRY, ...argv], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid }),
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      options.onErr?.(text, (signal) => child.kill(signal));
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
    child.stdin.end(options.stdin ?? '');
  });
}
