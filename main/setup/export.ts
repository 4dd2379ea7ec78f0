import { z } from 'zod';
import { listMappings, type Mapping } from '../coding/mappings.ts';
import { listRules } from '../coding/rules.ts';
import type { SetupDocument } from './document.ts';
import type { SetupContext } from './ports.ts';
import { loadSecretNames, secretKey } from './secret-names.ts';

const configSchema = z.record(z.string(), z.json());

/**
 * The setup of the workspace as a document that can be applied again. Secrets stand in it as the names of environment
 * variables, never as values; where no name is known (a bank linked in the browser), one is made up.
 */
export async function exportSetup(
  context: Pick<SetupContext, 'store' | 'feeds' | 'moduleFor'>,
): Promise<SetupDocument> {
  const { read } = context.store;
  const names = await loadSecretNames(context);
  const found = await read
    .selectFrom('connection')
    .selectAll()
    .where('state', '<>', 'removed')
    .orderBy('name')
    .execute();
  // Banks first, then ledgers: the order in which a reader thinks of them.
  const isFeed = (kind: string) => context.moduleFor(kind).manifest.role === 'feed';
  const rows = found.toSorted((a, b) => Number(isFeed(b.kind)) - Number(isFeed(a.kind)));
  const views = new Map((await context.feeds.listConnections()).map((view) => [view.id, view]));
  const feeds = await read
    .selectFrom('feed')
    .select(['id', 'connection_id'])
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const connections = rows.map((row) => {
    const items = feeds.filter((feed) => feed.connection_id === row.id);
    const secrets = (views.get(row.id)?.secrets ?? []).map((name) => [
      name,
      { env: names[secretKey(row.id, name)] ?? variable(row.name, name) },
    ]);
    return {
      kind: row.kind,
      name: row.name,
      environment: z.enum(['sandbox', 'production']).parse(row.environment),
      ...configSchema.parse(JSON.parse(row.config_json)),
      ...Object.fromEntries(secrets),
      // Files are brought by a person; no token opens them.
      ...(isFeed(row.kind) && row.kind !== 'file'
        ? {
            items: items.map((feed, index) => ({
              accessToken: { env: names[secretKey(feed.id, 'accessToken')] ?? variable(row.name, `item ${index + 1}`) },
            })),
          }
        : {}),
    };
  });
  const ledgers = new Map(rows.map((row) => [row.id, row.name]));
  const accounts = await read
    .selectFrom('feed_account as account')
    .innerJoin('feed', 'feed.id', 'account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['account.id', 'account.mask', 'account.name', 'account.closed_at', 'connection.name as connection'])
    .execute();
  const mappings = (await listMappings(read)).map((mapping) => ({
    feedAccount: selectorOf(mapping.feedAccountId, accounts),
    ledger: { connection: ledgers.get(mapping.ledgerConnectionId) ?? '', legalEntity: mapping.legalEntity },
    ...mappingFields(mapping),
  }));
  const rules = (await listRules(read)).map(({ document }) => ({
    name: document.name,
    when: document.when,
    then: document.then,
    ...(document.autoApprove ? { autoApprove: true } : {}),
    ...(document.enabled ? {} : { enabled: false }),
  }));
  return { connections, mappings, rules };
}

type Account = {
  readonly id: string;
  readonly mask: string | null;
  readonly name: string;
  readonly closed_at: string | null;
  readonly connection: string;
};

/** The shortest description that means this account alone; ids are this workspace's and do not travel. */
function selectorOf(id: string, accounts: readonly Account[]) {
  const account = accounts.find((candidate) => candidate.id === id);
  if (!account) return { id };
  const { mask, name, connection } = account;
  const alone = (test: (other: Account) => boolean) =>
    accounts.filter((other) => test(other) && (account.closed_at !== null || other.closed_at === null)).length === 1;
  if (mask !== null && alone((other) => other.mask === mask)) return { mask };
  const precise = mask === null ? { name, connection } : { mask, name, connection };
  return alone((other) => other.mask === mask && other.name === name && other.connection === connection)
    ? precise
    : { id };
}

function mappingFields(mapping: Mapping) {
  const { offsetAccount, transferAccount, clearingAccount, startDate, dimensions } = mapping;
  return {
    bankAccount: mapping.bankAccount,
    journalName: mapping.journalName,
    ...(offsetAccount === null ? {} : { offsetAccount }),
    ...(Object.keys(dimensions).length === 0 ? {} : { dimensions: { ...dimensions } }),
    ...(transferAccount === null ? {} : { transferAccount }),
    ...(clearingAccount === null ? {} : { clearingAccount }),
    pending: mapping.pending,
    grouping: mapping.grouping,
    ...(startDate === null ? {} : { startDate }),
    suggestions: mapping.suggestions,
    autoApprove: mapping.autoApprove,
  };
}

/** `DAYBOOK_HARBOR_BANKS_SECRET` */
function variable(...parts: readonly string[]): string {
  return ['DAYBOOK', ...parts]
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}
