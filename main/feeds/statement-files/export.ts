import { createHash } from 'node:crypto';
import { z } from 'zod';
import { record } from '../../audit/trail.ts';
import type { Stop } from '../../connectors/capabilities.ts';
import { type CalendarDate, isCalendarDate } from '../../core/calendar.ts';
import { instantNow, today, yieldToOthers } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { ExportAccount, ExportDay, ExportRow } from '../../statement-files/export-day.ts';
import { amountText } from '../../statement-files/values.ts';
import { type ExportFormat, type WrittenFile, writeStatementFile } from '../../statement-files/write.ts';
import { bookedSum } from '../../store/statement-lines.ts';
import type { Reader } from '../../store/store.ts';
import { accountNumberContext } from '../../vault/contexts.ts';
import type { FeedContext } from '../open-feed.ts';
import { throwIfStopped } from '../pull.ts';
import { isIban, normalised } from './account-names.ts';
import { accountChain } from './list.ts';

export type ExportAsked = {
  readonly feedAccountId: string;
  /** Both days included. */
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly format: ExportFormat;
  /** The number that the ERP knows the account by; where the feed told none, or a stand-in. */
  readonly number?: string | undefined;
  readonly stop?: Stop;
};

export type Exported = WrittenFile & { readonly name: string; readonly days: number; readonly lines: number };

/**
 * The statements of an account for a period, one for each day with movements, balances chained.
 * @throws DaybookError `file_refused` when a balance is not known or does not tie out (which day), or the period is not
 * over; `nothing_there`; `not_found`; `usage` when no account number is known.
 */
export async function exportStatements(context: FeedContext, asked: ExportAsked, actor: string): Promise<Exported> {
  const { store, ports } = context;
  const { feedAccountId, from, to, format, stop } = asked;
  if (!isCalendarDate(from) || !isCalendarDate(to) || from > to)
    throw new DaybookError('usage', 'The period must begin on a day that exists and end on that day or later.');
  const account = await accountOf(context, asked);
  await refuseUnfinished(context, feedAccountId, to);
  const opening = await provenOpening(store.read, { ...asked, currency: account.currency });
  const days = await daysOf(store.read, { ...asked, currency: account.currency, opening });
  throwIfStopped(stop);
  if (days.length === 0)
    throw new DaybookError('nothing_there', `No movement is booked on this account from ${from} to ${to}.`);
  const written = writeStatementFile({ account, days, at: instantNow(ports.clock) }, format);
  const lines = days.reduce((sum, { rows }) => sum + rows.length, 0);
  await store.write((trx) =>
    record(trx, ports.clock, {
      actor,
      action: 'statement.exported',
      subject: `feed_account:${feedAccountId}`,
      data: {
        from,
        to,
        format,
        days: days.length,
        lines,
        digest: createHash('sha256').update(written.content).digest('hex'),
      },
    }),
  );
  const name = `statement-${account.code.toLowerCase()}-${from}-${to}.${written.extension}`;
  return { ...written, name, days: days.length, lines };
}

const numbers = z.array(z.object({ scheme: z.string(), account: z.string(), tokenized: z.boolean() }));

async function accountOf(
  { store, vault }: FeedContext,
  { feedAccountId, number }: ExportAsked,
): Promise<ExportAccount> {
  const row = await store.read
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .selectAll('feed_account')
    .select('feed.institution_name')
    .where('feed_account.id', '=', feedAccountId)
    .executeTakeFirst();
  if (row === undefined) throw new DaybookError('not_found', `There is no account ${feedAccountId}.`);
  if (row.currency === null)
    throw new DaybookError('file_refused', 'The account has no ISO currency, and a statement must name one.');
  const known =
    row.number_sealed === null
      ? []
      : numbers.parse(JSON.parse(vault.cipher.decrypt(row.number_sealed, accountNumberContext(feedAccountId))));
  const real = known.filter(({ tokenized }) => !tokenized);
  const own = number?.trim() || (real.find(({ scheme }) => scheme === 'international') ?? real[0])?.account;
  if (own === undefined || normalised(own) === '')
    throw new DaybookError(
      'usage',
      'The number of this account is not known, or the bank gives a stand-in for it. Give the number that the ledger knows it by.',
      { path: 'number', repair: 'none' },
    );
  return {
    code: createHash('sha256').update(feedAccountId).digest('hex').slice(0, 7).toUpperCase(),
    number: own,
    isIban: isIban(own),
    name: row.name,
    currency: row.currency,
    institution: row.institution_name,
  };
}

/** A day that is not over would be told again with other figures under the same statement id. */
async function refuseUnfinished({ store, ports }: FeedContext, feedAccountId: string, to: CalendarDate): Promise<void> {
  const { time_zone } = await store.read.selectFrom('workspace').select('time_zone').executeTakeFirstOrThrow();
  const now = today(ports.clock, time_zone);
  if (to < now) return;
  const closing = (await accountChain(store.read, feedAccountId))?.closing ?? null;
  if (closing !== null && closing.date >= to) return;
  throw new DaybookError(
    'file_refused',
    `The day ${to} is not over yet, so it has no closing balance. End the period before ${now}.`,
    {
      path: to,
    },
  );
}

type Period = Pick<ExportAsked, 'feedAccountId' | 'from' | 'to' | 'stop'> & { readonly currency: string };

/** The balance before the period, proven: known opening, no gap that reaches into the period, no break of the chain. */
async function provenOpening(db: Reader, { feedAccountId, from, to, currency }: Period): Promise<bigint> {
  const { opening_minor } = await db
    .selectFrom('feed_account')
    .select('opening_minor')
    .where('id', '=', feedAccountId)
    .executeTakeFirstOrThrow();
  if (opening_minor === null)
    throw new DaybookError(
      'file_refused',
      `The balance on ${from} is not known: this account has not tied out to a balance of its bank yet.`,
      { path: from },
    );
  const gap = await db
    .selectFrom('gap')
    .select(['first_date', 'size_minor', 'currency'])
    .where('feed_account_id', '=', feedAccountId)
    .where('closed_at', 'is', null)
    .where('first_date', '<=', to)
    .executeTakeFirst();
  if (gap !== undefined) throw untied(gap.first_date, gap.size_minor, gap.currency);
  const chain = await accountChain(db, feedAccountId);
  const broken = chain?.breaks.find(({ after, before }) => (after ?? before ?? '') <= to);
  if (broken !== undefined) throw untied(broken.before ?? broken.after ?? from, broken.size, currency);
  const other = await db
    .selectFrom('statement_line')
    .select(['date', 'currency'])
    .where('feed_account_id', '=', feedAccountId)
    .where('state', '=', 'booked')
    .where('currency', '<>', currency)
    .where('date', '<=', to)
    .orderBy('date')
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined)
    throw new DaybookError(
      'file_refused',
      `On ${other.date} a movement is in ${other.currency}, and the account is kept in ${currency}.`,
      {
        path: other.date,
      },
    );
  const before = await db
    .selectFrom('statement_line')
    .select('date')
    .where('feed_account_id', '=', feedAccountId)
    .where('state', '=', 'booked')
    .where('date', '<', from)
    .orderBy('date', 'desc')
    .limit(1)
    .executeTakeFirst();
  return opening_minor + (before === undefined ? 0n : await bookedSum(db, feedAccountId, currency, before.date));
}

function untied(date: CalendarDate, size: bigint, currency: string): DaybookError {
  return new DaybookError(
    'file_refused',
    `From ${date} on the balances do not tie out: ${amountText(size, currency)} of movements are missing. Settle the gap first.`,
    { path: date },
  );
}

const PAGE = 2_000;

async function daysOf(db: Reader, period: Period & { readonly opening: bigint }): Promise<ExportDay[]> {
  const days: Array<{ date: CalendarDate; opening: bigint; closing: bigint; rows: ExportRow[] }> = [];
  let balance = period.opening;
  let after = { date: '', id: 0n };
  for (;;) {
    throwIfStopped(period.stop);
    const rows = await db
      .selectFrom('statement_line')
      .selectAll()
      .where('feed_account_id', '=', period.feedAccountId)
      .where('state', '=', 'booked')
      .where('date', '>=', period.from)
      .where('date', '<=', period.to)
      .where(({ eb, and, or }) =>
        or([eb('date', '>', after.date), and([eb('date', '=', after.date), eb('id', '>', after.id)])]),
      )
      .orderBy('date')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      let day = days.at(-1);
      if (day?.date !== row.date) {
        day = { date: row.date, opening: balance, closing: balance, rows: [] };
        days.push(day);
      }
      balance += row.amount_minor;
      day.closing = balance;
      day.rows.push({
        id: `DB${row.id}`,
        minor: row.amount_minor,
        valueDate: null,
        text: row.text,
        counterparty: row.counterparty,
        reference: row.reference,
        checkNumber: row.check_number,
        category: row.category,
        channel: row.channel,
      });
      after = { date: row.date, id: row.id };
    }
    if (rows.length < PAGE) return days;
    await yieldToOthers();
  }
}
