import type { AccountType, EntryOffset, LedgerEntry, LedgerJournal } from '../../core/entry.ts';
import { isBalanced } from '../../core/entry.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Finding, Stop } from '../capabilities.ts';
import type { D365Settings } from './config.ts';
import { isGeneralJournal, type JournalNameRow, journalNameWarnings } from './journal-names.ts';
import { accountDisplayValue, typeMember } from './map.ts';
import { type Period, periodOf } from './periods.ts';
import { sideFindings } from './preflight-account.ts';
import { type Context, readContext, refusal, type Say } from './preflight-context.ts';
import type { DimensionSetup, Tables } from './tables.ts';

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
  const unfit = [...fixedOffset(name, journal, context), ...untraceable(name, context), ...oneVoucher(name, journal)];
  const warnings = journalNameWarnings(name).map(
    (sentence): Finding => ({ blocking: false, code: 'journal_invalid', reference: null, sentence }),
  );
  return [...unfit, ...warnings];
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

/** Lines that posting deletes must be found again in the posted ledger, which keeps one reference for each voucher. */
function untraceable(name: JournalNameRow, { findsDeleted }: Context): Finding[] {
  if (!name.DeleteLinesAfterPosting || (findsDeleted && name.NewVoucher !== 'OneVoucher')) return [];
  const why = findsDeleted
    ? 'holds all entries of a journal in one voucher'
    : 'Daybook may not look for them in the posted ledger';
  return [
    refusal(
      'journal_invalid',
      null,
      `Journal name ${name.Name} deletes its lines when it is posted, and ${why}, so nobody could tell what is posted; choose another in the mapping.`,
    ),
  ];
}

/** All lines of a voucher have one date; the ERP would never post a journal of several days. */
function oneVoucher(name: JournalNameRow, journal: LedgerJournal): Finding[] {
  if (name.NewVoucher !== 'OneVoucher' || new Set(journal.entries.map((entry) => entry.date)).size < 2) return [];
  return [
    refusal(
      'journal_invalid',
      null,
      `Journal name ${name.Name} puts a journal into one voucher, which takes one day; let the mapping make a journal for each day, or choose another.`,
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

function balanceFindings(entry: LedgerEntry, say: Say): Finding[] {
  if (entry.amount.minor === 0n || entry.offsets.some((offset) => offset.amount.minor === 0n))
    return [say('entry_incomplete', 'A part of the entry has the amount zero; Dynamics 365 posts no such line.')];
  if (isBalanced(entry)) return [];
  return [say('entry_unbalanced', 'The offsets of the entry do not add up to its amount; correct the split.')];
}

/** Longer texts would be cut in silence, and the entry would no longer be what was approved. */
function textFindings(entry: LedgerEntry, { settings }: Context, say: Say): Finding[] {
  // The column counts UTF-16 units, as JavaScript does.
  const longest = Math.max(...[entry, ...entry.offsets].map((side) => side.text.length));
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
