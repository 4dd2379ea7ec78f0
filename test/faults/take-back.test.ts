/**
 * An entry is taken back from a practice ERP while everything goes wrong: each request lost, its answer lost or cut off, the
 * run cancelled or the process killed at that moment, and the process killed around each of its commits. After a restart the
 * ERP, asked from inside, holds the other entries of the journal exactly once, and the one itself once or not at all, as
 * Daybook says.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../main/core/ports.ts';
import { silentLog } from '../../main/core/ports.ts';
import { postApproved } from '../../main/posting/post.ts';
import { takeBackEntry } from '../../main/posting/take-back.ts';
import { ledgerEntryOf, loadProposals } from '../../main/store/proposals.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { approveLines, seedMappings } from '../support/approved-lines.ts';
import { killAt } from '../support/kill-at.ts';
import { LEDGERS, type LedgerUnderTest } from '../support/ledgers-under-test.ts';
import { type Blow, strike } from '../support/strike.ts';
import { tempWorkspace } from '../support/temp-workspace.ts';

const LINES = [
  { amountMinor: 1_250, date: '2026-11-18' },
  { amountMinor: -7_310, date: '2026-11-19' },
  { amountMinor: 99_000, date: '2026-11-19' },
];
/** Of the last day, which is the only one that is the end of its journal. */
const TAKEN = 1;

type Trouble = {
  readonly store: (store: Store) => Store;
  readonly fetch: (fetch: Fetch) => Fetch;
  readonly stop?: AbortSignal;
  /** Whether it has struck. */
  readonly met: () => boolean;
};

async function takeBackIn(under: LedgerUnderTest, trouble: Trouble, name: string): Promise<boolean> {
  const workspace = await tempWorkspace();
  try {
    const { clock, random, folder } = workspace;
    const erp = await under.open(workspace);
    await seedMappings(workspace.store, under.kind, [under.mapping]);
    const lines = LINES.map((line) => ({ ...line, mapping: under.mapping, offset: under.offset }));
    const ids = await approveLines(workspace.store, lines);
    const context = (store: Store, fetch: Fetch) => {
      const connector = erp.connect(fetch);
      const processes = { host: 'test', pid: 1, isAlive: () => false };
      return { store, clock, random, log: silentLog, processes, connectorFor: async () => connector };
    };
    await postApproved(context(workspace.store, erp.fetch), { actor: 'Ann' });
    const doomed = context(trouble.store(workspace.store), trouble.fetch(erp.fetch));
    const { stop } = trouble;
    await takeBackEntry(doomed, ids[TAKEN] ?? '', { actor: 'Ben', ...(stop ? { stop } : {}) }).catch(() => {});

    const store = await openStore({ path: join(folder, 'daybook.db'), clock, random });
    for (let run = 0; run < 3; run++) await postApproved(context(store, erp.fetch), { actor: 'Ann' });
    const after = await loadProposals(store.read, ids);
    const taken = after.find(({ id }) => id === ids[TAKEN]);
    expect(trouble.met() ? ['posted', 'needs_person'] : ['needs_person'], name).toContain(taken?.state);
    for (const other of after) if (other !== taken) expect(other.state, name).toBe('posted');
    const expected = after
      .filter(({ state }) => state === 'posted')
      .map((proposal) => ({ legalEntity: proposal.legalEntity, entry: ledgerEntryOf(proposal) }));
    expect(erp.faultsInBooks(expected), name).toEqual([]);
    await store.close();
    return trouble.met();
  } finally {
    await workspace.close();
  }
}

const blows: Blow[] = [
  ...(['request lost', 'answer lost', 'answer cut off', 'killed before it', 'killed after it'] as const),
  ...(['run cancelled before it', 'run cancelled after it'] as const),
];

describe.each(LEDGERS.filter(({ takesBack }) => takesBack))('$name', (under) => {
  test.each(blows)(
    'each other entry is there exactly once, whichever request had its %s',
    async (blow) => {
      const hit = (at: number) => {
        let struck: ReturnType<typeof strike> | undefined;
        const cancel = new AbortController();
        const trouble: Trouble = {
          fetch: (fetch) => {
            struck = strike(fetch, at, blow, cancel);
            return struck.fetch;
          },
          // A killed process writes nothing more either: its store stops with it.
          store: (store) => {
            const unless = <T>(work: () => Promise<T>): Promise<T> =>
              struck?.isDead() ? Promise.reject(new Error('killed')) : work();
            return {
              ...store,
              write: (work) => unless(() => store.write(work)),
              writeDurably: (work) => unless(() => store.writeDurably(work)),
            };
          },
          stop: cancel.signal,
          met: () => (struck?.requests() ?? 0) >= at,
        };
        return takeBackIn(under, trouble, `${blow} at request ${at}`);
      };
      let at = 1;
      while (await hit(at)) at += 1;
      // The set-up and the chain, look-ups, the deletion, and what posts the other entry again.
      expect(at).toBeGreaterThan(10);
    },
    120_000,
  );

  test('a kill around any commit leaves each other entry exactly once', async () => {
    const hit = (step: number) => {
      const kill = killAt(step);
      const fetch =
        (inner: Fetch): Fetch =>
        (request) =>
          kill.isDead() ? Promise.reject(new TypeError('fetch failed')) : inner(request);
      return takeBackIn(under, { store: kill.store, fetch, met: kill.isDead }, `a kill at step ${step}`);
    };
    let step = 1;
    while (await hit(step)) step += 1;
    expect(step).toBeGreaterThan(20);
  }, 120_000);
});
