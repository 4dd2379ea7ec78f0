/** A small site for tests: two Dutch divisions of one licence, with one of each thing that posting has a rule for. */
import { money } from '../../main/core/money.ts';
import type { ExactDivisionSeed, ExactGlAccountSeed, ExactPeriodSeed, ExactSeed } from './seed.ts';

export const DIVISION = 100001;
export const OTHER_DIVISION = 100002;
/** A GL account that bears this code in both divisions, under different ids. */
export const OFFICE_COSTS = '4500';

export function smallSeed(year = 2026): ExactSeed {
  return {
    users: [
      { userName: 'anna', fullName: 'Anna de Wit', email: 'anna@kade.example', language: 'nl' },
      { userName: 'ben', fullName: 'Ben Okoro', email: 'ben@kade.example', language: 'en' },
      { userName: 'carla', fullName: 'Carla Vogt', email: 'carla@kade.example', language: 'de' },
    ],
    divisions: [division(DIVISION, 'Kade Amsterdam', year), division(OTHER_DIVISION, 'Kade Rotterdam', year)],
  };
}

function division(code: number, description: string, year: number): ExactDivisionSeed {
  const open = (balance: string, currency: string) => ({
    date: `${year}-01-01`,
    balance: money(balance, currency),
    glAccount: '0500',
  });
  return {
    code,
    description,
    customerName: 'Kade B.V.',
    country: 'NL',
    currency: 'EUR',
    vatNumber: 'NL001234567B01',
    startDate: `${year - 2}-01-01`,
    periods: [...months(year - 1), ...months(year)],
    glAccounts: GL_ACCOUNTS,
    journals: [
      {
        code: '20',
        description: 'Bank EUR',
        type: 12,
        currency: 'EUR',
        glAccount: '1100',
        iban: 'NL02ABNA0123456789',
        bankName: 'ABN AMRO',
        opening: open('1000.00', 'EUR'),
      },
      {
        code: '21',
        description: 'Bank USD',
        type: 12,
        currency: 'USD',
        glAccount: '1110',
        accountNumber: '000123456789',
        opening: open('500.00', 'USD'),
      },
      { code: '29', description: 'Old bank', type: 12, currency: 'EUR', glAccount: '1190', blocked: true },
      { code: '10', description: 'Cash', type: 10, currency: 'EUR', glAccount: '1000' },
      { code: '30', description: 'Stripe', type: 16, currency: 'EUR', glAccount: '1160' },
      { code: '90', description: 'General', type: 90, currency: 'EUR', allowVariableCurrency: true },
      { code: '91', description: 'General with VAT', type: 90, currency: 'EUR', allowVat: true },
    ],
    relations: [
      {
        code: '25',
        name: 'Brouwer Interieur',
        customer: true,
        bankAccounts: [{ iban: 'NL91RABO0417164300', bic: 'RABONL2U', holder: 'Brouwer Interieur' }],
      },
      { code: '400', name: 'Houthandel Vos', supplier: true, purchaseVatCode: '4', glPurchase: '7000' },
      { code: '401', name: 'Old supplier', supplier: true, blocked: true },
    ],
    costCenters: [
      { code: 'AMS', description: 'Amsterdam' },
      { code: 'RTM', description: 'Rotterdam' },
      { code: 'OLD', description: 'Closed office', endDate: `${year - 1}-12-31` },
    ],
    costUnits: [{ code: 'P1', description: 'Project 1' }],
    vatCodes: [
      { code: '0', description: 'No VAT', percentage: '0', transactionType: 'B' },
      { code: '4', description: 'High rate, included', percentage: '21', transactionType: 'P', glToClaim: '1520' },
      { code: '2', description: 'High rate, sales', percentage: '21', transactionType: 'S', glToPay: '1500' },
      { code: '9', description: 'Abolished', percentage: '19', transactionType: 'B', blocked: true, glToPay: '1500' },
    ],
    closed: [{ journal: '20', year: year - 1, period: 12 }],
    exchangeRates: [{ source: 'USD', from: `${year - 1}-01-01`, rate: '0.9' }],
  };
}

const GL_ACCOUNTS: readonly ExactGlAccountSeed[] = [
  { code: '0500', description: 'Share capital', type: 50 },
  { code: '1000', description: 'Cash', type: 10 },
  { code: '1100', description: 'Bank EUR', type: 12 },
  { code: '1110', description: 'Bank USD', type: 12 },
  { code: '1150', description: 'Credit card', type: 14 },
  { code: '1160', description: 'Stripe', type: 16 },
  { code: '1190', description: 'Old bank', type: 12 },
  { code: '1300', description: 'Receivables', type: 20 },
  { code: '1500', description: 'VAT to pay', type: 24 },
  { code: '1520', description: 'VAT to claim', type: 24 },
  { code: '1600', description: 'Payables', type: 22 },
  { code: '2000', description: 'Money in transit', type: 90 },
  { code: '4000', description: 'Wages', type: 120, useCostCenter: 'mandatory', vatCode: '0' },
  { code: OFFICE_COSTS, description: 'Office costs', type: 120, vatCode: '4' },
  { code: '4600', description: 'Travel', type: 120, useCostUnit: 'mandatory', costCenter: 'AMS' },
  { code: '4999', description: 'Blocked costs', type: 120, blocked: true },
  { code: '7000', description: 'Purchases', type: 111, useCostCenter: 'forbidden' },
  { code: '8000', description: 'Revenue', type: 110 },
];

function months(year: number): ExactPeriodSeed[] {
  return Array.from({ length: 12 }, (_, at) => {
    const month = String(at + 1).padStart(2, '0');
    const last = new Date(Date.UTC(year, at + 1, 0)).getUTCDate();
    return { year, period: at + 1, from: `${year}-${month}-01`, to: `${year}-${month}-${last}` };
  });
}
