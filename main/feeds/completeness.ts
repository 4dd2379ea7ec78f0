import { record } from '../audit/trail.ts';
import type { FeedAccountRecord } from '../connectors/capabilities.ts';
import type { CalendarDate } from '../core/calendar.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { formatAmount } from '../core/money.ts';
import { bookedSumInTurns } from '../store/statement-lines.ts';
import type { Reader, Writer } from '../store/store.ts';

export type TieOutOptions = {
  readonly clock: Clock;
  readonly pullId: string;
  readonly accounts: ReadonlyMap<string, string>;
  readonly records: readonly FeedAccountRecord[];
  /** Only a complete history implies an opening balance. */
  readonly historyComplete: boolean;
  /** Earliest day that the pull touched, by account. */
  readonly earliest: ReadonlyMap<string, CalendarDate>;
};

/**
 * The proof that no movement is missing: balance now − booked lines = the balance before the first line. The first
 * time that the whole history is there, this opening balance is kept; from then on every pull must imply the same one.
 * A difference opens a gap with its size and first day; it closes by itself when the account ties out again.
 */
export async function tieOut(trx: Writer, options: TieOutOptions): Promise<void> {
  if (!options.historyComplete) return;
  for (const { providerAccountId, balance } of options.records) {
    const accountId = options.accounts.get(providerAccountId);
    if (accountId === undefined || !balance?.current) continue;
    const { minor, currency } = balance.current;
    const implied = minor - (await bookedSumInTurns(trx, accountId, currency));
    const { opening_minor: opening } = await trx
      .selectFrom('feed_account')
      .select('opening_minor')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    if (opening === null) {
      await trx.updateTable('feed_account').set({ opening_minor: implied }).where('id', '=', accountId).execute();
      await tell(trx, options, accountId, 'opening.implied', { opening: implied, currency });
      continue;
    }
    await keepGap(trx, options, accountId, { size: implied - opening, currency });
  }
}

async function keepGap(
  trx: Writer,
  options: TieOutOptions,
  accountId: string,
  { size, currency }: { size: bigint; currency: string },
): Promise<void> {
  const at = instantNow(options.clock);
  const open = await trx
    .selectFrom('gap')
    .selectAll()
    .where('feed_account_id', '=', accountId)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (size === 0n) {
    if (!open) return;
    await trx
      .updateTable('gap')
      .set({ closed_at: at, closed_note: 'Balance and lines tie out again.' })
      .where('id', '=', open.id)
      .execute();
    await tell(trx, options, accountId, 'gap.closed', { gap: open.id });
    return;
  }
  if (open) {
    if (open.size_minor === size) return;
    await trx.updateTable('gap').set({ size_minor: size, pull_id: options.pullId }).where('id', '=', open.id).execute();
    await tell(trx, options, accountId, 'gap.changed', { gap: open.id, from: open.size_minor, to: size, currency });
    return;
  }
  const first_date =
    options.earliest.get(accountId) ?? (await lastTiedOutDay(trx, accountId, options.pullId)) ?? at.slice(0, 10);
  await trx
    .insertInto('gap')
    .values({
      feed_account_id: accountId,
      size_minor: size,
      currency,
      first_date,
      opened_at: at,
      pull_id: options.pullId,
    })
    .execute();
  await tell(trx, options, accountId, 'gap.opened', { size, currency, firstDate: first_date });
}

/** While no gap is open, the account tied out at its snapshot before this pull's. */
async function lastTiedOutDay(trx: Writer, accountId: string, pullId: string): Promise<CalendarDate | undefined> {
  const snapshot = await trx
    .selectFrom('balance_snapshot')
    .select('taken_at')
    .where('feed_account_id', '=', accountId)
    .where('source', '=', 'cached')
    .where((expression) => expression.or([expression('pull_id', '<>', pullId), expression('pull_id', 'is', null)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return snapshot?.taken_at.slice(0, 10);
}

function tell(
  trx: Writer,
  { clock, pullId }: TieOutOptions,
  accountId: string,
  action: string,
  data: Record<string, bigint | string>,
): Promise<void> {
  return record(trx, clock, {
    actor: 'daybook',
    action,
    subject: `feed_account:${accountId}`,
    data: { ...data, pull: pullId },
  });
}

export type Gap = {
  readonly id: bigint;
  readonly feedAccountId: string;
  /** Positive = the bank has more money than the lines say. */
  readonly sizeMinor: bigint;
  readonly currency: string;
  readonly firstDate: CalendarDate;
  readonly openedAt: string;
  /** What is known about it, in sentences; rows that wait under exceptions may be the missing ones. */
  readonly story: readonly string[];
};

const NAMED_ROWS = 5;

/** The open gaps, oldest first. */
export async function openGaps(db: Reader): Promise<Gap[]> {
  const gaps = await db.selectFrom('gap').selectAll().where('closed_at', 'is', null).orderBy('id').execute();
  return Promise.all(
    gaps.map(async (gap) => {
      const { feed_id } = await db
        .selectFrom('feed_account')
        .select('feed_id')
        .where('id', '=', gap.feed_account_id)
        .executeTakeFirstOrThrow();
      const waiting = await db
        .selectFrom('row_exception')
        .select('sentence')
        .where('feed_id', '=', feed_id)
        .where('settled_at', 'is', null)
        .where((expression) =>
          expression.or([
            expression('feed_account_id', '=', gap.feed_account_id),
            expression('feed_account_id', 'is', null),
          ]),
        )
        .orderBy('id')
        .execute();
      const amount = formatAmount({
        minor: gap.size_minor < 0n ? -gap.size_minor : gap.size_minor,
        currency: gap.currency,
      });
      const side = gap.size_minor > 0n ? 'more' : 'less';
      const more = waiting.length - NAMED_ROWS;
      return {
        id: gap.id,
        feedAccountId: gap.feed_account_id,
        sizeMinor: gap.size_minor,
        currency: gap.currency,
        firstDate: gap.first_date,
        openedAt: gap.opened_at,
        story: [
          `Since ${gap.first_date} the bank's balance is ${amount} ${gap.currency} ${side} than the lines add up to.`,
          ...waiting.slice(0, NAMED_ROWS).map((row) => `Waiting under exceptions: ${row.sentence}`),
          ...(more > 0 ? [`${more} more rows wait under exceptions.`] : []),
        ],
      };
    }),
  );
}
