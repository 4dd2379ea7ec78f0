/** Following through the changes of a practice Exact Online: what it costs, and what people do there behind our back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../main/core/ports.ts';
import { followPostings } from '../../main/posting/follow.ts';
import { postApproved } from '../../main/posting/post.ts';
import { loadProposals } from '../../main/store/proposals.ts';
import { DIVISION } from '../../practice/exact/seed-small.ts';
import { approveLines, type SeededMapping, seedMappings } from '../support/approved-lines.ts';
import { openPracticeExact } from '../support/practice-exact.ts';
import { type TempWorkspace, tempWorkspace } from '../support/temp-workspace.ts';

const MAPPING: SeededMapping = {
  ...{ account: 'account', currency: 'EUR', legalEntity: String(DIVISION) },
  ...{ bankAccount: '20', journalName: '20', openingMinor: 100_000n },
};
const DAYS = ['2026-03-05', '2026-03-06', '2026-03-09'];

let workspace: TempWorkspace;
let site: Awaited<ReturnType<typeof openPracticeExact>>;
let ids: string[];
beforeEach(async () => {
  site = await openPracticeExact();
  workspace = await tempWorkspace({ now: site.clock.now() });
  await seedMappings(workspace.store, 'exact', [MAPPING]);
  const offset = { accountType: 'ledger', account: '2000' } as const;
  const lines = DAYS.flatMap((date) =>
    [100, -250].map((amountMinor) => ({ mapping: MAPPING, date, amountMinor, offset })),
  );
  ids = await approveLines(workspace.store, lines);
  expect(await postApproved(context(), { actor: 'Ann' })).toMatchObject({ posted: 6, failures: [] });
});
afterEach(() => workspace.close());

function context() {
  const processes = { host: 'test', pid: 1, isAlive: () => false };
  const { store, random } = workspace;
  return { store, random, clock: site.clock, log: silentLog, processes, connectorFor: async () => site.connector };
}

async function follow() {
  site.clock.advance(1_000);
  return followPostings(context());
}

test('following open entries costs two calls, however many they are', async () => {
  expect(await follow()).toMatchObject({ open: 6, gone: 0, different: 0 });
  site.calls.length = 0;
  expect(await follow()).toMatchObject({ open: 6 });
  expect(site.calls).toHaveLength(2);
});

test('an entry that somebody deletes in Exact goes back to a person, with all that it held', async () => {
  await follow();
  const [first] = site.control.books().entries.filter(({ by }) => by === 'client');
  site.control.deleteEntry({ division: DIVISION, entryId: first?.entryId ?? '' });
  expect(await follow()).toMatchObject({ open: 4, gone: 2 });
  const states = (await loadProposals(workspace.store.read, ids)).map(({ state }) => state);
  expect(states.filter((state) => state === 'needs_person')).toHaveLength(2);
});

test('a line that somebody edits is noticed, and processed entries are followed no more', async () => {
  await follow();
  const [first] = site.control.books().entries.filter(({ by }) => by === 'client');
  const line = first?.lines.find(({ role }) => role === 'line');
  const ref = { division: DIVISION, entryId: first?.entryId ?? '', lineId: line?.lineId ?? '' };
  site.control.editLine(ref, { costCenter: 'AMS' });
  expect(await follow()).toMatchObject({ different: 1, open: 5 });
  site.control.editLine(ref, { costCenter: null });
  site.control.process(DIVISION);
  expect(await follow()).toMatchObject({ inLedger: 6, open: 0 });
});
