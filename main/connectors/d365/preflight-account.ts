import type { LedgerEntry } from '../../core/entry.ts';
import { presentDimensions } from '../../core/entry.ts';
import type { Finding } from '../capabilities.ts';
import type { D365Settings } from './config.ts';
import { canBeWritten, MAIN_ACCOUNT, splitSegments } from './display-value.ts';
import type { Context, Say, Side } from './preflight-context.ts';
import { accountUse, bankUse, isDimensionValueUsable, isOnHold } from './usable.ts';

/** What speaks against one account of an entry and its dimensions. */
export function sideFindings(side: Side, entry: LedgerEntry, context: Context, say: Say): Finding[] {
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
