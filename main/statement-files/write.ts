import { DaybookError } from '../core/errors.ts';
import type { ExportOf } from './export-day.ts';
import { amountText } from './values.ts';
import { writeBai2 } from './write-bai2.ts';
import { writeCamt } from './write-camt.ts';
import { writeMt940 } from './write-mt940.ts';

export const EXPORT_FORMATS = ['camt053.001.02', 'camt053.001.08', 'mt940', 'bai2'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export type WrittenFile = { readonly content: string; readonly mediaType: string; readonly extension: string };

/**
 * Writes a statement file. The days are proved once more before: a file that does not tie out must not leave the house.
 * @throws DaybookError `file_refused` with the day
 */
export function writeStatementFile(what: ExportOf, format: ExportFormat): WrittenFile {
  proveDays(what);
  switch (format) {
    case 'camt053.001.02':
      return { content: writeCamt(what, '001.02'), mediaType: 'application/xml', extension: 'xml' };
    case 'camt053.001.08':
      return { content: writeCamt(what, '001.08'), mediaType: 'application/xml', extension: 'xml' };
    case 'mt940':
      return { content: writeMt940(what), mediaType: 'text/plain', extension: 'sta' };
    case 'bai2':
      return { content: writeBai2(what), mediaType: 'text/plain', extension: 'bai' };
  }
}

function proveDays({ account, days }: ExportOf): void {
  let before = days[0]?.opening;
  let last = '';
  for (const { date, opening, closing, rows } of days) {
    const made = rows.reduce((sum, row) => sum + row.minor, opening);
    if (date <= last) throw new DaybookError('file_refused', `The days are not in order at ${date}.`, { path: date });
    if (made !== closing || opening !== before)
      throw new DaybookError(
        'file_refused',
        `The day ${date} does not tie out: its movements make ${amountText(made, account.currency)}, its closing balance is ` +
          `${amountText(closing, account.currency)}. Nothing was written.`,
        { path: date },
      );
    before = closing;
    last = date;
  }
}
