import { pino } from 'pino';
import { type Clock, instantNow } from '../main/core/clock.ts';
import type { Log, LogFields } from '../main/core/ports.ts';
import { redact, redactText } from '../main/core/redact.ts';
import type { RelayConfig } from './config.ts';

/** JSON lines on standard output, through the redactor. Nobody passes an address, a header or a body to it. */
export function standardLog(level: RelayConfig['logLevel'], clock: Clock): Log {
  const logger = pino({ level, base: { pid: process.pid }, timestamp: () => `,"time":"${instantNow(clock)}"` });
  const write = (at: RelayConfig['logLevel']) => (fields: LogFields, message: string) => {
    if (logger.isLevelEnabled(at)) logger[at](redact(fields), redactText(message));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
