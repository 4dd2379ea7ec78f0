import type { EntryOffset, LedgerEntry, LedgerJournal } from '../../core/entry.ts';
import { DaybookError } from '../../core/errors.ts';
import { type Money, negate } from '../../core/money.ts';
import { sentAmount } from './amounts.ts';
import { midnight } from './dates.ts';
import { codeOf } from './entities.ts';
import { noteOf } from './notes.ts';
import type { Body } from './odata.ts';
import { costCenter, costUnit, vatCode } from './sides.ts';
import type { DivisionTables, GLAccountRow, JournalRow, PeriodRow, RelationRow } from './tables.ts';

/** Exact cuts a description here without a word. */
export const DESCRIPTION_LENGTH = 60;
export const [RECEIVABLE, PAYABLE] = [20, 22];
/** What stands before the id of a bank account that is a GL account whose code is also that of a journal. */
const GL_PREFIX = 'GL ';

/** What a body needs to know of the division besides the journal itself. */
export type Posting = { readonly tables: DivisionTables; readonly journal: JournalRow; readonly period: PeriodRow };

/**
 * A bank entry with its lines. Sign of AmountFC: positive = money in. Opening and closing are both sent, so that Exact
 * checks them against the lines.
 */
export function bankEntryBody(
  journal: LedgerJournal,
  posting: Posting,
  balance: { readonly opening: Money; readonly closing: Money },
): Body {
  return {
    ...header(posting, currencyOf(journal)),
    OpeningBalanceFC: sentAmount(balance.opening),
    ClosingBalanceFC: sentAmount(balance.closing),
    BankEntryLines: journal.entries.flatMap((entry) =>
      entry.offsets.map((offset, index) => lineBody(entry, offset, index + 1, offset.amount, posting)),
    ),
  };
}

/** A general journal entry with both sides of each entry. Sign of AmountFC: positive = debit. */
export function generalEntryBody(journal: LedgerJournal, posting: Posting): Body {
  return {
    ...header(posting, currencyOf(journal)),
    GeneralJournalEntryLines: journal.entries.flatMap((entry) => [
      lineBody(entry, { ...entry, accountType: 'ledger', account: glCodeOf(entry.account) }, 0, entry.amount, posting),
      ...entry.offsets.map((offset, index) => lineBody(entry, offset, index + 1, negate(offset.amount), posting)),
    ]),
  };
}

function header({ journal, period }: Posting, currency: string): Body {
  return {
    JournalCode: journal.Code,
    Currency: currency,
    FinancialYear: { decimal: String(period.FinYear ?? '') },
    FinancialPeriod: { decimal: String(period.FinPeriod ?? '') },
  };
}

function lineBody(
  entry: LedgerEntry,
  side: Pick<EntryOffset, 'accountType' | 'account' | 'dimensions' | 'text'>,
  index: number,
  amount: Money,
  { tables }: Posting,
): Body {
  const { glAccount, relation } = accountsOf(side, tables);
  if (glAccount === undefined) throw unknownAccount(entry, side.account);
  const code = (name: string, row: { readonly Code: string } | undefined): Body => (row ? { [name]: row.Code } : {});
  return {
    AmountFC: sentAmount(amount),
    GLAccount: glAccount.ID,
    ...(relation === undefined ? {} : { Account: relation.ID }),
    ...code('CostCenter', costCenter(side.dimensions, tables)),
    ...code('CostUnit', costUnit(side.dimensions, tables)),
    ...code('VATCode', vatCode(side.dimensions, tables)),
    Date: midnight(entry.date),
    Description: side.text,
    Notes: noteOf(entry, index),
  };
}

/** The GL account that a side is booked on, and the relation where there is one; undefined when it is not there. */
export function accountsOf(
  { accountType, account }: Pick<EntryOffset, 'accountType' | 'account'>,
  tables: DivisionTables,
): { readonly glAccount: GLAccountRow | undefined; readonly relation: RelationRow | undefined } {
  if (accountType === 'ledger' || accountType === 'bank')
    return { glAccount: tables.accounts?.get(account), relation: undefined };
  const relation = tables.relations?.get(account);
  if (relation === undefined) return { glAccount: undefined, relation };
  const own = accountType === 'customer' ? relation.GLAR : relation.GLAP;
  return { glAccount: tables.accounts?.byId(own) ?? subledger(accountType, tables), relation };
}

/** The division's own account for what customers owe or vendors get: the first one by its code. */
function subledger(kind: 'customer' | 'vendor', { accounts }: DivisionTables): GLAccountRow | undefined {
  const type = kind === 'customer' ? RECEIVABLE : PAYABLE;
  const rows = accounts?.rows.filter((row) => row.Type === type && !row.IsBlocked) ?? [];
  return [...rows].sort((a, b) => (codeOf(a) < codeOf(b) ? -1 : 1))[0];
}

/** The GL account code behind the id of a bank account on the general route. */
export function glCodeOf(bankAccount: string): string {
  return bankAccount.startsWith(GL_PREFIX) ? bankAccount.slice(GL_PREFIX.length) : bankAccount;
}

/** The id under which a GL account is a bank account of its own: its code, marked where a journal has the same. */
export function bankAccountOfGl(code: string, tables: Pick<DivisionTables, 'journals'>): string {
  return tables.journals?.get(code) === undefined ? code : `${GL_PREFIX}${code}`;
}

export function currencyOf({ entries }: LedgerJournal): string {
  return entries[0]?.amount.currency ?? '';
}

function unknownAccount(entry: LedgerEntry, account: string): DaybookError {
  return new DaybookError(
    'account_invalid',
    `Account ${account} is not in this division of Exact Online; choose another for this entry.`,
    { path: entry.reference },
  );
}
