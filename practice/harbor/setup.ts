/** The setup document that connects Daybook to the practice company: the same form that a real firm writes. */
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { SetupRule } from '../company/rules.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { type HarborLedger, REQUIRED_DIMENSIONS } from './ledger.ts';
import { HARBOR_RULES } from './rules.ts';

/** Names of the environment variables that hold the practice secrets. */
export const PLAID_SECRET = 'PRACTICE_PLAID_SECRET';
export const D365_SECRET = 'PRACTICE_D365_SECRET';

export type HarborSetupOptions = {
  readonly firstDay: CalendarDate;
  /** `tokens`: environment variables that hold access tokens of Items already linked; none = link later. */
  readonly plaid: { readonly endpoint: string; readonly clientId: string; readonly tokens?: readonly string[] };
  readonly d365: {
    readonly endpoint: string;
    readonly tokenEndpoint: string;
    readonly tenant: string;
    readonly clientId: string;
  };
};

type SecretName = { readonly env: string };

export type HarborMapping = {
  readonly feedAccount: { readonly mask: string };
  readonly ledger: { readonly connection: string; readonly legalEntity: string };
  readonly bankAccount: string;
  readonly journalName: string;
  /** Without it, a line that no rule knows waits for a person. */
  readonly offsetAccount?: string;
  readonly transferAccount: string;
  readonly pending: 'wait';
  /** One journal per account and day unless told. */
  readonly grouping?: 'account_day' | 'run';
  /** Lines before this day are history: shown and searched, never proposed. */
  readonly startDate: CalendarDate;
};

export type HarborSetup = {
  readonly connections: readonly [
    {
      readonly kind: 'plaid';
      readonly name: string;
      readonly environment: 'sandbox';
      readonly endpoint: string;
      readonly clientId: string;
      readonly secret: SecretName;
      readonly items: ReadonlyArray<{ readonly accessToken: SecretName }>;
    },
    {
      readonly kind: 'd365';
      readonly name: string;
      readonly environment: 'sandbox';
      readonly endpoint: string;
      readonly tokenEndpoint: string;
      readonly tenant: string;
      readonly clientId: string;
      readonly secret: SecretName;
      readonly dimensions: { readonly required: HarborLedger['requiredDimensions'] };
    },
  ];
  readonly mappings: readonly HarborMapping[];
  readonly rules: readonly SetupRule[];
};

/** What lies in trust belongs to others: every line there is theirs unless a rule says otherwise. */
const TRUST_OFFSETS: Readonly<Record<string, string>> = { '1215': '216000', '4029': '215000', '7710': '215000' };

export function harborSetup({ firstDay, plaid, d365 }: HarborSetupOptions): HarborSetup {
  return {
    connections: [
      {
        kind: 'plaid',
        name: 'Harbor banks',
        environment: 'sandbox',
        endpoint: plaid.endpoint,
        clientId: plaid.clientId,
        secret: { env: PLAID_SECRET },
        items: (plaid.tokens ?? []).map((env) => ({ accessToken: { env } })),
      },
      {
        kind: 'd365',
        name: 'Harbor D365',
        environment: 'sandbox',
        endpoint: d365.endpoint,
        tokenEndpoint: d365.tokenEndpoint,
        tenant: d365.tenant,
        clientId: d365.clientId,
        secret: { env: D365_SECRET },
        dimensions: { required: REQUIRED_DIMENSIONS },
      },
    ],
    mappings: ACCOUNT_LIST.flatMap(({ mask, ledger }): HarborMapping[] => {
      if (ledger === null) return [];
      const offsetAccount = TRUST_OFFSETS[mask];
      return [
        {
          feedAccount: { mask },
          ledger: { connection: 'Harbor D365', legalEntity: ledger.legalEntity },
          bankAccount: ledger.bankAccount,
          journalName: 'BankFeed',
          ...(offsetAccount === undefined ? {} : { offsetAccount }),
          transferAccount: '111900',
          pending: 'wait',
          startDate: firstDay,
        },
      ];
    }),
    rules: HARBOR_RULES,
  };
}
