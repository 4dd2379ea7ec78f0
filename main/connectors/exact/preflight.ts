import type { LedgerEntry, LedgerJournal } from '../../core/entry.ts';
import { isBalanced } from '../../core/entry.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Finding } from '../capabilities.ts';
import { bankAccountOfGl, currencyOf, DESCRIPTION_LENGTH, glCodeOf } from './lines.ts';
import { offsetFindings } from './preflight-offset.ts';
import { BANK_JOURNAL, type DivisionTables, GENERAL_JOURNAL, type JournalRow, type PeriodRow } from './tables.ts';

/** A blocking finding; without a reference it is about the whole journal. */
export type Say = (code: ErrorCode, sentence: string) => Finding;

const say =
  (reference: string | null): Say =>
  (code, sentence) => ({ blocking: true, code, reference, sentence });

/**
 * What Exact would refuse, or would accept and book otherwise, found out before anything is written (facts §4). A list
 * that this user may not read is not checked; Exact has the last word when the entry is sent.
 */
export function preflight(journal: LedgerJournal, tables: DivisionTables): Finding[] {
  const ofJournal = journalFindings(journal, tables);
  if (ofJournal.length > 0) return ofJournal;
  const row = tables.journals?.get(journal.journalName);
  if (row === undefined) return [];
  return journal.entries.flatMap((entry) => entryFindings(entry, row, tables));
}

/** The journal and the one period of an entry's lines; undefined when either is missing. */
export function placeOf(
  journal: LedgerJournal,
  tables: DivisionTables,
): { readonly journal: JournalRow; readonly period: PeriodRow } | undefined {
  const row = tables.journals?.get(journal.journalName);
  const [entry] = journal.entries;
  const period = entry === undefined ? undefined : tables.periodOf(entry.date);
  return row === undefined || period === undefined ? undefined : { journal: row, period };
}

function journalFindings(journal: LedgerJournal, tables: DivisionTables): Finding[] {
  const all = say(null);
  const name = journal.journalName;
  const { division } = tables;
  if (division.BlockingStatus !== null && division.BlockingStatus > 0)
    return [
      all(
        'not_permitted',
        `Division ${journal.legalEntity} is locked while Exact Online copies, restores or converts it; post again when that has ended.`,
      ),
    ];
  const row = tables.journals?.get(name);
  if (row === undefined)
    return [
      all('journal_invalid', `Exact Online has no journal ${name} in this division; choose another in the mapping.`),
    ];
  if (row.Type !== BANK_JOURNAL && row.Type !== GENERAL_JOURNAL)
    return [
      all(
        'journal_invalid',
        `Journal ${name} is no bank journal and no general journal; choose another in the mapping.`,
      ),
    ];
  if (row.IsBlocked)
    return [all('journal_invalid', `Journal ${name} is blocked in Exact Online; unblock it or choose another.`)];
  const currency = currencyOf(journal);
  if (row.Currency !== '' && row.Currency !== currency && !row.AllowVariableCurrency)
    return [
      all(
        'currency_not_allowed',
        `Journal ${name} is kept in ${row.Currency} and takes no ${currency}; map the account to a journal of its currency.`,
      ),
    ];
  const dates = new Set(journal.entries.map((entry) => entry.date));
  if (dates.size > 1)
    return [
      all('journal_invalid', `A bank entry of Exact Online holds one day, and this one would hold ${dates.size}.`),
    ];
  return periodFindings(journal, row, tables);
}

function periodFindings(journal: LedgerJournal, row: JournalRow, tables: DivisionTables): Finding[] {
  const [date = ''] = journal.entries.map((entry) => entry.date);
  const period = tables.periodOf(date);
  if (period === undefined)
    return [
      say(null)('period_closed', `Exact Online has no financial period for ${date}; ask the administrator to make it.`),
    ];
  const state = tables.periodState(row.Code, period.FinYear, period.FinPeriod);
  if (state !== 'closed') return [];
  return [
    say(null)(
      'period_closed',
      `Period ${period.FinPeriod} of ${period.FinYear} is closed for journal ${row.Code}; open it in Exact Online and post again.`,
    ),
  ];
}

function entryFindings(entry: LedgerEntry, row: JournalRow, tables: DivisionTables): Finding[] {
  const about = say(entry.reference);
  const findings: Finding[] = [...ownSide(entry, row, tables, about)];
  if (!isBalanced(entry))
    findings.push(about('entry_unbalanced', 'The offsets of this entry do not add up to its amount. Mend the split.'));
  const long = entry.offsets.find((offset) => offset.text.length > DESCRIPTION_LENGTH);
  if (long !== undefined)
    findings.push(
      about(
        'text_too_long',
        `Exact Online keeps ${DESCRIPTION_LENGTH} characters of a description; shorten "${long.text}".`,
      ),
    );
  return [...findings, ...entry.offsets.flatMap((offset) => offsetFindings(offset, entry.date, row, tables, about))];
}

/** The side of the bank: on a bank journal it is the journal itself, on a general journal a GL account. */
function ownSide(entry: LedgerEntry, row: JournalRow, tables: DivisionTables, about: Say): Finding[] {
  if (row.Type === BANK_JOURNAL) {
    if (entry.accountType !== 'bank')
      return [
        about(
          'journal_invalid',
          `Bank journal ${row.Code} books booked lines of its bank only, and this entry is on account ${entry.account}; let pending lines wait, or use a general journal.`,
        ),
      ];
    if (entry.account !== row.Code)
      return [
        about(
          'bank_account_invalid',
          `Bank account ${entry.account} is booked in its own journal, not in ${row.Code}.`,
        ),
      ];
    if (Object.values(entry.dimensions).some((value) => value !== ''))
      return [about('dimension_invalid', 'The bank’s side of a bank journal bears no cost centre, unit or VAT code.')];
    return [];
  }
  const code = glCodeOf(entry.account);
  const account = tables.accounts?.get(code);
  if (tables.accounts !== null && account === undefined)
    return [
      about('bank_account_invalid', `Account ${code} is not in this division of Exact Online; mend the mapping.`),
    ];
  if (account?.IsBlocked)
    return [
      about('bank_account_invalid', `Account ${code} is blocked in Exact Online; unblock it or mend the mapping.`),
    ];
  if (entry.accountType === 'bank' && bankAccountOfGl(code, tables) !== entry.account)
    return [
      about('bank_account_invalid', `Bank account ${entry.account} is booked in its own journal, not in ${row.Code}.`),
    ];
  return [];
}
