import { z } from 'zod';
import { record } from '../../audit/trail.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { type Clock, instantNow } from '../../core/clock.ts';
import { formatAmount } from '../../core/money.ts';
import type { Writer } from '../../store/store.ts';
import { isPassing, isState } from './states.ts';

const report = z.object({
  at: z.string(),
  /** The last good read before the trouble. */
  since: z.string(),
  newLines: z.int(),
  changedLines: z.int(),
  removedLines: z.int(),
  accounts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      mask: z.string().nullable(),
      /** Positive = the bank has more than the lines say; null while nothing can be proven. In minor units, as text. */
      differenceMinor: z.string().nullable(),
      currency: z.string().nullable(),
    }),
  ),
});

/** What a repaired login brought, and whether balance and lines agree since. */
export type RepairReport = z.output<typeof report>;

export function readReport(json: string | null): RepairReport | null {
  return json === null ? null : report.parse(JSON.parse(json));
}

export type Fetched = Pick<RepairReport, 'newLines' | 'changedLines' | 'removedLines'>;

/**
 * Called when a whole read has been applied and tied out. The first one after a repair filled the hole: it is told with
 * what it brought, in the trail too.
 */
export async function tellRepair(trx: Writer, clock: Clock, feedId: string, fetched: Fetched): Promise<void> {
  const subject = `feed:${feedId}`;
  const row = await trx
    .selectFrom('lifecycle')
    .select(['state', 'broken_since'])
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (row === undefined || row.broken_since === null) return;
  // A read that went through and still leaves a person something to mend has filled nothing.
  if (!isState(row.state) || !(WORKS.has(row.state) || isPassing(row.state))) return;
  const { newLines, changedLines, removedLines } = fetched;
  const told: RepairReport = {
    ...{ at: instantNow(clock), since: row.broken_since, newLines, changedLines, removedLines },
    accounts: await accountsOf(trx, feedId),
  };
  await trx
    .updateTable('lifecycle')
    .set({ broken_since: null, repair_json: canonicalJson(told) })
    .where('subject', '=', subject)
    .execute();
  const data = { sentence: repairSentence(told), since: told.since, newLines, changedLines, removedLines };
  await record(trx, clock, { actor: 'daybook', action: 'feed.back_filled', subject, data });
}

const WORKS: ReadonlySet<string> = new Set(['healthy', 'new_accounts', 'stale', 'expiring', 'disconnect_pending']);

async function accountsOf(trx: Writer, feedId: string): Promise<RepairReport['accounts']> {
  const rows = await trx
    .selectFrom('feed_account')
    .leftJoin('gap', (join) =>
      join.onRef('gap.feed_account_id', '=', 'feed_account.id').on('gap.closed_at', 'is', null),
    )
    .select(['feed_account.id', 'name', 'mask', 'opening_minor', 'feed_account.currency', 'gap.size_minor'])
    .where('feed_id', '=', feedId)
    .where('feed_account.closed_at', 'is', null)
    .where('replaced_by', 'is', null)
    .orderBy('feed_account.id')
    .execute();
  return rows.map(({ id, name, mask, opening_minor, currency, size_minor }) => ({
    ...{ id, name, mask, currency },
    differenceMinor: opening_minor === null ? null : String(size_minor ?? 0n),
  }));
}

/** `Repaired: 12 new lines fetched since 2026-11-12, the balance ties out.` */
export function repairSentence({ since, newLines, accounts }: RepairReport): string {
  const lines = `${newLines} new ${newLines === 1 ? 'line' : 'lines'} fetched since ${since.slice(0, 10)}`;
  const proven = accounts.filter(({ differenceMinor }) => differenceMinor !== null);
  const different = proven.filter(({ differenceMinor }) => differenceMinor !== '0');
  return `Repaired: ${lines}, ${tieOutWords(accounts.length, proven.length, different)}.`;
}

function tieOutWords(all: number, proven: number, different: RepairReport['accounts']): string {
  if (different.length > 0)
    return different
      .map(({ name, mask, differenceMinor, currency }) => {
        const minor = BigInt(differenceMinor ?? '0');
        const size =
          currency === null ? '' : ` by ${formatAmount({ minor: minor < 0n ? -minor : minor, currency })} ${currency}`;
        return `the balance of ${mask === null ? name : `${name} ··${mask}`} differs${size}`;
      })
      .join(', ');
  if (proven === 0) return 'no balance can be proven yet';
  if (proven < all) return `${proven} of ${all} balances tie out, the others cannot be proven yet`;
  return all === 1 ? 'the balance ties out' : `the balances of all ${all} accounts tie out`;
}
