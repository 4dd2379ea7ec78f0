import type { CalendarDate } from '../core/calendar.ts';
import { DaybookError } from '../core/errors.ts';
import type { Money } from '../core/money.ts';
import { referenceOf } from '../core/reference.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import { filtered, type QueueFilter, type QueueTotal, queueFilterSchema, queueTotals } from '../store/queue-filter.ts';
import type { Reader } from '../store/store.ts';

/** A statement line as the queue shows it. Sign: positive = money into the account. */
export type QueueLine = {
  readonly id: number;
  readonly feedAccountId: string;
  readonly accountName: string;
  readonly accountMask: string | null;
  readonly state: string;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly text: string;
  readonly bankText: string | null;
  readonly counterparty: string | null;
};

export type QueueItem = Proposal & { readonly reference: string; readonly lines: readonly QueueLine[] };

export type QueuePage = {
  readonly items: readonly QueueItem[];
  readonly totals: readonly QueueTotal[];
  /** Give it as `after` for the next page; null on the last. */
  readonly next: string | null;
};

export type QueueQuery = QueueFilter & { readonly limit?: number; readonly after?: string };

const DEFAULT_LIMIT = 100;
const MOST = 1_000;

/** One page of the queue, by date and id, with totals over the whole. @throws DaybookError `usage` for a wrong filter */
export async function listQueue(db: Reader, query: QueueQuery = {}): Promise<QueuePage> {
  const { limit: wanted = DEFAULT_LIMIT, after, ...rest } = query;
  const filter = readFilter(rest);
  const limit = Math.max(1, Math.min(MOST, wanted));
  let page = filtered(db, filter).select(['proposal.id', 'proposal.date']);
  if (after !== undefined) {
    const [date = '', id = ''] = after.split('|');
    page = page.where(({ eb, or, and }) =>
      or([eb('proposal.date', '>', date), and([eb('proposal.date', '=', date), eb('proposal.id', '>', id)])]),
    );
  }
  const rows = await page
    .orderBy('proposal.date')
    .orderBy('proposal.id')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await itemsOf(
      db,
      shown.map((row) => row.id),
    ),
    totals: await queueTotals(db, filter),
    next: rows.length > limit && last ? `${last.date}|${last.id}` : null,
  };
}

function readFilter(value: object): QueueFilter {
  const parsed = queueFilterSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw new DaybookError('usage', `The filter cannot be read: ${path} ${issue?.message ?? ''}.`, { path });
}

/** Entries by id, as the queue shows them. */
export async function itemsOf(db: Reader, ids: readonly string[]): Promise<QueueItem[]> {
  const proposals = await loadProposals(db, ids);
  const lines = await linesById(
    db,
    proposals.flatMap((proposal) => proposal.lineIds),
  );
  return proposals.map((proposal) => ({
    ...proposal,
    reference: referenceOf(proposal.stem, proposal.revision),
    lines: proposal.lineIds.flatMap((id) => lines.get(id) ?? []),
  }));
}

async function linesById(db: Reader, ids: readonly number[]): Promise<Map<number, QueueLine>> {
  const lines = new Map<number, QueueLine>();
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await db
      .selectFrom('statement_line as line')
      .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
      .select([
        'line.id',
        'line.feed_account_id',
        'line.state',
        'line.date',
        'line.amount_minor',
        'line.currency',
        'line.text',
        'line.bank_text',
        'line.counterparty',
        'account.name',
        'account.mask',
      ])
      .where('line.id', 'in', ids.slice(start, start + 500).map(BigInt))
      .execute();
    for (const row of rows)
      lines.set(Number(row.id), {
        id: Number(row.id),
        feedAccountId: row.feed_account_id,
        accountName: row.name,
        accountMask: row.mask,
        state: row.state,
        date: row.date,
        amount: { minor: row.amount_minor, currency: row.currency },
        text: row.text,
        bankText: row.bank_text,
        counterparty: row.counterparty,
      });
  }
  return lines;
}
