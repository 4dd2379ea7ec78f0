/** Mapped bank accounts and approved entries, written straight into a workspace: for tests and benches of posting alone. */
import { type Dimensions, entryHash } from '../../main/core/entry.ts';
import { stemOf } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals } from '../../main/store/proposals.ts';
import type { Store } from '../../main/store/store.ts';

const AT = '2026-11-20T08:00:00.000Z';

export type SeededMapping = {
  /** Id of the feed account, and of the mapping behind it. */
  readonly account: string;
  readonly currency: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly journalName: string;
  /** The bank's balance before the first line; null: the bank gave none. */
  readonly openingMinor?: bigint;
};

export type ApprovedLine = {
  readonly mapping: SeededMapping;
  readonly date: string;
  readonly amountMinor: number;
  readonly offset: {
    readonly accountType: 'ledger' | 'customer' | 'vendor';
    readonly account: string;
    readonly dimensions?: Dimensions;
  };
};

/** One bank connection and one ledger, `erp`, with these accounts mapped to it. */
export async function seedMappings(store: Store, kind: string, mappings: readonly SeededMapping[]): Promise<void> {
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
        { id: 'erp', kind, name: 'ERP', ...connection },
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
    for (const { account, currency, legalEntity, bankAccount, journalName, openingMinor } of mappings) {
      await trx
        .insertInto('feed_account')
        .values({
          id: account,
          feed_id: 'feed',
          provider_account_id: account,
          name: account,
          type: 'depository',
          currency,
          search: '',
          first_seen_at: AT,
          last_seen_at: AT,
          ...(openingMinor === undefined ? {} : { opening_minor: openingMinor }),
        })
        .execute();
      await trx
        .insertInto('mapping')
        .values({
          id: `mapping-${account}`,
          feed_account_id: account,
          ledger_connection_id: 'erp',
          legal_entity: legalEntity,
          bank_account: bankAccount,
          journal_name: journalName,
          dimensions_json: '{}',
          pending_policy: 'wait',
          grouping: 'account_day',
          suggestions: 'beside',
          auto_approve: 0,
          created_at: AT,
          updated_at: AT,
        })
        .execute();
    }
  });
}

/** Booked lines, each with an approved entry against one offset; ids in the order of the lines. */
export async function approveLines(store: Store, lines: readonly ApprovedLine[]): Promise<string[]> {
  const ids = lines.map((_, index) => `prop_${String(index + 1).padStart(6, '0')}`);
  await store.write(async (trx) => {
    for (const [index, { mapping, date, amountMinor, offset }] of lines.entries()) {
      const id = ids[index] ?? '';
      const line = index + 1;
      const text = `Line ${line}`;
      const members = [mapping.account, `t${line}`];
      const stem = stemOf({ workspaceId: store.workspaceId, kind: 'entry', members, generation: 0 });
      const { currency } = mapping;
      await trx
        .insertInto('statement_line')
        .values({
          id: line,
          feed_account_id: mapping.account,
          provider_line_id: `t${line}`,
          state: 'booked',
          amount_minor: amountMinor,
          currency,
          date,
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
          mapping_id: `mapping-${mapping.account}`,
          ledger_connection_id: 'erp',
          legal_entity: mapping.legalEntity,
          journal_name: mapping.journalName,
          account_type: 'bank',
          account: mapping.bankAccount,
          dimensions_json: '{}',
          date,
          amount_minor: amountMinor,
          currency,
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
          account_type: offset.accountType,
          account: offset.account,
          dimensions_json: JSON.stringify(offset.dimensions ?? {}),
          amount_minor: amountMinor,
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
