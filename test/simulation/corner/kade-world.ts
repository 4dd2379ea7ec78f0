/**
 * A corner of Atelier Kade: two of its offices with four accounts, and about a fourth of what a day brings there. The
 * practice servers, the setup document and every kind of movement are Kade's own.
 */
import { addDays } from '../../../main/core/calendar.ts';
import { today } from '../../../main/core/clock.ts';
import { seededRandom } from '../../../main/core/random.ts';
import type { CompanyBanks } from '../../../practice/company/banks.ts';
import type { Draw } from '../../../practice/company/draw.ts';
import type { BusinessDay, Movement } from '../../../practice/company/movement.ts';
import { plaidOf, plaidServer } from '../../../practice/company/plaid-server.ts';
import { tellBanks } from '../../../practice/company/tell-banks.ts';
import {
  addressOf,
  type PracticeLedger,
  type PracticeWorld,
  type WorldOptions,
} from '../../../practice/company/world.ts';
import { createPracticeExact, PRACTICE_APPLICATION, type PracticeExact } from '../../../practice/exact/index.ts';
import { ACCOUNT_LIST, BANKS, OWNERS } from '../../../practice/kade/accounts.ts';
import { FIRST_BALANCES } from '../../../practice/kade/company.ts';
import { cardDay } from '../../../practice/kade/dollar-and-card.ts';
import { closingsOf, judgeBooks } from '../../../practice/kade/judge.ts';
import { kadeLedger } from '../../../practice/kade/ledger.ts';
import { OFFICES } from '../../../practice/kade/offices.ts';
import {
  connectionOf,
  EXACT_SECRET,
  EXACT_WEBHOOK_SECRET,
  kadeSetup,
  PLAID_SECRET,
} from '../../../practice/kade/setup.ts';
import { oneOffs, tradeDay } from '../../../practice/kade/trade.ts';
import { monthlyDay, oddRows, sweeps } from '../../../practice/kade/treasury.ts';

export type CornerOffice = 'nl' | 'be';
export type KadeCornerWorld = PracticeWorld & { readonly sites: Readonly<Record<CornerOffice, PracticeExact>> };

export const CORNER_OFFICES = ['nl', 'be'] as const;
const CORNER_ACCOUNTS = ['nlCurrent', 'nlSavings', 'nlCard', 'beCurrent'];
const ACCOUNTS = ACCOUNT_LIST.filter(({ key }) => CORNER_ACCOUNTS.includes(key));
const CORNER_BANKS = BANKS.filter(({ key }) => ACCOUNTS.some(({ bank }) => bank === key));
const MASKS = new Set<string>(ACCOUNTS.map(({ mask }) => mask));
const CONNECTIONS = new Set(['Kade banks', ...CORNER_OFFICES.map(connectionOf)]);
/** Lines in a thousand about which the bank changes its mind: ten times as many as at Kade. */
const CHURN = 80;
/** Which share of a day's trade the corner sees. */
const SHARE = 0.22;
const { clientId, clientSecret, webhookSecret, redirectUri } = PRACTICE_APPLICATION;

export function createKadeCornerWorld(options: WorldOptions): KadeCornerWorld {
  const { seed, firstDay, clock } = options;
  const banks = tellBanks(
    {
      name: 'Atelier Kade',
      banks: CORNER_BANKS,
      accounts: ACCOUNTS,
      owners: OWNERS,
      firstBalances: FIRST_BALANCES,
      happen: cornerDay,
      churn: CHURN,
    },
    options,
  );
  const plaid = plaidOf(banks, options);
  const ledgerOf = (office: CornerOffice) => kadeLedger(office, booksOpenAt(banks));
  const siteOf = (office: CornerOffice) =>
    createPracticeExact({
      ...{ site: office, ledger: ledgerOf(office), clock, random: seededRandom(`${seed}:exact:${office}`) },
    });
  const sites = { nl: siteOf('nl'), be: siteOf('be') };
  const about = (endpoint: string) => ({ endpoint, clientId, redirectUri });
  return {
    title: 'A corner of Atelier Kade',
    ...{ banks, plaid, sites },
    servers: [
      plaidServer(plaid),
      ...CORNER_OFFICES.map((office) => ({
        key: `exact-${office}`,
        fetch: sites[office].fetch,
        faults: sites[office].control.faults,
        isPage: () => false,
        about,
      })),
    ],
    ledgers: CORNER_OFFICES.map((office): PracticeLedger => {
      const { control } = sites[office];
      return {
        connection: connectionOf(office),
        nightJob: () => void control.process(OFFICES[office].division, addDays(today(clock), -2)),
        signIn: async (url) => control.consent(url),
        judge: (expected, isOurs) => judgeBooks(control.books(), expected, isOurs),
        closingBalances: () => closingsOf(control.books()),
      };
    }),
    env: {
      [PLAID_SECRET]: plaid.control.secret,
      [EXACT_SECRET]: clientSecret,
      [EXACT_WEBHOOK_SECRET]: webhookSecret,
    },
    setup: (addresses, tokens = []) => {
      const site = (office: CornerOffice) => about(addressOf(addresses, `exact-${office}`));
      const whole = kadeSetup({
        firstDay,
        plaid: { endpoint: addressOf(addresses, 'plaid'), clientId: plaid.control.clientId, tokens },
        exact: { nl: site('nl'), be: site('be'), de: site('be') },
      });
      return {
        connections: whole.connections.filter(({ name }) => CONNECTIONS.has(name)),
        mappings: whole.mappings.filter(({ feedAccount }) => MASKS.has(feedAccount.mask)),
        rules: whole.rules.filter(({ name }) => CORNER_OFFICES.some((key) => name.startsWith(OFFICES[key].city))),
      };
    },
  };
}

function cornerDay(day: BusinessDay, draw: Draw): Movement[] {
  const trade = [
    ...CORNER_OFFICES.flatMap((office) => [...tradeDay(office, day, draw), ...oneOffs(office, draw)]),
    ...cardDay(day, draw),
  ];
  const rest = [...CORNER_OFFICES.flatMap((office) => monthlyDay(office, day, draw)), ...sweeps(day, draw)];
  return [...trade.filter(() => draw.chance(SHARE)), ...rest, ...oddRows(day, draw)].filter(({ account }) =>
    CORNER_ACCOUNTS.includes(account),
  );
}

/** Accounts outside the corner were never used. */
function booksOpenAt(banks: CompanyBanks): Pick<CompanyBanks, 'firstDay' | 'balanceOn'> {
  const currencies = new Map(ACCOUNT_LIST.map(({ key, currency }) => [key as string, currency]));
  return {
    firstDay: banks.firstDay,
    balanceOn: (account, day) =>
      CORNER_ACCOUNTS.includes(account)
        ? banks.balanceOn(account, day)
        : { minor: 0n, currency: currencies.get(account) ?? 'EUR' },
  };
}
