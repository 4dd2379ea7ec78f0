/** The command line: wiring only. */
import { runProgram } from './cli/program.ts';
import { systemIo } from './cli/terminal.ts';
import { systemClock } from './core/clock.ts';
import { createFileLog } from './core/log.ts';
import { systemProcesses } from './core/processes.ts';
import { systemRandom } from './core/random.ts';

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
