import { z } from 'zod';
import type { Cipher } from '../../core/ports.ts';
import type { Statement, StatementFile } from '../../statement-files/statement.ts';
import type { Reader } from '../../store/store.ts';
import { accountNumberContext } from '../../vault/contexts.ts';
import { type AccountNumber, normalised, sameAccount } from './account-names.ts';

/** What a file holds of one account. `key` names it for a person's choice: 1, 2 … in the order of the file. */
export type FileGroup = {
  readonly key: string;
  readonly number: AccountNumber | null;
  readonly currency: string;
  readonly name: string | null;
  readonly institution: string | null;
  readonly statements: readonly Statement[];
  readonly refused: StatementFile['refused'];
};

/** The file by account and currency. A refused statement belongs to the account that it names. */
export function groupsOf(file: StatementFile): FileGroup[] {
  type Open = {
    number: AccountNumber | null;
    currency: string;
    statements: Statement[];
    refused: FileGroup['refused'][number][];
  };
  const groups: Open[] = [];
  const groupOf = (number: AccountNumber | null, currency: string): Open => {
    const known = groups.find(
      (group) =>
        group.currency === currency &&
        (number === null || group.number === null ? number === group.number : sameAccount(number, group.number)),
    );
    if (known !== undefined) return known;
    const made: Open = { number, currency, statements: [], refused: [] };
    groups.push(made);
    return made;
  };
  for (const statement of file.statements) {
    const { number, bank } = statement.account;
    groupOf(number === null ? null : { number, bank }, statement.currency).statements.push(statement);
  }
  for (const refusal of file.refused) {
    if (refusal.account === null) continue;
    const number = { number: refusal.account, bank: null };
    const hit = groups.find(
      (group) => group.number !== null && normalised(group.number.number) === normalised(number.number),
    );
    (hit ?? groupOf(number, refusal.currency ?? '')).refused.push(refusal);
  }
  return groups.map(({ number, currency, statements, refused }, at) => {
    const named = statements.find(({ account }) => account.name !== null)?.account;
    const institution = statements.find(({ account }) => account.institution !== null)?.account.institution ?? null;
    return { key: String(at + 1), number, currency, name: named?.name ?? null, institution, statements, refused };
  });
}

/** An account that files brought, with its number open: it is compared and stays in main. */
export type StoredAccount = {
  readonly id: string;
  readonly feedId: string;
  readonly name: string;
  readonly currency: string | null;
  readonly last4: string | null;
  readonly number: AccountNumber | null;
};

const sealedNumbers = z.array(z.object({ account: z.string(), routing: z.string().nullable() })).min(1);

export async function storedAccounts(db: Reader, cipher: Cipher): Promise<StoredAccount[]> {
  const rows = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .selectAll('feed_account')
    .where('connection.kind', '=', 'file')
    .where('feed.state', '<>', 'removed')
    .orderBy('feed_account.first_seen_at')
    .orderBy('feed_account.id')
    .execute();
  return rows.map((row) => {
    const opened = row.number_sealed === null ? null : cipher.decrypt(row.number_sealed, accountNumberContext(row.id));
    const [first] = opened === null ? [] : sealedNumbers.parse(JSON.parse(opened));
    return {
      id: row.id,
      feedId: row.feed_id,
      name: row.name,
      currency: row.currency,
      last4: row.number_last4,
      number: first === undefined ? null : { number: first.account, bank: first.routing },
    };
  });
}

/** The login through which the same account comes already; its lines must not come a second time. */
export async function otherFeedOf(db: Reader, cipher: Cipher, number: AccountNumber): Promise<string | null> {
  const row = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['feed.institution_name', 'connection.name'])
    .where('connection.kind', '<>', 'file')
    .where('feed.state', '<>', 'removed')
    .where('feed_account.closed_at', 'is', null)
    .where('feed_account.number_fingerprint', '=', cipher.fingerprint(normalised(number.number)))
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : (row.institution_name ?? row.name);
}

export function lastFour(number: AccountNumber | null): string | null {
  return number === null ? null : normalised(number.number).slice(-4);
}
