import { entryHash } from '../../main/core/entry.ts';
import { stemOf } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals } from '../../main/store/proposals.ts';
import type { Store } from '../../main/store/store.ts';

const AT = '2026-11-20T08:00:00.000Z';

/** A bank account mapped to Harbor's operating account in the practice ERP. */
export async function seedHarborMapping(store: Store): Promise<void> {
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
      .values([
        { id: 'bank', kind: 'plaid', name: 'Bank', ...connection },
        { id: 'erp', kind: 'd365', name: 'ERP', ...connection },
      ])
      .execute();
    await trx
      .insertInto('feed')
      .values({
        id: 'feed',
        connection_id: 'bank',
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
        id: 'account',
        feed_id: 'feed',
        provider_account_id: 'a',
        name: 'Operating',
        type: 'depository',
        currency: 'USD',
        search: '',
        first_seen_at: AT,
        last_seen_at: AT,
      })
      .execute();
    await trx
      .insertInto('mapping')
      .values({
        id: 'mapping',
        feed_account_id: 'account',
        ledger_connection_id: 'erp',
        legal_entity: 'HPGM',
        bank_account: 'HPGM-OPER',
        journal_name: 'BankFeed',
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

/** Booked lines with approved entries against one main account; ids in the order of the amounts (minor units). */
export async function approveHarborLines(store: Store, amounts: readonly number[]): Promise<string[]> {
  const ids = amounts.map((_, index) => `prop_${String(index + 1).padStart(6, '0')}`);
  await store.write(async (trx) => {
    for (const [index, amount_minor] of amounts.entries()) {
      const id = ids[index] ?? '';
      const line = index + 1;
      const text = `Line ${line}`;
      const members = ['a', `t${line}`];
      const stem = stemOf({ workspaceId: store.workspaceId, kind: 'entry', members, generation: 0 });
      await trx
        .insertInto('statement_line')
        .values({
          id: line,
          feed_account_id: 'account',
          provider_line_id: `t${line}`,
          state: 'booked',
          amount_minor,
          currency: 'USD',
          date: '2026-11-19',
          text,
          counterparty_key: '',
          payload: '{}',
          revision: 1,
          first_pull_id: 'p',
          last_pull_id: 'p',
        })
        .execute();
      await trx
        .insertInto('proposal')
        .values({
          id,
          kind: 'entry',
          mapping_id: 'mapping',
          ledger_connection_id: 'erp',
          legal_entity: 'HPGM',
          journal_name: 'BankFeed',
          account_type: 'bank',
          account: 'HPGM-OPER',
          dimensions_json: '{}',
          date: '2026-11-19',
          amount_minor,
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
          account: '111900',
          dimensions_json: '{}',
          amount_minor,
          text,
        })
        .execute();
      await trx
        .insertInto('proposal_line')
        .values({ proposal_id: id, line_id: line, claim: 1, line_revision: 1 })
        .execute();
    }
    for (const proposal of await loadProposals(trx, ids))
      await trx
        .updateTable('proposal')
        .set({ approved_hash: entryHash(ledgerEntryOf(proposal)) })
        .where('id', '=', proposal.id)
        .execute();
  });
  return ids;
}
