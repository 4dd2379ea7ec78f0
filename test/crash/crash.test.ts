import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDice } from '../simulation/dice.ts';
import { createSimulatedHarbor } from '../simulation/harbor.ts';
import { openApp } from './app-client.ts';
import { startDaybook } from './daybook-process.ts';
import { buildProgram, type Program } from './program.ts';
import { crashRounds } from './rounds.ts';
import { createStage } from './stage.ts';

const ROUNDS = 20;
const AT_ONCE = 2;

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
}, 120_000);
afterAll(() => program.remove());

test('real processes that are killed at any moment lose nothing and double nothing', {
  timeout: 1_800_000,
}, async () => {
  const seeds = Array.from({ length: ROUNDS }, (_, index) => `test-${index + 1}`);
  const { results } = await crashRounds({ program, seeds, atOnce: AT_ONCE });
  for (const { seed, broken, story } of results)
    expect(broken, `npm run -s crash -- --replay ${seed}\n${story.join('\n')}`).toEqual([]);
  // Marks that lie beyond the end of a process kill nobody; most do not.
  expect(results.flatMap(({ kills }) => kills).length).toBeGreaterThan(ROUNDS / 2);
});

const CYCLES = 8;

test.skipIf(process.platform !== 'linux')(
  'an app that stays open keeps no file handle of what it has finished',
  { timeout: 600_000 },
  async () => {
    const failed: string[] = [];
    const stage = await createStage({
      ...{ seed: 'handles', dice: createDice('handles'), create: createSimulatedHarbor, tell: () => {} },
      onError: (call, error) => failed.push(`${call}: ${error.sentence}`),
    });
    onTestFinished(() => stage.close());
    stage.served.serve({ fetch: stage.served.host.fetch, onRequest: () => false });
    const here = await stage.open(`${stage.folder}/daybook.db`);
    await stage.connect(here);
    await here.close();
    const app = startDaybook(['serve', '--no-open'], {
      ...{ program, env: stage.env(), aheadMs: stage.clock.aheadMs(), mark: null },
    });
    onTestFinished(() => app.kill('the test is over'));
    const client = await openApp((await app.firstLine) ?? '', (call, error) =>
      failed.push(`${call}: ${error.sentence}`),
    );
    const counts: number[] = [];
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await client?.ask('sync.run', {});
      await client?.ask('proposals.approveReady', { filter: {} });
      await client?.ask('post.run', {});
      await client?.ask('post.follow', {});
      const backup = await client?.ask('backup.make', {});
      await client?.ask('vault.rotateKey', {});
      await client?.ask('backup.restore', { path: backup?.path ?? '' });
      counts.push(readdirSync(`/proc/${app.pid}/fd`).length);
    }
    expect(failed).toEqual([]);
    // Sockets to the servers that are kept for the next request come and go.
    const [, second = 0] = counts;
    expect(counts.at(-1), counts.join(' ')).toBeLessThanOrEqual(second + 4);
    app.close();
    expect((await app.ended).code).toBe(0);
  },
);
