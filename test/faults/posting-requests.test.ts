/**
 * Every request of a posting run to a practice ERP is hit once: lost before it arrives, its answer lost after the ERP
 * has stored it, the answer cut off, the run cancelled or the process killed at that moment. After a restart the ERP,
 * asked from inside, holds each approved entry exactly once.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../main/core/ports.ts';
import { silentLog } from '../../main/core/ports.ts';
import { postApproved } from '../../main/posting/post.ts';
import { ledgerEntryOf, loadProposals, proposalIdsInState } from '../../main/store/proposals.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { approveLines, seedMappings } from '../support/approved-lines.ts';
import { LEDGERS, type LedgerUnderTest } from '../support/ledgers-under-test.ts';
import { type Blow, strike } from '../support/strike.ts';
import { type TempWorkspace, tempWorkspace } from '../support/temp-workspace.ts';

const LINES = [
  { amountMinor: 1_250, date: '2026-11-18' },
  { amountMinor: -7_310, date: '2026-11-19' },
  { amountMinor: 99_000, date: '2026-11-19' },
];

function ports({ clock, random }: TempWorkspace) {
  return { clock, random, log: silentLog, processes: { host: 'test', pid: 1, isAlive: () => false } };
}

async function hit(under: LedgerUnderTest, at: number, blow: Blow): Promise<boolean> {
  const workspace = await tempWorkspace();
  try {
    const erp = await under.open(workspace);
    await seedMappings(workspace.store, under.kind, [under.mapping]);
    const ids = await approveLines(
      workspace.store,
      LINES.map((line) => ({ ...line, mapping: under.mapping, offset: under.offset })),
    );
    const cancel = new AbortController();
    const struck = strike(erp.fetch, at, blow, cancel);

    // A killed process writes nothing more either: its store stops with it.
    const dying: Store = {
      ...workspace.store,
      write: (work) => (struck.isDead() ? Promise.reject(new Error('killed')) : workspace.store.write(work)),
      writeDurably: (work) =>
        struck.isDead() ? Promise.reject(new Error('killed')) : workspace.store.writeDurably(work),
    };
    const { signal: stop } = cancel;
    const context = (over: Store, fetch: Fetch) => {
      const connector = erp.connect(fetch);
      return { store: over, ...ports(workspace), connectorFor: async () => connector };
    };
    await postApproved(context(dying, struck.fetch), { actor: 'Ann', stop }).catch(() => {});

    const { clock, random, folder } = workspace;
    const store = await openStore({ path: join(folder, 'daybook.db'), clock, random });
    for (let run = 0; run < 3; run++) await postApproved(context(store, erp.fetch), { actor: 'Ann' });
    expect(await proposalIdsInState(store.read, ['posted']), `${blow} at request ${at}`).toHaveLength(ids.length);
    const expected = (await loadProposals(store.read, ids)).map((proposal) => ({
      legalEntity: proposal.legalEntity,
      entry: ledgerEntryOf(proposal),
    }));
    expect(erp.faultsInBooks(expected), `${blow} at request ${at}`).toEqual([]);
    await store.close();
    return struck.requests() >= at;
  } finally {
    await workspace.close();
  }
}

const blows: Blow[] = [
  ...(['request lost', 'answer lost', 'answer cut off', 'killed before it', 'killed after it'] as const),
  ...(['run cancelled before it', 'run cancelled after it'] as const),
];

describe.each(LEDGERS)('$name', (under) => {
  test.each(blows)('each approved entry is in the ERP exactly once, whichever request had its %s', async (blow) => {
    let at = 1;
    while (await hit(under, at, blow)) at += 1;
    // Set-up, look-up, each journal's requests, read-back: fewer would mean that the run ended early.
    expect(at).toBeGreaterThan(10);
  });
});
