import { record } from '../audit/trail.ts';
import { type AccountNumbers, can, type Stop } from '../connectors/capabilities.ts';
import { DaybookError } from '../core/errors.ts';
import { accountNumberContext } from '../vault/contexts.ts';
import { type FeedContext, openFeed } from './open-feed.ts';

/**
 * Reads the account numbers of a feed and keeps them sealed, with a keyed fingerprint to compare and the last four to
 * show. A tokenized number (Chase, PNC, US Bank) is kept sealed too but neither shown nor compared: it does not equal
 * the number on statements or in the ledger.
 * @returns ids of the accounts whose number is new or changed.
 */
export async function refreshNumbers(
  parts: FeedContext,
  feedId: string,
  actor: string,
  stop?: Stop,
): Promise<string[]> {
  const { connector, access } = await openFeed(parts, feedId);
  if (!can(connector, 'readNumbers'))
    throw new DaybookError('not_supported', `A ${connector.kind} connection gives no account numbers.`);
  const byAccount = Map.groupBy(await connector.readNumbers(access, stop), (number) => number.providerAccountId);
  const { cipher } = parts.vault;
  const changed: string[] = [];
  await parts.store.write(async (trx) => {
    const accounts = await trx
      .selectFrom('feed_account')
      .select(['id', 'provider_account_id', 'number_fingerprint', 'number_sealed', 'number_last4'])
      .where('feed_id', '=', feedId)
      .execute();
    for (const account of accounts) {
      const numbers = byAccount.get(account.provider_account_id);
      if (!numbers) continue;
      const main = mainNumber(numbers);
      const number_fingerprint = main === undefined ? null : cipher.fingerprint(normalised(main.account));
      const number_last4 = main === undefined ? null : normalised(main.account).slice(-4);
      const sealed = cipher.encrypt(JSON.stringify(numbers), accountNumberContext(account.id));
      await trx
        .updateTable('feed_account')
        .set({ number_fingerprint, number_last4, number_sealed: sealed })
        .where('id', '=', account.id)
        .execute();
      if (account.number_sealed !== null && account.number_fingerprint === number_fingerprint) continue;
      changed.push(account.id);
      await record(trx, parts.ports.clock, {
        actor,
        action: 'feed_account.number_read',
        subject: `feed_account:${account.id}`,
        data: { schemes: numbers.map((number) => number.scheme), tokenized: main === undefined, last4: number_last4 },
      });
    }
  });
  return changed;
}

/** The number that stands on statements. An IBAN identifies best; a UK account comes as both. */
function mainNumber(numbers: readonly AccountNumbers[]): AccountNumbers | undefined {
  const real = numbers.filter((number) => !number.tokenized);
  return real.find((number) => number.scheme === 'international') ?? real[0];
}

function normalised(number: string): string {
  return number.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}
