import { join } from 'node:path';
import { pino } from 'pino';
import openRollingFile from 'pino-roll';
import { type Clock, instantNow } from './clock.ts';
import type { Log, LogFields } from './ports.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type FileLog = Log & {
  /** Writes what is still held in memory and closes the file. Later records are dropped. */
  close(): Promise<void>;
};

export type FileLogOptions = {
  /** Made when absent. The files are `daybook.1.log`, `daybook.2.log`, …; the highest number is the present one. */
  readonly folder: string;
  readonly clock: Clock;
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Size at which the next file begins, e.g. `5m`. */
  readonly size?: string;
  /** Files kept beside the present one. */
  readonly count?: number;
  /** Called once when the log cannot be written (full disk, no rights): the app goes on without it. */
  readonly onFailure?: (error: Error) => void;
};

/**
 * A log of JSON lines in a rotating file: at most `(count + 1) × size` on disk. Every record passes the redactor, so
 * neither secrets nor whole account numbers are written, whatever a caller passes.
 */
export async function createFileLog(options: FileLogOptions): Promise<FileLog> {
  const { folder, clock, level = 'info', size = '5m', count = 9 } = options;
  const onFailure = options.onFailure ?? ((error) => process.stderr.write(`The log stopped: ${error.message}\n`));
  const file = await openRollingFile({
    file: join(folder, 'daybook'),
    size,
    mkdir: true,
    limit: { count, removeOtherLogFiles: true },
  });
  let open = true;
  file.on('error', (error: Error) => {
    if (open) onFailure(error);
    open = false;
  });
  const logger = pino({ level, base: { pid: process.pid }, timestamp: () => `,"time":"${instantNow(clock)}"` }, file);
  const write = (at: LogLevel) => (fields: LogFields, message: string) => {
    if (open && logger.isLevelEnabled(at)) logger[at](redact(fields), redactText(message));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    close: async () => {
      if (!open) return;
      open = false;
      await new Promise<void>((resolve) => {
        file.once('close', () => resolve());
        file.once('error', () => resolve());
        file.end();
      });
    },
  };
}
