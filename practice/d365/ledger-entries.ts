/** The posted ledger: general journal entries, account entries and bank transactions. */
import { exponentOf } from '../../main/core/currencies.ts';
import { joinDisplay, splitDisplay } from './display.ts';
import { delimiterOf, type Erp, formatSegments, ledgerOf, mainAccountOf, type PostedSide, periodOf } from './erp.ts';
import { accountingAmount } from './totals.ts';
import { fromMinor, noon, type Values } from './values.ts';

export type LedgerVoucher = {
  readonly company: string;
  /** Empty for what did not come from a general journal. */
  readonly journal: string;
  readonly voucher: string;
  readonly date: string;
  readonly document: string;
  readonly documentDate: string;
  readonly sides: ReadonlyArray<PostedSide & { readonly line: Values }>;
};

/** Writes a voucher into the posted ledger: general journal entry, account entries, bank transactions. */
export function writeLedger(erp: Erp, entry: LedgerVoucher): void {
  const { company, voucher, date } = entry;
  const ledger = ledgerOf(erp, company)?.values ?? {};
  const accounting = ledger.AccountingCurrency ?? '';
  const decimals = exponentOf(accounting) ?? 2;
  const createdOn = new Date(erp.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const sourceKey = String(erp.db.nextRecId());
  erp.db.table('GeneralJournalEntryBiEntities').insert({
    JournalNumber: `${company}${String(erp.nextNumber('ledger')).padStart(9, '0')}`,
    FiscalCalendarYear: date.slice(0, 4),
    FiscalCalendarPeriod: String(periodOf(erp, company, date)?.recId ?? 0),
    Ledger: ledger.LedgerRecId ?? '0',
    SourceKey: sourceKey,
    SubledgerVoucher: voucher,
    SubledgerVoucherDataAreaId: company,
    AccountingDate: noon(date),
    DocumentDate: entry.documentDate,
    DocumentNumber: entry.document,
    LedgerPostingJournal: entry.journal,
    LedgerPostingJournalDataAreaId: entry.journal === '' ? '' : company,
    JournalCategory: 'GeneralJournal',
    CreatedOn: createdOn,
  });
  for (const side of entry.sides) {
    const accountingMinor = accountingAmount(
      fromMinor(side.minor, exponentOf(side.currency) ?? 2),
      side.line,
      decimals,
    );
    const accountingText = fromMinor(accountingMinor, decimals);
    const amount = fromMinor(side.minor, exponentOf(side.currency) ?? 2);
    const account = mainAccountUnder(erp, side);
    erp.db.table('GeneralJournalAccountEntryBiEntities').insert({
      SourceKey: String(erp.db.nextRecId()),
      GeneralJournalEntry: sourceKey,
      MainAccount: mainAccountOf(erp, company, account.main)?.values.MainAccountRecId ?? '0',
      LedgerAccount: account.display,
      AccountingCurrencyAmount: accountingText,
      ReportingCurrencyAmount: accountingText,
      TransactionCurrencyAmount: amount,
      TransactionCurrencyCode: side.currency,
      IsCredit: side.minor < 0n ? 'Yes' : 'No',
      Text: side.text,
      PaymentReference: side.paymentReference,
      PostingType: postingType(side.accountType),
    });
    if (side.accountType === 'Bank') writeBankTransaction(erp, side, amount, accountingText, createdOn);
    if (entry.journal !== '') {
      const { line: _, ...kept } = side;
      erp.posted.push(kept);
    }
  }
}

function postingType(accountType: string): string {
  return { Bank: 'Bank', Cust: 'CustBalance', Vend: 'VendBalance' }[accountType] ?? 'LedgerJournal';
}

/** The main account that a side lands on, and its display value: a subledger account goes to its summary account. */
function mainAccountUnder(erp: Erp, side: PostedSide): { readonly main: string; readonly display: string } {
  const delimiter = delimiterOf(erp);
  const names = formatSegments(erp, 'DataEntityLedgerDimensionFormat');
  const segments = splitDisplay(side.accountDisplay, delimiter);
  if (side.accountType === 'Ledger')
    return { main: segments[names.indexOf('MainAccount')] ?? '', display: side.accountDisplay };
  const main =
    side.accountType === 'Bank'
      ? (splitDisplay(
          erp.db.table('BankAccounts').find([side.company, segments[0] ?? ''])?.values.BankMainAccountIdDisplayValue ??
            '',
          delimiter,
        )[0] ?? '')
      : side.accountType === 'Cust'
        ? erp.controlAccounts.Cust
        : erp.controlAccounts.Vend;
  return {
    main,
    display: joinDisplay(
      names.map((name) => (name === 'MainAccount' ? main : '')),
      delimiter,
    ),
  };
}

function writeBankTransaction(erp: Erp, side: PostedSide, amount: string, accounting: string, createdOn: string): void {
  const account = splitDisplay(side.accountDisplay, delimiterOf(erp))[0] ?? '';
  const recId = String(erp.db.nextRecId());
  erp.db.table('BankAccountTransBiEntities').insert({
    dataAreaId: side.company,
    SysDataAreaId: side.company.toLowerCase(),
    SourceKey: recId,
    SourceRecId: recId,
    AccountId: account,
    TransDate: noon(side.date),
    Voucher: side.voucher,
    AmountCur: amount,
    BankTransAmountCur: amount,
    AmountMST: accounting,
    AmountReportingCurrency: accounting,
    CurrencyCode: side.currency,
    BankTransCurrencyCode: side.currency,
    // A line of a general journal cannot name a bank transaction type.
    BankTransType: '',
    PaymReference: side.paymentReference,
    Txt: side.text,
    LedgerTransType: 'GeneralJournal',
    CreatedOn: createdOn,
    SysModifiedDateTime: createdOn,
  });
}
