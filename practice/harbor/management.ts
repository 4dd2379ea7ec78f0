import { daysBetween } from '../../main/core/calendar.ts';
import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import { CUSTOMERS } from './parties.ts';

const INCOME = ['INCOME', 'INCOME_OTHER_INCOME'] as const;
/** A pay Friday; every second one after it is one too. */
const PAY_FRIDAY = '2020-01-03';

/** A day at Harbor Property Management: fees from homeowners' associations, their funds in trust, payroll. */
export function managementDay(day: BusinessDay, draw: Draw): Movement[] {
  const fees = Array.from({ length: draw.around(8) }, () => managementFee(draw));
  const trust = Array.from({ length: draw.around(8) }, (_, index) => ownerFunds(index % 3 !== 2, draw));
  return [...fees, ...trust, ...payroll(day, draw)];
}

function managementFee(draw: Draw): Movement {
  const customer = draw.pick(CUSTOMERS);
  const invoice = draw.int(20_000, 99_999);
  return movement({
    account: 'managementOperating',
    minor: draw.cents(60_000, 520_000),
    text: `MGMT FEE ${customer.label} INV ${invoice}`,
    bankText: `ACH CREDIT ${customer.label} MGMT FEE INV ${invoice}`,
    counterparty: customer.name,
    category: INCOME,
    channel: 'online',
    reference: `INV ${invoice}`,
    pending: 'sometimes',
  });
}

function ownerFunds(received: boolean, draw: Draw): Movement {
  const customer = draw.pick(CUSTOMERS);
  const minor = draw.cents(20_000, 380_000);
  return movement({
    account: 'managementTrust',
    minor: received ? minor : -minor * 2n,
    text: received ? `OWNER DUES ${customer.label}` : `OWNER DISBURSEMENT ${customer.label}`,
    bankText: `${received ? 'LOCKBOX DUES' : 'ACH DEBIT DISB'} ${customer.label} ${draw.int(1000, 9999)}`,
    counterparty: customer.name,
    category: received ? ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT'] : ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
  });
}

function payroll(day: BusinessDay, draw: Draw): Movement[] {
  if (daysBetween(PAY_FRIDAY, day.date) % 14 !== 0) return [];
  const wages = draw.cents(8_400_000, 9_600_000);
  const line = (text: string, minor: bigint) =>
    movement({
      account: 'managementOperating',
      minor: -minor,
      text,
      bankText: `ORIG CO NAME:PAYWORKS ENTRY DESCR:${text} SEC:CCD`,
      counterparty: 'Payworks',
      category: ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'],
      channel: 'online',
      firm: true,
    });
  return [line('PAYWORKS PAYROLL', wages), line('PAYWORKS TAX', (wages * 31n) / 100n)];
}
