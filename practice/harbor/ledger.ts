/**
 * Harbor Property Group as it stands in its ERP before the first practice day: plain data that the practice D365 seeds
 * itself from.
 */
import { addDays, type CalendarDate } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';
import { ACCOUNT_LIST, type AccountKey, BANKS, type LegalEntityId } from './accounts.ts';
import { MAIN_ACCOUNTS } from './chart.ts';
import { CUSTOMERS, VENDORS } from './parties.ts';
import { PROPERTIES } from './properties.ts';

export type HarborMainAccount = {
  readonly account: string;
  readonly name: string;
  readonly type: 'Asset' | 'Liability' | 'Equity' | 'Revenue' | 'Expense' | 'Total';
  readonly suspended?: true;
  /** A control account: only subledgers post to it. */
  readonly noManualEntry?: true;
};

export type HarborDimension = {
  readonly name: string;
  readonly values: ReadonlyArray<{ readonly value: string; readonly description: string; readonly suspended?: true }>;
};

export type HarborBankAccount = {
  /** At most 10 characters, with a hyphen. */
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly routing: string;
  readonly currency: string;
  /** The GL account that the bank account posts to. */
  readonly mainAccount: string;
  /**
   * Bank balance at the end of the day before the first practice day, by the bank. Sign: positive = the firm's money
   * (the credit card is negative). Already posted in the ledger on that day, against 300900.
   */
  readonly openingBalance: Money;
};

export type HarborJournalName = {
  readonly name: string;
  readonly description: string;
  readonly type: 'Daily' | 'Payment' | 'CustPayment';
  readonly voucherSeries: string;
  readonly newVoucher: 'BalanceSheet' | 'Manually' | 'OneVoucher';
  readonly voucherAllocationAtPosting: boolean;
  readonly workflowActive: boolean;
  readonly deleteLinesAfterPosting: boolean;
};

export type HarborPeriod = {
  readonly year: string;
  readonly name: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly type: 'Operating';
  readonly status: 'Open' | 'Closed' | 'OnHold';
};

export type HarborParty = {
  readonly account: string;
  readonly name: string;
  readonly currency: string;
  /** On hold for all. */
  readonly blocked: boolean;
};

export type HarborLegalEntity = {
  readonly id: LegalEntityId;
  readonly name: string;
  readonly currency: string;
  readonly bankAccounts: readonly HarborBankAccount[];
  readonly journalNames: readonly HarborJournalName[];
  readonly periods: readonly HarborPeriod[];
  readonly vendors: readonly HarborParty[];
  readonly customers: readonly HarborParty[];
};

export type HarborLedger = {
  readonly chartOfAccounts: string;
  readonly fiscalCalendar: string;
  readonly exchangeRateType: string;
  readonly currencies: readonly string[];
  /** Joins the segments of an account string; inside a value it is escaped with a backslash. */
  readonly dimensionDelimiter: '-';
  readonly mainAccounts: readonly HarborMainAccount[];
  /** In the order of the account string, after the main account. */
  readonly dimensions: readonly HarborDimension[];
  /** Dimensions that the account structure demands for a range of main accounts (both ends included). */
  readonly requiredDimensions: ReadonlyArray<{
    readonly from: string;
    readonly to: string;
    readonly dimensions: readonly string[];
  }>;
  /** The day before the first practice day: opening balances stand on it. */
  readonly openingDate: CalendarDate;
  /** Main account that the opening balances were posted against. */
  readonly openingOffset: string;
  readonly legalEntities: readonly HarborLegalEntity[];
};

/** What the ledger must know of the bank side to agree with it on the opening date. */
export type OpeningSource = {
  readonly firstDay: CalendarDate;
  /** Bank balance at the end of a day, positive = the firm's money. */
  balanceOn(account: AccountKey, day: CalendarDate): Money;
};

const ENTITY_NAMES: Readonly<Record<LegalEntityId, string>> = {
  HPGM: 'Harbor Property Management Inc.',
  HPGR: 'Harbor Residential LLC',
  HPGS: 'Harbor Self Storage LLC',
};

const COST_CENTERS: HarborDimension['values'] = [
  { value: '010', description: 'Administration' },
  { value: '020', description: 'Leasing' },
  { value: '030', description: 'Maintenance' },
  { value: '040', description: 'Security' },
  { value: '090', description: 'Former project office', suspended: true },
];

const JOURNAL_NAMES: readonly HarborJournalName[] = [
  journalName('BankFeed', 'Bank feed', {}),
  journalName('GenJrn', 'General journal with approval', { workflowActive: true }),
  journalName('Manual', 'Vouchers numbered by hand', { newVoucher: 'Manually' }),
  journalName('VendPay', 'Vendor payments', { type: 'Payment' }),
];

/** What Harbor's account structure demands; the service does not publish it, so the setup document says it again. */
export const REQUIRED_DIMENSIONS: HarborLedger['requiredDimensions'] = [
  { from: '400000', to: '402999', dimensions: ['Property'] },
  { from: '600000', to: '629999', dimensions: ['CostCenter'] },
];

/** The ERP's state before the first practice day. */
export function harborLedger(source: OpeningSource): HarborLedger {
  const openingDate = addDays(source.firstDay, -1);
  return {
    chartOfAccounts: 'Harbor',
    fiscalCalendar: 'Fiscal',
    exchangeRateType: 'Default',
    currencies: ['USD', 'EUR', 'CAD'],
    dimensionDelimiter: '-',
    mainAccounts: MAIN_ACCOUNTS,
    dimensions: [
      { name: 'CostCenter', values: COST_CENTERS },
      {
        name: 'Property',
        values: [
          ...PROPERTIES.map(({ code, name }) => ({ value: code, description: name })),
          { value: 'P99', description: 'Sold: Ferry Row', suspended: true as const },
        ],
      },
    ],
    requiredDimensions: REQUIRED_DIMENSIONS,
    openingDate,
    openingOffset: '300900',
    legalEntities: (['HPGM', 'HPGR', 'HPGS'] as const).map((id) => ({
      id,
      name: ENTITY_NAMES[id],
      currency: 'USD',
      bankAccounts: bankAccountsOf(id, source, openingDate),
      journalNames: JOURNAL_NAMES,
      periods: periodsAround(source.firstDay),
      vendors: [
        ...VENDORS.map((vendor) => ({ account: vendor.id, name: vendor.name, currency: 'USD', blocked: false })),
        { account: 'V-1999', name: 'Closed Contractor', currency: 'USD', blocked: true },
      ],
      customers:
        id === 'HPGM'
          ? CUSTOMERS.map((customer) => ({
              account: customer.id,
              name: customer.name,
              currency: 'USD',
              blocked: false,
            }))
          : [],
    })),
  };
}

function bankAccountsOf(id: LegalEntityId, source: OpeningSource, openingDate: CalendarDate): HarborBankAccount[] {
  return ACCOUNT_LIST.flatMap((account) =>
    account.ledger?.legalEntity !== id
      ? []
      : [
          {
            id: account.ledger.bankAccount,
            name: `${BANKS[account.bank].name} ${account.name}`,
            number: account.number,
            routing: BANKS[account.bank].routing,
            currency: 'USD',
            mainAccount: account.type === 'credit' ? '213000' : account.key.endsWith('Trust') ? '110130' : '110110',
            openingBalance: source.balanceOn(account.key, openingDate),
          },
        ],
  );
}

/** Three years of months around the first practice day; those that ended before its month are closed. */
function periodsAround(firstDay: CalendarDate): HarborPeriod[] {
  const firstYear = Number(firstDay.slice(0, 4)) - 1;
  const periods: HarborPeriod[] = [];
  for (let month = 0; month < 36; month++) {
    const year = firstYear + Math.floor(month / 12);
    const from = monthStart(year, month % 12);
    const to = addDays(monthStart(year, (month % 12) + 1), -1);
    const status = to < firstDay ? 'Closed' : 'Open';
    periods.push({ year: String(year), name: `Period ${(month % 12) + 1}`, from, to, type: 'Operating', status });
  }
  return periods;
}

/** The first day of a month counted from 0; month 12 is January of the next year. */
function monthStart(year: number, month: number): CalendarDate {
  const [y, m] = month < 12 ? [year, month + 1] : [year + 1, 1];
  return `${y}-${String(m).padStart(2, '0')}-01`;
}

function journalName(name: string, description: string, change: Partial<HarborJournalName>): HarborJournalName {
  return {
    name,
    description,
    type: 'Daily',
    voucherSeries: `GNJL_${name}`,
    newVoucher: 'BalanceSheet',
    voucherAllocationAtPosting: false,
    workflowActive: false,
    deleteLinesAfterPosting: false,
    ...change,
  };
}
