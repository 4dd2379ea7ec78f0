import { z } from 'zod';
import { listMappings } from '../../coding/mappings.ts';
import { can } from '../../connectors/capabilities.ts';
import { connectorModules, moduleFor } from '../../connectors/registry.ts';
import { asDaybookError, DaybookError, ERROR_NATURES, type SerialError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import { knownCode } from '../../feeds/health.ts';
import { readRemovalFigures } from '../../store/removal.ts';
import { callBudgetsOf } from '../call-budgets.ts';
import type { connectionCalls } from '../calls/connections.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';
import { lifecycleHandlers } from './lifecycle.ts';

export const connectionHandlers: HandlersOf<typeof connectionCalls> = {
  'connections.kinds': async () =>
    connectorModules.map(({ manifest, config, secrets, form, signsIn }) => ({
      ...manifest,
      signsIn: signsIn ?? false,
      secrets: [...secrets],
      form:
        form?.map(({ choices, hint, ...field }) => ({ ...field, hint: hint ?? null, choices: [...(choices ?? [])] })) ??
        null,
      settings: z.record(z.string(), z.json()).parse(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })),
    })),
  'connections.list': async (_, { daybook }) => {
    const feeds = await daybook.feeds.listFeeds();
    const rows = await daybook.store.read.selectFrom('connection').select(['id', 'config_json']).execute();
    const settings = new Map(rows.map((row) => [row.id, z.json().parse(JSON.parse(row.config_json))]));
    const webhooks = await daybook.store.read.selectFrom('feed').select(['id', 'webhook_url']).execute();
    const webhookOf = new Map(webhooks.map((row) => [row.id, row.webhook_url]));
    const connections = (await daybook.feeds.listConnections()).filter(({ state }) => state !== 'removed');
    const callBudgets = await Promise.all(connections.map(({ id }) => callBudgetsOf(daybook, id)));
    return connections.map((connection, index) => ({
      ...connection,
      callBudgets: callBudgets[index] ?? [],
      secrets: [...connection.secrets],
      role: moduleFor(connection.kind).manifest.role,
      repair: connection.lifecycle.repair,
      settings: settings.get(connection.id) ?? null,
      feeds: feeds
        .filter((feed) => feed.connectionId === connection.id)
        .map((feed) => ({ ...feed, webhookUrl: webhookOf.get(feed.id) ?? null })),
    }));
  },
  'connections.save': ({ settings, ...input }, { daybook, actor }) =>
    daybook.feeds.saveConnection({ ...input, config: settings }, actor),
  'connections.check': async ({ connectionId, legalEntity }, work) => {
    const steps = await checkConnection(work, connectionId, legalEntity);
    return { ok: steps.every((step) => step.ok), steps };
  },
  'connections.startLink': async (
    { connectionId, feedId, selectAccounts, webhookUrl, embedded },
    { daybook, stop },
  ) => {
    const { kind } = await daybook.feeds.connector(connectionId);
    const address = webhookUrl ?? (await daybook.webhooks.addressFor(kind));
    return daybook.feeds.startLink(
      connectionId,
      {
        ...(feedId === undefined ? {} : { feedId }),
        ...(selectAccounts === undefined ? {} : { selectAccounts }),
        ...(address === null ? {} : { webhookUrl: address }),
        ...(embedded === undefined ? {} : { embedded }),
      },
      stop,
    );
  },
  'connections.pollLink': async ({ connectionId, linkToken }, { daybook, stop }) => {
    const outcome = await daybook.feeds.pollLink(connectionId, linkToken, stop);
    if (outcome.state !== 'linked') return outcome;
    return { state: 'linked', banks: outcome.results.map((result) => result.institutionName ?? 'Bank') };
  },
  'connections.finishLink': async ({ connectionId, linkToken, feedId }, { daybook, actor, stop }) => {
    const finished = await daybook.feeds.finishLink(connectionId, linkToken, actor, {
      stop,
      ...(feedId === undefined ? {} : { feedId }),
    });
    return finished.state === 'linked' ? { state: 'linked', feeds: [...finished.feeds] } : finished;
  },
  'connections.removalPreview': async ({ feedId }, { daybook }) => {
    const figures = await readRemovalFigures(daybook.store.read, feedId);
    return {
      ...figures,
      consequences: [
        'Daybook’s access to this bank ends, and so does its billing at the provider.',
        `${figures.lines} lines of ${figures.accounts} accounts stay, with their history and entries.`,
        ...(figures.openEntries === 0
          ? []
          : [`${figures.openEntries} entries are not posted yet; they stay in the queue and can still be posted.`]),
        'Linking the bank again later asks the person at the bank to sign in anew.',
      ],
    };
  },
  'connections.removeFeed': async ({ feedId }, { daybook, actor, stop }) => {
    await daybook.feeds.removeFeed(feedId, actor, stop);
    return { feedId };
  },
  'connections.setWebhook': async ({ feedId, url }, { daybook, actor, stop }) => {
    await daybook.feeds.setWebhook(feedId, url, actor, stop);
    return { feedId, url };
  },
  'connections.refreshBalances': async ({ feedId }, { daybook, stop }) => {
    await daybook.feeds.refreshBalances(feedId, stop);
    return { feedId };
  },
  'connections.refreshNumbers': async ({ feedId }, { daybook, actor, stop }) => ({
    changedAccounts: await daybook.feeds.refreshNumbers(feedId, actor, stop),
  }),
  'accounts.list': async (_, { daybook }) => listAccounts(daybook),
  ...lifecycleHandlers,
};

async function listAccounts(daybook: Daybook) {
  const feeds = new Map((await daybook.feeds.listFeeds()).map((feed) => [feed.id, feed]));
  const mappings = await listMappings(daybook.store.read);
  const mappingOf = new Map(mappings.map((mapping) => [mapping.feedAccountId, mapping]));
  return (await daybook.feeds.listAccounts()).map(({ institutionName, gap, balance, opening, ...account }) => {
    const feed = feeds.get(account.feedId);
    return {
      ...account,
      bank: institutionName,
      connectionId: feed?.connectionId ?? '',
      connection: feed?.connectionName ?? '',
      environment: feed?.environment ?? '',
      balance: balance && {
        ...balance,
        current: moneyDocument(balance.current),
        available: moneyDocument(balance.available),
      },
      opening: moneyDocument(opening),
      gap: gap && {
        size: moneyDocument({ minor: gap.sizeMinor, currency: gap.currency }),
        firstDate: gap.firstDate,
        openedAt: gap.openedAt,
      },
      mapping: mappingOf.get(account.id) ?? null,
    };
  });
}

type Step = { name: string; ok: boolean; sentence: string; error: SerialError | null };

/** Steps of which each needs the one before: what comes after a failed step is not tried. */
async function checkConnection(work: Work, connectionId: string, legalEntity: string | undefined): Promise<Step[]> {
  const { feeds } = work.daybook;
  const steps: Step[] = [];
  const step = async <T>(name: string, does: () => Promise<readonly [T, string]>): Promise<T | null> => {
    work.progress(steps.length, null, name);
    try {
      const [value, sentence] = await does();
      steps.push({ name, ok: true, sentence, error: null });
      return value;
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
      steps.push({ name, ok: false, sentence: error.message, error: error.toJSON() });
      return null;
    }
  };

  const connector = await step('Settings and secrets', async () => {
    const opened = await feeds.connector(connectionId);
    return [opened, 'The settings are complete and every secret is there.'] as const;
  });
  if (connector === null) return steps;
  if (can(connector, 'readLegalEntities', 'readReference')) {
    const entities = await step('Sign in and list legal entities', async () => {
      const found = await connector.readLegalEntities(work.stop);
      return [found, `Signed in; ${counted(found.length, 'legal entity', 'legal entities')} can be seen.`] as const;
    });
    if (entities === null || legalEntity === undefined) return steps;
    await step(`Read ${legalEntity}`, async () => {
      if (!entities.some((entity) => entity.id.toLowerCase() === legalEntity.toLowerCase()))
        throw new DaybookError(
          'not_permitted',
          `The user of this connection does not see the legal entity ${legalEntity}. Ask the administrator for the right.`,
        );
      const reference = await connector.readReference(legalEntity, work.stop);
      const missing =
        reference.missing.length === 0 ? '' : ` Not given, and not checked: ${reference.missing.join(', ')}.`;
      return [
        null,
        `${counted(reference.accounts.length, 'account')}, ${counted(reference.bankAccounts.length, 'bank account')} and ${counted(reference.journalNames.length, 'journal name')} can be read.${missing}`,
      ] as const;
    });
    return steps;
  }
  if (can(connector, 'startLink'))
    await step('Ask the provider', async () => {
      await feeds.startLink(connectionId, {}, work.stop);
      return [null, 'The provider accepts the keys; banks can be linked.'] as const;
    });
  for (const feed of await feeds.listFeeds()) {
    if (feed.connectionId !== connectionId || feed.state === 'removed') continue;
    const trouble = feed.sentence;
    const name = feed.institutionName ?? 'Bank';
    if (feed.state === 'healthy' || trouble === null)
      steps.push({ name, ok: true, sentence: feed.freshness.sentence, error: null });
    else steps.push({ name, ok: false, sentence: trouble, error: feedError(feed.code, trouble) });
  }
  return steps;
}

function feedError(code: string | null, sentence: string): SerialError | null {
  const known = knownCode(code);
  if (known === null) return null;
  const { retryable, repair } = ERROR_NATURES[known];
  return { code: known, retryable, repair, sentence };
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
