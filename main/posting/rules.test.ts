import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
  world.ledger.rules = { grouping: 'account_day', inOrder: true, refusesWhole: true };
});
afterEach(() => world.workspace.close());

const post = () => postApproved(world.context, { actor: 'Ann' });
const DAYS = ['2026-11-17', '2026-11-18', '2026-11-19'];

test('a ledger that keeps a day in a journal gets one for each day, whatever the mapping says', async () => {
  await world.workspace.store.write((trx) => trx.updateTable('mapping').set({ grouping: 'run' }).execute());
  for (const date of DAYS) await world.approve(1, { date });
  expect(await post()).toMatchObject({ journals: 3, posted: 3 });
});

test('journals of one name go one after another, oldest first; another name does not wait', async () => {
  for (const date of [...DAYS].reverse()) await world.approve(1, { date });
  await world.approve(2, { date: '2026-11-20', journalName: 'Other' });
  let open = 0;
  let most = 0;
  world.ledger.onStep = async (step) => {
    if (step === 'before header') {
      open += 1;
      most = Math.max(most, open);
    }
    if (step === 'lines stored') open -= 1;
    await world.workspace.clock.sleep(1, undefined);
  };
  await post();
  expect(world.ledger.sent.filter((one) => one.startsWith('GenJrn'))).toEqual(DAYS.map((day) => `GenJrn ${day}`));
  expect(most).toBe(2);
});

test('a day whose outcome is unknown holds the later days back until it is known', async () => {
  for (const date of DAYS) await world.approve(1, { date });
  world.ledger.faults = Array.from({ length: 5 }, () => 'lose_request' as const);
  expect(await post()).toMatchObject({ posted: 0, unknown: 1 });
  expect(new Set(world.ledger.sent)).toEqual(new Set(['GenJrn 2026-11-17']));
  world.ledger.faults = [];
  expect(await post()).toMatchObject({ posted: 3, unknown: 0 });
  expect(world.ledger.held.map((held) => held.entry.date)).toEqual(DAYS);
});

test('a refused unit is refused whole where refusals count against us', async () => {
  await world.approve(1);
  await world.approve(2, { text: 'poison' });
  await world.approve(3);
  world.ledger.refusedText = 'poison';
  expect(await post()).toMatchObject({ posted: 0, refused: 3 });
  expect(world.ledger.sends).toEqual([3]);
});

test('a pause that the ledger’s connector made by itself ends for one try when a person posts, and for no other run', async () => {
  const id = await world.approve(1);
  world.ledger.paused = true;
  await post();
  expect(await world.stateOf(id)).toBe('posting');
  const [sent] = [world.ledger.sends.length];
  await post();
  expect(world.ledger.sends).toHaveLength(sent);
  await postApproved(world.context, { actor: 'Ann', byPerson: true });
  expect(await world.stateOf(id)).toBe('posted');
});

test('three equal refusals end the run before the ledger shuts us out', async () => {
  for (const day of ['14', '15', '16', '17', '18']) await world.approve(1, { date: `2026-11-${day}`, text: 'poison' });
  world.ledger.refusedText = 'poison';
  const { refused, failures } = await post();
  expect(world.ledger.sends).toEqual([1, 1, 1]);
  expect(refused).toBe(3);
  expect(failures).toMatchObject([{ error: { code: 'entry_refused' } }]);
  expect(failures[0]?.error.sentence).toContain('stopped after 3 equal failures');
});

test('what will be looked up is told at once before anything is asked', async () => {
  for (const date of DAYS) await world.approve(1, { date });
  await post();
  expect(world.ledger.announced).toMatchObject([{ length: 3 }]);
});
