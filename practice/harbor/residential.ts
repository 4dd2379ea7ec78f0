import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { personName, type Tenant } from './tenants.ts';

const RENT = ['INCOME', 'INCOME_OTHER_INCOME'] as const;
const HOMES = PROPERTIES.filter((property) => property.kind === 'residential');

/** A day at Harbor Residential: rents, batches, fees of applicants, returned rents, security deposits and refunds. */
export function residentialDay(day: BusinessDay, tenants: readonly Tenant[], draw: Draw): Movement[] {
  const paying = tenants.filter((tenant) => tenant.payDay === day.ofMonth);
  const rents = paying.filter((tenant) => !tenant.batch).map((tenant) => rent(tenant, draw));
  const batches = HOMES.flatMap((property) =>
    batch(
      property,
      paying.filter((tenant) => tenant.batch && tenant.property === property),
      draw,
    ),
  );
  const fees = times(draw.around(4), () => applicationFee(draw));
  const returned = draw.chance(0.8) ? [returnedRent(draw.pick(tenants), draw)] : [];
  const deposits = times(draw.around(5), () => securityDeposit(draw));
  const refunds = times(draw.around(5), () => depositRefund(draw));
  return [...rents, ...batches, ...fees, ...returned, ...deposits, ...refunds];
}

function rent({ name, property, unit, rent: minor }: Tenant, draw: Draw): Movement {
  const label = `RENT ${property.label} ${unit}`;
  return movement({
    account: 'residentialOperating',
    minor,
    text: `${label} ${name}`,
    bankText: `ORIG CO NAME:RENTWAY ENTRY DESCR:${label} SEC:PPD IND NAME:${name.toUpperCase()}`,
    counterparty: name,
    category: RENT,
    channel: 'online',
    reference: String(draw.int(100_000_000, 999_999_999)),
    pending: 'sometimes',
  });
}

function batch(property: Property, tenants: readonly Tenant[], draw: Draw): Movement[] {
  if (tenants.length === 0) return [];
  return [
    movement({
      account: 'residentialOperating',
      minor: tenants.reduce((sum, tenant) => sum + tenant.rent, 0n),
      text: `ACH BATCH ${property.label} ${tenants.length} ITEMS`,
      bankText: `ACH CREDIT SETTLEMENT RENTWAY ${property.label} BATCH ${draw.int(1000, 9999)} ITEMS ${tenants.length}`,
      counterparty: 'Rentway',
      category: RENT,
      channel: 'online',
      reference: `B${draw.int(1000, 9999)}`,
      firm: true,
    }),
  ];
}

function applicationFee(draw: Draw): Movement {
  const property = draw.pick(HOMES);
  return movement({
    account: 'residentialOperating',
    minor: BigInt(draw.pick([4_500, 5_000, 7_500])),
    text: `APPLICATION FEE ${property.label}`,
    bankText: `RENTWAY APPLICATION FEE ${property.label} ${personName(draw).toUpperCase()}`,
    counterparty: 'Rentway',
    category: RENT,
    channel: 'online',
    pending: 'sometimes',
  });
}

function returnedRent({ name, property, unit, rent: minor }: Tenant, draw: Draw): Movement {
  return movement({
    account: 'residentialOperating',
    minor: -minor,
    text: `RETURNED ACH ${property.label} ${unit} ${name}`,
    bankText: `ACH RETURN R01 INSUFFICIENT FUNDS ${property.label} ${unit} ${name.toUpperCase()}`,
    counterparty: name,
    category: RENT,
    reference: `R01-${draw.int(10_000, 99_999)}`,
  });
}

function securityDeposit(draw: Draw): Movement {
  const name = personName(draw);
  return movement({
    account: 'residentialTrust',
    minor: draw.cents(60_000, 310_000),
    text: `SECURITY DEPOSIT ${draw.pick(HOMES).label} ${name}`,
    bankText: `RENTWAY SECURITY DEPOSIT ${name.toUpperCase()}`,
    counterparty: name,
    category: ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT'],
    channel: 'online',
    pending: 'sometimes',
  });
}

function depositRefund(draw: Draw): Movement {
  const name = personName(draw);
  return movement({
    account: 'residentialTrust',
    minor: -draw.cents(40_000, 300_000),
    text: `DEPOSIT REFUND ${name}`,
    bankText: `ACH DEBIT HARBOR RESIDENTIAL DEPOSIT REFUND ${name.toUpperCase()}`,
    counterparty: name,
    category: ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
    channel: 'online',
  });
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
