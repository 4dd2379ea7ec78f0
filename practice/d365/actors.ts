/** What people and jobs do inside the ERP behind the client's back. */
import { exponentOf } from '../../main/core/currencies.ts';
import type { Money } from '../../main/core/money.ts';
import type { Row } from './database.ts';
import { joinDisplay } from './display.ts';
import {
  accountingCurrency,
  delimiterOf,
  type Erp,
  formatSegments,
  journalKey,
  type PostedSide,
  periodOf,
} from './erp.ts';
import { writeLedger } from './ledger-entries.ts';
import { moveLines, type PostingOptions, type PostingReport, postJournals } from './posting.ts';
import { linesOf, retotal } from './totals.ts';
import { noon, type Values } from './values.ts';
import { newVoucher } from './vouchers.ts';

export type JournalRef = { readonly company: string; readonly journal: string };
export type LineRef = JournalRef & { readonly lineNumber: number };

/** Money that a bank link inside the ERP posts by itself, without any reference of ours. */
export type BankLinkPosting = {
  readonly company: string;
  readonly bankAccount: string;
  readonly date: string;
  /** Positive = money into the bank account. */
  readonly amount: Money;
  readonly text: string;
  readonly offsetMainAccount: string;
};

export type ErpActors = {
  /** The recurring "Post journals" batch. */
  postJournals(options?: PostingOptions): PostingReport;
  /** Moves the vouchers of these lines to a new journal, as "Transfer errors" does; returns its number. */
  transferVouchers(journal: JournalRef, vouchers: readonly string[]): string;
  /** A user corrects a line in the form; any field, unchecked. */
  editLine(line: LineRef, changes: Values): void;
  deleteLine(line: LineRef): void;
  /** Inserts an empty place before a line: the numbers from there on rise by one. */
  renumberLines(journal: JournalRef, fromLine: number): void;
  /** Removes the lines of a posted journal, as the clean-up job does. The ledger keeps its entries. */
  deletePostedLines(journal: JournalRef): void;
  deleteJournal(journal: JournalRef): void;
  lockJournal(journal: JournalRef, user: string): void;
  unlockJournal(journal: JournalRef): void;
  setPeriod(company: string, day: string, status: 'Open' | 'Closed' | 'OnHold'): void;
  bankLinkPosts(posting: BankLinkPosting): { readonly voucher: string };
};

export function createActors(erp: Erp): ErpActors {
  const lines = erp.db.table('LedgerJournalLines');
  const headers = erp.db.table('LedgerJournalHeaders');

  const header = ({ company, journal }: JournalRef): Row => {
    const row = headers.find([company, journal]);
    if (row === undefined) throw new RangeError(`journal ${journal} does not exist in ${company}`);
    return row;
  };
  const rowsOf = (ref: JournalRef) => linesOf(erp, ref.company.toUpperCase(), ref.journal);
  const line = (ref: LineRef): Row => {
    const row = lines.find([ref.company, ref.journal, String(ref.lineNumber)]);
    if (row === undefined) throw new RangeError(`journal ${ref.journal} has no line ${ref.lineNumber}`);
    return row;
  };

  return {
    postJournals: (options = {}) => postJournals(erp, options),
    transferVouchers: (ref, vouchers) => {
      const moved = rowsOf(ref).filter((row) => vouchers.includes(row.values.Voucher ?? ''));
      if (moved.length === 0) throw new RangeError(`journal ${ref.journal} has none of these vouchers`);
      return moveLines(erp, header(ref), moved);
    },
    editLine: (ref, changes) => {
      lines.update(line(ref), changes);
      retotal(erp, header(ref));
    },
    deleteLine: (ref) => {
      lines.remove(line(ref));
      retotal(erp, header(ref));
    },
    renumberLines: (ref, fromLine) => {
      // From the last one down, so that no two lines share a number on the way.
      for (const row of rowsOf(ref).reverse())
        if (Number(row.values.LineNumber) >= fromLine)
          lines.update(row, { LineNumber: String(Number(row.values.LineNumber) + 1) });
      headers.update(header(ref), {});
    },
    deletePostedLines: (ref) => {
      if (header(ref).values.IsPosted !== 'Yes') throw new RangeError(`journal ${ref.journal} is not posted`);
      for (const row of rowsOf(ref)) lines.remove(row);
    },
    deleteJournal: (ref) => {
      for (const row of rowsOf(ref)) lines.remove(row);
      headers.remove(header(ref));
    },
    lockJournal: (ref, user) => {
      erp.locks.set(journalKey(ref.company, header(ref).values.JournalBatchNumber ?? ''), user);
    },
    unlockJournal: (ref) => {
      erp.locks.delete(journalKey(ref.company, ref.journal));
    },
    setPeriod: (company, day, status) => {
      const period = periodOf(erp, company, day);
      if (period === undefined) throw new RangeError(`${company} has no period for ${day}`);
      erp.db.table('LedgerFiscalPeriods').update(period, { PeriodStatus: status });
    },
    bankLinkPosts: (posting) => ({ voucher: postBankMoney(erp, posting) }),
  };
}

/** Posts money on a bank account outside any general journal; returns the voucher. */
export function postBankMoney(erp: Erp, posting: BankLinkPosting): string {
  const company = posting.company.toUpperCase();
  const voucher = newVoucher(erp, company, 'BankLink');
  const delimiter = delimiterOf(erp);
  const names = formatSegments(erp, 'DataEntityLedgerDimensionFormat');
  const offset = names.map((name) => (name === 'MainAccount' ? posting.offsetMainAccount : ''));
  const line: Values = { ExchRate: posting.amount.currency === accountingCurrency(erp, company) ? '100' : '0' };
  const side = (
    accountType: string,
    accountDisplay: string,
    minor: bigint,
  ): PostedSide & { readonly line: Values } => ({
    company,
    journal: '',
    lineNumber: '',
    voucher,
    date: posting.date,
    document: '',
    text: posting.text,
    paymentReference: '',
    accountType,
    accountDisplay,
    defaultDimensions: '',
    currency: posting.amount.currency,
    minor,
    line,
  });
  if (line.ExchRate === '0' || exponentOf(posting.amount.currency) === undefined)
    throw new RangeError(`the bank link posts in the accounting currency only, not ${posting.amount.currency}`);
  writeLedger(erp, {
    company,
    journal: '',
    voucher,
    date: posting.date,
    document: '',
    documentDate: noon('1900-01-01'),
    sides: [
      side('Bank', joinDisplay([posting.bankAccount], delimiter), posting.amount.minor),
      side('Ledger', joinDisplay(offset, delimiter), -posting.amount.minor),
    ],
  });
  return voucher;
}
