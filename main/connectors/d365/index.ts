import { createHttp } from '../../core/http.ts';
import type { PostsEntries, ReadsLedger, ReadsVendorBankAccounts, TellsEmptiedJournals } from '../capabilities.ts';
import type { ConnectorContext, ConnectorModule } from '../context.ts';
import type { TellsBankChanges } from '../ledger-changes.ts';
import type { TranslatesWebhooks } from '../webhooks.ts';
import { createTokens } from './auth.ts';
import { createBankChanges } from './bank-changes.ts';
import { createClient } from './client.ts';
import { d365Config, readSettings, secretEndsAt } from './config.ts';
import { createEmptied } from './emptied.ts';
import { createMainAccountLines } from './main-account-lines.ts';
import { manifest } from './manifest.ts';
import { createPush } from './push.ts';
import { createReads } from './read.ts';
import { createTables } from './tables.ts';
import { createWebhooks } from './webhooks.ts';

export type D365Connector = { readonly kind: string } & ReadsLedger &
  ReadsVendorBankAccounts &
  TellsBankChanges &
  PostsEntries &
  TellsEmptiedJournals &
  TranslatesWebhooks;

function open(config: unknown, context: ConnectorContext): D365Connector {
  const settings = readSettings(config, context.environment);
  const { clock, random } = context;
  const http = createHttp(context);
  const credential = () =>
    settings.certificate === undefined
      ? { secret: context.secret('secret') }
      : { certificateKey: context.secret('certificateKey') };
  const tokens = createTokens(settings, credential, http, clock);
  const client = createClient({ settings, tokens, http, clock, random });
  const tables = createTables(client, settings, clock);
  const mainAccountLines = createMainAccountLines(client, tables);
  return {
    kind: manifest.kind,
    ...createReads(client, tables, clock, mainAccountLines),
    ...createBankChanges(client, clock, mainAccountLines),
    ...createPush(client, tables, settings),
    ...createEmptied(client),
    ...createWebhooks(),
  };
}

/** Dynamics 365 Finance & Operations: reads set-up and posted bank lines, writes general journals. */
export const connector = {
  manifest,
  config: d365Config,
  secrets: ['secret', 'certificateKey'],
  secretEndsAt,
  open,
} satisfies ConnectorModule;
