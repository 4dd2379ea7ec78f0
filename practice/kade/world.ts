/** Atelier Kade with its banks behind Plaid and a country site of Exact Online for each office, on one clock. */
import { addDays } from '../../main/core/calendar.ts';
import { today } from '../../main/core/clock.ts';
import { seededRandom } from '../../main/core/random.ts';
import { plaidOf, plaidServer } from '../company/plaid-server.ts';
import {
  addressOf,
  type PracticeLedger,
  type PracticeServer,
  type PracticeWorld,
  type WorldOptions,
} from '../company/world.ts';
import { createPracticeExact, PRACTICE_APPLICATION, type PracticeExact } from '../exact/index.ts';
import { createKade } from './company.ts';
import { closingsOf, judgeBooks } from './judge.ts';
import { kadeLedger } from './ledger.ts';
import { OFFICES, type OfficeKey } from './offices.ts';
import { connectionOf, EXACT_SECRET, EXACT_WEBHOOK_SECRET, type KadeSetup, kadeSetup, PLAID_SECRET } from './setup.ts';

export type KadeWorld = PracticeWorld & {
  readonly sites: Readonly<Record<OfficeKey, PracticeExact>>;
  setup(addresses: Readonly<Record<string, string>>, tokens?: readonly string[]): KadeSetup;
};

const OFFICE_KEYS = ['nl', 'be', 'de'] as const;
/** The accountant processes entries a few days after their date; younger ones stay open. */
const PROCESSED_AFTER_DAYS = 2;
const { clientId, clientSecret, webhookSecret, redirectUri } = PRACTICE_APPLICATION;

export function createKadeWorld(options: WorldOptions): KadeWorld {
  const { seed, firstDay, clock } = options;
  const banks = createKade(options);
  const plaid = plaidOf(banks, options);
  const siteOf = (office: OfficeKey) =>
    createPracticeExact({
      ...{ site: office, ledger: kadeLedger(office, banks), clock, random: seededRandom(`${seed}:exact:${office}`) },
      ...(options.notify === undefined ? {} : { notify: options.notify }),
    });
  const sites = { nl: siteOf('nl'), be: siteOf('be'), de: siteOf('de') };
  const about = (endpoint: string) => ({ endpoint, clientId, redirectUri });
  const serverOf = (office: OfficeKey): PracticeServer => ({
    key: keyOf(office),
    fetch: sites[office].fetch,
    faults: sites[office].control.faults,
    isPage: (pathname) => pathname === '/api/oauth2/auth',
    about,
  });
  const ledgerOf = (office: OfficeKey): PracticeLedger => {
    const { control } = sites[office];
    return {
      connection: connectionOf(office),
      nightJob: () => void control.process(OFFICES[office].division, addDays(today(clock), -PROCESSED_AFTER_DAYS)),
      signIn: async (url) => control.consent(url),
      judge: (expected, isOurs) => judgeBooks(control.books(), expected, isOurs),
      closingBalances: () => closingsOf(control.books()),
    };
  };
  return {
    title: 'Atelier Kade',
    ...{ banks, plaid, sites },
    servers: [plaidServer(plaid), ...OFFICE_KEYS.map(serverOf)],
    ledgers: OFFICE_KEYS.map(ledgerOf),
    env: {
      [PLAID_SECRET]: plaid.control.secret,
      [EXACT_SECRET]: clientSecret,
      [EXACT_WEBHOOK_SECRET]: webhookSecret,
    },
    setup: (addresses, tokens = []) => {
      const site = (office: OfficeKey) => about(addressOf(addresses, keyOf(office)));
      return kadeSetup({
        firstDay,
        plaid: { endpoint: addressOf(addresses, 'plaid'), clientId: plaid.control.clientId, tokens },
        exact: { nl: site('nl'), be: site('be'), de: site('de') },
      });
    },
  };
}

function keyOf(office: OfficeKey): string {
  return `exact-${office}`;
}
