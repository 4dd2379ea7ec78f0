import type { CalendarDate } from '../../core/calendar.ts';
import type { EntryOffset } from '../../core/entry.ts';
import type { Finding } from '../capabilities.ts';
import { accountsOf, PAYABLE, RECEIVABLE } from './lines.ts';
import type { Say } from './preflight.ts';
import { COST_CENTER, COST_UNIT, DIMENSIONS, VAT_CODE } from './sides.ts';
import {
  BANK_JOURNAL,
  type ByCode,
  type CostRow,
  type DivisionTables,
  type GLAccountRow,
  type JournalRow,
} from './tables.ts';

const [CASH, BANK] = [10, 12];
/** Values of UseCostcenter and UseCostunit. */
const [MANDATORY, NOT_ALLOWED] = [1, 2];

/** What would go wrong with one offset: its account, its relation, its codes. */
export function offsetFindings(
  offset: EntryOffset,
  date: CalendarDate,
  journal: JournalRow,
  tables: DivisionTables,
  about: Say,
): Finding[] {
  if (offset.accountType === 'bank')
    return [
      about(
        'account_invalid',
        `Exact Online keeps a statement for each bank, so a transfer to ${offset.account} is an entry on each side; book it against the transfer account.`,
      ),
    ];
  const party = partyFindings(offset, date, tables, about);
  if (party.length > 0) return party;
  const { glAccount } = accountsOf(offset, tables);
  if (glAccount === undefined)
    return tables.accounts === null
      ? []
      : [
          about(
            'account_invalid',
            `Account ${offset.account} is not in this division of Exact Online; choose another.`,
          ),
        ];
  return [
    ...accountFindings(offset, glAccount, journal, tables, about),
    ...dimensionFindings(offset, glAccount, date, journal, tables, about),
  ];
}

function partyFindings(offset: EntryOffset, date: CalendarDate, tables: DivisionTables, about: Say): Finding[] {
  const { accountType, account } = offset;
  if (accountType !== 'customer' && accountType !== 'vendor') return [];
  if (tables.relations === null) return [];
  const relation = tables.relations.get(account);
  const what = accountType === 'customer' ? 'Customer' : 'Supplier';
  if (relation === undefined)
    return [about('account_invalid', `${what} ${account} is not in this division of Exact Online; choose another.`)];
  const fits = accountType === 'customer' ? relation.Status === 'C' : relation.IsSupplier;
  if (!fits) return [about('account_invalid', `Relation ${account} is no ${what.toLowerCase()} in Exact Online.`)];
  if (relation.Blocked || (relation.EndDate !== null && relation.EndDate < date))
    return [about('account_blocked', `${what} ${account} is blocked in Exact Online; choose another or unblock it.`)];
  const { glAccount } = accountsOf(offset, tables);
  if (glAccount !== undefined || tables.accounts === null) return [];
  return [
    about(
      'account_invalid',
      `Exact Online has no account for what ${accountType === 'customer' ? 'customers owe' : 'suppliers get'}; ask the administrator.`,
    ),
  ];
}

function accountFindings(
  offset: EntryOffset,
  glAccount: GLAccountRow,
  journal: JournalRow,
  tables: DivisionTables,
  about: Say,
): Finding[] {
  const { Code: code } = glAccount;
  if (glAccount.IsBlocked)
    return [about('account_blocked', `Account ${code} is blocked in Exact Online; choose another.`)];
  if (glAccount.ID === journal.GLAccount)
    return [about('account_invalid', `Account ${code} is the journal’s own bank account; choose another.`)];
  const isMoneyOfJournal = tables.journals?.rows.some(
    (row) => row.GLAccount === glAccount.ID && (row.Type === CASH || row.Type === BANK),
  );
  if (journal.Type === BANK_JOURNAL && isMoneyOfJournal)
    return [
      about(
        'account_invalid',
        `Account ${code} belongs to another bank or cash journal; book a transfer against the transfer account.`,
      ),
    ];
  const needs = offset.accountType === 'ledger' && (glAccount.Type === RECEIVABLE || glAccount.Type === PAYABLE);
  if (!needs) return [];
  const whom = glAccount.Type === RECEIVABLE ? 'customer' : 'supplier';
  return [about('entry_incomplete', `Account ${code} needs a ${whom}; choose the ${whom} in place of the account.`)];
}

function dimensionFindings(
  offset: EntryOffset,
  glAccount: GLAccountRow,
  date: CalendarDate,
  journal: JournalRow,
  tables: DivisionTables,
  about: Say,
): Finding[] {
  const unknown = Object.entries(offset.dimensions).find(([name, value]) => value !== '' && !DIMENSIONS.has(name));
  const value = (name: string) => offset.dimensions[name] ?? '';
  const cost = (name: string, words: string, list: ByCode<CostRow> | null, use: number | null, byDefault: string) =>
    costFindings({ value: value(name), words, list, use, byDefault, date }, glAccount.Code, about);
  return [
    ...(unknown === undefined
      ? []
      : [about('dimension_invalid', `Exact Online has no dimension ${unknown[0]}; remove it.`)]),
    ...cost(COST_CENTER, 'cost centre', tables.costCenters, glAccount.UseCostcenter, glAccount.Costcenter),
    ...cost(COST_UNIT, 'cost unit', tables.costUnits, glAccount.UseCostunit, glAccount.Costunit),
    ...vatFindings(value(VAT_CODE), glAccount, journal, tables, about),
  ];
}

type Cost = {
  readonly value: string;
  readonly words: string;
  readonly list: ByCode<CostRow> | null;
  readonly use: number | null;
  readonly byDefault: string;
  readonly date: CalendarDate;
};

function costFindings({ value, words, list, use, byDefault, date }: Cost, account: string, about: Say): Finding[] {
  if (value === '') {
    if (use === MANDATORY)
      return [about('dimension_missing', `Account ${account} needs a ${words} in Exact Online; choose one.`)];
    // Exact would fill in its own, and the ledger would hold what nobody approved.
    if (byDefault !== '' && use !== NOT_ALLOWED)
      return [
        about(
          'dimension_missing',
          `Exact Online would book account ${account} on ${words} ${byDefault} by itself; choose a ${words} here.`,
        ),
      ];
    return [];
  }
  if (use === NOT_ALLOWED)
    return [about('dimension_invalid', `Account ${account} takes no ${words} in Exact Online; remove ${value}.`)];
  if (list === null) return [];
  const row = list.get(value);
  if (row === undefined)
    return [about('dimension_invalid', `${value} is no ${words} of this division of Exact Online; choose another.`)];
  if (row.EndDate !== null && row.EndDate < date)
    return [about('dimension_invalid', `The ${words} ${value} ended on ${row.EndDate}; choose another.`)];
  return [];
}

function vatFindings(
  value: string,
  glAccount: GLAccountRow,
  journal: JournalRow,
  tables: DivisionTables,
  about: Say,
): Finding[] {
  const takesVat = journal.Type === BANK_JOURNAL || journal.AllowVAT;
  if (value === '') {
    if (!takesVat || glAccount.VATCode === '') return [];
    return [
      about(
        'dimension_missing',
        `Exact Online would reckon VAT by code ${glAccount.VATCode} on account ${glAccount.Code} by itself; choose a VAT code here.`,
      ),
    ];
  }
  if (!takesVat)
    return [about('dimension_invalid', `Journal ${journal.Code} reckons no VAT; remove the VAT code ${value}.`)];
  if (tables.vatCodes === null) return [];
  const row = tables.vatCodes.get(value);
  if (row === undefined)
    return [about('dimension_invalid', `${value} is no VAT code of this division of Exact Online; choose another.`)];
  if (row.IsBlocked)
    return [about('dimension_invalid', `VAT code ${value} is blocked in Exact Online; choose another.`)];
  return [];
}
