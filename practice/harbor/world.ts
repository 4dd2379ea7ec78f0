/** Harbor Property Group with its banks behind Plaid and its ERP, on one clock. */
import { seededRandom } from '../../main/core/random.ts';
import { plaidOf, plaidServer } from '../company/plaid-server.ts';
import { addressOf, type PracticeWorld, type WorldOptions } from '../company/world.ts';
import { createPracticeD365, judge, PRACTICE_CREDENTIALS, type PracticeD365 } from '../d365/index.ts';
import { createHarbor } from './company.ts';
import { harborLedger } from './ledger.ts';
import { D365_SECRET, type HarborSetup, harborSetup, PLAID_SECRET } from './setup.ts';

export type HarborWorld = PracticeWorld & {
  readonly d365: PracticeD365;
  setup(addresses: Readonly<Record<string, string>>, tokens?: readonly string[]): HarborSetup;
};

export function createHarborWorld(options: WorldOptions): HarborWorld {
  const { seed, firstDay, clock } = options;
  const banks = createHarbor(options);
  const plaid = plaidOf(banks, options);
  const d365 = createPracticeD365({ ledger: harborLedger(banks), clock, random: seededRandom(`${seed}:d365`) });
  const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
  const aboutD365 = (url: string) => ({
    endpoint: url,
    tokenEndpoint: `${url}/${tenant}/oauth2/v2.0/token`,
    tenant,
    clientId,
  });
  return {
    title: 'Harbor Property Group',
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
      harborSetup({
        firstDay,
        plaid: { endpoint: addressOf(addresses, 'plaid'), clientId: plaid.control.clientId, tokens },
        d365: aboutD365(addressOf(addresses, 'd365')),
      }),
  };
}
