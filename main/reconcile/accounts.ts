import type { Reader } from '../store/store.ts';
import type { BankOfMapping } from './own-sides.ts';

/** A feed account that is booked on a bank account of a ledger, in one currency. */
export type MappedAccount = BankOfMapping & {
  readonly feedAccountId: string;
  readonly name: string;
  readonly mask: string | null;
  readonly currency: string;
  readonly openingMinor: bigint | null;
};

export function accountLabel({ name, mask }: Pick<MappedAccount, 'name' | 'mask'>): string {
  return mask === null ? name : `${name} ··${mask}`;
}

/** By name. Accounts whose currency the bank does not tell cannot be reconciled and are left out. */
export async function mappedAccounts(db: Reader): Promise<MappedAccount[]> {
  const rows = await db
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select([
      'feed_account.id',
      'feed_account.name',
      'feed_account.mask',
      'feed_account.currency',
      'feed_account.opening_minor',
      'mapping.ledger_connection_id',
      'mapping.legal_entity',
      'mapping.bank_account',
      'mapping.start_date',
    ])
    .orderBy('feed_account.name')
    .orderBy('feed_account.id')
    .execute();
  return rows.flatMap((row) =>
    row.currency === null
      ? []
      : [
          {
            feedAccountId: row.id,
            name: row.name,
            mask: row.mask,
            currency: row.currency,
            openingMinor: row.opening_minor,
            ledgerConnectionId: row.ledger_connection_id,
            legalEntity: row.legal_entity,
            bankAccount: row.bank_account,
            startDate: row.start_date,
          },
        ],
  );
}
