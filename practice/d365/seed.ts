/** Fills a new practice ERP with Harbor's ledger as it stands before the first practice day. */
import { addDays, daysBetween } from '../../main/core/calendar.ts';
import { exponentOf } from '../../main/core/currencies.ts';
import type { HarborLedger, HarborLegalEntity, HarborParty } from '../harbor/ledger.ts';
import { postBankMoney } from './actors.ts';
import { joinDisplay } from './display.ts';
import type { Erp } from './erp.ts';
import { NEVER, noon, type Values } from './values.ts';

/** Accounting units for 100 units of a foreign currency. */
const RATES: Readonly<Record<string, string>> = { EUR: '108.25', CAD: '73.4', GBP: '126.5', JPY: '0.66' };

export function seed(erp: Erp, ledger: HarborLedger): void {
  seedShared(erp, ledger);
  ledger.legalEntities.forEach((entity, index) => {
    seedCompany(erp, ledger, entity, index);
  });
  for (const entity of ledger.legalEntities) {
    for (const bank of entity.bankAccounts) {
      if (bank.openingBalance.minor === 0n) continue;
      postBankMoney(erp, {
        company: entity.id,
        bankAccount: bank.id,
        date: ledger.openingDate,
        amount: bank.openingBalance,
        text: 'Opening balance',
        offsetMainAccount: ledger.openingOffset,
      });
    }
    seedPaymentJournalLine(erp, ledger, entity);
  }
}

function seedShared(erp: Erp, ledger: HarborLedger): void {
  const { db } = erp;
  const dimensionNames = ledger.dimensions.map(({ name }) => name);
  const chart = { ChartOfAccounts: ledger.chartOfAccounts, ChartOfAccountsRecId: '5637144580' };
  db.table('ChartOfAccounts').insert({ ...chart, Description: 'Harbor chart of accounts' });
  db.table('DimensionParameters').insert({ Key: '0', DimensionSegmentDelimiter: 'Hyphen' });
  const format = (name: string, type: string, segments: readonly string[], active: boolean) =>
    db.table('DimensionIntegrationFormats').insert({
      DimensionFormatName: name,
      DimensionFormatType: type,
      FinancialDimensionFormat: joinDisplay(segments, ledger.dimensionDelimiter),
      IsActive: active ? 'Yes' : 'No',
    });
  format('Ledger', 'DataEntityLedgerDimensionFormat', ['MainAccount', ...dimensionNames], true);
  // An older format of the same type that is no longer in use.
  format('LedgerOld', 'DataEntityLedgerDimensionFormat', ['MainAccount', ...dimensionNames.toReversed()], false);
  format('Default', 'DataEntityDefaultDimensionFormat', dimensionNames, true);
  for (const { name, values } of ledger.dimensions) {
    db.table('DimensionAttributes').insert({ DimensionName: name, ReportColumnName: name.toUpperCase() });
    for (const { value, description, suspended } of values)
      db.table('FinancialDimensionValues').insert({
        FinancialDimension: name,
        DimensionValue: value,
        Description: description,
        IsSuspended: suspended === true ? 'Yes' : 'No',
      });
  }
  for (const account of ledger.mainAccounts)
    db.table('MainAccounts').insert({
      ...chart,
      MainAccountId: account.account,
      MainAccountRecId: String(db.nextRecId()),
      Name: account.name,
      MainAccountType: account.type,
      IsSuspended: account.suspended === true ? 'Yes' : 'No',
      DoNotAllowManualEntry: account.noManualEntry === true ? 'Yes' : 'No',
    });
  for (const code of ledger.currencies) {
    const decimals = exponentOf(code) ?? 2;
    const rule = decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
    db.table('Currencies').insert({ CurrencyCode: code, Name: code, Symbol: code, GeneralRoundingRule: rule });
    const rate = RATES[code];
    const [accounting] = ledger.legalEntities;
    if (rate !== undefined && accounting !== undefined && accounting.currency !== code)
      db.table('ExchangeRates').insert({
        RateTypeName: ledger.exchangeRateType,
        FromCurrency: code,
        ToCurrency: accounting.currency,
        StartDate: noon('2000-01-01'),
        EndDate: NEVER.replace('23:59:59', '12:00:00'),
        Rate: rate,
        ConversionFactor: 'Hundred',
      });
  }
  db.table('FiscalCalendarsEntity').insert({ CalendarId: ledger.fiscalCalendar, Description: 'Calendar year' });
  for (const period of ledger.legalEntities[0]?.periods ?? [])
    db.table('FiscalPeriods').insert({
      Calendar: ledger.fiscalCalendar,
      FiscalYear: period.year,
      PeriodName: period.name,
      ShortName: period.name,
      StartDate: noon(period.from),
      EndDate: noon(period.to),
      Days: String(daysBetween(period.from, addDays(period.to, 1))),
      Type: period.type,
      Month: `Month${Number(period.from.slice(5, 7))}`,
      Quarter: `Q${Math.ceil(Number(period.from.slice(5, 7)) / 3)}`,
    });
}

function seedCompany(erp: Erp, ledger: HarborLedger, entity: HarborLegalEntity, index: number): void {
  const { db } = erp;
  const names = { Name: entity.name, PartyNumber: `0000000${index + 11}`, LanguageId: 'en-us' };
  db.table('LegalEntities').insert({
    ...names,
    LegalEntityId: entity.id,
    CompanyName: entity.name,
    AddressCountryRegionISOCode: 'US',
    AddressValidTo: NEVER,
  });
  db.table('Companies').insert({ ...names, DataArea: entity.id.toLowerCase(), KnownAs: entity.name });
  const ledgerRow = db.table('Ledgers').insert({
    LegalEntityId: entity.id,
    Name: entity.id,
    Description: entity.name,
    ChartOfAccounts: ledger.chartOfAccounts,
    ChartOfAccountsRecId: '5637144580',
    AccountingCurrency: entity.currency,
    ReportingCurrency: entity.currency,
    FiscalCalendar: ledger.fiscalCalendar,
    ExchangeRateType: ledger.exchangeRateType,
    AccountStructureName1: 'Harbor structure',
  });
  db.table('Ledgers').update(ledgerRow, { LedgerRecId: String(ledgerRow.recId) });
  for (const period of entity.periods)
    db.table('LedgerFiscalPeriods').insert({
      LedgerName: entity.id,
      LegalEntityId: entity.id,
      Calendar: ledger.fiscalCalendar,
      YearName: period.year,
      PeriodName: period.name,
      PeriodStatus: period.status,
    });
  for (const name of entity.journalNames)
    db.table('JournalNames').insert({
      dataAreaId: entity.id,
      Name: name.name,
      Description: name.description,
      Type: name.type,
      VoucherSeriesCode: name.voucherSeries,
      NewVoucher: name.newVoucher,
      VoucherAllocationAtPosting: name.voucherAllocationAtPosting ? 'Yes' : 'No',
      IsWorkflowApprovalActive: name.workflowActive ? 'Yes' : 'No',
      DeleteLinesAfterPosting: name.deleteLinesAfterPosting ? 'Yes' : 'No',
    });
  for (const bank of entity.bankAccounts)
    db.table('BankAccounts').insert({
      dataAreaId: entity.id,
      BankAccountId: bank.id,
      Name: bank.name,
      AccountNumber: bank.number,
      RoutingNumber: bank.routing,
      CurrencyCode: bank.currency,
      BankMainAccountIdDisplayValue: joinDisplay(
        [bank.mainAccount, ...ledger.dimensions.map(() => '')],
        ledger.dimensionDelimiter,
      ),
      AddressValidTo: NEVER,
    });
  for (const vendor of entity.vendors)
    for (const set of ['VendorsV2', 'VendorsV3'])
      db.table(set).insert({
        ...partyValues(entity, vendor),
        VendorAccountNumber: vendor.account,
        VendorOrganizationName: vendor.name,
        VendorSearchName: vendor.name,
        VendorGroupId: '20',
        CurrencyCode: vendor.currency,
      });
  entity.vendors.forEach((vendor, at) => {
    db.table('VendorBankAccounts').insert({
      dataAreaId: entity.id,
      VendorAccountNumber: vendor.account,
      VendorBankAccountId: 'MAIN',
      BankName: 'Granite Savings Bank',
      RoutingNumber: '011400495',
      BankAccountNumber: String(600_100_000 + at),
      CurrentCurrencyCode: vendor.currency,
      IsDefaultBankAccount: 'Yes',
      ActiveDate: '1900-01-01T00:00:00Z',
      ExpirationDate: NEVER,
      AddressValidTo: NEVER,
    });
  });
  for (const customer of entity.customers)
    db.table('CustomersV3').insert({
      ...partyValues(entity, customer),
      CustomerAccount: customer.account,
      OrganizationName: customer.name,
      PartyType: 'Organization',
      CustomerGroupId: '10',
      SalesCurrencyCode: customer.currency,
    });
}

function partyValues(entity: HarborLegalEntity, party: HarborParty): Values {
  return { dataAreaId: entity.id, OnHoldStatus: party.blocked ? 'All' : 'No', AddressValidTo: NEVER };
}

/**
 * A line of a vendor payment journal. `LedgerJournalLines` shows it although `LedgerJournalHeaders` does not list its
 * journal: a client that reads all lines must not take it for a general journal's.
 */
function seedPaymentJournalLine(erp: Erp, ledger: HarborLedger, entity: HarborLegalEntity): void {
  const [vendor] = entity.vendors;
  const [bank] = entity.bankAccounts;
  if (vendor === undefined || bank === undefined) return;
  erp.db.table('LedgerJournalLines').insert({
    dataAreaId: entity.id,
    JournalBatchNumber: `${entity.id}-P0001`,
    LineNumber: '1',
    TransDate: noon(ledger.openingDate),
    CurrencyCode: entity.currency,
    AccountType: 'Vend',
    AccountDisplayValue: joinDisplay([vendor.account], ledger.dimensionDelimiter),
    OffsetAccountType: 'Bank',
    OffsetAccountDisplayValue: joinDisplay([bank.id], ledger.dimensionDelimiter),
    DebitAmount: '125',
    ExchRate: '100',
    Voucher: `${entity.id}P0000001`,
    Text: 'Payment of an invoice',
    Company: entity.id,
    OffsetCompany: entity.id,
  });
}
