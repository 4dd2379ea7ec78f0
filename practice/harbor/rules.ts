/** Harbor's coding rules in the form of the setup document. */
import type { SetupCondition, SetupRule } from '../company/rules.ts';
import { CUSTOMERS, VENDORS, type Vendor } from './parties.ts';
import { PROPERTIES, type Property } from './properties.ts';

const starts = (...texts: string[]): SetupCondition => ({
  any: texts.map((text) => ({ field: 'text' as const, startsWith: text })),
});
const contains = (text: string): SetupCondition => ({ field: 'text', contains: text });
const moneyIn: SetupCondition = { field: 'amount', from: '0.01' };
const moneyOut: SetupCondition = { field: 'amount', to: '-0.01' };
const admin = { CostCenter: '010' };

/** First match wins. They code all but the one-offs of a usual day. */
export const HARBOR_RULES: readonly SetupRule[] = [
  {
    name: 'Notices without an amount',
    when: { all: [{ field: 'amount', from: '0', to: '0' }, starts('NOTICE ')] },
    then: { exclude: 'A notice of the bank, no movement' },
  },
  {
    name: 'Bank fees',
    when: { all: [moneyOut, starts('ACH BATCH FEE', 'ACCOUNT ANALYSIS FEE', 'RETURNED ITEM FEE')] },
    then: { account: '618160', dimensions: admin },
    autoApprove: true,
  },
  {
    name: 'Interest',
    when: { all: [moneyIn, starts('INTEREST PAYMENT')] },
    then: { account: '420000' },
    autoApprove: true,
  },
  {
    name: 'Card processing fees',
    when: { all: [moneyOut, starts('CARDLINE MERCHANT FEE')] },
    then: { account: '619000', dimensions: { CostCenter: '020' } },
  },
  { name: 'Wages', when: starts('PAYWORKS PAYROLL'), then: { account: '221000', text: 'Net wages' } },
  { name: 'Payroll taxes', when: starts('PAYWORKS TAX'), then: { account: '222000', text: 'Payroll taxes' } },
  { name: 'Property tax', when: starts('CITY OF EASTPORT RE TAX'), then: { account: '608000', dimensions: admin } },
  { name: 'Owner distributions', when: starts('OWNER DISTRIBUTION'), then: { account: '310000' } },
  { name: 'Capital contributions', when: starts('CAPITAL CONTRIBUTION'), then: { account: '300100' } },
  ...PROPERTIES.map(propertyRule),
  {
    name: 'Application fees',
    when: { all: [{ field: 'account', is: '4011' }, starts('APPLICATION FEE')] },
    then: { account: '404000' },
  },
  ...CUSTOMERS.map(
    (customer): SetupRule => ({
      name: `Management fees of ${customer.name}`,
      when: {
        all: [
          { field: 'account', is: '1207' },
          { field: 'text', matches: `MGMT FEE ${customer.label}*` },
        ],
      },
      then: { account: customer.id, accountType: 'customer' },
    }),
  ),
  ...VENDORS.map(vendorRule),
];

function propertyRule({ code, name, label, kind }: Property): SetupRule {
  const home = kind === 'residential';
  return {
    name: `Rent of ${name}`,
    when: {
      all: [
        { field: 'account', is: home ? '4011' : '7702' },
        contains(label),
        home ? starts('RENT ', 'ACH BATCH ', 'RETURNED ACH ') : starts('AUTOPAY ', 'MERCHANT SETTLEMENT '),
      ],
    },
    then: { account: home ? '401000' : '402000', dimensions: { CostCenter: '020', Property: code } },
  };
}

function vendorRule({ id, name, label, expense, costCenter }: Vendor): SetupRule {
  const rule = { name: `Payments to ${name}`, when: { all: [moneyOut, contains(label)] } };
  if (expense === null) return { ...rule, then: { account: id, accountType: 'vendor' } };
  // The telephone bill is shared between the office and the leasing desks.
  if (expense === '606000') {
    return {
      ...rule,
      then: {
        split: [
          { percent: '60', account: expense, dimensions: admin },
          { rest: true, account: expense, dimensions: { CostCenter: '020' } },
        ],
      },
    };
  }
  return { ...rule, then: { account: expense, dimensions: { CostCenter: costCenter } } };
}
