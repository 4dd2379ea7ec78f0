import type { AccountType, Dimensions, EntryOffset, LedgerEntry } from '../../core/entry.ts';
import { presentDimensions } from '../../core/entry.ts';
import { DaybookError } from '../../core/errors.ts';
import { absolute, decimalText, type Money, parseAmount } from '../../core/money.ts';
import {
  escapeSegment,
  joinSegments,
  MAIN_ACCOUNT,
  type SegmentOrder,
  splitSegments,
  unescapeSegment,
} from './display-value.ts';
import type { journalLines, RowOf } from './entities.ts';
import { type Body, noon } from './odata.ts';
import type { DimensionSetup } from './tables.ts';

/** Pure translation between our entries and the ERP's journal lines. Source: facts §5.1, §5.2. */

export type JournalLineRow = RowOf<typeof journalLines>;

/** What the journal name prescribes for its lines. */
export type LineRules = {
  /** NewVoucher is Manually: the sender supplies the voucher. */
  readonly ownVoucher: boolean;
  /** The journal name fills in an offset account where none is sent. */
  readonly fillsOffset: boolean;
  /** That account is fixed: it must not be sent at all. */
  readonly fixedOffset: boolean;
};

const TYPE_MEMBERS: Readonly<Record<AccountType, string>> = {
  ledger: 'Ledger',
  bank: 'Bank',
  customer: 'Cust',
  vendor: 'Vend',
};
/** Our account type as the ERP's enum member. */
export function typeMember(type: AccountType): string {
  return TYPE_MEMBERS[type];
}

const ACCOUNT_TYPES: ReadonlyMap<string, AccountType> = new Map([
  ['Ledger', 'ledger'],
  ['Bank', 'bank'],
  ['Cust', 'customer'],
  ['Vend', 'vendor'],
]);

type Side = { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions };

/**
 * The lines of one entry. One offset: a single line that carries both accounts. Several: one line for the account, then
 * one for each offset, held together by Document and date; nothing but the whole of them balances.
 * @throws DaybookError `dimension_invalid` when the environment's strings have no place for a dimension.
 */
export function toLines(
  entry: LedgerEntry,
  target: { readonly legalEntity: string; readonly journalNumber: string },
  setup: DimensionSetup,
  rules: LineRules,
): Body[] {
  const common = (text: string, amount: Money): Body => ({
    dataAreaId: target.legalEntity,
    JournalBatchNumber: target.journalNumber,
    TransDate: noon(entry.date),
    CurrencyCode: entry.amount.currency,
    ...debitOrCredit(amount),
    Text: text,
    Document: entry.reference,
    ...(rules.ownVoucher ? { Voucher: entry.reference } : {}),
  });
  const [only, ...more] = entry.offsets;
  if (only !== undefined && more.length === 0)
    return [
      {
        ...common(entry.text, entry.amount),
        ...accountFields(entry, setup),
        ...(rules.fixedOffset && rules.fillsOffset ? {} : offsetFields(only, setup)),
        ...(only.text === entry.text ? {} : { OffsetText: only.text }),
      },
    ];
  const noOffset = rules.fillsOffset ? { OffsetAccountDisplayValue: '' } : {};
  return [
    { ...common(entry.text, entry.amount), ...accountFields(entry, setup), ...noOffset },
    ...inVoucherOrder(entry).map((offset) => ({
      ...common(offset.text, { minor: -offset.amount.minor, currency: offset.amount.currency }),
      ...accountFields(offset, setup),
      ...noOffset,
    })),
  ];
}

/**
 * The offsets in an order in which the voucher balances with its last line and not before: as approved, unless that
 * would balance early. Under "in connection with balance" the ERP begins a new voucher as soon as one balances, and
 * would put the rest of the entry there.
 */
function inVoucherOrder({ amount, offsets }: LedgerEntry): readonly EntryOffset[] {
  let left = amount.minor;
  const balancesEarly = offsets.slice(0, -1).some((offset) => {
    left -= offset.amount.minor;
    return left === 0n;
  });
  if (!balancesEarly) return offsets;
  // First what leads away from zero, then what leads back to it.
  const away = (offset: EntryOffset) => offset.amount.minor < 0n !== amount.minor < 0n;
  return [...offsets.filter(away), ...offsets.filter((offset) => !away(offset))];
}

/** How many lines an entry takes. */
export function lineCount(entry: LedgerEntry): number {
  return entry.offsets.length === 1 ? 1 : entry.offsets.length + 1;
}

/** Debit for money in, credit for money out: two columns without a sign, exactly one of them sent. */
function debitOrCredit(amount: Money): Body {
  const value = { decimal: decimalText(absolute(amount)) };
  return amount.minor < 0n ? { CreditAmount: value } : { DebitAmount: value };
}

function accountFields(side: Side, setup: DimensionSetup): Body {
  const dimensions = defaultDimensions(side, setup);
  return {
    AccountType: TYPE_MEMBERS[side.accountType],
    AccountDisplayValue: accountDisplayValue(side, setup),
    ...(dimensions === undefined ? {} : { DefaultDimensionDisplayValue: dimensions }),
  };
}

function offsetFields(side: EntryOffset, setup: DimensionSetup): Body {
  const dimensions = defaultDimensions(side, setup);
  return {
    OffsetAccountType: TYPE_MEMBERS[side.accountType],
    OffsetAccountDisplayValue: accountDisplayValue(side, setup),
    ...(dimensions === undefined ? {} : { OffsetDefaultDimensionDisplayValue: dimensions }),
  };
}

/** A ledger account with its dimensions in the environment's order, or another account's escaped id. */
export function accountDisplayValue(side: Side, setup: DimensionSetup): string {
  if (side.accountType !== 'ledger') return escapeSegment(side.account, setup.delimiter);
  if (setup.accountOrder === null && Object.keys(presentDimensions(side.dimensions)).length === 0)
    return escapeSegment(side.account, setup.delimiter);
  return inOrder(setup.accountOrder, { ...side.dimensions, [MAIN_ACCOUNT]: side.account }, setup.delimiter);
}

/** Default dimensions of an account that is no ledger account; undefined when the entry names none. */
function defaultDimensions(side: Side, setup: DimensionSetup): string | undefined {
  if (side.accountType === 'ledger' || Object.keys(presentDimensions(side.dimensions)).length === 0) return undefined;
  return inOrder(setup.defaultOrder, side.dimensions, setup.delimiter);
}

function inOrder(order: SegmentOrder | null, values: Dimensions, delimiter: string): string {
  const stray = Object.keys(presentDimensions(values)).find((name) => order === null || !order.includes(name));
  if (order === null || stray !== undefined)
    throw new DaybookError(
      'dimension_invalid',
      `Dynamics 365 has no place for the dimension ${stray ?? ''} in its account strings; remove it or add it to the format.`,
    );
  return joinSegments(
    order.map((name) => values[name] ?? ''),
    delimiter,
  );
}

// ---------------------------------------------------------------------------------------------- reading

/** An entry put together from lines, before the state of its journal is known. */
export type ReadEntry = {
  readonly entry: LedgerEntry;
  readonly journalNumber: string;
  readonly lineIds: readonly string[];
  readonly voucher: string | null;
  readonly oddAmount?: string;
};

/**
 * Puts entries together from lines of any journals. Lines of one reference that sit in several vouchers or journals are
 * several entries if each balances by itself (a duplicate), and one entry otherwise (a part of it was moved).
 */
export function fromLines(rows: readonly JournalLineRow[], setup: DimensionSetup): ReadEntry[] {
  const entries: ReadEntry[] = [];
  for (const group of groupBy(rows.toSorted(byPlace), (row) => row.Document.toUpperCase())) {
    const whole = group.filter((row) => row.OffsetAccountDisplayValue !== '');
    const parts = group.filter((row) => row.OffsetAccountDisplayValue === '');
    for (const row of whole) entries.push(fromSingleLine(row, setup));
    for (const lines of separate(parts)) entries.push(fromVoucher(lines, setup));
  }
  return entries;
}

function separate(rows: readonly JournalLineRow[]): JournalLineRow[][] {
  if (rows.length === 0) return [];
  const byJournal = (row: JournalLineRow) => row.JournalBatchNumber;
  const byVoucher = (row: JournalLineRow) => `${row.JournalBatchNumber}\n${row.Voucher}\n${row.TransDate ?? ''}`;
  for (const key of [byVoucher, byJournal]) {
    const groups = groupBy(rows, key);
    if (groups.every(isBalancedGroup)) return groups;
  }
  return [[...rows]];
}

function isBalancedGroup(rows: readonly JournalLineRow[]): boolean {
  const amounts = rows.map(lineAmount);
  return amounts.every((amount) => amount !== null) && amounts.reduce((sum, { minor }) => sum + minor, 0n) === 0n;
}

function fromSingleLine(row: JournalLineRow, setup: DimensionSetup): ReadEntry {
  const amount = amountOrZero(row);
  const offset = {
    ...readSide(row.OffsetAccountType, row.OffsetAccountDisplayValue, row.OffsetDefaultDimensionDisplayValue, setup),
    amount,
    text: row.OffsetText === '' ? row.Text : row.OffsetText,
  };
  return readEntry(row, [row], [offset], setup);
}

function fromVoucher(rows: readonly JournalLineRow[], setup: DimensionSetup): ReadEntry {
  const [first, ...rest] = rows;
  if (first === undefined) throw new RangeError('a voucher without lines');
  const offsets = rest.map((row) => {
    const amount = amountOrZero(row);
    return { ...lineSide(row, setup), amount: { ...amount, minor: -amount.minor }, text: row.Text };
  });
  return readEntry(first, rows, offsets, setup);
}

function readEntry(
  first: JournalLineRow,
  rows: readonly JournalLineRow[],
  offsets: readonly EntryOffset[],
  setup: DimensionSetup,
): ReadEntry {
  const odd = rows.find((row) => lineAmount(row) === null);
  return {
    entry: {
      reference: first.Document.toUpperCase(),
      ...lineSide(first, setup),
      date: first.TransDate ?? '1900-01-01',
      amount: amountOrZero(first),
      text: first.Text,
      offsets,
    },
    journalNumber: first.JournalBatchNumber,
    lineIds: rows.map((row) => row.LineNumber),
    voucher: first.Voucher === '' ? null : first.Voucher,
    ...(odd === undefined ? {} : { oddAmount: `${odd.DebitAmount}/${odd.CreditAmount} ${odd.CurrencyCode}` }),
  };
}

function lineSide(row: JournalLineRow, setup: DimensionSetup): Side {
  return readSide(row.AccountType, row.AccountDisplayValue, row.DefaultDimensionDisplayValue, setup);
}

/** Unescapes an account and names its dimensions. An account type that is not ours stays visible in the account. */
export function readSide(member: string, displayValue: string, defaults: string, setup: DimensionSetup): Side {
  const accountType = ACCOUNT_TYPES.get(member);
  if (accountType === undefined)
    return { accountType: 'ledger', account: `${member}: ${displayValue}`, dimensions: {} };
  if (accountType !== 'ledger')
    return {
      accountType,
      account: unescapeSegment(displayValue, setup.delimiter),
      dimensions: named(defaults, setup.defaultOrder, setup.delimiter),
    };
  const { [MAIN_ACCOUNT]: account = '', ...dimensions } = named(
    displayValue,
    setup.accountOrder ?? [MAIN_ACCOUNT],
    setup.delimiter,
  );
  return { accountType, account, dimensions };
}

function named(displayValue: string, order: SegmentOrder | null, delimiter: string): Record<string, string> {
  const values = displayValue === '' ? [] : splitSegments(displayValue, delimiter);
  return Object.fromEntries(
    values.flatMap((value, index) => (value === '' ? [] : [[order?.[index] ?? `Segment ${index + 1}`, value]])),
  );
}

/** Debit minus credit; null when somebody wrote what is no amount of that currency. */
export function lineAmount(row: JournalLineRow): Money | null {
  const currency = row.CurrencyCode.toUpperCase();
  const debit = parseAmount(row.DebitAmount, currency);
  const credit = parseAmount(row.CreditAmount, currency);
  return debit.ok && credit.ok ? { minor: debit.money.minor - credit.money.minor, currency } : null;
}

function amountOrZero(row: JournalLineRow): Money {
  return lineAmount(row) ?? { minor: 0n, currency: row.CurrencyCode.toUpperCase() };
}

function byPlace(a: JournalLineRow, b: JournalLineRow): number {
  if (a.JournalBatchNumber !== b.JournalBatchNumber) return a.JournalBatchNumber < b.JournalBatchNumber ? -1 : 1;
  return Number(a.LineNumber) - Number(b.LineNumber);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  return [...Map.groupBy(items, keyOf).values()];
}
