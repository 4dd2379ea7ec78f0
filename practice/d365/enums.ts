/** Members of the enums that these sets use, in the order of their values. */
const ENUMS: Readonly<Record<string, string>> = {
  NoYes: 'No Yes',
  LedgerJournalACType: 'Ledger Cust Vend Project FixedAssets Bank',
  LedgerJournalType: 'Daily Periodic PurchaseLedger Approval Payment CustPayment Cost VendInvoiceRegister',
  NewVoucher: 'BalanceSheet Manually OneVoucher',
  CurrentOperationsTax: 'Current Operations Tax None',
  DetailSummary: 'Detail Summary',
  DimensionLedgerAccountType: 'Blank ProfitAndLoss Revenue Expense BalanceSheet Asset Liability Equity Total Reporting',
  DebCredProposal: 'None Debit Credit',
  FieldControl: 'Optional FillIn Table List',
  DimensionSegmentDelimiter:
    'Hyphen Period Underscore Bar Tilde DoubleHyphen DoublePeriod DoubleUnderscore DoubleBar DoubleTilde',
  DimensionHierarchyType: 'AccountStructure DataEntityDefaultDimensionFormat DataEntityLedgerDimensionFormat',
  BankAccountHoldStatus: 'ActiveForAllTransactions InactiveForNewTransactions InactiveForAllTransactions',
  BankAccountType: 'CheckingAccount SavingsAccount',
  CustVendorBlocked: 'No Invoice All Payment Requisition Never PurchOrder',
  ExchangeRateDisplayFactor: 'One Ten Hundred Thousand TenThousand',
  FiscalPeriodType: 'Opening Operating Closing',
  FiscalPeriodMonth: 'Month1 Month2 Month3 Month4 Month5 Month6 Month7 Month8 Month9 Month10 Month11 Month12',
  FiscalQuarter: 'Q1 Q2 Q3 Q4',
  FiscalPeriodStatus: 'OnHold Open Closed',
  ModulePeriodStat: 'All None User',
  LedgerTransType: 'None Payment Bank GeneralJournal',
  LedgerPostingType: 'None LedgerJournal Bank CustBalance VendBalance',
};

/** The members of an enum, first one first; empty for an enum that the practice ERP does not have. */
export function enumMembers(type: string): readonly string[] {
  return ENUMS[type]?.split(' ') ?? [];
}
