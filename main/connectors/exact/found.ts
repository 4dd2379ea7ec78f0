import type { CalendarDate } from '../../core/calendar.ts';
import type { EntryOffset, LedgerEntry } from '../../core/entry.ts';
import { type Money, negate } from '../../core/money.ts';
import type { FoundEntry } from '../capabilities.ts';
import { readAmount } from './amounts.ts';
import type { BankEntryLineRow, BankEntryRow, GeneralEntryRow } from './entities.ts';
import { bankAccountOfGl, PAYABLE, RECEIVABLE } from './lines.ts';
import { type Note, readNote, referenceOn } from './notes.ts';
import { COST_CENTER, COST_UNIT, VAT_CODE } from './sides.ts';
import type { DivisionTables } from './tables.ts';

type Header = Pick<BankEntryRow, 'EntryID' | 'EntryNumber' | 'JournalCode' | 'Currency' | 'Status'>;
type LineRow = BankEntryLineRow;
const PROCESSED = 50;

/** Entries of ours in a bank entry, put together again from its lines. */
export function inBankEntry(entry: BankEntryRow, division: string, tables: DivisionTables): FoundEntry[] {
  const account = { accountType: 'bank' as const, account: entry.JournalCode };
  return inLines(entry, entry.BankEntryLines ?? [], division, (lines) => {
    const offsets = lines.map((line) => offsetOf(line, entry.Currency, tables, (amount) => amount));
    return { ...account, dimensions: {}, amount: sumOf(offsets, entry.Currency), offsets };
  });
}

/** Entries of ours in a general journal entry. The bank's side bears the number 0. */
export function inGeneralEntry(entry: GeneralEntryRow, division: string, tables: DivisionTables): FoundEntry[] {
  return inLines(entry, entry.GeneralJournalEntryLines ?? [], division, (lines) => {
    const own = lines.filter(({ note }) => note.index === 0);
    const bank = own.map((line) => offsetOf(line, entry.Currency, tables, (amount) => amount));
    const others = lines.filter(({ note }) => note.index !== 0);
    const code = own[0]?.rows[0]?.GLAccountCode ?? '';
    return {
      accountType: 'bank',
      account: bankAccountOfGl(code, tables),
      dimensions: bank[0]?.dimensions ?? {},
      amount: sumOf(bank, entry.Currency),
      offsets: others.map((line) => offsetOf(line, entry.Currency, tables, negate)),
    };
  });
}

/** One line as it was sent: a person's matching may have split it into rows of the same number. */
type Line = { readonly note: Note; readonly rows: readonly [LineRow, ...LineRow[]]; readonly odd: string | null };
type Content = Pick<LedgerEntry, 'accountType' | 'account' | 'dimensions' | 'amount' | 'offsets'>;

function inLines(
  header: Header,
  rows: readonly LineRow[],
  division: string,
  contentOf: (lines: readonly Line[]) => Content,
): FoundEntry[] {
  const lines = [...Map.groupBy(rows, (row) => row.LineNumber).values()].flatMap((group) => lineOf(group, header));
  return [...Map.groupBy(lines, ({ note }) => note.reference)].map(([reference, own]) => {
    const sorted = [...own].sort((a, b) => a.note.index - b.note.index);
    const odd = sorted.find((line) => line.odd !== null)?.odd;
    const entry: LedgerEntry = {
      reference,
      ...contentOf(sorted),
      date: dateOf(sorted),
      text: sorted[0]?.note.text ?? '',
    };
    return {
      entry,
      legalEntity: division,
      journalNumber: header.EntryID,
      lineIds: sorted.flatMap((line) => line.rows.map((row) => row.ID)),
      voucher: header.EntryNumber === null ? null : String(header.EntryNumber),
      state: header.Status === PROCESSED ? 'posted' : 'open',
      ...(odd == null ? {} : { oddAmount: odd }),
    };
  });
}

/** A group that nothing of ours is written on is somebody else's line. */
function lineOf(group: readonly LineRow[], header: Header): Line[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const notes = group.map((row) => readNote(row.Notes) ?? otherNote(row)).filter((note) => note !== null);
  const [note] = notes;
  if (note === undefined) return [];
  const odd = group.find((row) => readAmount(row.AmountFC, header.Currency).money === null);
  return [{ note, rows: [first, ...others], odd: odd?.AmountFC ?? null }];
}

/** Somebody wrote into the notes: the money is ours all the same, and the text says that it differs. */
function otherNote(row: LineRow): Note | null {
  const reference = referenceOn(row);
  return reference === null ? null : { reference, index: 1, count: 1, text: row.Notes };
}

function offsetOf(
  { rows }: Line,
  currency: string,
  tables: DivisionTables,
  turned: (amount: Money) => Money,
): EntryOffset {
  const [row] = rows;
  let minor = 0n;
  for (const { AmountFC } of rows) minor += readAmount(AmountFC, currency).money?.minor ?? 0n;
  const amount = turned({ minor, currency });
  return { ...accountOf(row, tables), dimensions: dimensionsOf(row), amount, text: row.Description };
}

/** An account of customers or vendors with a relation is that relation's; Exact drops a foreign id without a word. */
function accountOf(row: LineRow, tables: DivisionTables): Pick<EntryOffset, 'accountType' | 'account'> {
  const type = tables.accounts?.byId(row.GLAccount)?.Type;
  const relation = row.AccountCode.trim() || tables.relations?.byId(row.Account)?.Code.trim() || '';
  if (row.Account !== null && type === RECEIVABLE) return { accountType: 'customer', account: relation };
  if (row.Account !== null && type === PAYABLE) return { accountType: 'vendor', account: relation };
  return { accountType: 'ledger', account: row.GLAccountCode.trim() };
}

function dimensionsOf(row: LineRow): Record<string, string> {
  const all = { [COST_CENTER]: row.CostCenter, [COST_UNIT]: row.CostUnit, [VAT_CODE]: row.VATCode };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''));
}

function sumOf(offsets: readonly EntryOffset[], currency: string): Money {
  return { minor: offsets.reduce((total, { amount }) => total + amount.minor, 0n), currency };
}

/** Lines of one entry stand on one day; when somebody moved one of them, the one that differs is told. */
function dateOf(lines: readonly Line[]): CalendarDate {
  const dates = new Set(lines.flatMap((line) => line.rows.map((row) => row.Date ?? '')));
  return [...dates].sort().join(' and ');
}
