/** Kade's coding rules in the form of the setup document. Each office has its own chart, so rules name its accounts. */
import type { SetupCondition, SetupRule, SetupTarget } from '../company/rules.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { OFFICE_LIST, type Office, type Role, type Vat } from './offices.ts';
import { type CostCenterRole, CUSTOMERS, SUPPLIERS, type Supplier } from './parties.ts';
import { WORDS } from './wording.ts';

const moneyIn: SetupCondition = { field: 'amount', from: '0.01' };
const moneyOut: SetupCondition = { field: 'amount', to: '-0.01' };

/** First match wins. They code what a usual day brings; the rest goes to the account for open questions. */
export const KADE_RULES: readonly SetupRule[] = OFFICE_LIST.flatMap(rulesOf);

function rulesOf(office: Office): SetupRule[] {
  const words = WORDS[office.key];
  const masks = ACCOUNT_LIST.filter((account) => account.office === office.key).map(({ mask }) => mask);
  const own: SetupCondition = { any: masks.map((mask) => ({ field: 'account', is: mask })) };
  const rule = (what: string, when: readonly SetupCondition[], then: SetupRule['then']): SetupRule => ({
    name: `${office.city}: ${what}`,
    when: { all: [own, ...when] },
    then,
  });
  const starts = (...texts: string[]): SetupCondition => ({
    any: texts.map((text) => ({ field: 'text', startsWith: text })),
  });
  const to = (role: Role, vat?: Vat, costCenter?: CostCenterRole) => target(office, role, vat, costCenter);
  const others = OFFICE_LIST.filter(({ key }) => key !== office.key).map(({ inTexts }) => inTexts);

  return [
    {
      ...rule('bank fees', [moneyOut, starts(words.bankFee, words.monthlyFee)], to('bankFees', 'none')),
      autoApprove: true,
    },
    { ...rule('interest', [moneyIn, starts(words.interest)], to('interest', 'none')), autoApprove: true },
    rule('card terminals', [moneyIn, starts(...words.takings)], to('sales', 'sale', 'shop')),
    rule('costs of card terminals', [moneyOut, starts(words.terminalFee)], to('terminalFees', 'none', 'shop')),
    rule('rent', [starts(words.rent)], rentOf(office)),
    rule('wages', [starts(words.wages)], { ...to('wages'), text: words.wages }),
    rule('wage tax', [starts(words.wageTax)], to('wageTax')),
    rule('batches and returns', [starts(words.batchOut, words.batchIn, words.returned)], to('onItsWay')),
    rule('money of the group', [{ any: others.map((text) => ({ field: 'text', contains: text })) }], to('group')),
    ...(office.key === 'nl' ? dollarRules(rule, to, starts) : []),
    ...CUSTOMERS.filter((customer) => customer.office === office.key).map((customer) =>
      rule(`money of ${customer.name}`, [{ field: 'text', contains: customer.label }], {
        account: customer.code,
        accountType: 'customer',
      }),
    ),
    ...SUPPLIERS.filter((supplier) => supplier.office === office.key).map((supplier) =>
      rule(`payments to ${supplier.name}`, [{ field: 'text', contains: supplier.label }], paymentOf(office, supplier)),
    ),
  ];
}

function dollarRules(
  rule: (what: string, when: readonly SetupCondition[], then: SetupRule['then']) => SetupRule,
  to: (role: Role, vat?: Vat) => SetupTarget,
  starts: (...texts: string[]) => SetupCondition,
): SetupRule[] {
  return [
    rule('costs of wires', [moneyOut, starts('INTL WIRE FEE')], to('bankFees', 'none')),
    rule('dollars sold', [starts('Valutawissel')], to('transit')),
  ];
}

/** The rent of an office is shared between its workshop and its shop. */
function rentOf(office: Office): SetupRule['then'] {
  const { account = '', dimensions } = target(office, 'rent', 'purchase', 'workshop');
  const shop = target(office, 'rent', 'purchase', 'shop');
  return {
    split: [
      { percent: '65', account, ...(dimensions ? { dimensions } : {}) },
      { rest: true, account, ...(shop.dimensions ? { dimensions: shop.dimensions } : {}) },
    ],
  };
}

function paymentOf(office: Office, { code, cost, project }: Supplier): SetupTarget {
  if (cost === null) return { account: code, accountType: 'vendor' };
  const { account, dimensions = {} } = target(office, cost.role, cost.vat, cost.costCenter);
  const unit = project === null ? undefined : office.costUnits[project]?.[0];
  return { ...(account ? { account } : {}), dimensions: { ...dimensions, ...(unit ? { CostUnit: unit } : {}) } };
}

function target(office: Office, role: Role, vat?: Vat, costCenter?: CostCenterRole): SetupTarget {
  const dimensions = {
    ...(costCenter === undefined ? {} : { CostCenter: office.costCenters[costCenter][0] }),
    ...(vat === undefined ? {} : { VATCode: office.vat[vat][0] }),
  };
  return { account: office.chart[role][0], ...(Object.keys(dimensions).length === 0 ? {} : { dimensions }) };
}
