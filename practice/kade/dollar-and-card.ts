/** The dollar account for customers overseas, and the company card. */
import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import { customersOf, suppliersOf } from './parties.ts';

const IN_DOLLARS = customersOf('nl', 'USD');
const BY_CARD = suppliersOf('nl', 'card');
/** Cents of a euro for a dollar. */
const RATE = 91n;
const KEEP = 1_500_000n;

export function dollarDay(day: BusinessDay, draw: Draw): Movement[] {
  const account = 'nlDollar';
  const wires = Array.from({ length: draw.int(0, 2) }, () => {
    const customer = draw.pick(IN_DOLLARS);
    const invoice = `INV US-${draw.int(100, 999)}`;
    return movement({
      account,
      minor: draw.cents(80_000, 1_200_000),
      text: `INTL WIRE ${customer.label} ${invoice}`,
      bankText: `INTL WIRE ORIG:${customer.name} RMT:${invoice} OUR REF ${draw.int(1_000_000, 9_999_999)}`,
      counterparty: customer.name,
      category: ['INCOME', 'INCOME_OTHER_INCOME'],
      channel: 'online',
      reference: invoice,
    });
  });
  const fees = wires.map(() =>
    movement({
      account,
      minor: -BigInt(draw.int(6, 18) * 100),
      text: 'INTL WIRE FEE',
      category: ['BANK_FEES', 'BANK_FEES_WIRE_TRANSFER_FEES'],
    }),
  );
  return [...wires, ...fees, ...exchange(day)];
}

/** Twice a month dollars are sold: two amounts in two currencies, through the account for money on its way. */
function exchange(day: BusinessDay): Movement[] {
  const dollars = ((day.expected('nlDollar') - KEEP) / 10_000n) * 10_000n;
  if ((day.ofMonth !== 4 && day.ofMonth !== 14) || dollars <= 0n) return [];
  const common = { text: 'Valutawissel USD EUR', channel: 'online', firm: true } as const;
  return [
    movement({
      ...{ ...common, account: 'nlDollar', minor: -dollars },
      category: ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
    }),
    movement({
      ...{ ...common, account: 'nlCurrent', minor: (dollars * RATE) / 100n },
      category: ['TRANSFER_IN', 'TRANSFER_IN_OTHER_TRANSFER_IN'],
    }),
  ];
}

export function cardDay(day: BusinessDay, draw: Draw): Movement[] {
  const account = 'nlCard';
  const purchases = Array.from({ length: draw.around(7) }, () => {
    const supplier = draw.pick(BY_CARD);
    return movement({
      account,
      minor: -draw.cents(...supplier.usual),
      text: `${supplier.label} ${draw.int(100, 999)}`,
      bankText: `${supplier.label} ${draw.int(100, 999)} NLD ${draw.int(1000, 9999)}`,
      counterparty: supplier.name,
      category: ['GENERAL_MERCHANDISE', 'GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE'],
      channel: 'in store',
      pending: 'card',
    });
  });
  const unknown = Array.from({ length: draw.int(0, 1) }, () =>
    movement({
      account,
      minor: -draw.cents(700, 19_000),
      text: `SUMUP *${draw.int(10_000, 99_999)}`,
      category: ['GENERAL_MERCHANDISE', 'GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE'],
      channel: 'in store',
      pending: 'card',
    }),
  );
  const refunds = draw.chance(0.2) ? [refund(draw)] : [];
  return [...purchases, ...unknown, ...refunds, ...(day.ofMonth === 3 ? settlement(day) : [])];
}

function refund(draw: Draw): Movement {
  const supplier = draw.pick(BY_CARD);
  return movement({
    account: 'nlCard',
    minor: draw.cents(supplier.usual[0], supplier.usual[1] / 2),
    text: `${supplier.label} ${draw.int(100, 999)} RETOUR`,
    counterparty: supplier.name,
    category: ['GENERAL_MERCHANDISE', 'GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE'],
    channel: 'in store',
    pending: 'card',
  });
}

/** The current account pays what the card owes. */
function settlement(day: BusinessDay): Movement[] {
  const owed = -day.expected('nlCard');
  if (owed <= 0n) return [];
  const category = ['LOAN_PAYMENTS', 'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT'] as const;
  const text = 'Afrekening Zakelijke Creditcard';
  return [
    movement({ account: 'nlCurrent', minor: -owed, text, category, firm: true }),
    movement({
      ...{ account: 'nlCard', minor: owed, text: 'Betaling ontvangen Zakelijke Rekening' },
      ...{ category, firm: true, delay: 1 },
    }),
  ];
}
