import type { FoundEntry } from '../connectors/capabilities.ts';
import { type EntryOffset, type LedgerEntry, presentDimensions } from '../core/entry.ts';
import { decimalText } from '../core/money.ts';

/** One field in which the ledger holds something else than was approved. */
export type Difference = { readonly field: string; readonly approved: string; readonly inLedger: string };

/**
 * Compares what was approved with what the ledger holds, field by field. The reference is not compared: a look-up by
 * stem may find another revision, which is the same money and counts as equal when every field is.
 */
export function differences(approved: LedgerEntry, found: FoundEntry): Difference[] {
  const held = found.entry;
  const all: Difference[] = [];
  const check = (field: string, left: string, right: string) => {
    if (left !== right) all.push({ field, approved: left, inLedger: right });
  };
  // Ledgers take codes in any letter case and give them back in their own.
  const checkCode = (field: string, left: string, right: string) => {
    if (left.toUpperCase() !== right.toUpperCase()) all.push({ field, approved: left, inLedger: right });
  };
  check('date', approved.date, held.date);
  check('currency', approved.amount.currency, held.amount.currency);
  check('amount', amountText(approved), found.oddAmount ?? amountText(held));
  checkCode('account', `${approved.accountType} ${approved.account}`, `${held.accountType} ${held.account}`);
  checkCode('dimensions', dimensionsText(approved.dimensions), dimensionsText(held.dimensions));
  check('text', approved.text, held.text);
  check('number of offsets', String(approved.offsets.length), String(held.offsets.length));
  if (found.oddAmount !== undefined) return all;
  const left = [...approved.offsets].sort(byContent);
  const right = [...held.offsets].sort(byContent);
  for (const [index, offset] of left.entries()) {
    const other = right[index];
    if (!other) break;
    if (contentOf(offset) !== contentOf(other))
      all.push({ field: `offset ${index + 1}`, approved: offsetText(offset), inLedger: offsetText(other) });
  }
  return all;
}

/**
 * What a person must look at before the ledger's entries of one stem count as the approved one, in a sentence; null when
 * there is one and it is equal.
 */
export function whatDiffers(approved: LedgerEntry, [first, second]: readonly FoundEntry[]): string | null {
  if (first && second)
    return `The ledger holds this entry twice, in the journals ${first.journalNumber} and ${second.journalNumber}. Delete or reverse one of them there.`;
  const list = first ? differences(approved, first) : [];
  return list.length === 0 ? null : differenceSentence(list);
}

/** Says a list of differences in one sentence. Account codes of the ledger are no bank account numbers. */
export function differenceSentence(list: readonly Difference[]): string {
  const [first] = list;
  if (!first) return 'The ledger holds the entry as approved.';
  const more = list.length > 1 ? ` and ${list.length - 1} more` : '';
  return `The ledger holds another ${first.field} than was approved: ${first.inLedger} instead of ${first.approved}${more}. Compare both and decide.`;
}

function amountText(entry: LedgerEntry): string {
  return decimalText(entry.amount);
}

function dimensionsText(dimensions: LedgerEntry['dimensions']): string {
  return Object.entries(presentDimensions(dimensions))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ');
}

function offsetText(offset: EntryOffset): string {
  const dimensions = dimensionsText(offset.dimensions);
  return [`${offset.accountType} ${offset.account}`, decimalText(offset.amount), offset.text, dimensions]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What of an offset must be equal: codes in any letter case, the text exactly. */
function contentOf({ accountType, account, amount, dimensions, text }: EntryOffset): string {
  return JSON.stringify([
    `${accountType} ${account} ${dimensionsText(dimensions)}`.toUpperCase(),
    decimalText(amount),
    text,
  ]);
}

/** The ledger may give the lines of a voucher back in another order. */
function byContent(a: EntryOffset, b: EntryOffset): number {
  const left = contentOf(a);
  const right = contentOf(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
