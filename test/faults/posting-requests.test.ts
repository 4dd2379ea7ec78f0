/**
 * Every request of a posting run to the practice ERP is hit once: lost before it arrives, its answer lost after the ERP
 * has stored it, the answer cut off, the run cancelled or the process killed at that moment. After a restart the ERP,
 * asked from inside, holds each approved entry exactly once.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connector as d365 } from '../../main/connectors/d365/index.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { silentLog } from '../../main/core/ports.ts';
import { isReference } from '../../main/core/reference.ts';
import { postApproved } from '../../main/posting/post.ts';
import { ledgerEntryOf, loadProposals, proposalIdsInState } from '../../main/store/proposals.ts';
import { openStore, type Store } from '../../main/store/store.ts';
import { createPracticeD365, judge, PRACTICE_CREDENTIALS } from '../../practice/d365/index.ts';
import { harborLedger } from '../../practice/harbor/ledger.ts';
import { memoryPorts } from '../support/connector-ports.ts';
import { approveHarborLines, seedHarborMapping } from '../support/harbor-postings.ts';
import { type TempWorkspace, tempWorkspace } from '../support/temp-workspace.ts';

const ORIGIN = 'http://127.0.0.1:8461';

type Blow =
  | 'request lost'
  | 'answer lost'
  | 'answer cut off'
  | 'killed before it'
  | 'killed after it'
  | 'run cancelled before it'
  | 'run cancelled after it';

/** Strikes the request with that number, once. After a kill nothing reaches the ERP any more. */
function strike(fetch: Fetch, at: number, blow: Blow) {
  let requests = 0;
  let dead = false;
  const cancel = new AbortController();
  const struck: Fetch = async (request) => {
    requests += 1;
    if (dead) throw new TypeError('fetch failed');
    if (requests !== at) return fetch(request);
    if (blow === 'killed before it') {
      dead = true;
      throw new TypeError('fetch failed');
    }
    if (blow === 'request lost') throw new TypeError('fetch failed');
    if (blow === 'run cancelled before it') cancel.abort();
    const answer = await fetch(request);
    if (blow === 'run cancelled after it') cancel.abort();
    if (cancel.signal.aborted) return answer;
    if (blow === 'killed after it') dead = true;
    if (blow === 'answer lost' || dead) throw new TypeError('fetch failed');
    const text = await answer.text();
    return new Response(text.slice(0, Math.floor(text.length / 2)), { status: answer.status, headers: answer.headers });
  };
  return { fetch: struck, requests: () => requests, isDead: () => dead, stop: cancel.signal };
}

function context(store: Store, workspace: TempWorkspace, fetch: Fetch) {
  const { clock, random } = workspace;
  const connector = d365.open(
    {
      endpoint: ORIGIN,
      tokenEndpoint: ORIGIN,
      tenant: PRACTICE_CREDENTIALS.tenant,
      clientId: PRACTICE_CREDENTIALS.clientId,
    },
    {
      environment: 'sandbox',
      secret: () => PRACTICE_CREDENTIALS.secret,
      fetch,
      clock,
      random,
      log: silentLog,
      ...memoryPorts(),
    },
  );
  const processes = { host: 'test', pid: 1, isAlive: () => false };
  return { store, clock, random, log: silentLog, processes, connectorFor: async () => connector };
}

async function hit(at: number, blow: Blow): Promise<boolean> {
  const workspace = await tempWorkspace();
  try {
    const ledger = harborLedger({ firstDay: '2026-11-16', balanceOn: () => ({ minor: 0n, currency: 'USD' }) });
    const erp = createPracticeD365({ ledger, clock: workspace.clock, random: workspace.random });
    await seedHarborMapping(workspace.store);
    const ids = await approveHarborLines(workspace.store, [1_250, -7_310, 99_000]);
    const struck = strike(erp.fetch, at, blow);

    // A killed process writes nothing more either: its store stops with it.
    const dying: Store = {
      ...workspace.store,
      write: (work) => (struck.isDead() ? Promise.reject(new Error('killed')) : workspace.store.write(work)),
      writeDurably: (work) =>
        struck.isDead() ? Promise.reject(new Error('killed')) : workspace.store.writeDurably(work),
    };
    const { stop } = struck;
    await postApproved(context(dying, workspace, struck.fetch), { actor: 'Ann', stop }).catch(() => {});

    const { clock, random, folder } = workspace;
    const store = await openStore({ path: join(folder, 'daybook.db'), clock, random });
    for (let run = 0; run < 3; run++) await postApproved(context(store, workspace, erp.fetch), { actor: 'Ann' });
    expect(await proposalIdsInState(store.read, ['posted']), `${blow} at request ${at}`).toHaveLength(ids.length);
    const expected = (await loadProposals(store.read, ids)).map((proposal) => ({
      legalEntity: proposal.legalEntity,
      entry: ledgerEntryOf(proposal),
    }));
    const verdict = judge(erp.control.truth(), expected, isReference);
    expect(verdict, `${blow} at request ${at}`).toMatchObject({
      missing: [],
      duplicated: [],
      altered: [],
      unexpected: [],
    });
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

test.each(blows)('each approved entry is in the ERP exactly once, whichever request had its %s', async (blow) => {
  let at = 1;
  while (await hit(at, blow)) at += 1;
  // Sign-in, reference data, look-up, header, lines, read-back: fewer would mean that the run ended early.
  expect(at).toBeGreaterThan(10);
});
