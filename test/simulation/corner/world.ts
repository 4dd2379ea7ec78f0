/**
 * A corner of Harbor Property Group: two of its banks with four accounts, two of its firms, and what a day in them
 * takes. The practice servers, the setup document and every kind of movement are Harbor's own; there is only less of it,
 * so that twenty days with all their troubles take a second or two.
 */
import { seededRandom } from '../../../main/core/random.ts';
import type { CompanyBanks } from '../../../practice/company/banks.ts';
import { plaidOf, plaidServer } from '../../../practice/company/plaid-server.ts';
import { tellBanks } from '../../../practice/company/tell-banks.ts';
import { addressOf, type WorldOptions } from '../../../practice/company/world.ts';
import { createPracticeD365, judge, PRACTICE_CREDENTIALS } from '../../../practice/d365/index.ts';
import { ACCOUNT_LIST, BANK_LIST, OWNERS } from '../../../practice/harbor/accounts.ts';
import { FIRST_BALANCES } from '../../../practice/harbor/company.ts';
import { type HarborLedger, harborLedger } from '../../../practice/harbor/ledger.ts';
import {
  D365_SECRET,
  type HarborMapping,
  type HarborSetup,
  harborSetup,
  PLAID_SECRET,
} from '../../../practice/harbor/setup.ts';
import type { HarborWorld } from '../../../practice/harbor/world.ts';
import { CORNER_ACCOUNTS, CORNER_CUSTOMERS, CORNER_SITES, CORNER_VENDORS, cornerDay } from './days.ts';

const ACCOUNTS = ACCOUNT_LIST.filter(({ key }) => CORNER_ACCOUNTS.some((mine) => mine === key));
const BANKS = BANK_LIST.filter(({ key }) => ACCOUNTS.some(({ bank }) => bank === key));
const FIRMS = new Set(ACCOUNTS.flatMap(({ ledger }) => (ledger === null ? [] : [ledger.legalEntity])));
/** Lines in a thousand about which the bank changes its mind: ten times as many as at Harbor. */
const CHURN = 80;

export function createCornerWorld(options: WorldOptions): HarborWorld {
  const { seed, firstDay, clock } = options;
  const banks = tellBanks(
    {
      name: 'Harbor',
      banks: BANKS,
      accounts: ACCOUNTS,
      owners: OWNERS,
      firstBalances: FIRST_BALANCES,
      happen: cornerDay,
      churn: CHURN,
    },
    options,
  );
  const plaid = plaidOf(banks, options);
  const d365 = createPracticeD365({ ledger: cornerLedger(banks), clock, random: seededRandom(`${seed}:d365`) });
  const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
  const aboutD365 = (url: string) => ({
    endpoint: url,
    tokenEndpoint: `${url}/${tenant}/oauth2/v2.0/token`,
    tenant,
    clientId,
  });
  return {
    title: 'A corner of Harbor Property Group',
    banks,
    plaid,
    d365,
    servers: [
      plaidServer(plaid),
      { key: 'd365', fetch: d365.fetch, faults: d365.control.faults, isPage: () => false, about: aboutD365 },
    ],
    ledgers: [
      {
        connection: 'Harbor D365',
        nightJob: () => void d365.control.postJournals(),
        signIn: null,
        judge: (expected, isOurs) => judge(d365.control.truth(), expected, isOurs),
        closingBalances: () => [],
      },
    ],
    env: { [PLAID_SECRET]: plaid.control.secret, [D365_SECRET]: secret },
    setup: (addresses, tokens = []) =>
      cornerSetup(
        harborSetup({
          firstDay,
          plaid: { endpoint: addressOf(addresses, 'plaid'), clientId: plaid.control.clientId, tokens },
          d365: aboutD365(addressOf(addresses, 'd365')),
        }),
        // Both ways of putting entries into journals must keep the promises.
        seededRandom(`${seed}:grouping`).next() < 0.5 ? 'run' : 'account_day',
      ),
  };
}

function cornerLedger(banks: CompanyBanks): HarborLedger {
  const mine = new Set<string>(CORNER_ACCOUNTS);
  const whole = harborLedger({
    firstDay: banks.firstDay,
    balanceOn: (account, day) => (mine.has(account) ? banks.balanceOn(account, day) : { minor: 0n, currency: 'USD' }),
  });
  const parties = new Set([...CORNER_VENDORS, ...CORNER_CUSTOMERS].map(({ id }) => id));
  const numbers = new Set<string>(ACCOUNTS.map(({ number }) => number));
  return {
    ...whole,
    legalEntities: whole.legalEntities
      .filter(({ id }) => FIRMS.has(id))
      .map((firm) => ({
        ...firm,
        bankAccounts: firm.bankAccounts.filter(({ number }) => numbers.has(number)),
        vendors: firm.vendors.filter(({ account, blocked }) => blocked || parties.has(account)),
        customers: firm.customers.filter(({ account }) => parties.has(account)),
      })),
  };
}

function cornerSetup(whole: HarborSetup, grouping: 'account_day' | 'run'): HarborSetup {
  const masks = new Set<string>(ACCOUNTS.map(({ mask }) => mask));
  const rules = new Set([
    ...['Notices without an amount', 'Bank fees', 'Interest'],
    ...CORNER_SITES.map(({ name }) => `Rent of ${name}`),
    ...CORNER_CUSTOMERS.map(({ name }) => `Management fees of ${name}`),
    ...CORNER_VENDORS.map(({ name }) => `Payments to ${name}`),
  ]);
  return {
    ...whole,
    mappings: whole.mappings
      .filter(({ feedAccount }) => masks.has(feedAccount.mask))
      .map((mapping): HarborMapping => ({ ...mapping, grouping })),
    rules: whole.rules.filter(({ name }) => rules.has(name)),
  };
}
