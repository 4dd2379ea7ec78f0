import type { CalendarDate } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import { today } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { parseAmount } from '../../core/money.ts';
import { isReference } from '../../core/reference.ts';
import type {
  LedgerAccountRecord,
  LedgerBankAccountRecord,
  LedgerBankLine,
  LegalEntityRecord,
  PartyRecord,
  PeriodRecord,
  ReadsLedger,
  ReadsVendorBankAccounts,
  Stop,
} from '../capabilities.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { escapeSegment, splitSegments } from './display-value.ts';
import { bankTransactions, journalLines } from './entities.ts';
import { readJournalName } from './journal-names.ts';
import type { createMainAccountLines } from './main-account-lines.ts';
import { lineAmount } from './map.ts';
import { allOf, anyOf, type Expression, endOfDay, enumEquals, startOfDay, textEquals } from './odata.ts';
import { readPeriods } from './periods.ts';
import { dimensionNames, sameText, type Tables } from './tables.ts';
import { type AccountRow, accountUse, bankUse, isDimensionValueUsable, isOnHold } from './usable.ts';

/** Reads of set-up and posted bank lines. Optional parts that the tenant does not give are named, never guessed. */
export function createReads(
  client: Client,
  tables: Tables,
  clock: Clock,
  mainAccountLines: ReturnType<typeof createMainAccountLines>,
): ReadsLedger & ReadsVendorBankAccounts {
  const readLegalEntities = async (stop: Stop): Promise<LegalEntityRecord[]> => {
    const [entities, ledgers] = await Promise.all([tables.legalEntities('', stop), tables.ledgers('', stop)]);
    const rows = entities ?? ledgers?.map(({ LegalEntityId }) => ({ LegalEntityId, Name: LegalEntityId }));
    if (rows === undefined)
      throw new DaybookError(
        'not_permitted',
        'The Dynamics 365 user of this connection may not see the list of legal entities; ask the administrator.',
      );
    return rows.map((row) => {
      const ledger = ledgers?.find((candidate) => sameText(candidate.LegalEntityId, row.LegalEntityId));
      return { id: row.LegalEntityId, name: row.Name, currency: ledger?.AccountingCurrency || null };
    });
  };

  const readReference: ReadsLedger['readReference'] = async (legalEntity, stop) => {
    const missing: string[] = [];
    const day = today(clock);
    const part = async <Row>(name: string, rows: Promise<readonly Row[] | null>): Promise<readonly Row[]> => {
      const given = await rows;
      if (given === null) missing.push(name);
      return given ?? [];
    };
    const entity = (await tables.legalEntities('', stop))?.find((row) => sameText(row.LegalEntityId, legalEntity));
    const [ledger, setup, accounts, overrides, banks, names, periods, vendors, customers, values] = await Promise.all([
      tables.ledger(legalEntity, stop),
      tables.dimensionSetup(stop),
      part('main accounts', tables.mainAccounts(legalEntity, stop)),
      tables.accountOverrides(legalEntity, stop),
      part('bank accounts', tables.bankAccounts(legalEntity, stop)),
      part('journal names', tables.journalNames(legalEntity, stop)),
      part('fiscal periods', readPeriods(tables, legalEntity, stop)),
      part('vendors', tables.vendors(legalEntity, stop)),
      part('customers', tables.customers(legalEntity, stop)),
      part('dimension values', tables.dimensionValues(legalEntity, stop)),
    ]);
    if (ledger === null) missing.push('ledger');
    if (setup.accountOrder === null) missing.push('dimension formats');
    return {
      legalEntity,
      ...(entity?.Name ? { name: entity.Name } : {}),
      currency: ledger?.AccountingCurrency || null,
      accounts: accounts.map((row) => accountRecord(row, overrides, day)),
      bankAccounts: banks.map(
        (row): LedgerBankAccountRecord => ({
          id: row.BankAccountId,
          name: row.Name,
          currency: row.CurrencyCode,
          number: row.AccountNumber || null,
          iban: row.IBAN || null,
          mainAccount: splitSegments(row.BankMainAccountIdDisplayValue, setup.delimiter)[0] || null,
          usable: bankUse(row, day) === null,
        }),
      ),
      journalNames: names.map(readJournalName),
      periods: periods.map(({ name, from, to, open }): PeriodRecord => ({ name, from, to, open })),
      parties: [
        ...vendors.map(
          (row): PartyRecord => ({
            kind: 'vendor',
            account: row.VendorAccountNumber,
            name: row.VendorOrganizationName,
            currency: row.CurrencyCode || null,
            blocked: isOnHold(row.OnHoldStatus),
          }),
        ),
        ...customers.map(
          (row): PartyRecord => ({
            kind: 'customer',
            account: row.CustomerAccount,
            name: row.OrganizationName,
            currency: row.SalesCurrencyCode || null,
            blocked: isOnHold(row.OnHoldStatus),
          }),
        ),
      ],
      dimensions: dimensionNames(setup).map((name) => {
        const usable = values.filter((row) => row.FinancialDimension === name && isDimensionValueUsable(row, day));
        return {
          name,
          values: usable.map((row) => row.DimensionValue),
          valueNames: Object.fromEntries(usable.map((row) => [row.DimensionValue, row.Description])),
        };
      }),
      missing,
    };
  };

  /** Our references by voucher, day and amount: the posted bank transaction itself does not carry the line's Document. */
  const referencesOf = async (legalEntity: string, bankAccount: string, from: Expression[], stop: Stop) => {
    const { delimiter } = await tables.dimensionSetup(stop);
    const display = escapeSegment(bankAccount, delimiter);
    const isBank = (side: '' | 'Offset') =>
      allOf(
        textEquals(`${side}AccountDisplayValue`, display),
        enumEquals(`${side}AccountType`, 'LedgerJournalACType', 'Bank'),
      );
    const filter = allOf(textEquals('dataAreaId', legalEntity), anyOf(isBank(''), isBank('Offset')), ...from);
    // Without them the lines are still true; they only do not name our entries.
    const rows = (await absentAsNull(client.list(journalLines, filter, stop))) ?? [];
    const byKey = new Map<string, string[]>();
    for (const row of rows) {
      const reference = row.Document.toUpperCase();
      if (!isReference(reference)) continue;
      const minor = lineAmount(row)?.minor;
      if (minor === undefined) continue;
      const asAccount = row.AccountType === 'Bank' && sameText(row.AccountDisplayValue, display);
      const key = lineKey(row.Voucher, row.TransDate ?? '', asAccount ? minor : -minor);
      byKey.set(key, [...(byKey.get(key) ?? []), reference]);
    }
    return {
      /**
       * Each reference names as many bank lines as it made. Entries of one voucher, day and amount cannot be told apart, nor
       * can an equal line of somebody else in that voucher; for the sums it does not matter which line gets which name.
       */
      take: (key: string): string | null => byKey.get(key)?.shift() ?? null,
    };
  };

  const readBankLines: ReadsLedger['readBankLines'] = async (legalEntity, bankAccount, until, stop, from) => {
    // Whole days: a voucher has one day, so its lines and their references are read together.
    const start = from === undefined ? [] : [`TransDate ge ${startOfDay(from)}`];
    const filter = allOf(
      textEquals('dataAreaId', legalEntity),
      textEquals('AccountId', bankAccount),
      `TransDate le ${endOfDay(until)}`,
      ...start,
    );
    const rows = await absentAsNull(client.list(bankTransactions, filter, stop));
    if (rows === null) return null;
    const references = await referencesOf(legalEntity, bankAccount, start, stop);
    // A server that cannot compare dates, or a `*` in an id, gives too much: the rows are checked again.
    const wanted = rows.filter(
      (row) =>
        sameText(row.AccountId, bankAccount) &&
        (row.TransDate ?? until) <= until &&
        (from === undefined || (row.TransDate ?? until) >= from),
    );
    const direct = (await mainAccountLines(legalEntity, bankAccount, stop)).filter(
      ({ date }) => date <= until && (from === undefined || date >= from),
    );
    const posted = wanted.map((row): LedgerBankLine => {
      const currency = (row.CurrencyCode || row.BankTransCurrencyCode).toUpperCase();
      const amount = parseAmount(row.AmountCur, currency);
      if (!amount.ok)
        throw new DaybookError(
          'answer_unexpected',
          `A bank transaction of voucher ${row.Voucher} has an amount that its currency cannot have; look at it in Dynamics 365.`,
        );
      const date: CalendarDate = row.TransDate ?? until;
      const own = isReference(row.PaymReference) ? row.PaymReference : null;
      return {
        providerKey: row.SourceKey,
        bankAccount,
        date,
        amount: amount.money,
        voucher: row.Voucher || null,
        text: row.Txt,
        reference: own ?? references.take(lineKey(row.Voucher, date, amount.money.minor)),
        documents: [row.ChequeNum, row.DepositNum].filter((number) => number !== ''),
        paymentReference: own === null ? row.PaymReference || null : null,
      };
    });
    return [...posted, ...direct];
  };

  const readVendorBankAccounts: ReadsVendorBankAccounts['readVendorBankAccounts'] = async (legalEntity, stop) => {
    const rows = await tables.vendorBankAccounts(legalEntity, stop);
    return (
      rows?.map((row) => ({
        vendor: row.VendorAccountNumber,
        id: row.VendorBankAccountId,
        bankName: row.BankName,
        number: row.BankAccountNumber || null,
        routing: row.RoutingNumber || null,
        iban: row.IBAN || null,
        swift: row.SWIFTCode || null,
        currency: row.CurrentCurrencyCode || null,
        isDefault: row.IsDefaultBankAccount,
        activeFrom: row.ActiveDate,
        activeTo: row.ExpirationDate,
      })) ?? null
    );
  };

  return { readLegalEntities, readReference, readBankLines, readVendorBankAccounts };
}

function lineKey(voucher: string, date: CalendarDate, minor: bigint): string {
  return `${voucher}\n${date}\n${minor}`;
}

function accountRecord(
  row: AccountRow,
  overrides: Awaited<ReturnType<Tables['accountOverrides']>>,
  day: CalendarDate,
): LedgerAccountRecord {
  return {
    account: row.MainAccountId,
    name: row.Name,
    type: row.MainAccountType,
    usable: accountUse(row, overrides, day) === null,
  };
}
