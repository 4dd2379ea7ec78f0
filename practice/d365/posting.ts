/** What the ERP does when a journal is posted, by a user or by the recurring "Post journals" batch. */
import { exponentOf } from '../../main/core/currencies.ts';
import type { Row } from './database.ts';
import { splitDisplay } from './display.ts';
import {
  accountingCurrency,
  delimiterOf,
  type Erp,
  formatSegments,
  isOpen,
  journalKey,
  type PostedSide,
  periodNotOpen,
} from './erp.ts';
import { nextJournalNumber } from './journals.ts';
import { writeLedger } from './ledger-entries.ts';
import { accountingAmount, linesOf, retotal } from './totals.ts';
import { dayOf, fromMinor, noon, toMinor, type Values } from './values.ts';
import { newVoucher } from './vouchers.ts';

export type PostingReport = {
  /** Journal numbers that are now posted, those born of a split included. */
  readonly posted: string[];
  readonly refused: Array<{ readonly journal: string; readonly reason: string }>;
  /** Journals that the posting made: parts of a split, and homes of transferred errors. */
  readonly created: Array<{ readonly journal: string; readonly from: string; readonly why: 'split' | 'errors' }>;
};

export type PostingOptions = {
  readonly company?: string | undefined;
  readonly journalName?: string | undefined;
  readonly journal?: string | undefined;
  /** Moves vouchers that cannot be posted to a new journal and posts the rest. */
  readonly transferErrors?: boolean | undefined;
};

/** Posts every unposted journal that the options select. Empty, locked and workflow journals are left alone. */
export function postJournals(erp: Erp, options: PostingOptions): PostingReport {
  const report: PostingReport = { posted: [], refused: [], created: [] };
  const selected = [...erp.db.table('LedgerJournalHeaders').rows()].filter(({ values }) => {
    if (values.IsPosted === 'Yes') return false;
    if (options.company !== undefined && values.dataAreaId !== options.company.toUpperCase()) return false;
    if (options.journalName !== undefined && values.JournalName !== options.journalName) return false;
    return options.journal === undefined || values.JournalBatchNumber === options.journal;
  });
  for (const header of selected) erp.db.transaction(() => postOne(erp, header, options, report));
  return report;
}

function postOne(erp: Erp, header: Row, options: PostingOptions, report: PostingReport): void {
  const { dataAreaId: company = '', JournalBatchNumber: journal = '' } = header.values;
  const refuse = (reason: string) => report.refused.push({ journal, reason });
  const lines = linesOf(erp, company, journal);
  if (lines.length === 0) return;
  if (erp.locks.has(journalKey(company, journal))) return void refuse('in use');
  const name = journalNameOf(erp, header);
  if (name.IsWorkflowApprovalActive === 'Yes') return void refuse('waits for approval by workflow');

  const bad = new Map<string, string>();
  const vouchers = Map.groupBy(lines, (row) => row.values.Voucher ?? '');
  for (const [voucher, rows] of vouchers) {
    const reason = whyNotPosted(erp, company, rows);
    if (reason !== undefined) bad.set(voucher, reason);
  }
  if (bad.size > 0) {
    const [[voucher, reason] = ['', '']] = bad;
    if (options.transferErrors !== true || bad.size === vouchers.size)
      return void refuse(`Voucher ${voucher}: ${reason}`);
    const moved = [...vouchers].filter(([key]) => bad.has(key)).flatMap(([, rows]) => rows);
    report.created.push({ journal: moveLines(erp, header, moved), from: journal, why: 'errors' });
  }

  for (const part of splitJournal(erp, header, report)) {
    for (const [voucher, rows] of Map.groupBy(
      linesOf(erp, company, part.values.JournalBatchNumber ?? ''),
      (row) => row.values.Voucher ?? '',
    ))
      postVoucher(erp, part, name, voucher, rows);
    erp.db.table('LedgerJournalHeaders').update(part, { IsPosted: 'Yes' });
    report.posted.push(part.values.JournalBatchNumber ?? '');
    if (name.DeleteLinesAfterPosting === 'Yes')
      for (const row of linesOf(erp, company, part.values.JournalBatchNumber ?? ''))
        erp.db.table('LedgerJournalLines').remove(row);
  }
}

function journalNameOf(erp: Erp, header: Row): Values {
  const { dataAreaId = '', JournalName = '' } = header.values;
  return erp.db.table('JournalNames').find([dataAreaId, JournalName])?.values ?? {};
}

/** Why a voucher cannot be posted; undefined when it can. */
function whyNotPosted(erp: Erp, company: string, rows: readonly Row[]): string | undefined {
  const days = new Set(rows.map((row) => dayOf(row.values.TransDate ?? '')));
  for (const day of days) if (!isOpen(erp, company, day)) return periodNotOpen(day);
  if (days.size > 1) return 'All lines of a voucher must have the same transaction date.';
  for (const { values } of rows) {
    const missing = missingDimension(erp, values.AccountType, values.AccountDisplayValue);
    const missingOffset = missingDimension(erp, values.OffsetAccountType, values.OffsetAccountDisplayValue);
    if (missing ?? missingOffset) return missing ?? missingOffset;
  }
  const accounting = accountingCurrency(erp, company);
  const decimals = exponentOf(accounting) ?? 2;
  const currencies = new Set(rows.map((row) => row.values.CurrencyCode));
  let inTransaction = 0n;
  let inAccounting = 0n;
  for (const { values } of rows) {
    const currencyDecimals = exponentOf(values.CurrencyCode ?? '') ?? 2;
    const debit = toMinor(values.DebitAmount ?? '0', currencyDecimals);
    const credit = toMinor(values.CreditAmount ?? '0', currencyDecimals);
    const offset = values.OffsetAccountDisplayValue !== '';
    // A third decimal is shown nowhere and unbalances the voucher.
    if (debit === undefined || credit === undefined) return unbalanced('0.01');
    if (debit === 0n && credit === 0n) return 'A line without an amount cannot be posted.';
    if (values.ExchRate === '0') return `Exchange rate for currency ${values.CurrencyCode} is missing.`;
    if (offset) continue;
    inTransaction += debit - credit;
    inAccounting +=
      accountingAmount(values.DebitAmount, values, decimals) - accountingAmount(values.CreditAmount, values, decimals);
  }
  if (currencies.size === 1 && inTransaction !== 0n) return unbalanced(fromMinor(inTransaction, decimals));
  if (inAccounting !== 0n) return unbalanced(fromMinor(inAccounting, decimals));
  return undefined;
}

function unbalanced(amount: string): string {
  return `The transactions on a specific voucher don't balance as of a certain date (accounting currency: ${amount} - reporting currency: ${amount})`;
}

function missingDimension(erp: Erp, accountType = '', display = ''): string | undefined {
  if (accountType !== 'Ledger' || display === '') return undefined;
  const names = formatSegments(erp, 'DataEntityLedgerDimensionFormat');
  const values = splitDisplay(display, delimiterOf(erp));
  const account = values[names.indexOf('MainAccount')] ?? '';
  for (const rule of erp.requiredDimensions) {
    if (account < rule.from || account > rule.to) continue;
    for (const name of rule.dimensions)
      if ((values[names.indexOf(name)] ?? '') === '')
        return `Account structure: dimension ${name} must have a value for main account ${account}.`;
  }
  return undefined;
}

/** Moves lines to a new journal of the same name, numbered from 1; returns its number. */
export function moveLines(erp: Erp, from: Row, rows: readonly Row[]): string {
  const headers = erp.db.table('LedgerJournalHeaders');
  const lines = erp.db.table('LedgerJournalLines');
  const { dataAreaId: company = '', JournalName = '', Description = '', AccountingCurrency = '' } = from.values;
  const number = nextJournalNumber(erp, company);
  // The integration key stays behind: it is the first journal's own.
  const target = headers.insert({
    dataAreaId: company,
    JournalBatchNumber: number,
    JournalName,
    Description,
    AccountingCurrency,
    PostingLayer: from.values.PostingLayer ?? 'Current',
  });
  rows.forEach((row, index) => {
    lines.update(row, { JournalBatchNumber: number, LineNumber: String(index + 1) });
  });
  retotal(erp, from);
  retotal(erp, target);
  return number;
}

/** Cuts a long journal at voucher borders; the first part keeps the number. */
function splitJournal(erp: Erp, header: Row, report: PostingReport): Row[] {
  const { dataAreaId: company = '', JournalBatchNumber: journal = '' } = header.values;
  const limit = erp.settings.linesPerPostedJournal;
  const lines = linesOf(erp, company, journal);
  if (lines.length <= limit) return [header];
  const parts: Row[][] = [[]];
  for (const rows of Map.groupBy(lines, (row) => row.values.Voucher ?? '').values()) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && last.length + rows.length > limit) parts.push([...rows]);
    else last.push(...rows);
  }
  const headers = [header];
  for (const rows of parts.slice(1)) {
    const number = moveLines(erp, header, rows);
    report.created.push({ journal: number, from: journal, why: 'split' });
    const created = erp.db.table('LedgerJournalHeaders').find([company, number]);
    if (created !== undefined) headers.push(created);
  }
  return headers;
}

function postVoucher(erp: Erp, header: Row, name: Values, stored: string, rows: readonly Row[]): void {
  const { dataAreaId: company = '', JournalBatchNumber: journal = '' } = header.values;
  const temporary = name.VoucherAllocationAtPosting === 'Yes';
  const voucher = temporary ? newVoucher(erp, company, name.VoucherSeriesCode ?? '') : stored;
  if (temporary) for (const row of rows) erp.db.table('LedgerJournalLines').update(row, { Voucher: voucher });
  const sides = rows.flatMap(({ values }) => sidesOf(values, journal, voucher));
  writeLedger(erp, {
    company,
    journal,
    voucher,
    date: dayOf(rows[0]?.values.TransDate ?? ''),
    document: rows[0]?.values.Document ?? '',
    documentDate: rows[0]?.values.DocumentDate ?? noon('1900-01-01'),
    sides,
  });
}

function sidesOf(values: Values, journal: string, voucher: string): Array<PostedSide & { readonly line: Values }> {
  const decimals = exponentOf(values.CurrencyCode ?? '') ?? 2;
  const minor =
    (toMinor(values.DebitAmount ?? '0', decimals) ?? 0n) - (toMinor(values.CreditAmount ?? '0', decimals) ?? 0n);
  const side = (offset: boolean) => ({
    company: values.dataAreaId ?? '',
    journal,
    lineNumber: values.LineNumber ?? '',
    voucher,
    date: dayOf(values.TransDate ?? ''),
    document: values.Document ?? '',
    text: (offset ? values.OffsetText || values.Text : values.Text) ?? '',
    paymentReference: values.PaymentReference ?? '',
    accountType: (offset ? values.OffsetAccountType : values.AccountType) ?? '',
    accountDisplay: (offset ? values.OffsetAccountDisplayValue : values.AccountDisplayValue) ?? '',
    defaultDimensions: (offset ? values.OffsetDefaultDimensionDisplayValue : values.DefaultDimensionDisplayValue) ?? '',
    currency: values.CurrencyCode ?? '',
    minor: offset ? -minor : minor,
    line: values,
  });
  return values.OffsetAccountDisplayValue === '' ? [side(false)] : [side(false), side(true)];
}
