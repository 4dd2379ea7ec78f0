import { entryHash } from '../../main/core/entry.ts';
import { silentLog } from '../../main/core/ports.ts';
import { stemOf } from '../../main/core/reference.ts';
import type { PostingContext } from '../../main/posting/context.ts';
import { ledgerEntryOf, loadProposal } from '../../main/store/proposals.ts';
import type { Store } from '../../main/store/store.ts';
import { ScriptedLedger } from './scripted-ledger.ts';
import { type TempWorkspace, tempWorkspace } from './temp-workspace.ts';

const AT = '2026-11-20T08:00:00.000Z';

type Sketch = { readonly text?: string; readonly date?: string; readonly journalName?: string };

/** A workspace with one feed account mapped to a scripted ledger. */
export type PostingWorld = {
  readonly workspace: TempWorkspace;
  readonly ledger: ScriptedLedger;
  readonly context: PostingContext;
  /** An approved proposal over a new booked line; returns its id. */
  approve(amountMinor: number, options?: Sketch): Promise<string>;
  stateOf(proposalId: string): Promise<string>;
};

export async function postingWorld(): Promise<PostingWorld> {
  const workspace = await tempWorkspace();
  const ledger = new ScriptedLedger();
  await seed(workspace.store);
  let lines = 0;
  return {
    workspace,
    ledger,
    context: postingContext(workspace.store, workspace, ledger),
    approve: async (amountMinor, options = {}) => {
      lines += 1;
      return approveOne(workspace.store, lines, amountMinor, options);
    },
    stateOf: async (id) => (await loadProposal(workspace.store.read, id)).state,
  };
}

/** A posting context over any store: a restarted process has another store on the same file. */
export function postingContext(
  store: Store,
  workspace: Pick<TempWorkspace, 'clock' | 'random'>,
  ledger: ScriptedLedger,
): PostingContext {
  return {
    store,
    clock: workspace.clock,
    random: workspace.random,
    log: silentLog,
    processes: { host: 'test', pid: 1, isAlive: () => false },
    connectorFor: async () => ledger.connector,
  };
}

async function seed(store: Store): Promise<void> {
  await store.write(async (trx) => {
    const connection = {
      environment: 'sandbox',
      config_json: '{}',
      state: 'healthy',
      state_at: AT,
      created_at: AT,
      updated_at: AT,
    };
    await trx
      .insertInto('connection')
      .values({ id: 'con_bank', kind: 'plaid', name: 'Bank', ...connection })
      .execute();
    await trx
      .insertInto('connection')
      .values({ id: 'con_erp', kind: 'scripted', name: 'ERP', ...connection })
      .execute();
    await trx
      .insertInto('feed')
      .values({
        id: 'feed_1',
        connection_id: 'con_bank',
        provider_feed_id: 'item',
        state: 'healthy',
        state_at: AT,
        history: 'complete',
        products_json: '[]',
        created_at: AT,
      })
      .execute();
    await trx
      .insertInto('feed_account')
      .values({
        id: 'acc_1',
        feed_id: 'feed_1',
        provider_account_id: 'p1',
        name: 'Operating',
        mask: '0001',
        type: 'depository',
        currency: 'USD',
        search: '',
        opening_minor: 0,
        first_seen_at: AT,
        last_seen_at: AT,
      })
      .execute();
    await trx
      .insertInto('mapping')
      .values({
        id: 'map_1',
        feed_account_id: 'acc_1',
        ledger_connection_id: 'con_erp',
        legal_entity: 'USMF',
        bank_account: 'OPER',
        journal_name: 'GenJrn',
        dimensions_json: '{}',
        pending_policy: 'wait',
        grouping: 'account_day',
        suggestions: 'beside',
        auto_approve: 0,
        created_at: AT,
        updated_at: AT,
      })
      .execute();
  });
}

async function approveOne(store: Store, number: number, amountMinor: number, options: Sketch): Promise<string> {
  const id = `prop_${String(number).padStart(4, '0')}`;
  const { text = `Line ${number}`, date = '2026-11-19', journalName = 'GenJrn' } = options;
  const stem = stemOf({ workspaceId: store.workspaceId, kind: 'entry', members: ['p1', `t${number}`], generation: 0 });
  await store.write(async (trx) => {
    await trx
      .insertInto('statement_line')
      .values({
        id: number,
        feed_account_id: 'acc_1',
        provider_line_id: `t${number}`,
        state: 'booked',
        amount_minor: amountMinor,
        currency: 'USD',
        date,
        text,
        counterparty_key: '',
        payload: '{}',
        revision: 1,
        first_pull_id: 'x',
        last_pull_id: 'x',
      })
      .execute();
    await trx
      .insertInto('proposal')
      .values({
        id,
        kind: 'entry',
        mapping_id: 'map_1',
        ledger_connection_id: 'con_erp',
        legal_entity: 'USMF',
        journal_name: journalName,
        account_type: 'bank',
        account: 'OPER',
        dimensions_json: '{}',
        date,
        amount_minor: amountMinor,
        currency: 'USD',
        text,
        state: 'approved',
        needs_json: '[]',
        coded_by: 'person',
        reason: '',
        generation: 0,
        revision: 1,
        stem,
        approved_by: 'Ann',
        approved_at: AT,
        created_at: AT,
        updated_at: AT,
      })
      .execute();
    await trx
      .insertInto('proposal_offset')
      .values({
        proposal_id: id,
        position: 0,
        account_type: 'ledger',
        account: '605100',
        dimensions_json: '{}',
        amount_minor: amountMinor,
        text,
      })
      .execute();
    await trx
      .insertInto('proposal_line')
      .values({ proposal_id: id, line_id: number, claim: 1, line_revision: 1 })
      .execute();
    const approved_hash = entryHash(ledgerEntryOf(await loadProposal(trx, id)));
    await trx.updateTable('proposal').set({ approved_hash }).where('id', '=', id).execute();
  });
  return id;
}
