import { createHttp } from '../../core/http.ts';
import type { KeepsBalanceChain } from '../balance-chain.ts';
import type { OffersLegalEntities, PostsEntries, ReadsLedger, ReadsVendorBankAccounts } from '../capabilities.ts';
import type { ConnectorContext, ConnectorModule } from '../context.ts';
import type { ReadsLedgerChanges } from '../ledger-changes.ts';
import type { SignsInByBrowser, TellsCallBudget } from '../sign-in.ts';
import type { TakesBack } from '../take-back.ts';
import type { SubscribesNotices, TranslatesWebhooks } from '../webhooks.ts';
import { createAuth } from './auth.ts';
import { createChanges } from './changes.ts';
import { createClient } from './client.ts';
import { exactConfig, readSettings } from './config.ts';
import { form } from './form.ts';
import { manifest } from './manifest.ts';
import { createPush } from './push.ts';
import { createBankLineRead } from './read-bank-lines.ts';
import { createDivisionReads } from './read-divisions.ts';
import { createReferenceRead } from './read-reference.ts';
import { createVendorBankAccountRead } from './read-vendor-bank-accounts.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTables } from './tables.ts';
import { createWebhooks } from './webhooks.ts';

export type ExactConnector = { readonly kind: string } & ReadsLedger &
  OffersLegalEntities &
  ReadsVendorBankAccounts &
  ReadsLedgerChanges &
  PostsEntries &
  KeepsBalanceChain &
  TakesBack &
  SignsInByBrowser &
  TellsCallBudget &
  TranslatesWebhooks &
  SubscribesNotices;

function open(config: unknown, context: ConnectorContext): ExactConnector {
  const settings = readSettings(config, context.environment);
  const { clock, random, keep } = context;
  const { accessToken, rejected, ...signIn } = createAuth(settings, context);
  const http = createHttp(context);
  const client = createClient({ origin: settings.base, auth: { accessToken, rejected }, http, clock, random, keep });
  const tables = createTables(client, keep, clock);
  return {
    kind: manifest.kind,
    ...signIn,
    ...createDivisionReads(client, settings, clock),
    ...createReferenceRead(tables, clock),
    ...createBankLineRead(client, tables),
    ...createVendorBankAccountRead(tables),
    ...createChanges(client, tables, clock),
    ...createPush(client, tables, clock),
    ...createSubscriptions({ client, settings, webhookSecret: () => context.secret('webhookSecret') }),
    ...createWebhooks({ clientId: settings.clientId, secret: () => context.secret('webhookSecret') }),
    // What is asked without a division is no legal entity's budget.
    callBudgets: () => client.callBudgets().filter(({ legalEntity }) => legalEntity !== 'current'),
  };
}

/** Exact Online, one country site: reads set-up and ledger lines, tells their changes, and writes bank entries. */
export const connector = {
  manifest,
  config: exactConfig,
  secrets: ['clientSecret', 'webhookSecret'],
  form,
  signsIn: true,
  tokenChain: (config, environment) => readSettings(config, environment).chain,
  open,
} satisfies ConnectorModule;
