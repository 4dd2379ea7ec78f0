/** Entries and their lines as the ledger holds them, and the few rules of arithmetic that they have in common. */
import { exponentOf } from '../../main/core/currencies.ts';
import { decimalText } from '../../main/core/money.ts';
import type { Division, GlAccount, Journal, Relation, Site, Stamp, VatCode } from './site.ts';

/**
 * A row of the general ledger. `bank`: the bank's own side of a bank entry, one per entry, LineNumber 0. `line`: what was
 * sent. `vat`: the VAT that a line contained, on its own account.
 */
export type Line = Stamp & {
  readonly role: 'bank' | 'line' | 'vat';
  /** Key of the row in TransactionLines; the id of the line in its own resource is another one. */
  readonly transactionId: string;
  lineNumber: number;
  /** Zone-less. */
  date: string;
  /** Debit positive, in minor units of the entry's currency. A line's VAT is still in it. */
  minor: bigint;
  /** The same in the division's currency. */
  minorDc: bigint;
  /** Part of `minor` and `minorDc` that stands on a VAT row of its own. */
  vatMinor: bigint;
  vatMinorDc: bigint;
  /** Null when an id of another division was dropped. */
  glAccount: GlAccount | null;
  account: Relation | null;
  costCenter: string | null;
  costUnit: string | null;
  vatCode: VatCode | null;
  description: string | null;
  notes: string | null;
  ourRef: number | null;
  document: string | null;
  offsetId: string | null;
};

export type Entry = Stamp & {
  readonly kind: 'bank' | 'general';
  readonly journal: Journal;
  readonly currency: string;
  readonly year: number;
  readonly period: number;
  readonly number: number;
  /** Units of the division's currency for one of the entry's. */
  readonly rate: string;
  /** Bank entries only: what the chain says. */
  openingMinor: bigint;
  closingMinor: bigint;
  status: 20 | 50;
  /** Who made it: a client, or a person or job inside Exact. */
  readonly by: 'client' | 'person' | 'bank_link';
  lines: Line[];
};

/** Entries of a journal in the order of the chain: year, period, number. */
export function chainOf(division: Division, journal: Journal): Entry[] {
  return [...division.entries.values()]
    .filter((entry) => entry.journal === journal)
    .sort((a, b) => a.year - b.year || a.period - b.period || a.number - b.number);
}

/** A foreign amount in the division's currency, half away from zero. */
export function inDivisionCurrency(minor: bigint, currency: string, division: Division, rate: string): bigint {
  if (currency === division.currency) return minor;
  const [whole = '0', fraction = ''] = rate.split('.');
  const shift = (exponentOf(currency) ?? 2) - (exponentOf(division.currency) ?? 2) + fraction.length;
  const product = minor * BigInt(whole + fraction);
  return shift <= 0 ? product * 10n ** BigInt(-shift) : divideRounded(product, 10n ** BigInt(shift));
}

/** Half away from zero. `by` is positive. */
export function divideRounded(value: bigint, by: bigint): bigint {
  const half = (2n * (value < 0n ? -value : value) + by) / (2n * by);
  return value < 0n ? -half : half;
}

/** The VAT that an amount contains at a percentage such as `21` or `8.1`. */
export function containedVat(minor: bigint, percentage: string): bigint {
  const [whole = '0', fraction = ''] = percentage.split('.');
  const rate = BigInt(whole + fraction);
  return divideRounded(minor * rate, 100n * 10n ** BigInt(fraction.length) + rate);
}

/** The rate that holds on a day; undefined when there is none. */
export function rateOn(division: Division, currency: string, day: string): string | undefined {
  if (currency === division.currency) return '1';
  return division.exchangeRates
    .filter(({ source, from }) => source === currency && from <= day)
    .toSorted((a, b) => (a.from < b.from ? 1 : -1))[0]?.rate;
}

/** Gives an entry its VAT rows and, on a bank journal, its bank's side anew from the lines. Kept rows keep their ids. */
export function completeRows(site: Site, division: Division, entry: Entry): void {
  const lines = entry.lines.filter(({ role }) => role === 'line');
  const kept = new Map(
    entry.lines.filter(({ role }) => role !== 'line').map((row) => [`${row.role}|${row.offsetId}`, row]),
  );
  const rows: Line[] = [];
  for (const line of lines) {
    line.minorDc = inDivisionCurrency(line.minor, entry.currency, division, entry.rate);
    line.vatMinorDc = inDivisionCurrency(line.vatMinor, entry.currency, division, entry.rate);
    rows.push(line);
    const account = vatAccount(line);
    if (line.vatMinor === 0n || account === null) continue;
    rows.push(
      sideRow(site, kept.get(`vat|${line.id}`), { ...line, role: 'vat', offsetId: line.id }, account, {
        minor: line.vatMinor,
        minorDc: line.vatMinorDc,
      }),
    );
  }
  const [first] = lines;
  if (entry.kind === 'bank' && first !== undefined) {
    const sum = (amounts: bigint[]) => -amounts.reduce((total, amount) => total + amount, 0n);
    const old = entry.lines.find(({ role }) => role === 'bank');
    const bank = sideRow(site, old, { ...first, role: 'bank', offsetId: null }, entry.journal.glAccount, {
      minor: sum(lines.map(({ minor }) => minor)),
      minorDc: sum(lines.map(({ minorDc }) => minorDc)),
    });
    bank.lineNumber = 0;
    for (const line of lines) line.offsetId = bank.transactionId;
    rows.unshift(bank);
    entry.closingMinor = entry.openingMinor + bank.minor;
  }
  entry.lines = rows;
}

/** A row that the ledger adds by itself; it bears nothing of what the line said. */
function sideRow(
  site: Site,
  old: Line | undefined,
  like: Line,
  glAccount: GlAccount | null,
  amounts: { readonly minor: bigint; readonly minorDc: bigint },
): Line {
  const identity = old === undefined ? { ...site.stamp(), transactionId: site.guid() } : old;
  const { id, created, timestamp, modified, transactionId } = identity;
  const row: Line = {
    ...like,
    ...{ id, created, timestamp, modified, transactionId },
    ...amounts,
    glAccount,
    vatMinor: 0n,
    vatMinorDc: 0n,
    notes: null,
    description: like.role === 'bank' ? null : like.description,
    costCenter: null,
    costUnit: null,
    vatCode: null,
    account: null,
    ourRef: null,
  };
  if (old !== undefined && old.minor !== amounts.minor) site.touch(row);
  return row;
}

/** A debit's VAT is to be claimed, a credit's to be paid. */
export function vatAccount({ vatCode, minor }: Line): GlAccount | null {
  if (vatCode === null) return null;
  return minor > 0n ? (vatCode.glToClaim ?? vatCode.glToPay) : (vatCode.glToPay ?? vatCode.glToClaim);
}

/** Decimal text of an amount in minor units. */
export function amountText(minor: bigint, currency: string): string {
  return decimalText({ minor, currency });
}
