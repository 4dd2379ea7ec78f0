/** A process that lives through one simulated world after another, as its parent asks for them (workers.ts). */
import type { Job, Report } from './job.ts';
import { simulate } from './run.ts';

const send = (report: Report) => process.send?.(report);

process.on('message', (job: Job) => {
  const before = process.cpuUsage();
  simulate(job).then(
    (result) => {
      const { user, system } = process.cpuUsage(before);
      send({ result, cpuMs: Math.round((user + system) / 1000) });
    },
    (thrown: unknown) => {
      // A world that could not even be built; the parent tells it as a broken promise.
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      process.exit(1);
    },
  );
});
