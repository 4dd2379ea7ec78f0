import type { CalendarDate } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import type { Reader, Writer } from '../store/store.ts';

/** A statement line as coding sees it. Sign of `amount`: positive = money into the account. */
export type CodingLine = {
  readonly id: number;
  readonly feedAccountId: string;
  /** By which the account's entries name their money: it stays when the account goes on under another id. */
  readonly providerAccountId: string;
  readonly providerLineId: string;
  readonly state: 'pending' | 'booked' | 'removed';
  readonly amount: Money;
  readonly date: CalendarDate;
  readonly text: string;
  readonly bankText: string | null;
  readonly counterparty: string | null;
  readonly counterpartyKey: string;
  readonly reference: string | null;
  readonly category: string | null;
  readonly channel: string | null;
  readonly accountName: string;
  readonly accountMask: string | null;
  readonly revision: number;
};

/** Lines by id, in no particular order; unknown ids are absent. The raw payload is not read. */
export async function loadLines(db: Reader | Writer, ids: readonly number[]): Promise<CodingLine[]> {
  const lines: CodingLine[] = [];
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await db
      .selectFrom('statement_line as line')
      .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
      .select([
        'line.id',
        'line.feed_account_id',
        'line.provider_line_id',
        'line.state',
        'line.amount_minor',
        'line.currency',
        'line.date',
        'line.text',
        'line.bank_text',
        'line.counterparty',
        'line.counterparty_key',
        'line.reference',
        'line.category',
        'line.channel',
        'line.revision',
        'account.provider_account_id',
        'account.reference_account_id',
        'account.name as account_name',
        'account.mask as account_mask',
      ])
      .where('line.id', 'in', ids.slice(start, start + 500).map(BigInt))
      .execute();
    for (const row of rows)
      lines.push({
        id: Number(row.id),
        feedAccountId: row.feed_account_id,
        providerAccountId: row.reference_account_id ?? row.provider_account_id,
        providerLineId: row.provider_line_id,
        state: row.state === 'booked' ? 'booked' : row.state === 'pending' ? 'pending' : 'removed',
        amount: { minor: row.amount_minor, currency: row.currency },
        date: row.date,
        text: row.text,
        bankText: row.bank_text,
        counterparty: row.counterparty,
        counterpartyKey: row.counterparty_key,
        reference: row.reference,
        category: row.category,
        channel: row.channel,
        accountName: row.account_name,
        accountMask: row.account_mask,
        revision: Number(row.revision),
      });
  }
  return lines;
}
