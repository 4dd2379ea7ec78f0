/** The setup document that connects Daybook to Atelier Kade: the same form that a real firm writes. */
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { SetupRule } from '../company/rules.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { OFFICE_LIST, OFFICES, type OfficeKey } from './offices.ts';
import { KADE_RULES } from './rules.ts';

/** Names of the environment variables that hold the practice secrets. */
export const PLAID_SECRET = 'PRACTICE_PLAID_SECRET';
export const EXACT_SECRET = 'PRACTICE_EXACT_SECRET';
export const EXACT_WEBHOOK_SECRET = 'PRACTICE_EXACT_WEBHOOK_SECRET';

export type KadeSetupOptions = {
  readonly firstDay: CalendarDate;
  /** `tokens`: environment variables that hold access tokens of Items already linked; none = link later. */
  readonly plaid: { readonly endpoint: string; readonly clientId: string; readonly tokens?: readonly string[] };
  /** The practice site of each office, and the company's registration there. */
  readonly exact: Readonly<Record<OfficeKey, ExactSiteAddress>>;
};

export type ExactSiteAddress = { readonly endpoint: string; readonly clientId: string; readonly redirectUri: string };

type SecretName = { readonly env: string };

export type KadeMapping = {
  readonly feedAccount: { readonly mask: string };
  readonly ledger: { readonly connection: string; readonly legalEntity: string };
  readonly bankAccount: string;
  readonly journalName: string;
  /** The account for open questions: a statement in Exact is whole, so every line of a bank journal is booked. */
  readonly offsetAccount?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly transferAccount: string;
  readonly pending: 'wait';
  readonly startDate: CalendarDate;
};

export type KadeSetup = {
  readonly connections: readonly [
    {
      readonly kind: 'plaid';
      readonly name: string;
      readonly environment: 'sandbox';
      readonly endpoint: string;
      readonly clientId: string;
      readonly countryCodes: readonly string[];
      readonly language: string;
      readonly secret: SecretName;
      readonly items: ReadonlyArray<{ readonly accessToken: SecretName }>;
    },
    ...Array<{
      readonly kind: 'exact';
      readonly name: string;
      readonly environment: 'sandbox';
      readonly site: OfficeKey;
      readonly endpoint: string;
      readonly clientId: string;
      readonly redirectUri: string;
      readonly divisions: readonly number[];
      readonly clientSecret: SecretName;
      readonly webhookSecret: SecretName;
    }>,
  ];
  readonly mappings: readonly KadeMapping[];
  readonly rules: readonly SetupRule[];
};

/** The connection of an office's country site. */
export function connectionOf(office: OfficeKey): string {
  return `Kade ${OFFICES[office].city}`;
}

export function kadeSetup({ firstDay, plaid, exact }: KadeSetupOptions): KadeSetup {
  return {
    connections: [
      {
        kind: 'plaid',
        name: 'Kade banks',
        environment: 'sandbox',
        endpoint: plaid.endpoint,
        clientId: plaid.clientId,
        countryCodes: OFFICE_LIST.map(({ country }) => country),
        language: 'nl',
        secret: { env: PLAID_SECRET },
        items: (plaid.tokens ?? []).map((env) => ({ accessToken: { env } })),
      },
      ...OFFICE_LIST.map(({ key, division }) => ({
        kind: 'exact' as const,
        name: connectionOf(key),
        environment: 'sandbox' as const,
        site: key,
        ...exact[key],
        divisions: [division],
        clientSecret: { env: EXACT_SECRET },
        webhookSecret: { env: EXACT_WEBHOOK_SECRET },
      })),
    ],
    mappings: ACCOUNT_LIST.map(({ mask, office, route, journal, glAccount }): KadeMapping => {
      const { division, chart, costCenters, vat } = OFFICES[office];
      const common = {
        feedAccount: { mask },
        ledger: { connection: connectionOf(office), legalEntity: String(division) },
        journalName: journal,
        transferAccount: chart.transit[0],
        pending: 'wait',
        startDate: firstDay,
      } as const;
      if (route === 'bank') return { ...common, bankAccount: journal, offsetAccount: chart.suspense[0] };
      // Nothing demands that a card is whole: what nobody knows waits for a person, with what a purchase usually has.
      const dimensions = { CostCenter: costCenters.studio[0], VATCode: vat.none[0] };
      return { ...common, bankAccount: glAccount, dimensions };
    }),
    rules: KADE_RULES,
  };
}
