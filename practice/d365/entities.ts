/**
 * Declarations of the served entity sets. A field that the service never leaves out is here even where the practice
 * company has no use for it, so that an answer has the shape of a real one.
 */
export type Declaration = {
  readonly type: string;
  readonly label?: string;
  readonly table?: string;
  readonly keys: string;
  readonly strings?: string;
  readonly decimals?: string;
  readonly ints?: string;
  readonly longs?: string;
  readonly dates?: string;
  readonly instants?: string;
  readonly enums?: Readonly<Record<string, string>>;
  readonly companyCase?: 'lower' | 'upper';
  readonly indexed?: string;
  readonly writable?: boolean;
  readonly notOnCreate?: string;
  readonly notOnEdit?: string;
  readonly lengths?: Readonly<Record<string, number>>;
};

const ADDRESS_DECIMALS = 'AddressLatitude AddressLongitude';
const ADDRESS_INSTANTS = 'AddressValidFrom AddressValidTo';
const CONTACT_LONGS =
  'AddressRecordId PrimaryContactEmailRecordId PrimaryContactFaxRecordId PrimaryContactPhoneRecordId PrimaryContactURLRecordId';

const vendor = (type: string): Declaration => ({
  type,
  label: 'Vendors',
  table: 'VendTable',
  keys: 'dataAreaId VendorAccountNumber',
  strings:
    'dataAreaId VendorAccountNumber VendorOrganizationName VendorSearchName VendorGroupId VendorPartyNumber CurrencyCode ' +
    'DefaultVendorPaymentMethodName PaymentId BankAccountId',
  decimals: `CreditLimit ExchangeRate ${ADDRESS_DECIMALS}`,
  ints: 'OrganizationEmployeeAmount PersonAnniversaryDay PersonAnniversaryYear PersonBirthDay PersonBirthYear PurchaseOrderConsolidationDayOfMonth',
  longs: `VendorProductHierarchyId ${CONTACT_LONGS}`,
  dates: 'SSIValidityDate CISVerificationDate',
  instants: `VendorHoldReleaseDate ${ADDRESS_INSTANTS}`,
  enums: { OnHoldStatus: 'CustVendorBlocked' },
});

export const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  LegalEntities: {
    type: 'LegalEntity',
    keys: 'LegalEntityId',
    strings: 'LegalEntityId Name CompanyName PartyNumber LanguageId AddressCountryRegionISOCode AddressCity',
    decimals: `InitialCapitalInvestment ${ADDRESS_DECIMALS}`,
    dates: 'StartDateOfBusiness PrintCorrectiveInvoiceStartingDate',
    instants: ADDRESS_INSTANTS,
  },
  Companies: { type: 'Company', keys: 'DataArea', strings: 'DataArea Name KnownAs LanguageId PartyNumber' },
  Ledgers: {
    type: 'Ledger',
    keys: 'LegalEntityId',
    strings:
      'LegalEntityId Name Description ChartOfAccounts AccountingCurrency ReportingCurrency FiscalCalendar ' +
      'ExchangeRateType BudgetExchangeRateType ReportingCurrencyExchangeRateType AccountStructureName1 ' +
      'AccountStructureName2 AccountStructureName3',
    longs: 'LedgerRecId ChartOfAccountsRecId',
    enums: { IsBudgetControlEnabled: 'NoYes' },
  },
  ChartOfAccounts: {
    type: 'ChartOfAccounts',
    keys: 'ChartOfAccounts',
    strings: 'ChartOfAccounts Description MainAccountMask',
    longs: 'ChartOfAccountsRecId',
  },
  MainAccounts: {
    type: 'MainAccount',
    label: 'Main accounts',
    table: 'MainAccount',
    keys: 'ChartOfAccounts MainAccountId',
    strings:
      'ChartOfAccounts MainAccountId Name MainAccountCategory DefaultCurrency OffsetAccountDisplayValue ParentMainAccountId',
    longs: 'MainAccountRecId ChartOfAccountsRecId',
    dates: 'ActiveFrom ActiveTo',
    enums: {
      MainAccountType: 'DimensionLedgerAccountType',
      IsSuspended: 'NoYes',
      DoNotAllowManualEntry: 'NoYes',
      DebitCreditRequirement: 'DebCredProposal',
      DebitCreditDefault: 'DebCredProposal',
      ValidateCurrency: 'FieldControl',
      MandatoryPaymentReference: 'NoYes',
    },
  },
  /** What one company sets on a shared main account. */
  MainAccountLegalEntities: {
    type: 'MainAccountLegalEntity',
    keys: 'MainAccountId ChartOfAccounts LegalEntityId',
    strings: 'MainAccountId ChartOfAccounts LegalEntityId DefaultDimensionDisplayValue',
    dates: 'ActiveFrom ActiveTo',
    enums: { IsSuspended: 'NoYes', DoNotAllowManualEntry: 'NoYes', IsExempt: 'NoYes' },
  },
  DimensionParameters: {
    type: 'DimensionParameters',
    keys: 'Key',
    ints: 'Key',
    enums: { DimensionSegmentDelimiter: 'DimensionSegmentDelimiter' },
  },
  DimensionIntegrationFormats: {
    type: 'DimensionIntegrationFormat',
    keys: 'DimensionFormatName DimensionFormatType',
    strings: 'DimensionFormatName FinancialDimensionFormat',
    enums: { DimensionFormatType: 'DimensionHierarchyType', IsActive: 'NoYes' },
  },
  DimensionAttributes: {
    type: 'DimensionAttribute',
    keys: 'DimensionName',
    strings: 'DimensionName ReportColumnName UseValuesFrom DimensionValueMask',
    longs: 'BalancingDimension_PSN',
    enums: { CopyValuesOnCreate: 'NoYes' },
  },
  FinancialDimensionValues: {
    type: 'FinancialDimensionValue',
    label: 'Dimension values',
    table: 'DimensionFinancialTag',
    keys: 'FinancialDimension LegalEntityId DimensionValue',
    strings: 'FinancialDimension LegalEntityId DimensionValue Description GroupDimension Owner',
    dates: 'ActiveFrom ActiveTo',
    enums: { IsSuspended: 'NoYes', IsBlockedForManualEntry: 'NoYes', IsTotal: 'NoYes' },
  },
  JournalNames: {
    type: 'JournalName',
    label: 'Journal names',
    table: 'LedgerJournalName',
    keys: 'dataAreaId Name',
    companyCase: 'upper',
    strings:
      'dataAreaId Name Description VoucherSeriesCode VoucherSeriesCompanyId WorkflowId Currency PrivateForUserGroup ' +
      'ApprovalUserGroup DocumentNumber OffsetAccountDisplayValue DefaultCashAccount DefaultFinancialDimensionDisplayValue',
    ints: 'PostingLineLimit',
    enums: {
      Type: 'LedgerJournalType',
      NewVoucher: 'NewVoucher',
      VoucherAllocationAtPosting: 'NoYes',
      AllowOnlyPositiveDebitsAndCredits: 'NoYes',
      IsWorkflowApprovalActive: 'NoYes',
      IsApprovalActive: 'NoYes',
      DeleteLinesAfterPosting: 'NoYes',
      IsFixedOffsetAccount: 'NoYes',
      IsFixedExchangeRate: 'NoYes',
      OffsetAccountType: 'LedgerJournalACType',
      PostingLayer: 'CurrentOperationsTax',
      DetailLevel: 'DetailSummary',
      AmountsIncludeSalesTax: 'NoYes',
      EndBalanceControl: 'NoYes',
    },
  },
  LedgerJournalHeaders: {
    type: 'LedgerJournalHeader',
    label: 'Ledger journal table',
    table: 'LedgerJournalTable',
    keys: 'dataAreaId JournalBatchNumber',
    strings: 'dataAreaId JournalBatchNumber JournalName Description IntegrationKey AccountingCurrency',
    decimals: 'JournalTotalDebit JournalTotalCredit',
    enums: { PostingLayer: 'CurrentOperationsTax', IsPosted: 'NoYes' },
    indexed: 'JournalBatchNumber Description IntegrationKey',
    writable: true,
    notOnCreate: 'JournalBatchNumber AccountingCurrency PostingLayer IsPosted JournalTotalDebit JournalTotalCredit',
    notOnEdit:
      'JournalBatchNumber JournalName AccountingCurrency PostingLayer IsPosted JournalTotalDebit JournalTotalCredit',
    lengths: { JournalBatchNumber: 10, JournalName: 10, Description: 60, IntegrationKey: 60 },
  },
  LedgerJournalLines: {
    type: 'LedgerJournalLine',
    label: 'Journal lines',
    table: 'LedgerJournalTrans',
    keys: 'dataAreaId JournalBatchNumber LineNumber',
    strings:
      'dataAreaId JournalBatchNumber Voucher CurrencyCode AccountDisplayValue OffsetAccountDisplayValue Text OffsetText ' +
      'Document Invoice PaymentReference PaymentId PaymentMethod PostingProfile DefaultDimensionDisplayValue ' +
      'OffsetDefaultDimensionDisplayValue FinTagDisplayValue OffsetFinTagDisplayValue Company OffsetCompany ' +
      'SalesTaxGroup ItemSalesTaxGroup SalesTaxCode TaxExemptNumber CashDiscount ItemWithholdingTaxGroupCode ' +
      'ChineseVoucher ChineseVoucherType',
    decimals:
      'LineNumber DebitAmount CreditAmount ExchRate ExchRateSecond ReportingCurrencyExchRate ' +
      'ReportingCurrencyExchRateSecondary CashDiscountAmount Quantity DiscountPercentage',
    dates: 'TransDate DocumentDate DueDate CashDiscountDate ReverseDate',
    enums: {
      AccountType: 'LedgerJournalACType',
      OffsetAccountType: 'LedgerJournalACType',
      OverrideSalesTax: 'NoYes',
      ReverseEntry: 'NoYes',
      IsWithholdingCalculationEnabled: 'NoYes',
    },
    indexed: 'JournalBatchNumber Document Voucher',
    writable: true,
    notOnCreate: 'LineNumber ItemWithholdingTaxGroupCode',
    notOnEdit: 'JournalBatchNumber LineNumber ItemWithholdingTaxGroupCode',
    lengths: {
      Text: 60,
      OffsetText: 60,
      Document: 20,
      Invoice: 20,
      PaymentReference: 20,
      PaymentId: 20,
      Voucher: 20,
    },
  },
  BankAccounts: {
    type: 'BankAccount',
    label: 'Bank accounts',
    table: 'BankAccountTable',
    keys: 'dataAreaId BankAccountId',
    companyCase: 'upper',
    strings:
      'dataAreaId BankAccountId Name AccountNumber IBAN SWIFTCode RoutingNumber CurrencyCode BankGroupId ' +
      'BankMainAccountIdDisplayValue ReconciliationMatchingRuleSetId BankStatementFormatId CompanyStatementName',
    decimals: `DiscountInterestsFee CollectionExpensesFee CreditLimit InvoiceRemitFee PaymentDiscountingMaximum AllowedPennyDifferenceForReconciliation ${ADDRESS_DECIMALS}`,
    ints: 'PrenoteResponseDays',
    dates: 'ActiveFrom ActiveTo PositivePayStartDate',
    instants: ADDRESS_INSTANTS,
    enums: {
      BankAccountStatus: 'BankAccountHoldStatus',
      EnableAdvancedBankReconciliation: 'NoYes',
      ReconcileAfterStatementImport: 'NoYes',
      AllowTransactionsInAdditionalCurrencies: 'NoYes',
      IsPrenoteRequired: 'NoYes',
    },
  },
  VendorsV2: vendor('VendorV2'),
  VendorsV3: vendor('VendorV3'),
  VendorBankAccounts: {
    type: 'VendorBankAccount',
    label: 'Vendor bank accounts',
    table: 'VendBankAccount',
    keys: 'dataAreaId VendorAccountNumber VendorBankAccountId',
    strings:
      'dataAreaId VendorAccountNumber VendorBankAccountId BankName BankAccountNumber RoutingNumber IBAN SWIFTCode ' +
      'BankGroupId CurrentCurrencyCode Comments BankMessage',
    decimals: `CrossRate ${ADDRESS_DECIMALS}`,
    instants: `ActiveDate ExpirationDate ${ADDRESS_INSTANTS}`,
    enums: {
      BankAccountType: 'BankAccountType',
      IsDefaultBankAccount: 'NoYes',
      IsDefaultBankAccountForCurrentCurrency: 'NoYes',
      Reviewed: 'NoYes',
    },
  },
  CustomersV3: {
    type: 'CustomerV3',
    label: 'Customers',
    table: 'CustTable',
    keys: 'dataAreaId CustomerAccount',
    strings:
      'dataAreaId CustomerAccount OrganizationName PartyType PartyNumber CustomerGroupId SalesCurrencyCode ' +
      'InvoiceAccount PaymentMethod PaymentTerms PaymentBankAccount',
    decimals:
      'CreditLimit CredManCustCreditMaxAlt CredManEligibleCreditMax DeliveryAddressLatitude DeliveryAddressLongitude ' +
      `InvoiceAddressLatitude InvoiceAddressLongitude ${ADDRESS_DECIMALS}`,
    ints: 'ConsolidationDay OrganizationNumberOfEmployees PaymentTermsBaseDays PersonAnniversaryDay PersonAnniversaryYear',
    longs: CONTACT_LONGS,
    dates:
      'CredManBusinessStarted CredManCreditLimitDate CredManCreditLimitExpiryDate CredManCustomerSince ' +
      'CredManEligibleCreditLimitDate CredManLastReviewDate CredManNextSchedReviewDate',
    instants: `DeliveryAddressValidFrom DeliveryAddressValidTo InvoiceAddressValidFrom InvoiceAddressValidTo ${ADDRESS_INSTANTS}`,
    enums: { OnHoldStatus: 'CustVendorBlocked' },
  },
  Currencies: {
    type: 'Currency',
    label: 'Currencies',
    table: 'Currency',
    keys: 'CurrencyCode',
    strings: 'CurrencyCode Name Symbol',
    decimals:
      'GeneralRoundingRule RoundingRuleFixedAssetDepreciation RoundingRulePrices RoundingRulePurchaseOrders RoundingRuleSalesOrders',
    ints: 'DecimalsCount_MX',
    enums: { ReferenceCurrencyForTriangulation: 'NoYes' },
  },
  ExchangeRates: {
    type: 'ExchangeRate',
    keys: 'RateTypeName FromCurrency ToCurrency StartDate',
    strings: 'RateTypeName RateTypeDescription FromCurrency ToCurrency',
    decimals: 'Rate',
    dates: 'StartDate EndDate',
    enums: { ConversionFactor: 'ExchangeRateDisplayFactor' },
  },
  FiscalCalendarsEntity: { type: 'FiscalCalendarsEntity', keys: 'CalendarId', strings: 'CalendarId Description' },
  FiscalPeriods: {
    type: 'FiscalPeriod',
    keys: 'Calendar FiscalYear StartDate EndDate PeriodName',
    strings: 'Calendar FiscalYear PeriodName ShortName Comments',
    ints: 'Days',
    dates: 'StartDate EndDate',
    enums: { Type: 'FiscalPeriodType', Month: 'FiscalPeriodMonth', Quarter: 'FiscalQuarter' },
  },
  LedgerFiscalPeriods: {
    type: 'LedgerFiscalPeriod',
    keys: 'LedgerName Calendar YearName PeriodName',
    strings: 'LedgerName Calendar YearName PeriodName LegalEntityId',
    enums: {
      PeriodStatus: 'FiscalPeriodStatus',
      LedgerAccessLevel: 'ModulePeriodStat',
      BankAccessLevel: 'ModulePeriodStat',
      VendAccessLevel: 'ModulePeriodStat',
      CustAccessLevel: 'ModulePeriodStat',
    },
  },
  BankAccountTransBiEntities: {
    type: 'BankAccountTransBiEntity',
    keys: 'dataAreaId SourceKey',
    companyCase: 'upper',
    strings:
      'dataAreaId AccountId Voucher Txt CurrencyCode BankTransCurrencyCode BankTransType PaymReference AccountStatement ' +
      'DepositNum ChequeNum PaymentMode SysDataAreaId SysCreatedBy SysModifiedBy',
    decimals:
      'AmountCur AmountMST AmountReportingCurrency AmountCorrect BankTransAmountCur AccountingCurrencyAmountCorrect_RU ' +
      'ReportingCurrencyAmountCorrect_RU ReportingCurrencyAmount_RU',
    ints: 'SourceTableId SysRecVersion',
    longs: 'SourceKey SourceRecId ReasonRefRecID RefRecId_RU',
    dates: 'TransDate AccountStatementDate ClearedDate AcknowledgementDate',
    instants: 'CreatedOn SysModifiedDateTime',
    enums: {
      LedgerTransType: 'LedgerTransType',
      Reconciled: 'NoYes',
      Included: 'NoYes',
      Manual: 'NoYes',
      Cancel: 'NoYes',
      CancelPending: 'NoYes',
    },
    indexed: 'Voucher',
  },
  GeneralJournalEntryBiEntities: {
    type: 'GeneralJournalEntryBiEntity',
    keys: 'JournalNumber FiscalCalendarYear Ledger',
    strings:
      'JournalNumber SubledgerVoucher SubledgerVoucherDataAreaId DocumentNumber LedgerPostingJournal ' +
      'LedgerPostingJournalDataAreaId SysCreatedBy',
    ints: 'SysRecVersion',
    longs:
      'FiscalCalendarYear Ledger SourceKey SysCreatedTransactionId BudgetSourceLedgerEntryPosted LedgerEntryJournal ' +
      'SubledgerJournalEntry TransferId FiscalCalendarPeriod',
    dates: 'AccountingDate DocumentDate AcknowledgementDate',
    instants: 'CreatedOn',
    enums: { PostingLayer: 'CurrentOperationsTax', JournalCategory: 'LedgerTransType' },
    indexed: 'DocumentNumber SubledgerVoucher LedgerPostingJournal SourceKey',
  },
  GeneralJournalAccountEntryBiEntities: {
    type: 'GeneralJournalAccountEntryBiEntity',
    keys: 'SourceKey',
    strings:
      'TransactionCurrencyCode LedgerAccount PaymentReference Text ProjTableDataAreaId ProjId_SA LedgerDimensionValuesJson',
    decimals: 'AccountingCurrencyAmount ReportingCurrencyAmount TransactionCurrencyAmount Quantity',
    ints: 'SysRecVersion AllocationLevel',
    longs: 'SourceKey GeneralJournalEntry MainAccount CreatedByTransactionId FinTag ReasonRef OriginalAccountEntry',
    dates: 'HistoricalExchangeRateDate',
    enums: { PostingType: 'LedgerPostingType', IsCredit: 'NoYes', IsCorrection: 'NoYes' },
    indexed: 'GeneralJournalEntry',
  },
};
