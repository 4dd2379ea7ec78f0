import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import type { AccountKey } from './accounts.ts';
import { VENDORS, type Vendor } from './parties.ts';
import { PROPERTIES } from './properties.ts';

const FEE = ['BANK_FEES', 'BANK_FEES_OTHER_BANK_FEES'] as const;
const OPERATING = ['managementOperating', 'residentialOperating', 'storageOperating'] as const;
const paidBy = (way: Vendor['paidBy']) => VENDORS.filter((vendor) => vendor.paidBy === way);
const BY_ACH = paidBy('ach');
const BY_CHECK = paidBy('check');
const BY_CARD = paidBy('card');
const TAX_MONTHS = ['02', '05', '08', '11'];

/** What all three firms spend on a day: vendors by ACH, check and card, fees of the bank, property tax. */
export function spendingDay(day: BusinessDay, draw: Draw): Movement[] {
  const ach = OPERATING.flatMap((account) =>
    Array.from({ length: draw.around(account === 'residentialOperating' ? 8 : 5) }, () => vendorPayment(account, draw)),
  );
  const checks = Array.from({ length: draw.around(3) }, () => namedCheck(draw));
  const card = Array.from({ length: draw.around(13) }, () => cardPurchase(draw));
  return [...ach, ...checks, ...card, ...fees(day, draw), ...propertyTax(day, draw)];
}

function vendorPayment(account: AccountKey, draw: Draw): Movement {
  const vendor = draw.pick(BY_ACH);
  return movement({
    account,
    minor: -draw.cents(...vendor.usual),
    text: `${vendor.label} ACH PMT`,
    bankText: `ORIG CO NAME:${vendor.label} ENTRY DESCR:PAYMENT SEC:CCD TRACE#:${draw.int(10_000_000, 99_999_999)}`,
    counterparty: vendor.name,
    category: vendor.category,
    channel: 'online',
    reference: String(draw.int(10_000_000, 99_999_999)),
    pending: 'sometimes',
  });
}

/** A check that the bank read the payee from. */
function namedCheck(draw: Draw): Movement {
  const vendor = draw.pick(BY_CHECK);
  const number = String(draw.int(10_000, 99_999));
  return movement({
    account: draw.pick(OPERATING),
    minor: -draw.cents(...vendor.usual),
    text: `CHECK ${number} ${vendor.label}`,
    counterparty: vendor.name,
    category: vendor.category,
    checkNumber: number,
  });
}

function cardPurchase(draw: Draw): Movement {
  const vendor = draw.pick(BY_CARD);
  const store = draw.int(100, 999);
  return movement({
    account: 'managementCard',
    minor: -draw.cents(...vendor.usual),
    text: `${vendor.label} #${store}`,
    bankText: `${vendor.label} #${store} EASTPORT MA ${draw.int(1000, 9999)}`,
    counterparty: vendor.name,
    category: vendor.category,
    channel: 'in store',
    pending: 'card',
  });
}

function fees(day: BusinessDay, draw: Draw): Movement[] {
  const daily = OPERATING.map((account) =>
    movement({ account, minor: -BigInt(draw.int(5, 40) * 15), text: 'ACH BATCH FEE', category: FEE }),
  );
  const monthly = OPERATING.map((account) =>
    movement({ account, minor: -draw.cents(4_000, 21_000), text: 'ACCOUNT ANALYSIS FEE', category: FEE }),
  );
  const returned = movement({
    account: 'residentialOperating',
    minor: -1_200n,
    text: 'RETURNED ITEM FEE',
    category: ['BANK_FEES', 'BANK_FEES_INSUFFICIENT_FUNDS'],
  });
  // Banks do report lines of zero; they can become no entry.
  const notice = movement({
    account: 'storageOperating',
    minor: 0n,
    text: 'NOTICE STATEMENT READY',
    category: FEE,
    firm: true,
  });
  return [notice, ...daily, ...(day.lastOfMonth ? monthly : []), ...(draw.chance(0.7) ? [returned] : [])];
}

function propertyTax(day: BusinessDay, draw: Draw): Movement[] {
  if (day.ofMonth !== 10 || !TAX_MONTHS.includes(day.date.slice(5, 7))) return [];
  return PROPERTIES.map((property) =>
    movement({
      account: property.kind === 'residential' ? 'residentialOperating' : 'storageOperating',
      minor: -draw.cents(900_000, 2_600_000),
      text: `CITY OF EASTPORT RE TAX ${property.label}`,
      counterparty: 'City of Eastport',
      category: ['GOVERNMENT_AND_NON_PROFIT', 'GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT'],
      firm: true,
    }),
  );
}
