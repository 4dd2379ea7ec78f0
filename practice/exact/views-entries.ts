/** Entries and their lines as rows of their resources. */
import { amountText, type Entry, type Line } from './books.ts';
import type { Values } from './schema.ts';
import type { Division } from './site.ts';
import { fractionOf, paddedVatCode } from './views.ts';

const STATUS = { 20: 'Open', 50: 'Processed' } as const;

function headerValues(division: Division, entry: Entry): Values {
  return {
    EntryID: entry.id,
    Division: division.code,
    Created: entry.created,
    Modified: entry.modified,
    JournalCode: entry.journal.code,
    JournalDescription: entry.journal.description,
    Currency: entry.currency,
    FinancialYear: entry.year,
    FinancialPeriod: entry.period,
    EntryNumber: entry.number,
    Status: entry.status,
    StatusDescription: STATUS[entry.status],
  };
}

export function bankEntryValues(division: Division, entry: Entry): Values {
  return {
    ...headerValues(division, entry),
    OpeningBalanceFC: amountText(entry.openingMinor, entry.currency),
    ClosingBalanceFC: amountText(entry.closingMinor, entry.currency),
  };
}

export function generalEntryValues(division: Division, entry: Entry): Values {
  const header = headerValues(division, entry);
  return { ...header, ExchangeRate: entry.rate, Reversal: false, Type: 90, TypeDescription: 'Other' };
}

/** What the two kinds of entry lines and the ledger's rows have in common. */
function commonValues(division: Division, entry: Entry, line: Line): Values {
  return {
    Division: division.code,
    Created: line.created,
    Modified: line.modified,
    EntryID: entry.id,
    EntryNumber: entry.number,
    LineNumber: line.lineNumber,
    Date: line.date,
    Description: line.description,
    Notes: line.notes,
    GLAccount: line.glAccount?.id ?? null,
    GLAccountCode: line.glAccount?.code ?? null,
    GLAccountDescription: line.glAccount?.description ?? null,
    Account: line.account?.id ?? null,
    AccountCode: line.account?.code ?? null,
    AccountName: line.account?.name ?? null,
    CostCenter: line.costCenter,
    CostUnit: line.costUnit,
    VATCode: paddedVatCode(line.vatCode?.code ?? null),
    VATCodeDescription: line.vatCode?.description ?? null,
    VATPercentage: line.vatCode === null ? null : fractionOf(line.vatCode.percentage),
    VATType: line.vatCode === null ? null : 'I',
    Document: line.document,
    OffsetID: line.offsetId,
    Quantity: '0',
  };
}

/** Of a bank entry the bank's view: positive = money in. */
export function bankLineValues(division: Division, entry: Entry, line: Line): Values {
  return {
    ...commonValues(division, entry, line),
    ID: line.id,
    AmountFC: amountText(-line.minor, entry.currency),
    AmountDC: amountText(-line.minorDc, division.currency),
    AmountVATFC: amountText(-line.vatMinor, entry.currency),
    ExchangeRate: entry.rate,
    OurRef: line.ourRef,
  };
}

/** Positive = debit. */
export function generalLineValues(division: Division, entry: Entry, line: Line): Values {
  return {
    ...commonValues(division, entry, line),
    ID: line.id,
    AmountFC: amountText(line.minor, entry.currency),
    AmountDC: amountText(line.minorDc, division.currency),
    AmountVATFC: amountText(line.vatMinor, entry.currency),
    AmountVATDC: amountText(line.vatMinorDc, division.currency),
    OurRef: line.ourRef,
  };
}

/** A row of the general ledger: positive = debit, VAT taken out. Types 40 = bank and cash, 90 = other. */
export function transactionValues(division: Division, entry: Entry, line: Line): Values {
  return {
    ...commonValues(division, entry, line),
    ID: line.transactionId,
    Timestamp: String(line.timestamp),
    AmountFC: amountText(line.minor - line.vatMinor, entry.currency),
    AmountDC: amountText(line.minorDc - line.vatMinorDc, division.currency),
    AmountVATFC: amountText(line.vatMinor, entry.currency),
    Currency: entry.currency,
    ExchangeRate: entry.rate,
    FinancialYear: entry.year,
    FinancialPeriod: entry.period,
    JournalCode: entry.journal.code,
    JournalDescription: entry.journal.description,
    InvoiceNumber: line.ourRef,
    LineType: 0,
    Status: entry.status,
    Type: entry.kind === 'bank' ? 40 : 90,
  };
}

/** Rows of all entries, or of one. */
export function* linesOf(
  division: Division,
  kind: Entry['kind'] | 'any',
  roles: ReadonlyArray<Line['role']>,
  values: (division: Division, entry: Entry, line: Line) => Values,
): Iterable<Values> {
  for (const entry of division.entries.values())
    if (kind === 'any' || entry.kind === kind)
      for (const line of entry.lines) if (roles.includes(line.role)) yield values(division, entry, line);
}
