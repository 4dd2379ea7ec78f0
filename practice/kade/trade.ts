/** A day's trade of one office: what customers pay, what suppliers get, what the card terminals took. */
import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import type { AccountKey } from './accounts.ts';
import type { OfficeKey } from './offices.ts';
import { type Customer, customersOf, type Supplier, suppliersOf } from './parties.ts';
import { WORDS } from './wording.ts';

const INCOME = ['INCOME', 'INCOME_OTHER_INCOME'] as const;
const SERVICES = ['GENERAL_SERVICES', 'GENERAL_SERVICES_OTHER_GENERAL_SERVICES'] as const;
const FEE = ['BANK_FEES', 'BANK_FEES_OTHER_BANK_FEES'] as const;

/** The current account of an office, where its trade goes. */
export const CURRENT: Readonly<Record<OfficeKey, AccountKey>> = {
  nl: 'nlCurrent',
  be: 'beCurrent',
  de: 'deCurrent',
};

/** How many of each a day has, about. */
const BUSY: Readonly<Record<OfficeKey, { received: number; paid: number; debited: number; sites: number }>> = {
  nl: { received: 9, paid: 6, debited: 2, sites: 2 },
  be: { received: 4, paid: 3, debited: 1, sites: 1 },
  de: { received: 5, paid: 4, debited: 1, sites: 1 },
};

export function tradeDay(office: OfficeKey, day: BusinessDay, draw: Draw): Movement[] {
  const { received, paid, debited, sites } = BUSY[office];
  const customers = customersOf(office);
  const transfers = suppliersOf(office, 'transfer');
  const debits = suppliersOf(office, 'debit');
  return [
    ...times(draw.around(received), () => fromCustomer(office, draw.pick(customers), draw)),
    ...times(draw.around(paid), () => toSupplier(office, draw.pick(transfers), WORDS[office].paid, draw)),
    ...times(draw.int(0, debited), () => toSupplier(office, draw.pick(debits), WORDS[office].debited, draw)),
    ...times(sites, (site) => takings(office, site + 1, draw)).flat(),
    ...batches(office, day, draw),
    ...(draw.chance(0.3) ? [refund(office, draw.pick(customers), draw)] : []),
  ];
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function fromCustomer(office: OfficeKey, customer: Customer, draw: Draw): Movement {
  const { received, invoice, bankText } = WORDS[office];
  const remittance = invoice(draw);
  return movement({
    account: CURRENT[office],
    minor: draw.cents(12_000, 480_000),
    text: `${received} ${customer.label} ${remittance}`,
    bankText: bankText(received, customer.label, customer.iban ?? '', remittance, draw),
    counterparty: customer.name,
    category: INCOME,
    channel: 'online',
    reference: remittance,
  });
}

function toSupplier(office: OfficeKey, supplier: Supplier, kind: string, draw: Draw): Movement {
  const { invoice, bankText } = WORDS[office];
  const remittance = invoice(draw);
  return movement({
    account: CURRENT[office],
    minor: -draw.cents(...supplier.usual),
    text: `${kind} ${supplier.label} ${remittance}`,
    bankText: bankText(kind, supplier.label, supplier.iban, remittance, draw),
    counterparty: supplier.name,
    category: SERVICES,
    channel: 'online',
    reference: remittance,
    pending: 'sometimes',
  });
}

/** What the terminals of a shop took the day before, one line for each scheme. */
function takings(office: OfficeKey, site: number, draw: Draw): Movement[] {
  const account = CURRENT[office];
  const terminal = `T${site}${draw.int(10, 99)}`;
  return WORDS[office].takings.map((word) =>
    movement({
      account,
      minor: draw.cents(9_000, 310_000),
      text: `${word} ${terminal}`,
      bankText: `${word} ${terminal} ${draw.int(3, 80)} tx ${draw.int(100_000, 999_999)}`,
      category: INCOME,
      channel: 'online',
      firm: true,
    }),
  );
}

/** Many payments or collections in one line, what came back of them, and what the bank and the terminals cost. */
function batches(office: OfficeKey, day: BusinessDay, draw: Draw): Movement[] {
  const account = CURRENT[office];
  const words = WORDS[office];
  const plain = (text: string, minor: bigint) =>
    movement({ account, minor, text, category: SERVICES, channel: 'online', firm: true });
  const fee = (text: string, minor: bigint) => movement({ account, minor: -minor, text, category: FEE });
  return [
    plain(`${words.batchOut} ${draw.int(4, 22)}x`, -draw.cents(90_000, 1_400_000)),
    ...(draw.chance(0.5) ? [plain(`${words.batchIn} ${draw.int(5, 60)}x`, draw.cents(40_000, 620_000))] : []),
    ...(draw.chance(0.3) ? [plain(`${words.returned} ${draw.int(1000, 9999)}`, -draw.cents(2_500, 24_000))] : []),
    fee(words.bankFee, BigInt(draw.int(4, 60) * 12)),
    ...(day.ofMonth === 2 ? [fee(words.terminalFee, draw.cents(4_000, 38_000))] : []),
    ...(day.lastOfMonth ? [fee(words.monthlyFee, draw.cents(900, 4_500))] : []),
  ];
}

function refund(office: OfficeKey, customer: Customer, draw: Draw): Movement {
  const { refund: word, invoice } = WORDS[office];
  return movement({
    account: CURRENT[office],
    minor: -draw.cents(3_000, 90_000),
    text: `${word} ${customer.label} ${invoice(draw)}`,
    counterparty: customer.name,
    category: SERVICES,
    channel: 'online',
  });
}

/** Lines that no rule knows: they wait on the account for open questions. */
export function oneOffs(office: OfficeKey, draw: Draw): Movement[] {
  const { oddIn, oddOut } = WORDS[office];
  return times(draw.int(0, office === 'nl' ? 2 : 1), () => {
    const into = draw.chance(0.5);
    const minor = draw.cents(1_500, 260_000);
    return movement({
      account: CURRENT[office],
      minor: into ? minor : -minor,
      text: `${draw.pick(into ? oddIn : oddOut)} ${draw.int(1000, 9999)}`,
      category: into ? ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT'] : ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
      pending: 'sometimes',
    });
  });
}
