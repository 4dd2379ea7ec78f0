import { z } from 'zod';
import { listMappings } from '../coding/mappings.ts';
import { listRules } from '../coding/rules.ts';
import type { SetupDocument } from './document.ts';
import type { SetupContext } from './ports.ts';

/**
 * The workspace as a setup document. A secret comes out as the name of an environment variable to set before the
 * document is applied elsewhere, never as its value.
 */
export async function exportSetup(context: SetupContext): Promise<SetupDocument> {
  const connections = await context.feeds.listConnections();
  const feeds = await context.feeds.listFeeds();
  const accounts = new Map((await context.feeds.listAccounts()).map((account) => [account.id, account]));
  const nameOf = new Map(connections.map((connection) => [connection.id, connection.name]));
  const configs = await context.store.read.selectFrom('connection').select(['id', 'config_json']).execute();
  const configOf = new Map(
    configs.map((row) => [row.id, z.record(z.string(), z.json()).parse(JSON.parse(row.config_json))]),
  );
  const rules = await listRules(context.store.read);
  const mappings = await listMappings(context.store.read);
  return {
    connections: connections
      .filter((connection) => connection.state !== 'removed')
      .map((connection) => {
        const own = feeds.filter((feed) => feed.connectionId === connection.id && feed.state !== 'removed');
        return {
          kind: connection.kind,
          name: connection.name,
          environment: z.enum(['sandbox', 'production']).parse(connection.environment),
          ...configOf.get(connection.id),
          ...Object.fromEntries(
            connection.secrets.map((secret) => [secret, { env: variableName(connection.name, secret) }]),
          ),
          ...(own.length === 0
            ? {}
            : {
                items: own.map((feed, index) => ({
                  accessToken: {
                    env: variableName(connection.name, feed.institutionName ?? 'bank', String(index + 1)),
                  },
                })),
              }),
        };
      }),
    mappings: mappings.flatMap((mapping) => {
      const account = accounts.get(mapping.feedAccountId);
      if (!account) return [];
      return [
        {
          feedAccount: {
            ...(account.mask === null ? {} : { mask: account.mask }),
            name: account.name,
            ...(account.institutionName === null ? {} : { bank: account.institutionName }),
          },
          ledger: {
            connection: nameOf.get(mapping.ledgerConnectionId) ?? '',
            legalEntity: mapping.legalEntity,
          },
          bankAccount: mapping.bankAccount,
          journalName: mapping.journalName,
          ...(mapping.offsetAccount === null ? {} : { offsetAccount: mapping.offsetAccount }),
          ...(Object.keys(mapping.dimensions).length === 0 ? {} : { dimensions: { ...mapping.dimensions } }),
          ...(mapping.transferAccount === null ? {} : { transferAccount: mapping.transferAccount }),
          ...(mapping.clearingAccount === null ? {} : { clearingAccount: mapping.clearingAccount }),
          pending: mapping.pending,
          grouping: mapping.grouping,
          ...(mapping.startDate === null ? {} : { startDate: mapping.startDate }),
          suggestions: mapping.suggestions,
          autoApprove: mapping.autoApprove,
        },
      ];
    }),
    rules: rules.map((rule) => rule.document),
  };
}

/** `HARBOR_BANKS_SECRET` for the secret `secret` of the connection "Harbor banks". */
function variableName(...parts: readonly string[]): string {
  return parts
    .join('_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}
