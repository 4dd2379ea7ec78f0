import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import { PROPERTIES } from './properties.ts';
import { personName, type Tenant } from './tenants.ts';

const INCOME = ['INCOME', 'INCOME_OTHER_INCOME'] as const;
const SITES = PROPERTIES.filter((property) => property.kind === 'storage');

/** A day at Harbor Self Storage: unit rents by autopay, the card terminals of each site, deposits and refunds. */
export function storageDay(day: BusinessDay, tenants: readonly Tenant[], draw: Draw): Movement[] {
  const rents = tenants.filter((tenant) => tenant.payDay === day.ofMonth).map((tenant) => unitRent(tenant));
  const settlements = SITES.flatMap((site) =>
    ['VISA MC', 'AMEX'].map((scheme) =>
      movement({
        account: 'storageOperating',
        minor: draw.cents(6_000, 240_000),
        text: `MERCHANT SETTLEMENT ${site.label} ${scheme}`,
        bankText: `CARDLINE MERCHANT BANKCD DEPOSIT ${site.label} ${scheme} ${draw.int(100_000, 999_999)}`,
        counterparty: 'Cardline',
        category: INCOME,
        firm: true,
      }),
    ),
  );
  const terminalFees =
    day.ofMonth === 2
      ? SITES.map((site) =>
          movement({
            account: 'storageOperating',
            minor: -draw.cents(18_000, 64_000),
            text: `CARDLINE MERCHANT FEE ${site.label}`,
            bankText: `CARDLINE MERCHANT BANKCD DISCOUNT ${site.label}`,
            counterparty: 'Cardline',
            category: ['BANK_FEES', 'BANK_FEES_OTHER_BANK_FEES'],
          }),
        )
      : [];
  const deposits = Array.from({ length: draw.around(5) }, (_, index) => deposit(index % 2 === 0, draw));
  return [...rents, ...settlements, ...terminalFees, ...deposits];
}

function unitRent({ name, property, unit, rent }: Tenant): Movement {
  return movement({
    account: 'storageOperating',
    minor: rent,
    text: `AUTOPAY ${property.label} ${unit} ${name}`,
    bankText: `ORIG CO NAME:STOREPAY ENTRY DESCR:AUTOPAY ${property.label} ${unit} IND NAME:${name.toUpperCase()}`,
    counterparty: name,
    category: INCOME,
    channel: 'online',
    pending: 'sometimes',
  });
}

function deposit(received: boolean, draw: Draw): Movement {
  const name = personName(draw);
  const minor = draw.cents(5_000, 25_000);
  return movement({
    account: 'storageTrust',
    minor: received ? minor : -minor,
    text: `${received ? 'LOCK DEPOSIT' : 'LOCK DEPOSIT REFUND'} ${name}`,
    bankText: `STOREPAY ${received ? 'DEPOSIT' : 'REFUND'} ${name.toUpperCase()}`,
    counterparty: name,
    category: received ? ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT'] : ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
    channel: 'online',
  });
}
