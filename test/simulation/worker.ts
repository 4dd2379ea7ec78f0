/** A process that lives through one simulated world after another, as its parent asks for them (workers.ts). */
import { ENDLESS, type Job, MOST_CPU_MS, type Report } from './job.ts';
import { simulate } from './run.ts';

const send = (report: Report) => process.send?.(report);

process.on('message', (job: Job) => {
  const before = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 1000);
  };
  const watch = setInterval(() => {
    if (spent() > MOST_CPU_MS) process.exit(ENDLESS);
  }, 1000);
  simulate(job).then(
    (result) => {
      clearInterval(watch);
      send({ result, cpuMs: spent() });
    },
    (thrown: unknown) => {
      // A world that could not even be built; the parent tells it as a broken promise.
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      process.exit(1);
    },
  );
});
