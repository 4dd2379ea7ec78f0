import type { JournalNameRecord } from '../capabilities.ts';
import type { journalNames, RowOf } from './entities.ts';

export type JournalNameRow = RowOf<typeof journalNames>;

/** True for names under which a general journal may be written. Servers that do not tell the type are trusted. */
export function isGeneralJournal(row: JournalNameRow): boolean {
  return row.Type === 'Daily' || row.Type === '';
}

/** What a person should know before choosing a journal name. Source: facts §5.1. */
export function journalNameWarnings(row: JournalNameRow): string[] {
  const warnings: string[] = [];
  if (row.IsWorkflowApprovalActive || row.IsApprovalActive)
    warnings.push(`Journals of ${row.Name} need an approval inside Dynamics 365 before they can be posted.`);
  if (row.DeleteLinesAfterPosting)
    warnings.push(
      `Journal name ${row.Name} deletes its lines when it is posted; Daybook then finds entries only in the posted ledger.`,
    );
  if (row.NewVoucher === 'Manually')
    warnings.push(
      `Journal name ${row.Name} takes its vouchers by hand; Daybook uses its own reference as the voucher.`,
    );
  return warnings;
}

export function readJournalName(row: JournalNameRow): JournalNameRecord {
  return {
    name: row.Name,
    description: row.Description,
    usable: isGeneralJournal(row),
    warnings: journalNameWarnings(row),
  };
}
