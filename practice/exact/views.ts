/** Masters as rows of their resources. */

import type { Values } from './schema.ts';
import type { CostCode, Division, ExchangeRate, GlAccount, Journal, Period, Stamp, VatCode } from './site.ts';

export function stampValues(division: Division, { id, created, modified }: Stamp): Values {
  return { ID: id, Division: division.code, Created: created, Modified: modified };
}

export function systemDivision(division: Division, isCurrent: boolean): Values {
  return {
    ...divisionValues(division),
    Hid: hid(division),
    IsMainDivision: isMain(division),
    Current: isCurrent,
    Legislation: division.country,
    DivisionMoveDate: division.movedAt,
  };
}

export function hrmDivision(division: Division): Values {
  return { ...divisionValues(division), HID: hid(division), Main: isMain(division) };
}

/** The number by which people know a division. */
const hid = ({ code }: Division) => String(code % 1000);
const isMain = (division: Division) => hid(division) === '1';

function divisionValues(division: Division): Values {
  return {
    Code: division.code,
    Description: division.description,
    CustomerName: division.customerName,
    Country: division.country,
    Currency: division.currency,
    Status: division.archived ? 1 : 0,
    BlockingStatus: division.blockingStatus,
    VATNumber: division.vatNumber,
    StartDate: `${division.startDate}T00:00:00`,
  };
}

export function journalValues(division: Division, journal: Journal): Values {
  const isBank = journal.type === 12;
  return {
    ...stampValues(division, journal),
    Code: journal.code,
    Description: journal.description,
    Type: journal.type,
    Currency: journal.currency,
    AllowVariableCurrency: journal.allowVariableCurrency,
    AllowVariableExchangeRate: false,
    AllowVAT: journal.allowVat,
    AutoSave: false,
    GLAccount: journal.glAccount?.id ?? null,
    GLAccountCode: journal.glAccount?.code ?? null,
    GLAccountDescription: journal.glAccount?.description ?? null,
    GLAccountType: journal.glAccount?.type ?? null,
    BankAccountID: journal.bankAccountId,
    BankAccountIBAN: isBank ? journal.iban : null,
    BankAccountIncludingMask: isBank ? (journal.accountNumber ?? journal.iban) : null,
    BankAccountDescription: isBank ? journal.description : null,
    BankName: journal.bankName,
    IsBlocked: journal.blocked,
    PaymentServiceProvider: journal.type === 16 ? 3 : null,
    PaymentServiceProviderName: journal.type === 16 ? 'Stripe' : null,
  };
}

export function glAccountValues(division: Division, account: GlAccount): Values {
  const isBalance = account.type < 100;
  return {
    ...stampValues(division, account),
    Timestamp: String(account.timestamp),
    Code: account.code,
    Description: account.description,
    SearchCode: account.code,
    Type: account.type,
    BalanceSide: [20, 10, 12, 30, 32, 40, 111, 120].includes(account.type) ? 'D' : 'C',
    BalanceType: isBalance ? 'B' : 'W',
    IsBlocked: account.blocked,
    Compress: false,
    Matching: account.type === 20 || account.type === 22,
    RevalueCurrency: account.type === 12,
    UseCostcenter: account.useCostCenter,
    UseCostunit: account.useCostUnit,
    Costcenter: account.costCenter,
    VATCode: paddedVatCode(account.vatCode),
    AllowCostsInSales: 0,
    ExcludeVATListing: 0,
  };
}

export function costValues(division: Division, cost: CostCode): Values {
  const endDate = cost.endDate === null ? null : `${cost.endDate}T00:00:00`;
  return {
    ...stampValues(division, cost),
    Code: cost.code,
    Description: cost.description,
    EndDate: endDate,
    Active: true,
  };
}

export function vatCodeValues(division: Division, code: VatCode): Values {
  return {
    ...stampValues(division, code),
    Code: paddedVatCode(code.code),
    Description: code.description,
    // A rate of 21 % is told as 0.21.
    Percentage: fractionOf(code.percentage),
    Type: 'I',
    VATTransactionType: code.transactionType,
    IsBlocked: code.blocked,
    Charged: false,
    IntraStat: false,
    Country: division.country,
    GLToPay: code.glToPay?.id ?? null,
    GLToPayCode: code.glToPay?.code ?? null,
    GLToPayDescription: code.glToPay?.description ?? null,
    GLToClaim: code.glToClaim?.id ?? null,
    GLToClaimCode: code.glToClaim?.code ?? null,
    GLToClaimDescription: code.glToClaim?.description ?? null,
  };
}

export function vatPercentageValues(division: Division, code: VatCode): Values {
  return {
    ...stampValues(division, code),
    VATCodeID: code.id,
    LineNumber: 1,
    Percentage: fractionOf(code.percentage),
    StartDate: `${division.startDate}T00:00:00`,
    Type: 0,
  };
}

/** VAT codes are three characters wide, filled up with spaces. */
export function paddedVatCode(code: string | null): string | null {
  return code === null ? null : code.padEnd(3);
}

/** A percentage as a decimal fraction: `21` is `0.21`, `8.1` is `0.081`. */
export function fractionOf(percentage: string): string {
  const [whole = '0', decimals = ''] = percentage.split('.');
  const digits = whole.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${decimals}`;
}

export function periodValues(division: Division, period: Period): Values {
  return {
    ...stampValues(division, period),
    FinYear: period.year,
    FinPeriod: period.period,
    StartDate: `${period.from}T00:00:00`,
    EndDate: `${period.to}T00:00:00`,
  };
}

export function exchangeRateValues(division: Division, rate: ExchangeRate): Values {
  return {
    ...stampValues(division, rate),
    SourceCurrency: rate.source,
    TargetCurrency: division.currency,
    StartDate: `${rate.from}T00:00:00`,
    Rate: rate.rate,
  };
}
