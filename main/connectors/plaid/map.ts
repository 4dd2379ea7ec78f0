import { isPlausibleDate } from '../../core/calendar.ts';
import { sha256 } from '../../core/canonical.ts';
import type { LinePage, RejectedRow, StatementLineRecord } from '../capabilities.ts';
import { readAmount } from './amounts.ts';
import { removedRow, type TransactionRow, transactionRow } from './answers.ts';
import { cut, payloadOf } from './payload.ts';

type Mapped =
  | { readonly ok: true; readonly line: StatementLineRecord }
  | { readonly ok: false; readonly rejected: RejectedRow };

/**
 * One row of `/transactions/sync` as a statement line. Plaid counts money out as positive, we count money in: the sign
 * is turned here and nowhere else. A row that cannot be a line in an accountant's books is rejected with its reason and
 * its payload; it never stops the rows beside it.
 */
export function mapTransaction(row: unknown): Mapped {
  const payload = payloadOf(row);
  const parsed = transactionRow.safeParse(row);
  if (!parsed.success) return { ok: false, rejected: misshapen(row, payload, parsed.error.issues[0]?.path ?? []) };
  const value = parsed.data;
  const problem = problemOf(value);
  if (problem !== null)
    return { ok: false, rejected: reject(value.account_id, value.transaction_id, problem, payload) };
  const amount = readAmount(value.amount, value.iso_currency_code);
  if (!amount.ok)
    return {
      ok: false,
      rejected: reject(value.account_id, value.transaction_id, amountProblem(value, amount.problem), payload),
    };
  return {
    ok: true,
    line: {
      providerAccountId: value.account_id,
      providerLineId: value.transaction_id,
      replacesProviderLineId: value.pending ? null : value.pending_transaction_id || null,
      state: value.pending ? 'pending' : 'booked',
      amount: { minor: -amount.money.minor, currency: amount.money.currency },
      date: value.date,
      authorizedDate: value.authorized_date && isPlausibleDate(value.authorized_date) ? value.authorized_date : null,
      text: cut(value.name) ?? cut(value.original_description) ?? cut(value.merchant_name) ?? '',
      bankText: cut(value.original_description),
      counterparty: counterpartyOf(value),
      reference: cut(value.payment_meta?.reference_number) ?? cut(value.payment_meta?.ppd_id),
      checkNumber: cut(value.check_number),
      category: cut(value.personal_finance_category?.detailed) ?? cut(value.personal_finance_category?.primary),
      channel: cut(value.payment_channel),
      payload,
    },
  };
}

/** The other side as far as Plaid names it: the cleaned name first, then what the payment itself said. */
function counterpartyOf(row: TransactionRow): string | null {
  const meta = row.payment_meta;
  const fromPayment = row.amount > 0 ? meta?.payee : (meta?.payer ?? meta?.by_order_of);
  const named = row.counterparties?.find((party) => party.name)?.name;
  return cut(row.merchant_name) ?? cut(named) ?? cut(fromPayment);
}

type Reason = { readonly code: RejectedRow['code']; readonly sentence: string };

function reject(
  providerAccountId: string | null,
  providerLineId: string,
  reason: Reason,
  payload: string,
): RejectedRow {
  return { providerAccountId, providerLineId, ...reason, payload };
}

function problemOf(row: TransactionRow): Reason | null {
  if (isPlausibleDate(row.date)) return null;
  return {
    code: 'date_invalid',
    sentence: `The date "${shown(row.date)}" of this movement cannot stand in a ledger. Look it up at the bank and enter it by hand.`,
  };
}

function amountProblem(row: TransactionRow, problem: string): Reason {
  const amount = String(row.amount);
  const currency = shown(row.iso_currency_code ?? row.unofficial_currency_code ?? 'no currency');
  switch (problem) {
    case 'too_precise':
      return {
        code: 'amount_too_precise',
        sentence: `The amount ${amount} ${currency} has more decimals than the currency. Decide how to book it; it is not rounded silently.`,
      };
    case 'no_official_currency':
    case 'unknown_currency':
      return {
        code: 'currency_unknown',
        sentence: `The amount ${amount} is in "${currency}", which is no official currency. Decide how to book it, or exclude it.`,
      };
    default:
      return {
        code: 'amount_invalid',
        sentence: `The amount ${amount} ${currency} is larger than can be read with certainty. Check it at the bank.`,
      };
  }
}

/** A row whose form is wrong: not an object, no id, an amount that is no number … */
function misshapen(row: unknown, payload: string, path: readonly PropertyKey[]): RejectedRow {
  const field = String(path[0] ?? '');
  const accountId = idIn(row, 'account_id');
  return reject(accountId, idIn(row, 'transaction_id') ?? idOfContent(payload), reasonOfForm(field), payload);
}

function reasonOfForm(field: string): Reason {
  if (field === 'amount')
    return { code: 'amount_invalid', sentence: 'This movement has no readable amount. Look it up at the bank.' };
  if (field === 'date')
    return { code: 'date_invalid', sentence: 'This movement has no readable date. Look it up at the bank.' };
  if (field === 'iso_currency_code' || field === 'unofficial_currency_code')
    return { code: 'currency_unknown', sentence: 'This movement has no readable currency. Look it up at the bank.' };
  const what = field === '' ? 'is no record at all' : `has no valid ${field}`;
  return {
    code: 'row_invalid',
    sentence: `A movement that Plaid sent ${what}, so it cannot be booked by itself. Compare with the bank's statement.`,
  };
}

function idIn(row: unknown, field: 'account_id' | 'transaction_id'): string | null {
  if (typeof row !== 'object' || row === null) return null;
  const value: unknown = Object.getOwnPropertyDescriptor(row, field)?.value;
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : null;
}

/** A row without an id gets one from its content, so that the same row again is the same exception. */
function idOfContent(payload: string): string {
  return `unnamed-${sha256(payload).slice(0, 24)}`;
}

function shown(text: string): string {
  return cut(text, 40) ?? '';
}

/**
 * The rows of one page. `added` and `modified` come out alike, later ones last. An id that stands twice in `added`
 * with different money is two movements under one name: the first stays and the second is rejected, because letting
 * the later win would lose one of them.
 */
export function mapPage(page: {
  readonly added: readonly unknown[];
  readonly modified: readonly unknown[];
  readonly removed: readonly unknown[];
}): Pick<LinePage, 'lines' | 'rejected' | 'removed'> {
  const lines: StatementLineRecord[] = [];
  const rejected: RejectedRow[] = [];
  const added = new Map<string, StatementLineRecord>();
  for (const row of page.added) {
    const mapped = mapTransaction(row);
    if (!mapped.ok) {
      rejected.push(mapped.rejected);
      continue;
    }
    const first = added.get(mapped.line.providerLineId);
    if (first !== undefined && !sameMoney(first, mapped.line)) {
      rejected.push(duplicateOf(mapped.line));
      continue;
    }
    added.set(mapped.line.providerLineId, mapped.line);
    lines.push(mapped.line);
  }
  for (const row of page.modified) {
    const mapped = mapTransaction(row);
    if (mapped.ok) lines.push(mapped.line);
    else rejected.push(mapped.rejected);
  }
  const removed: Array<LinePage['removed'][number]> = [];
  for (const row of page.removed) {
    const parsed = removedRow.safeParse(row);
    if (parsed.success)
      removed.push({ providerAccountId: parsed.data.account_id || null, providerLineId: parsed.data.transaction_id });
    else rejected.push(namelessRemoval(row));
  }
  return { lines, rejected, removed };
}

function sameMoney(a: StatementLineRecord, b: StatementLineRecord): boolean {
  return (
    a.providerAccountId === b.providerAccountId &&
    a.amount.minor === b.amount.minor &&
    a.amount.currency === b.amount.currency &&
    a.date === b.date &&
    a.state === b.state
  );
}

function duplicateOf(line: StatementLineRecord): RejectedRow {
  return reject(
    line.providerAccountId,
    // An id of its own: the exception must not hide behind the line that was accepted under this id.
    `duplicate-${sha256(`${line.providerLineId} ${line.payload}`).slice(0, 24)}`,
    {
      code: 'row_invalid',
      sentence:
        'Plaid sent two different movements under one id. The first was taken; compare this one with the bank statement.',
    },
    line.payload,
  );
}

function namelessRemoval(row: unknown): RejectedRow {
  const payload = payloadOf(row);
  return reject(
    idIn(row, 'account_id'),
    idOfContent(payload),
    {
      code: 'row_invalid',
      sentence: 'Plaid withdrew a movement without saying which one. Compare the account with the bank statement.',
    },
    payload,
  );
}
