import type { AccountType, Dimensions, EntryOffset, LedgerEntry, LedgerJournal } from '../../core/entry.ts';
import { isBalanced, presentDimensions } from '../../core/entry.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Finding, Stop } from '../capabilities.ts';
import type { D365Settings } from './config.ts';
import { canBeWritten, MAIN_ACCOUNT, splitSegments } from './display-value.ts';
import { isGeneralJournal, type JournalNameRow, journalNameWarnings } from './journal-names.ts';
import { accountDisplayValue, typeMember } from './map.ts';
import { type Period, periodOf, readPeriods } from './periods.ts';
import { type DimensionSetup, sameText, type Tables } from './tables.ts';
import { accountUse, bankUse, isDimensionValueUsable, isOnHold } from './usable.ts';

/**
 * What the ERP would refuse, found out before anything is written. Everything here reads; a table that the tenant does
 * not show is not checked (`readReference` names it), because the ERP itself has the last word when the lines are sent.
 */
export async function preflight(
  tables: Tables,
  settings: D365Settings,
  journal: LedgerJournal,
  stop: Stop,
): Promise<Finding[]> {
  const context = await readContext(tables, settings, journal, stop);
  return [...journalFindings(journal, context), ...journal.entries.flatMap((entry) => entryFindings(entry, context))];
}

type Context = Awaited<ReturnType<typeof readContext>>;

async function readContext(tables: Tables, settings: D365Settings, journal: LedgerJournal, stop: Stop) {
  const company = journal.legalEntity;
  const uses = (type: AccountType) =>
    journal.entries.some((entry) => [entry, ...entry.offsets].some((side) => side.accountType === type));
  const [setup, ledger, names, periods, accounts, overrides, banks, vendors, customers, values, currencies] =
    await Promise.all([
      tables.dimensionSetup(stop),
      tables.ledger(company, stop),
      tables.journalNames(company, stop),
      readPeriods(tables, company, stop),
      uses('ledger') ? tables.mainAccounts(company, stop) : null,
      uses('ledger') ? tables.accountOverrides(company, stop) : null,
      uses('bank') ? tables.bankAccounts(company, stop) : null,
      uses('vendor') ? tables.vendors(company, stop) : null,
      uses('customer') ? tables.customers(company, stop) : null,
      tables.dimensionValues(company, stop),
      tables.currencies('', stop),
    ]);
  const foreign = journal.entries.some((entry) => entry.amount.currency !== ledger?.AccountingCurrency);
  const rates = foreign && ledger ? await tables.exchangeRates(ledger.ExchangeRateType, stop) : null;
  return {
    settings,
    setup,
    accountingCurrency: ledger?.AccountingCurrency ?? '',
    name: names?.find((row) => sameText(row.Name, journal.journalName)),
    namesKnown: names !== null,
    periods,
    accounts: accounts && byKey(accounts, (row) => row.MainAccountId),
    overrides,
    banks: banks && byKey(banks, (row) => row.BankAccountId),
    vendors: vendors && byKey(vendors, (row) => row.VendorAccountNumber),
    customers: customers && byKey(customers, (row) => row.CustomerAccount),
    values: values && byKey(values, (row) => `${row.FinancialDimension}\n${row.DimensionValue}`),
    currencies: currencies && byKey(currencies, (row) => row.CurrencyCode),
    rates,
  };
}

function byKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row).toUpperCase(), row]));
}

function journalFindings(journal: LedgerJournal, context: Context): Finding[] {
  const { name } = context;
  if (name === undefined) {
    if (!context.namesKnown) return [];
    return [
      refusal(
        'journal_invalid',
        null,
        `Dynamics 365 has no journal name ${journal.journalName} in ${journal.legalEntity}; choose another in the mapping.`,
      ),
    ];
  }
  if (!isGeneralJournal(name))
    return [
      refusal(
        'journal_invalid',
        null,
        `Journal name ${name.Name} is of the type ${name.Type}; choose one of the type Daily in the mapping.`,
      ),
    ];
  const fixed = fixedOffset(name, journal, context);
  const warnings = journalNameWarnings(name).map(
    (sentence): Finding => ({ blocking: false, code: 'journal_invalid', reference: null, sentence }),
  );
  return [...fixed, ...warnings];
}

/** A journal name with a fixed offset account books every line against that account and no other. */
function fixedOffset(name: JournalNameRow, journal: LedgerJournal, context: Context): Finding[] {
  if (!name.IsFixedOffsetAccount || name.OffsetAccountDisplayValue === '') return [];
  const fits = journal.entries.every(
    (entry) =>
      entry.offsets.length === 1 && entry.offsets.every((offset) => isFixedAccount(offset, name, context.setup)),
  );
  if (fits) return [];
  return [
    refusal(
      'journal_invalid',
      null,
      `Journal name ${name.Name} has a fixed offset account that these entries do not use; choose another in the mapping.`,
    ),
  ];
}

function isFixedAccount(offset: EntryOffset, name: JournalNameRow, setup: DimensionSetup): boolean {
  if (typeMember(offset.accountType) !== name.OffsetAccountType) return false;
  try {
    return accountDisplayValue(offset, setup) === name.OffsetAccountDisplayValue;
  } catch {
    // A dimension without a place: the entry's own finding says so.
    return false;
  }
}

function entryFindings(entry: LedgerEntry, context: Context): Finding[] {
  const say = (code: ErrorCode, sentence: string) => refusal(code, entry.reference, sentence);
  return [
    ...balanceFindings(entry, say),
    ...textFindings(entry, context, say),
    ...currencyFindings(entry, context, say),
    ...periodFindings(entry, context.periods, say),
    ...[entry, ...entry.offsets].flatMap((side) => sideFindings(side, entry, context, say)),
  ];
}

type Say = (code: ErrorCode, sentence: string) => Finding;
type Side = { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions };

function refusal(code: ErrorCode, reference: string | null, sentence: string): Finding {
  return { blocking: true, code, reference, sentence };
}

function balanceFindings(entry: LedgerEntry, say: Say): Finding[] {
  if (entry.amount.minor === 0n || entry.offsets.some((offset) => offset.amount.minor === 0n))
    return [say('entry_incomplete', 'A part of the entry has the amount zero; Dynamics 365 posts no such line.')];
  if (isBalanced(entry)) return [];
  return [say('entry_unbalanced', 'The offsets of the entry do not add up to its amount; correct the split.')];
}

/** Longer texts would be cut in silence, and the entry would no longer be what was approved. */
function textFindings(entry: LedgerEntry, { settings }: Context, say: Say): Finding[] {
  const longest = Math.max(...[entry, ...entry.offsets].map((side) => [...side.text].length));
  if (longest <= settings.textLimit) return [];
  return [
    say(
      'text_too_long',
      `A text of the entry has ${longest} characters and Dynamics 365 keeps ${settings.textLimit}; shorten it.`,
    ),
  ];
}

function currencyFindings(entry: LedgerEntry, context: Context, say: Say): Finding[] {
  const { currency } = entry.amount;
  if (context.currencies !== null && !context.currencies.has(currency))
    return [say('currency_not_allowed', `Dynamics 365 has no currency ${currency}; set it up there first.`)];
  if (context.rates === null || currency === context.accountingCurrency || context.accountingCurrency === '') return [];
  const pair = [currency, context.accountingCurrency];
  const known = context.rates.some(
    (rate) =>
      pair.includes(rate.FromCurrency) &&
      pair.includes(rate.ToCurrency) &&
      (rate.StartDate === null || rate.StartDate <= entry.date) &&
      (rate.EndDate === null || entry.date <= rate.EndDate),
  );
  if (known) return [];
  return [
    {
      ...say(
        'currency_not_allowed',
        `Dynamics 365 shows no exchange rate for ${currency} on ${entry.date}; enter one there.`,
      ),
      // The rate may come from a third currency; posting decides.
      blocking: false,
    },
  ];
}

function periodFindings(entry: LedgerEntry, periods: readonly Period[] | null, say: Say): Finding[] {
  if (periods === null) return [];
  const period = periodOf(periods, entry.date);
  if (period === undefined)
    return [
      say('period_closed', `The fiscal calendar has no period for ${entry.date}; ask the administrator to add it.`),
    ];
  if (period.status !== 'Open')
    return [
      say(
        'period_closed',
        `The period ${period.name} is not open for ${entry.date}; ask the administrator to open it.`,
      ),
    ];
  const types = new Set<AccountType>([
    'ledger',
    entry.accountType,
    ...entry.offsets.map((offset) => offset.accountType),
  ]);
  return [...types].flatMap((type): Finding[] => {
    const level = period.access[type];
    if (level === 'None')
      return [
        say(
          'period_closed',
          `The period ${period.name} is closed for the ${type} module; ask the administrator to open it.`,
        ),
      ];
    if (level !== 'User') return [];
    return [
      {
        ...say('period_closed', `The period ${period.name} is open for one user group only in the ${type} module.`),
        blocking: false,
      },
    ];
  });
}

function sideFindings(side: Side, entry: LedgerEntry, context: Context, say: Say): Finding[] {
  if (!canBeWritten(side.account, context.setup.delimiter))
    return [
      say(
        'account_invalid',
        `The account ${side.account} cannot be written with the delimiter that Dynamics 365 uses; choose another account.`,
      ),
    ];
  return [...accountFindings(side, entry, context, say), ...dimensionFindings(side, entry, context, say)];
}

function accountFindings(side: Side, entry: LedgerEntry, context: Context, say: Say): Finding[] {
  const key = side.account.toUpperCase();
  switch (side.accountType) {
    case 'ledger': {
      const row = context.accounts?.get(key);
      if (row !== undefined) {
        const why = accountUse(row, context.overrides, entry.date);
        return why === null
          ? []
          : [say('account_blocked', `Main account ${side.account} ${why}; choose another account.`)];
      }
      return context.accounts === null ? segmentFindings(side, context, say) : [unknownAccount(side, context, say)];
    }
    case 'bank': {
      const row = context.banks?.get(key);
      if (row === undefined)
        return context.banks === null
          ? []
          : [say('bank_account_invalid', `Dynamics 365 has no bank account ${side.account}; correct the mapping.`)];
      const why = bankUse(row, entry.date);
      if (why !== null) return [say('bank_account_invalid', `Bank account ${side.account} ${why} in Dynamics 365.`)];
      const allowed =
        row.AllowTransactionsInAdditionalCurrencies ||
        row.CurrencyCode === '' ||
        row.CurrencyCode === entry.amount.currency;
      if (allowed) return [];
      return [
        say(
          'currency_not_allowed',
          `Bank account ${side.account} takes ${row.CurrencyCode} only and the entry is in ${entry.amount.currency}; correct the mapping.`,
        ),
      ];
    }
    case 'customer':
    case 'vendor': {
      const parties = side.accountType === 'vendor' ? context.vendors : context.customers;
      const row = parties?.get(key);
      if (row === undefined)
        return parties === null
          ? []
          : [say('account_invalid', `Dynamics 365 has no ${side.accountType} ${side.account}; choose another.`)];
      if (!isOnHold(row.OnHoldStatus)) return [];
      return [say('account_blocked', `The ${side.accountType} ${side.account} is on hold in Dynamics 365.`)];
    }
  }
}

function unknownAccount(side: Side, context: Context, say: Say): Finding {
  const [first = '', ...more] = splitSegments(side.account, context.setup.delimiter);
  if (more.length > 0 && context.accounts?.has(first.toUpperCase()))
    return say(
      'account_invalid',
      `The account ${side.account} holds several segments; give the main account ${first} and its dimensions each for itself.`,
    );
  return say('account_invalid', `Dynamics 365 has no main account ${side.account}; choose another account.`);
}

/** Without the chart of accounts at hand, an account that looks like a whole account string is still a mistake. */
function segmentFindings(side: Side, context: Context, say: Say): Finding[] {
  const order = context.setup.accountOrder;
  const segments = splitSegments(side.account, context.setup.delimiter).length;
  if (order === null || order.length < 2 || segments !== order.length) return [];
  return [
    say(
      'account_invalid',
      `The account ${side.account} holds several segments; give the main account and its dimensions each for itself.`,
    ),
  ];
}

function dimensionFindings(side: Side, entry: LedgerEntry, context: Context, say: Say): Finding[] {
  const given = Object.entries(presentDimensions(side.dimensions));
  const order = side.accountType === 'ledger' ? context.setup.accountOrder : context.setup.defaultOrder;
  const findings = given.flatMap(([name, value]): Finding[] => {
    if (name === MAIN_ACCOUNT || order === null || !order.includes(name))
      return [
        say(
          'dimension_invalid',
          `Dynamics 365 has no place for the dimension ${name} on this account; remove it or add it to the dimension format.`,
        ),
      ];
    if (!canBeWritten(value, context.setup.delimiter))
      return [say('dimension_invalid', `The value ${value} of ${name} cannot be written with the delimiter in use.`)];
    if (context.values === null) return [];
    const row = context.values.get(`${name}\n${value}`.toUpperCase());
    if (row === undefined)
      return [
        say('dimension_invalid', `Dynamics 365 has no value ${value} for the dimension ${name}; choose another.`),
      ];
    if (isDimensionValueUsable(row, entry.date)) return [];
    return [say('dimension_invalid', `The value ${value} of the dimension ${name} may not be used; choose another.`)];
  });
  return [...findings, ...missingDimensions(side, context.settings, say)];
}

function missingDimensions(side: Side, settings: D365Settings, say: Say): Finding[] {
  if (side.accountType !== 'ledger') return [];
  const needed = settings.dimensions.required
    .filter((rule) => rule.from <= side.account && side.account <= rule.to)
    .flatMap((rule) => rule.dimensions);
  const missing = [...new Set(needed)].filter((name) => (side.dimensions[name] ?? '') === '');
  if (missing.length === 0) return [];
  return [say('dimension_missing', `Main account ${side.account} needs a value for ${missing.join(' and ')}; add it.`)];
}
