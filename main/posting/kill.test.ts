import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killAt } from '../../test/support/kill-at.ts';
import { postingContext, postingWorld } from '../../test/support/posting-world.ts';
import type { LedgerFault, ScriptedLedger } from '../../test/support/scripted-ledger.ts';
import { loadProposals } from '../store/proposals.ts';
import { openStore } from '../store/store.ts';
import { postApproved } from './post.ts';

async function killThenRestart(
  step: number,
  faults: LedgerFault[],
  prepare: (ledger: ScriptedLedger) => void = () => {},
): Promise<{ died: boolean; steps: number }> {
  const world = await postingWorld();
  const { workspace, ledger } = world;
  prepare(ledger);
  try {
    const ids = [
      await world.approve(1_000),
      await world.approve(-2_500),
      await world.approve(700, { date: '2026-11-18' }),
    ];
    ledger.faults = [...faults];
    const kill = killAt(step);
    ledger.onStep = () => kill.pass();
    const doomed = postingContext(kill.store(workspace.store), workspace, ledger);
    await postApproved(doomed, { actor: 'Ann' }).catch(() => {});
    const died = kill.isDead();

    ledger.onStep = () => {};
    ledger.faults = [];
    const path = join(workspace.folder, 'daybook.db');
    const store = await openStore({ path, clock: workspace.clock, random: workspace.random });
    const restarted = postingContext(store, workspace, ledger);
    for (let run = 0; run < 3; run++) await postApproved(restarted, { actor: 'Ann' });
    for (const proposal of await loadProposals(store.read, ids)) {
      expect(proposal.state, `${proposal.id} after a kill at step ${step}`).toBe('posted');
      expect(ledger.count(proposal.stem), `entries of ${proposal.id} after a kill at step ${step}`).toBe(1);
    }
    expect(ledger.held).toHaveLength(ids.length);
    await store.close();
    return { died, steps: kill.steps() };
  } finally {
    await workspace.close();
  }
}

const weathers: Array<[string, LedgerFault[]]> = [
  ['on a good day', []],
  ['when an answer is lost', ['lose_answer']],
  ['when a request is lost', ['lose_request']],
  ['when the ledger is busy', ['busy', 'lose_answer']],
];

test.each(weathers)(
  'a kill at any await leaves exactly one entry for each approval %s',
  async (_name, faults) => {
    let step = 1;
    for (; ; step++) {
      const { died } = await killThenRestart(step, faults);
      if (!died) break;
    }
    // Enough steps to have gone through intent, look-up, send, remember, read-back and confirmation of two journals.
    expect(step).toBeGreaterThan(20);
    // Some fifty workspaces each, most of whose time is the disk's.
  },
  180_000,
);

/** A ledger that keeps a chain of balances, and asks whenever it stands elsewhere than Daybook says it must. */
function keepsChain(ledger: ScriptedLedger): void {
  ledger.rules = { grouping: 'account_day', inOrder: true, refusesWhole: true, openIsBooked: true };
  ledger.asks = (_journal, chain) => {
    const stands = ledger.held.reduce((sum, { entry }) => sum + entry.amount.minor, 0n);
    const size = { minor: stands - (chain.expected?.minor ?? 0n), currency: 'USD' };
    return size.minor === 0n ? [] : [{ kind: 'break', key: `${size.minor}`, size, sentence: 'A break.', choices: [] }];
  };
}

test.each(weathers.slice(0, 2))(
  'a kill at any await makes no break in a chain of balances %s',
  async (_name, faults) => {
    for (let step = 1; (await killThenRestart(step, faults, keepsChain)).died; step++);
  },
  180_000,
);
