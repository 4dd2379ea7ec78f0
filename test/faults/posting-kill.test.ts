/**
 * The process is killed directly before and directly after each of its commits while it posts to a practice ERP: nothing
 * that it does afterwards has any effect. After a restart the ERP, asked from inside, holds each approved entry once.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../main/core/ports.ts';
import { silentLog } from '../../main/core/ports.ts';
import { postApproved } from '../../main/posting/post.ts';
import { ledgerEntryOf, loadProposals, proposalIdsInState } from '../../main/store/proposals.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { approveLines, seedMappings } from '../support/approved-lines.ts';
import { killAt } from '../support/kill-at.ts';
import { LEDGERS, type LedgerUnderTest } from '../support/ledgers-under-test.ts';
import { tempWorkspace } from '../support/temp-workspace.ts';

const LINES = [
  { amountMinor: 1_250, date: '2026-11-18' },
  { amountMinor: -7_310, date: '2026-11-19' },
];

/** @returns false once the run ended before that step */
async function killThenRestart(under: LedgerUnderTest, step: number): Promise<boolean> {
  const workspace = await tempWorkspace();
  try {
    const { clock, random } = workspace;
    const erp = await under.open(workspace);
    await seedMappings(workspace.store, under.kind, [under.mapping]);
    const lines = LINES.map((line) => ({ ...line, mapping: under.mapping, offset: under.offset }));
    const ids = await approveLines(workspace.store, lines);
    const context = (store: Store, fetch: Fetch) => {
      const connector = erp.connect(fetch);
      const processes = { host: 'test', pid: 1, isAlive: () => false };
      return { store, clock, random, log: silentLog, processes, connectorFor: async () => connector };
    };
    const kill = killAt(step);
    const dying: Fetch = (request) =>
      kill.isDead() ? Promise.reject(new TypeError('fetch failed')) : erp.fetch(request);
    const doomed = context(kill.store(workspace.store), dying);
    await postApproved(doomed, { actor: 'Ann' }).catch(() => {});

    const store = await openStore({ path: join(workspace.folder, 'daybook.db'), clock, random });
    for (let run = 0; run < 3; run++) await postApproved(context(store, erp.fetch), { actor: 'Ann' });
    const expected = (await loadProposals(store.read, ids)).map((proposal) => ({
      legalEntity: proposal.legalEntity,
      entry: ledgerEntryOf(proposal),
    }));
    expect(erp.faultsInBooks(expected), `after a kill at step ${step}`).toEqual([]);
    expect(await proposalIdsInState(store.read, ['posted']), `after a kill at step ${step}`).toHaveLength(ids.length);
    await store.close();
    return kill.isDead();
  } finally {
    await workspace.close();
  }
}

describe.each(LEDGERS)('$name', (under) => {
  test('a kill around any commit leaves each approved entry in the ERP exactly once', async () => {
    let step = 1;
    while (await killThenRestart(under, step)) step += 1;
    // Lease, intents, each send's notes and confirmations of two journals.
    expect(step).toBeGreaterThan(20);
  }, 120_000);
});
