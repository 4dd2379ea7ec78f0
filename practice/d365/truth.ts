/** The ERP's own books, for a judge: what is there, whatever any client believes. */

import { exponentOf } from '../../main/core/currencies.ts';
import type { LedgerEntry } from '../../main/core/entry.ts';
import { presentDimensions } from '../../main/core/entry.ts';
import { compareNets, type ExpectedEntry, type Judgement } from '../company/judgement.ts';
import { splitDisplay } from './display.ts';
import { delimiterOf, type Erp, formatSegments, type PostedSide } from './erp.ts';
import { dayOf, toMinor, type Values } from './values.ts';

/** One account of a line or posted entry. `minor`: debit positive, in minor units of `currency`. */
export type TruthSide = PostedSide & {
  readonly posted: boolean;
  /** Main account, bank account, customer or vendor, unescaped. */
  readonly account: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Truth = {
  /** Sides of the lines that stand in journals now, posted or not. */
  readonly lines: readonly TruthSide[];
  /** Sides in the general ledger that came from journals; they stay when the lines are deleted. */
  readonly postedEntries: readonly TruthSide[];
  /** Bank account balances by the posted bank transactions, `company|bank account` to minor units. */
  readonly bankBalances: Readonly<Record<string, bigint>>;
  /** All general journals, empty ones too. */
  readonly journals: number;
};

export function truthOf(erp: Erp): Truth {
  const delimiter = delimiterOf(erp);
  const ledgerNames = formatSegments(erp, 'DataEntityLedgerDimensionFormat');
  const defaultNames = formatSegments(erp, 'DataEntityDefaultDimensionFormat');
  const complete = (side: PostedSide, posted: boolean): TruthSide => {
    const segments = splitDisplay(side.accountDisplay, delimiter);
    const isLedger = side.accountType === 'Ledger';
    const names = isLedger ? ledgerNames : defaultNames;
    const values = isLedger ? segments : splitDisplay(side.defaultDimensions, delimiter);
    const dimensions = names.map((name, index) => [name, values[index] ?? ''] as const);
    return {
      ...side,
      posted,
      account: (isLedger ? segments[ledgerNames.indexOf('MainAccount')] : segments[0]) ?? '',
      dimensions: presentDimensions(Object.fromEntries(dimensions.filter(([name]) => name !== 'MainAccount'))),
    };
  };

  const posted = new Set<string>();
  const headers = erp.db.table('LedgerJournalHeaders');
  for (const { values } of headers.rows())
    if (values.IsPosted === 'Yes') posted.add(`${values.dataAreaId}|${values.JournalBatchNumber}`);
  const lines: TruthSide[] = [];
  for (const { values } of erp.db.table('LedgerJournalLines').rows())
    for (const side of sides(values))
      lines.push(complete(side, posted.has(`${values.dataAreaId}|${values.JournalBatchNumber}`)));

  const bankBalances: Record<string, bigint> = {};
  for (const { values } of erp.db.table('BankAccountTransBiEntities').rows()) {
    const key = `${values.dataAreaId}|${values.AccountId}`;
    const minor = toMinor(values.AmountCur ?? '0', exponentOf(values.CurrencyCode ?? '') ?? 2) ?? 0n;
    bankBalances[key] = (bankBalances[key] ?? 0n) + minor;
  }
  return { lines, postedEntries: erp.posted.map((side) => complete(side, true)), bankBalances, journals: headers.size };
}

/** More decimals than the currency has make an amount that equals no entry: they are kept, scaled out of reach. */
function netMinor(values: Values): bigint {
  const decimals = exponentOf(values.CurrencyCode ?? '') ?? 2;
  const debit = toMinor(values.DebitAmount ?? '0', decimals);
  const credit = toMinor(values.CreditAmount ?? '0', decimals);
  return debit === undefined || credit === undefined ? 10n ** 30n : debit - credit;
}

function* sides(values: Values): Iterable<PostedSide> {
  const minor = netMinor(values);
  const common = {
    company: values.dataAreaId ?? '',
    journal: values.JournalBatchNumber ?? '',
    lineNumber: values.LineNumber ?? '',
    voucher: values.Voucher ?? '',
    date: dayOf(values.TransDate ?? ''),
    document: values.Document ?? '',
    paymentReference: values.PaymentReference ?? '',
    currency: values.CurrencyCode ?? '',
  };
  yield {
    ...common,
    text: values.Text ?? '',
    accountType: values.AccountType ?? '',
    accountDisplay: values.AccountDisplayValue ?? '',
    defaultDimensions: values.DefaultDimensionDisplayValue ?? '',
    minor,
  };
  if (values.OffsetAccountDisplayValue !== '')
    yield {
      ...common,
      text: values.OffsetText ?? '',
      accountType: values.OffsetAccountType ?? '',
      accountDisplay: values.OffsetAccountDisplayValue ?? '',
      defaultDimensions: values.OffsetDefaultDimensionDisplayValue ?? '',
      minor: -minor,
    };
}

const ACCOUNT_TYPES: Readonly<Record<string, string>> = {
  ledger: 'Ledger',
  bank: 'Bank',
  customer: 'Cust',
  vendor: 'Vend',
};

/**
 * Counts the expected entries in the ERP by reference: what stands in journals, and what was posted and then deleted
 * from its journal. Twice the same money is `duplicated`; another amount, account, date or currency is `altered`.
 */
export function judge(
  truth: Truth,
  expected: readonly ExpectedEntry[],
  isOurs: (document: string) => boolean,
): Judgement {
  const inJournals = Map.groupBy(truth.lines, (side) => side.document);
  const inLedger = Map.groupBy(truth.postedEntries, (side) => side.document);
  const judgement = {
    entries: expected.length,
    journals: new Set(
      truth.lines.filter((side) => isOurs(side.document)).map((side) => `${side.company}|${side.journal}`),
    ).size,
    lines: new Set(
      truth.lines
        .filter((side) => isOurs(side.document))
        .map((side) => `${side.company}|${side.journal}|${side.lineNumber}`),
    ).size,
    missing: [] as string[],
    duplicated: [] as string[],
    altered: [] as string[],
    unexpected: [] as string[],
  };
  const seen = new Set<string>();
  for (const { legalEntity, entry } of expected) {
    seen.add(entry.reference);
    const open = (inJournals.get(entry.reference) ?? []).filter((side) => !side.posted);
    const found = [...open, ...(inLedger.get(entry.reference) ?? [])];
    const verdict = compareNets(netsOf(found), netsOfEntry(legalEntity, entry));
    if (verdict !== 'equal') judgement[verdict].push(entry.reference);
  }
  for (const document of new Set([...inJournals.keys(), ...inLedger.keys()]))
    if (isOurs(document) && !seen.has(document)) judgement.unexpected.push(document);
  return judgement;
}

function netKey(company: string, date: string, type: string, account: string, dimensions: object, currency: string) {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([company.toUpperCase(), date, type, account, sorted, currency]);
}

/** Account to net amounts on it: two copies double every net. */
function netsOf(found: readonly TruthSide[]): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  for (const side of found) {
    const key = netKey(side.company, side.date, side.accountType, side.account, side.dimensions, side.currency);
    nets.set(key, (nets.get(key) ?? 0n) + side.minor);
  }
  return nets;
}

function netsOfEntry(legalEntity: string, entry: LedgerEntry): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  const put = (type: string, account: string, dimensions: LedgerEntry['dimensions'], minor: bigint) => {
    const erpType = ACCOUNT_TYPES[type] ?? type;
    const key = netKey(legalEntity, entry.date, erpType, account, presentDimensions(dimensions), entry.amount.currency);
    nets.set(key, (nets.get(key) ?? 0n) + minor);
  };
  put(entry.accountType, entry.account, entry.dimensions, entry.amount.minor);
  for (const offset of entry.offsets) put(offset.accountType, offset.account, offset.dimensions, -offset.amount.minor);
  return nets;
}
