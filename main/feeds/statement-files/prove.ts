import type { FeedAccountRecord } from '../../connectors/capabilities.ts';
import type { CalendarDate } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import type { Writer } from '../../store/store.ts';
import { saveBalances } from '../balances.ts';
import { tieOut } from '../completeness.ts';
import { type Chain, chainOf } from './chain.ts';
import { knownStatements } from './known.ts';

export type Proving = {
  readonly clock: Clock;
  readonly pullId: string;
  readonly feedAccountId: string;
  readonly providerAccountId: string;
  readonly currency: string;
};

/**
 * Proves an account from all its statements: the first opening balance is the account's, the last closing one is the
 * bank's word of now; what the lines between do not explain is a gap that begins at the first break of the chain.
 */
export async function proveAccount(trx: Writer, proving: Proving): Promise<Chain> {
  const { clock, pullId, feedAccountId, providerAccountId, currency } = proving;
  const chain = chainOf((await knownStatements(trx, feedAccountId)).links);
  await trx.updateTable('feed_account').set({ opening_minor: chain.opening }).where('id', '=', feedAccountId).execute();
  const { closing } = chain;
  if (closing === null) return chain;
  const record: FeedAccountRecord = {
    ...{ providerAccountId, persistentAccountId: null, name: '', officialName: null, mask: null, type: 'depository' },
    ...{ subtype: null, currency, unofficialCurrency: null, verificationStatus: null, holderCategory: null },
    balance: {
      current: { minor: closing.minor, currency },
      available: null,
      limit: null,
      asOf: `${closing.date}T23:59:59.000Z`,
      exact: {},
    },
  };
  const accounts = new Map([[providerAccountId, feedAccountId]]);
  await saveBalances(trx, clock, accounts, [record], { source: 'cached', pullId });
  await tieOut(trx, {
    ...{ clock, pullId, accounts, records: [record], historyComplete: true },
    earliest: firstBreak(feedAccountId, chain),
  });
  return chain;
}

function firstBreak(feedAccountId: string, { breaks }: Chain): ReadonlyMap<string, CalendarDate> {
  const [first] = breaks;
  const day = first?.after ?? first?.before ?? null;
  return new Map(day === null ? [] : [[feedAccountId, day]]);
}
