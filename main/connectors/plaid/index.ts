import { createHttp } from '../../core/http.ts';
import type {
  LinksInBrowser,
  ProvesBankDetails,
  PullsAccounts,
  PullsBalances,
  PullsInvestments,
  PullsStatementLines,
} from '../capabilities.ts';
import type { ConnectorContext, ConnectorModule } from '../context.ts';
import type { ListsNotices, TranslatesWebhooks } from '../webhooks.ts';
import { bankDetails } from './bank-details.ts';
import { bankBook } from './banks.ts';
import { createClient } from './client.ts';
import { config, parseConfig } from './config.ts';
import { investments } from './investments.ts';
import { links } from './link.ts';
import { limitOf, manifest } from './manifest.ts';
import { pulls } from './pull.ts';
import { verificationKeys } from './verification-keys.ts';
import { webhookList } from './webhook-list.ts';
import { webhooks } from './webhooks.ts';

export type PlaidConnector = { readonly kind: string } & PullsAccounts &
  PullsBalances &
  PullsStatementLines &
  PullsInvestments &
  LinksInBrowser &
  ProvesBankDetails &
  TranslatesWebhooks &
  ListsNotices;

function open(settings: unknown, context: ConnectorContext): PlaidConnector {
  const parsed = parseConfig(settings, context.environment);
  const { clock } = context;
  const http = createHttp(context, { limitOf: limitOf(context.environment) });
  const banks = bankBook((access, stop) => pulling.readFeed(access, stop));
  const client = createClient(
    {
      environment: context.environment,
      baseUrl: parsed.baseUrl,
      clientId: parsed.clientId,
      secret: () => context.secret('secret'),
    },
    { http, clock },
    banks.nameOf,
  );
  const pulling = pulls(client, banks, clock);
  return {
    kind: manifest.kind,
    ...pulling,
    ...links(client, parsed, clock),
    ...bankDetails(client),
    ...investments(client),
    ...webhooks(
      verificationKeys(async (id, stop) => (await client.webhookVerificationKeyGet(id, stop)).key, clock),
      context.environment,
    ),
    ...webhookList(client),
  };
}

export const connector = { manifest, config, secrets: ['secret'], open } satisfies ConnectorModule;
