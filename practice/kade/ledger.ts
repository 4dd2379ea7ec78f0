/** The books of Atelier Kade before the first practice day: what each country site is given at its start. */
import { addDays, type CalendarDate } from '../../main/core/calendar.ts';
import type { CompanyBanks } from '../company/banks.ts';
import type {
  ExactDivisionSeed,
  ExactGlAccountSeed,
  ExactPeriodSeed,
  ExactSeed,
  ExactUserSeed,
} from '../exact/seed.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { OFFICES, type Office, type OfficeKey, type Role, type Vat } from './offices.ts';
import { CUSTOMERS, SUPPLIERS } from './parties.ts';

const USERS: Readonly<Record<OfficeKey, ExactUserSeed>> = {
  nl: { userName: 'sanne', fullName: 'Sanne Bakker', email: 'sanne@kade.example', language: 'nl' },
  be: { userName: 'an', fullName: 'An De Smet', email: 'an@kade.example', language: 'nl' },
  de: { userName: 'juergen', fullName: 'Jürgen Weiß', email: 'juergen@kade.example', language: 'de' },
};

/** Exact's number of an account's type, and what its lines carry. */
const KINDS: Readonly<Record<Role, { readonly type: number; readonly cost?: true; readonly vat?: Vat }>> = {
  capital: { type: 50 },
  opening: { type: 52 },
  transit: { type: 90 },
  onItsWay: { type: 90 },
  suspense: { type: 90 },
  receivable: { type: 20 },
  payable: { type: 22 },
  vatToPay: { type: 24 },
  vatToClaim: { type: 24 },
  group: { type: 90 },
  wages: { type: 25 },
  wageTax: { type: 100 },
  rent: { type: 120, cost: true, vat: 'purchase' },
  energy: { type: 120, cost: true, vat: 'purchase' },
  travel: { type: 120, cost: true, vat: 'purchase' },
  office: { type: 120, cost: true, vat: 'purchase' },
  software: { type: 120, cost: true, vat: 'purchase' },
  marketing: { type: 120, cost: true, vat: 'purchase' },
  bankFees: { type: 120, vat: 'none' },
  terminalFees: { type: 120, cost: true, vat: 'none' },
  materials: { type: 111, cost: true, vat: 'purchase' },
  sales: { type: 110, cost: true, vat: 'sale' },
  interest: { type: 160, vat: 'none' },
};

/** General journals: the everyday one, and the one under which cards are booked, with VAT. */
export const GENERAL_JOURNAL = '90';
export const CARD_JOURNAL = '95';

/** @param banks what the bank side says, so that the books agree with it on the day before the first */
export function kadeLedger(office: OfficeKey, banks: Pick<CompanyBanks, 'firstDay' | 'balanceOn'>): ExactSeed {
  return { users: [USERS[office]], divisions: [divisionOf(OFFICES[office], banks)] };
}

function divisionOf(office: Office, { firstDay, balanceOn }: Pick<CompanyBanks, 'firstDay' | 'balanceOn'>) {
  const openingDay = addDays(firstDay, -1);
  const accounts = ACCOUNT_LIST.filter((account) => account.office === office.key);
  const [opening] = office.chart.opening;
  const periods = periodsAround(firstDay, office.key === 'be' ? 3 : 1);
  const bankJournals = accounts
    .filter(({ route }) => route === 'bank')
    .map(({ key, journal, name, currency, glAccount, number }) => ({
      ...{ code: journal, description: name, type: 12, currency, glAccount, iban: number },
      opening: { date: openingDay, balance: balanceOn(key, openingDay), glAccount: opening },
    }));
  const cards = accounts.filter(({ route }) => route === 'card');
  const general = [
    { code: GENERAL_JOURNAL, description: 'Memoriaal', type: 90, currency: 'EUR' },
    { code: CARD_JOURNAL, description: 'Creditcard', type: 90, currency: 'EUR', allowVat: true },
  ];
  const journals = [...bankJournals, ...general];
  const [receivable] = office.chart.receivable;
  const [payable] = office.chart.payable;
  const division: ExactDivisionSeed = {
    code: office.division,
    description: `${office.company} ${office.city}`,
    customerName: 'Atelier Kade',
    country: office.country,
    currency: 'EUR',
    vatNumber: office.vatNumber,
    startDate: `${Number(firstDay.slice(0, 4)) - 2}-01-01`,
    periods,
    glAccounts: [...glAccountsOf(office), ...accounts.map(ownGlAccount)],
    journals,
    relations: [
      ...CUSTOMERS.filter((one) => one.office === office.key).map(({ code, name, iban }) => ({
        ...{ code, name, customer: true, glReceivable: receivable },
        ...(iban === null ? {} : { bankAccounts: [{ iban, holder: name }] }),
      })),
      ...SUPPLIERS.filter((one) => one.office === office.key).map(({ code, name, iban }) => ({
        ...{ code, name, supplier: true, glPayable: payable },
        bankAccounts: [{ iban, holder: name }],
      })),
      { code: '49999', name: 'Failliet & Co', supplier: true, blocked: true },
    ],
    costCenters: [
      ...Object.values(office.costCenters).map(([code, description]) => ({ code, description })),
      { code: 'OUD', description: 'Oude vestiging', endDate: addDays(firstDay, -200) },
    ],
    costUnits: office.costUnits.map(([code, description]) => ({ code, description })),
    vatCodes: vatCodesOf(office),
    closed: periods
      .filter(({ to }) => to < firstDay)
      .flatMap(({ year, period }) => journals.map(({ code }) => ({ journal: code, year, period }))),
    openingBalances: cards.map(({ key, glAccount }) => ({ glAccount, amount: balanceOn(key, openingDay) })),
    exchangeRates: [{ source: 'USD', from: `${Number(firstDay.slice(0, 4)) - 2}-01-01`, rate: '0.91' }],
  };
  return division;
}

function glAccountsOf(office: Office): ExactGlAccountSeed[] {
  const accounts = (Object.keys(office.chart) as Role[]).map((role): ExactGlAccountSeed => {
    const [code, description] = office.chart[role];
    const { type, cost, vat } = KINDS[role];
    return {
      ...{ code, description, type },
      ...(cost ? { useCostCenter: 'mandatory' as const } : {}),
      ...(vat === undefined ? {} : { vatCode: office.vat[vat][0] }),
    };
  });
  return [...accounts, { code: '999999', description: 'Oude rekening', type: 120, blocked: true }];
}

function ownGlAccount({ glAccount, name, route }: (typeof ACCOUNT_LIST)[number]): ExactGlAccountSeed {
  return { code: glAccount, description: name, type: route === 'card' ? 14 : 12 };
}

const TAXED: Readonly<Record<Vat, 'B' | 'P' | 'S'>> = {
  none: 'B',
  purchase: 'P',
  purchaseLow: 'P',
  sale: 'S',
  reverse: 'P',
};

function vatCodesOf({ vat, chart }: Office): ExactDivisionSeed['vatCodes'] {
  return (Object.keys(vat) as Vat[]).map((kind) => {
    const [code, description, percentage] = vat[kind];
    const transactionType = TAXED[kind];
    return {
      ...{ code, description, percentage, transactionType },
      ...(transactionType === 'S' ? { glToPay: chart.vatToPay[0] } : {}),
      ...(transactionType === 'P' ? { glToClaim: chart.vatToClaim[0] } : {}),
    };
  });
}

/** Three calendar years around the first practice day, in periods of some months: Belgium keeps quarters. */
function periodsAround(firstDay: CalendarDate, months: 1 | 3): ExactPeriodSeed[] {
  const firstYear = Number(firstDay.slice(0, 4)) - 1;
  return [firstYear, firstYear + 1, firstYear + 2].flatMap((year) =>
    Array.from({ length: 12 / months }, (_, index) => ({
      ...{ year, period: index + 1, from: monthStart(year, index * months) },
      to: addDays(monthStart(year, (index + 1) * months), -1),
    })),
  );
}

/** The first day of a month counted from 0; month 12 is January of the next year. */
function monthStart(year: number, month: number): CalendarDate {
  const [y, m] = month < 12 ? [year, month + 1] : [year + 1, 1];
  return `${y}-${String(m).padStart(2, '0')}-01`;
}
