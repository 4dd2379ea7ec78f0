import type { CalendarDate } from '../core/calendar.ts';
import type { LedgerDirectory } from './ledger-directory.ts';
import { codingProblems, type LedgerBook } from './ledger-reference.ts';
import type { Mapping } from './mappings.ts';

export type MappingFinding = { readonly blocking: boolean; readonly field: string | null; readonly sentence: string };

/** What is wrong with a mapping, judged by what the ledger has just told. Nothing is changed. */
export function mappingFindings(
  mapping: Mapping,
  account: { readonly currency: string | null; readonly name: string },
  ledger: { readonly directory: LedgerDirectory; readonly book: LedgerBook; readonly today: CalendarDate },
): MappingFinding[] {
  const { directory, book } = ledger;
  const { legalEntity } = mapping;
  const findings: MappingFinding[] = [];
  const add = (field: string | null, sentence: string, blocking = true) => findings.push({ blocking, field, sentence });

  const bank = directory.bankAccounts.find((one) => one.id.toLowerCase() === mapping.bankAccount.toLowerCase());
  if (bank === undefined && book.bankAccounts !== null)
    add('bankAccount', `Bank account ${mapping.bankAccount} does not exist in ${legalEntity}. Choose another.`);
  else if (bank && !bank.usable)
    add('bankAccount', `Bank account ${mapping.bankAccount} cannot be used in ${legalEntity}. Choose another.`);
  if (bank && bank.currency !== '' && account.currency !== null && bank.currency !== account.currency)
    add(
      'bankAccount',
      `Bank account ${bank.id} is kept in ${bank.currency} and ${account.name} in ${account.currency}. Choose one in ${account.currency}.`,
    );

  const journal = directory.journalNames.find((one) => one.name.toLowerCase() === mapping.journalName.toLowerCase());
  if (journal === undefined && book.journalNames !== null)
    add('journalName', `Journal name ${mapping.journalName} does not exist in ${legalEntity}. Choose another.`);
  else if (journal && !journal.usable)
    add('journalName', `Journal name ${mapping.journalName} cannot take these entries. Choose another.`);
  else if (bank?.journalNames && !bank.journalNames.includes(journal?.name ?? mapping.journalName))
    add(
      'journalName',
      `Bank account ${bank.id} is booked in ${bank.journalNames.join(' or ')}, not in ${mapping.journalName}. Choose ${bank.journalNames.length === 1 ? 'that one' : 'one of those'}.`,
    );
  for (const warning of journal?.warnings ?? []) add('journalName', warning, false);

  for (const field of ['offsetAccount', 'transferAccount', 'clearingAccount'] as const) {
    const main = mapping[field];
    if (main === null) continue;
    const dimensions = field === 'offsetAccount' ? mapping.dimensions : {};
    for (const problem of codingProblems(book, { accountType: 'ledger', account: main, dimensions }))
      add(field, problem);
  }
  if (mapping.offsetAccount === null) {
    const { dimensions } = mapping;
    for (const problem of codingProblems(
      { ...book, accounts: null },
      { accountType: 'ledger', account: '', dimensions },
    ))
      add('dimensions', problem);
  }

  const period = directory.periods.find((one) => one.from <= ledger.today && ledger.today <= one.to);
  if (directory.periods.length > 0 && period === undefined)
    add(null, `${legalEntity} has no fiscal period for ${ledger.today}. Ask for one to be opened.`);
  else if (period && !period.open)
    add(null, `The period ${period.name} is closed in ${legalEntity}. Ask for it to be opened before you post.`);
  for (const part of directory.missing) add(null, `The ledger does not give its ${part}; they are not checked.`, false);
  return findings;
}
