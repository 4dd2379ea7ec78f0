/** A business day in a corner of Harbor: about nine movements, with one of each kind that the whole company has. */
import type { Draw } from '../../../practice/company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../../../practice/company/movement.ts';
import type { AccountKey } from '../../../practice/harbor/accounts.ts';
import { CUSTOMERS, VENDORS, type Vendor } from '../../../practice/harbor/parties.ts';
import { PROPERTIES } from '../../../practice/harbor/properties.ts';
import { personName } from '../../../practice/harbor/tenants.ts';

export const CORNER_ACCOUNTS = [
  'managementOperating',
  'managementTrust',
  'managementCard',
  'storageOperating',
] as const;
export const CORNER_VENDORS = VENDORS.filter(({ id }) =>
  ['V-1001', 'V-1005', 'V-1008', 'V-1012', 'V-1017', 'V-1020'].includes(id),
);
export const CORNER_CUSTOMERS = CUSTOMERS.slice(0, 2);
export const CORNER_SITES = PROPERTIES.filter(({ code }) => code === 'P08' || code === 'P-12');

const FEE = ['BANK_FEES', 'BANK_FEES_OTHER_BANK_FEES'] as const;
const IN = ['TRANSFER_IN', 'TRANSFER_IN_ACCOUNT_TRANSFER'] as const;
const OUT = ['TRANSFER_OUT', 'TRANSFER_OUT_ACCOUNT_TRANSFER'] as const;
const INCOME = ['INCOME', 'INCOME_OTHER_INCOME'] as const;
const CARD_PAYMENT = ['LOAN_PAYMENTS', 'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT'] as const;
const OPERATING = ['managementOperating', 'storageOperating'] as const satisfies readonly AccountKey[];

export function cornerDay(day: BusinessDay, draw: Draw): Movement[] {
  const some = (least: number, most: number, make: (draw: Draw) => Movement | readonly Movement[]) =>
    Array.from({ length: draw.int(least, most) }, () => make(draw)).flat();
  const perhaps = (chance: number, make: (draw: Draw) => Movement | readonly Movement[]) =>
    draw.chance(chance) ? [make(draw)].flat() : [];
  return [
    ...some(1, 2, rent),
    ...some(1, 2, (one) => payment(draw.pick(OPERATING), 'ach', one)),
    ...some(1, 2, (one) => payment('managementCard', 'card', one)),
    ...some(0, 1, (one) => payment(draw.pick(OPERATING), 'check', one)),
    ...some(0, 2, unforeseen),
    ...perhaps(0.5, managementFee),
    ...perhaps(0.5, fee),
    ...perhaps(0.5, sweep),
    ...perhaps(0.2, interest),
    ...perhaps(0.1, (one) => cardSettlement(day, one)),
    ...perhaps(0.1, odd),
    ...perhaps(0.1, notice),
  ];
}

function rent(draw: Draw): Movement {
  const name = personName(draw);
  return movement({
    account: 'storageOperating',
    minor: draw.cents(5_900, 28_900),
    text: `AUTOPAY ${draw.pick(CORNER_SITES).label} U${draw.int(100, 259)} ${name}`,
    counterparty: name,
    category: INCOME,
    channel: 'online',
    pending: 'sometimes',
  });
}

function payment(account: AccountKey, way: Vendor['paidBy'], draw: Draw): Movement {
  const vendor = draw.pick(CORNER_VENDORS.filter(({ paidBy }) => paidBy === way));
  const number = String(draw.int(10_000, 99_999));
  const texts = {
    ach: `${vendor.label} ACH PMT`,
    check: `CHECK ${number} ${vendor.label}`,
    card: `${vendor.label} #${draw.int(100, 999)}`,
  };
  return movement({
    account,
    minor: -draw.cents(...vendor.usual),
    text: texts[way],
    counterparty: vendor.name,
    category: vendor.category,
    channel: way === 'card' ? 'in store' : 'online',
    checkNumber: way === 'check' ? number : null,
    reference: way === 'ach' ? number : null,
    pending: way === 'card' ? 'card' : way === 'ach' ? 'sometimes' : 'never',
  });
}

/** What no rule can know. */
function unforeseen(draw: Draw): Movement {
  const minor = draw.cents(2_500, 400_000);
  const out = draw.chance(0.5);
  return movement({
    account: draw.pick(OPERATING),
    minor: out ? -minor : minor,
    text: out ? `DEBIT MEMO ${draw.int(100, 999)}` : `INCOMING WIRE REF ${draw.int(100_000, 999_999)}`,
    category: out ? OUT : IN,
    pending: 'sometimes',
  });
}

function managementFee(draw: Draw): Movement {
  const customer = draw.pick(CORNER_CUSTOMERS);
  const invoice = draw.int(20_000, 99_999);
  return movement({
    account: 'managementOperating',
    minor: draw.cents(60_000, 520_000),
    text: `MGMT FEE ${customer.label} INV ${invoice}`,
    counterparty: customer.name,
    category: INCOME,
    reference: `INV ${invoice}`,
  });
}

function fee(draw: Draw): Movement {
  return movement({
    account: draw.pick(OPERATING),
    minor: -BigInt(draw.int(5, 40) * 15),
    text: 'ACH BATCH FEE',
    category: FEE,
  });
}

function interest(draw: Draw): Movement {
  const [primary] = INCOME;
  return movement({
    account: 'managementTrust',
    minor: draw.cents(900, 52_000),
    text: 'INTEREST PAYMENT',
    category: [primary, 'INCOME_INTEREST_EARNED'],
  });
}

/** Both sides of a transfer within the firm; every third time the money is a day under way. */
function sweep(draw: Draw): Movement[] {
  const [here, there] = ['1207', '1215'] as const;
  const minor = BigInt(draw.int(40, 900)) * 1_000n;
  const reference = String(draw.int(10_000_000, 99_999_999));
  const toTrust = draw.chance(0.5) ? 1n : -1n;
  const side = (account: AccountKey, signed: bigint, other: string) =>
    movement({
      account,
      minor: signed,
      text: `ONLINE TRANSFER ${signed < 0n ? 'TO' : 'FROM'} XXXX${other} REF ${reference}`,
      category: signed < 0n ? OUT : IN,
      channel: 'online',
      firm: true,
      reference,
      delay: signed > 0n && draw.chance(1 / 3) ? 1 : 0,
    });
  return [side('managementOperating', -minor * toTrust, there), side('managementTrust', minor * toTrust, here)];
}

function cardSettlement(day: BusinessDay, draw: Draw): Movement[] {
  const owed = -day.expected('managementCard');
  if (owed <= 0n) return [];
  const common = { firm: true, reference: String(draw.int(10_000_000, 99_999_999)), category: CARD_PAYMENT };
  return [
    movement({ ...common, account: 'managementOperating', minor: -owed, text: 'TIDEWATER CARD PAYMENT 8834' }),
    movement({ ...common, account: 'managementCard', minor: owed, text: 'PAYMENT THANK YOU', delay: 1 }),
  ];
}

/** Rows that are no plain amount of the account's currency. */
function odd(draw: Draw): Movement {
  const points = draw.chance(0.5);
  return movement({
    account: points ? 'managementCard' : 'managementTrust',
    minor: 0n,
    text: points ? 'REWARDS POINTS POSTED' : 'INTEREST ACCRUED MEMO',
    category: ['OTHER', 'OTHER_OTHER'],
    firm: true,
    odd: points
      ? { amount: String(draw.int(100, 900)), isoCurrency: null, unofficialCurrency: 'HBP' }
      : { amount: `${draw.int(2, 90)}.${draw.int(100, 999)}7`, isoCurrency: 'USD', unofficialCurrency: null },
  });
}

function notice(): Movement {
  return movement({
    account: 'storageOperating',
    minor: 0n,
    text: 'NOTICE STATEMENT READY',
    category: FEE,
    firm: true,
  });
}
