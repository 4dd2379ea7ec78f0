import { createHash } from 'node:crypto';
import type { RejectedRow, StatementLineRecord } from '../../connectors/capabilities.ts';
import type { Statement, StatementRow, UnreadableRow } from '../../statement-files/statement.ts';
import { normalised } from './account-names.ts';

/**
 * The id of a line that no file had before: from what it is, so that the same file taken in again after it was taken
 * back finds its lines. `turn` tells lines apart that are equal in everything.
 */
export function lineId(row: StatementRow, balance: bigint | null, turn: number): string {
  return hashed([row.date, String(row.minor), row.bankReference, balance === null ? null : String(balance), turn]);
}

export function rejectedId(row: UnreadableRow, statement: Statement): string {
  return `row-${hashed([statement.id, statement.from, statement.to, String(row.minor), row.payload])}`;
}

function hashed(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

export function recordOf(
  row: StatementRow,
  { providerAccountId, providerLineId, currency, number }: Place & { readonly providerLineId: string },
): StatementLineRecord {
  return {
    providerAccountId,
    providerLineId,
    replacesProviderLineId: null,
    state: 'booked',
    amount: { minor: row.minor, currency },
    date: row.date,
    authorizedDate: null,
    text: row.text,
    bankText: row.bankText,
    counterparty: row.counterparty,
    reference: row.reference,
    checkNumber: row.checkNumber,
    category: row.code,
    channel: null,
    payload: masked(row.payload, number),
  };
}

export type Place = {
  readonly providerAccountId: string;
  readonly currency: string;
  /** The account's own number, which must not stand open in the workspace. */
  readonly number: string | null;
};

export function rejectedOf(row: UnreadableRow, statement: Statement, place: Place): RejectedRow {
  return {
    providerAccountId: place.providerAccountId,
    providerLineId: rejectedId(row, statement),
    code: row.code,
    sentence: row.sentence,
    payload: masked(row.payload, place.number),
  };
}

/** The row without the account's own number, of which the last four stay. */
function masked(payload: string, number: string | null): string {
  if (number === null) return payload;
  const plain = normalised(number);
  const hide = (text: string, hidden: string) =>
    hidden.length < 6 ? text : text.replaceAll(hidden, `…${plain.slice(-4)}`);
  return hide(hide(payload, number), plain);
}
