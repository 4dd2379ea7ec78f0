/** The command line: wiring only. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of a short command's time is reading the program. Kept with the program, never in a folder that others share.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'daybook'));

const { runProgram } = await import('./cli/program.ts');
const { systemIo } = await import('./cli/terminal.ts');
const { systemClock } = await import('./core/clock.ts');
const { createFileLog } = await import('./core/log.ts');
const { systemProcesses } = await import('./core/processes.ts');
const { systemRandom } = await import('./core/random.ts');

const io = systemIo();
const clock = systemClock();

process.exitCode = await runProgram(process.argv.slice(2), {
  io,
  platform: process.platform,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  openPorts: async (folder) => {
    const log = await createFileLog({ folder, clock });
    const ports = { clock, random: systemRandom(), fetch, log, processes: systemProcesses() };
    return { ports, close: () => log.close() };
  },
  onInterrupt: (stop) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    // Only the first is caught; the second ends the process as it always would.
    for (const signal of signals) process.once(signal, stop);
    return () => {
      for (const signal of signals) process.off(signal, stop);
    };
  },
});
