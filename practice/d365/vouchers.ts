/** Voucher numbers by the rule of the journal name, and the running balance that the rule looks at. */
import type { Erp } from './erp.ts';
import { linesOf, STORED_DECIMALS } from './totals.ts';
import { toMinor, type Values } from './values.ts';

/** What the next line of a journal must know of the lines before it. */
export type JournalTail = {
  lastLineNumber: number;
  lastVoucher: string;
  /** Debit less credit of each voucher's lines without offset, in units of 10^-6. */
  readonly balances: Map<string, bigint>;
};

export function readTail(erp: Erp, company: string, journal: string): JournalTail {
  const tail: JournalTail = { lastLineNumber: 0, lastVoucher: '', balances: new Map() };
  for (const row of linesOf(erp, company, journal)) {
    tail.lastLineNumber = Math.max(tail.lastLineNumber, Math.floor(Number(row.values.LineNumber)));
    extendTail(tail, row.values);
  }
  return tail;
}

export function extendTail(tail: JournalTail, values: Values): void {
  const voucher = values.Voucher ?? '';
  const net = values.OffsetAccountDisplayValue === '' ? netOf(values) : 0n;
  tail.lastVoucher = voucher;
  tail.balances.set(voucher, (tail.balances.get(voucher) ?? 0n) + net);
}

/** Debit less credit, in units of 10^-6. */
function netOf(values: Values): bigint {
  return (
    (toMinor(values.DebitAmount ?? '0', STORED_DECIMALS) ?? 0n) -
    (toMinor(values.CreditAmount ?? '0', STORED_DECIMALS) ?? 0n)
  );
}

/** The voucher of a line that names none. */
export function nextVoucher(erp: Erp, company: string, name: Values, tail: JournalTail): string {
  const open = tail.lastVoucher !== '' && tail.balances.get(tail.lastVoucher) !== 0n;
  if (tail.lastVoucher !== '' && (name.NewVoucher === 'OneVoucher' || open)) return tail.lastVoucher;
  return name.VoucherAllocationAtPosting === 'Yes'
    ? `TMP${String(erp.nextNumber('voucher:temporary')).padStart(9, '0')}`
    : newVoucher(erp, company, name.VoucherSeriesCode ?? '');
}

/** A final voucher number of a series. */
export function newVoucher(erp: Erp, company: string, series: string): string {
  return `${company}${String(erp.nextNumber(`voucher:${company}:${series}`)).padStart(8, '0')}`;
}
