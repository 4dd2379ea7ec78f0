/** Amounts of journal lines in the accounting currency, and the totals of their headers. */
import { exponentOf } from '../../main/core/currencies.ts';
import type { Row } from './database.ts';
import type { Erp } from './erp.ts';
import { compareDecimals, fromMinor, toMinor, type Values } from './values.ts';

/** Amounts are stored with more decimals than a currency has; sums are kept with these. */
export const STORED_DECIMALS = 6;

/** The lines of a journal in the order of their numbers. */
export function linesOf(erp: Erp, company: string, journal: string): Row[] {
  const rows = [...(erp.db.table('LedgerJournalLines').mayEqual('JournalBatchNumber', journal) ?? [])];
  return rows
    .filter((row) => row.values.dataAreaId === company && row.values.JournalBatchNumber === journal)
    .sort((a, b) => compareDecimals(a.values.LineNumber ?? '0', b.values.LineNumber ?? '0'));
}

/** Adds a line to the header's totals or takes it away; both sides count when the line has an offset. */
export function changeTotals(erp: Erp, header: Row, line: Values, sign: 1n | -1n): void {
  const decimals = exponentOf(header.values.AccountingCurrency ?? '') ?? 2;
  const debit = accountingAmount(line.DebitAmount, line, decimals);
  const credit = accountingAmount(line.CreditAmount, line, decimals);
  const both = line.OffsetAccountDisplayValue !== '';
  const add = (field: string, amount: bigint) =>
    fromMinor((toMinor(header.values[field] ?? '0', decimals) ?? 0n) + sign * amount, decimals);
  erp.db.table('LedgerJournalHeaders').update(header, {
    JournalTotalDebit: add('JournalTotalDebit', both ? debit + credit : debit),
    JournalTotalCredit: add('JournalTotalCredit', both ? debit + credit : credit),
  });
}

/** An amount of a line in minor units of the accounting currency by the line's rate, half up. */
export function accountingAmount(amount = '0', line: Values, decimals: number): bigint {
  const exact = toMinor(amount, STORED_DECIMALS) ?? 0n;
  const rate = toMinor(line.ExchRate ?? '0', STORED_DECIMALS) ?? 0n;
  // The rate is per 100 units.
  const scaled = exact * rate;
  const unit = 100n * 10n ** BigInt(2 * STORED_DECIMALS - decimals);
  const half = scaled < 0n ? -unit / 2n : unit / 2n;
  return (scaled + half) / unit;
}

/** Adds up a header's totals anew from its lines. */
export function retotal(erp: Erp, header: Row): void {
  const { dataAreaId: company = '', JournalBatchNumber: journal = '', AccountingCurrency = '' } = header.values;
  const decimals = exponentOf(AccountingCurrency) ?? 2;
  let debits = 0n;
  let credits = 0n;
  for (const { values } of linesOf(erp, company, journal)) {
    const debit = accountingAmount(values.DebitAmount, values, decimals);
    const credit = accountingAmount(values.CreditAmount, values, decimals);
    const both = values.OffsetAccountDisplayValue !== '';
    debits += both ? debit + credit : debit;
    credits += both ? debit + credit : credit;
  }
  erp.db.table('LedgerJournalHeaders').update(header, {
    JournalTotalDebit: fromMinor(debits, decimals),
    JournalTotalCredit: fromMinor(credits, decimals),
  });
}
