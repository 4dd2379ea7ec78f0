/**
 * A second Daybook process for tests: `node workspace-process.ts FILE` opens the workspace, then obeys one command a
 * line on stdin and answers each with one line on stdout. See second-process.ts.
 */
import { createInterface } from 'node:readline';
import { systemClock } from '../../main/core/clock.ts';
import { DaybookError } from '../../main/core/errors.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { systemRandom } from '../../main/core/random.ts';
import { acquireLease } from '../../main/store/leases.ts';
import { openStore } from '../../main/store/store.ts';

const path = process.argv[2] ?? '';
const ports = { clock: systemClock(), random: systemRandom() };
const answer = (text: string) => process.stdout.write(`${text}\n`);

try {
  await obey(await openStore({ path, ...ports }));
} catch (thrown) {
  answer(thrown instanceof DaybookError ? thrown.code : String(thrown));
}

async function obey(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  answer('open');
  let letGo = () => {};
  let holding: Promise<unknown> = Promise.resolve();
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, name = ''] = line.split(' ');
    if (command === 'write') {
      const row = { name, value_json: '1', updated_at: '' };
      await store.write((trx) => trx.insertInto('setting').values(row).execute());
    }
    if (command === 'lease') {
      const lease = await acquireLease(store, { name, ...ports, processes: systemProcesses(), ttlMs: 3_600_000 });
      answer(lease ? 'leased' : 'refused');
      continue;
    }
    if (command === 'hold') {
      await new Promise<void>((held) => {
        holding = store.write(async (trx) => {
          await trx.insertInto('setting').values({ name, value_json: '1', updated_at: '' }).execute();
          held();
          await new Promise<void>((resolve) => {
            letGo = resolve;
          });
        });
      });
    }
    if (command === 'let-go') {
      letGo();
      await holding;
    }
    if (command === 'close') await store.close();
    answer('done');
    if (command === 'close') break;
  }
}
