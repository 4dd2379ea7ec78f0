import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

/** Another computer takes the posting over, as it may once the lease's time has passed, and is sending by itself. */
async function takenOver(): Promise<void> {
  await world.workspace.store.write(async (trx) => {
    await trx
      .updateTable('lease')
      .set({ holder: 'other', host: 'elsewhere', expires_at: '2026-12-24T00:00:00.000Z' })
      .execute();
    await trx.updateTable('journal').set({ state: 'sending', next_attempt_at: '2026-11-20T08:20:00.000Z' }).execute();
  });
}

const journals = () => world.workspace.store.read.selectFrom('journal').selectAll().execute();
const steps = ['lookUp', 'before header', 'header stored', 'before lines', 'lines stored'];

test.each(steps)('a process that lost its lease at "%s" writes nothing more, here or in the ledger', async (at) => {
  await world.approve(1_000);
  world.ledger.onStep = async (step) => {
    if (step !== at) return;
    world.ledger.onStep = () => {};
    await takenOver();
  };
  expect(await postApproved(world.context, { actor: 'Ann' })).toMatchObject({
    posted: 0,
    failures: [{ error: { code: 'busy_elsewhere' } }],
  });
  expect(world.ledger.held).toHaveLength(at === 'lines stored' ? 1 : 0);
  expect(world.ledger.sends.length).toBeLessThanOrEqual(1);
  expect(await journals()).toMatchObject([{ state: 'sending', next_attempt_at: '2026-11-20T08:20:00.000Z' }]);
});
