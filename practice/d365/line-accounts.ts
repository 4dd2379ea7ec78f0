/** Whether an account of a journal line exists, may be used, and how its display value is stored. */
import { joinDisplay, splitDisplay } from './display.ts';
import { delimiterOf, type Erp, formatSegments, mainAccountOf } from './erp.ts';
import { fieldInvalid, notInTable } from './errors.ts';
import { dayOf } from './values.ts';

const LINE = 'LedgerJournalLineEntity';

export type AccountUse = {
  readonly company: string;
  /** LedgerJournalACType. */
  readonly accountType: string;
  readonly display: string;
  readonly field: 'AccountDisplayValue' | 'OffsetAccountDisplayValue';
  readonly day: string;
  readonly currency: string;
};

/** Checks an account and returns its display value as the ERP writes it. @throws Refusal */
export function checkAccount(erp: Erp, use: AccountUse): string {
  const delimiter = delimiterOf(erp);
  const segments = splitDisplay(use.display, delimiter);
  if (use.accountType === 'Ledger') {
    const names = formatSegments(erp, 'DataEntityLedgerDimensionFormat');
    if (segments.length !== names.length) throw wrongSegments(use.field, use.display, names);
    names.forEach((name, index) => {
      const value = segments[index] ?? '';
      if (name === 'MainAccount') checkMainAccount(erp, use, value);
      else checkDimension(erp, use.field, name, value, use.company);
    });
    return joinDisplay(segments, delimiter);
  }
  const [account = ''] = segments;
  // An unescaped delimiter cuts the account in two: the first half is looked up and not found.
  if (segments.length > 1) throw notInTable(LINE, use.field, account, 'Account', tableOf(use.accountType));
  checkParty(erp, use, account);
  return joinDisplay([account], delimiter);
}

/** Checks a default dimension display value; an empty one means none. @throws Refusal */
export function checkDefaultDimensions(erp: Erp, company: string, field: string, display: string): string {
  if (display === '') return '';
  const delimiter = delimiterOf(erp);
  const names = formatSegments(erp, 'DataEntityDefaultDimensionFormat');
  const segments = splitDisplay(display, delimiter);
  if (segments.length !== names.length) throw wrongSegments(field, display, names);
  names.forEach((name, index) => {
    checkDimension(erp, field, name, segments[index] ?? '', company);
  });
  return joinDisplay(segments, delimiter);
}

function wrongSegments(field: string, display: string, names: readonly string[]) {
  return fieldInvalid(
    LINE,
    field,
    `The number of segments in '${display}' does not match the dimension format ${names.join('-')}.`,
  );
}

function checkMainAccount(erp: Erp, use: AccountUse, account: string): void {
  const row = mainAccountOf(erp, use.company, account)?.values;
  if (row === undefined) throw notInTable(LINE, use.field, account, 'Main account', 'Main accounts');
  const own = erp.db.table('MainAccountLegalEntities').find([account, row.ChartOfAccounts ?? '', use.company])?.values;
  const refuse = (why: string) => fieldInvalid(LINE, use.field, `Main account ${account} ${why}.`);
  if (row.MainAccountType === 'Total' || row.MainAccountType === 'Reporting')
    throw refuse(`is of type ${row.MainAccountType} and cannot be used for transactions`);
  if (row.IsSuspended === 'Yes' || own?.IsSuspended === 'Yes') throw refuse('is suspended');
  if (row.DoNotAllowManualEntry === 'Yes' || own?.DoNotAllowManualEntry === 'Yes')
    throw refuse('does not allow manual entry');
  if (isOutside(use.day, row.ActiveFrom, row.ActiveTo)) throw refuse('is not active on the transaction date');
}

function checkDimension(erp: Erp, field: string, name: string, value: string, company: string): void {
  if (value === '') return;
  const table = erp.db.table('FinancialDimensionValues');
  // A value may belong to one company or, with an empty company, to all.
  const row = (table.find([name, company, value]) ?? table.find([name, '', value]))?.values;
  if (row === undefined) throw notInTable(LINE, field, value, name, 'Dimension values');
  if (row.IsSuspended === 'Yes')
    throw fieldInvalid(LINE, field, `The value ${value} of dimension ${name} is suspended.`);
  if (row.IsBlockedForManualEntry === 'Yes' || row.IsTotal === 'Yes')
    throw fieldInvalid(LINE, field, `The value ${value} of dimension ${name} cannot be entered manually.`);
}

function tableOf(accountType: string): string {
  return { Bank: 'Bank accounts', Cust: 'Customers', Vend: 'Vendors' }[accountType] ?? accountType;
}

function checkParty(erp: Erp, use: AccountUse, account: string): void {
  const { company, field, accountType } = use;
  if (accountType === 'Bank') {
    const bank = erp.db.table('BankAccounts').find([company, account])?.values;
    if (bank === undefined) throw notInTable(LINE, field, account, 'Account', 'Bank accounts');
    if (bank.BankAccountStatus !== 'ActiveForAllTransactions')
      throw fieldInvalid(LINE, field, `Bank account ${account} is not active for new transactions.`);
    if (
      use.currency !== '' &&
      bank.CurrencyCode !== use.currency &&
      bank.AllowTransactionsInAdditionalCurrencies !== 'Yes'
    )
      throw fieldInvalid(LINE, field, `Bank account ${account} accepts transactions in ${bank.CurrencyCode} only.`);
    return;
  }
  const set = accountType === 'Cust' ? 'CustomersV3' : accountType === 'Vend' ? 'VendorsV3' : undefined;
  if (set === undefined)
    throw fieldInvalid(LINE, 'AccountType', `Account type ${accountType} is not supported by the entity.`);
  const party = erp.db.table(set).find([company, account])?.values;
  if (party === undefined) throw notInTable(LINE, field, account, 'Account', tableOf(accountType));
  if (party.OnHoldStatus === 'All' || party.OnHoldStatus === 'Payment')
    throw fieldInvalid(LINE, field, `Account ${account} is on hold.`);
}

function isOutside(day: string, from = '', to = ''): boolean {
  const starts = dayOf(from);
  const ends = dayOf(to);
  return (starts > '1900-01-01' && day < starts) || (ends > '1900-01-01' && day > ends);
}
