import { saveMapping } from '../coding/mappings.ts';
import { orderRules, saveRule } from '../coding/rules.ts';
import type { Stop } from '../connectors/capabilities.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { AccountView } from '../feeds/index.ts';
import {
  type ConnectionDocument,
  type FeedAccountRef,
  type MappingDocument,
  readSetup,
  type SecretRef,
  secretRef,
} from './document.ts';
import type { SetupContext } from './ports.ts';

export type Outcome = 'created' | 'updated' | 'unchanged';

/** What applying did, by the names in the document. Applying it again gives `unchanged` throughout. */
export type SetupResult = {
  readonly connections: ReadonlyArray<{ readonly name: string; readonly outcome: Outcome }>;
  readonly feeds: ReadonlyArray<{ readonly connection: string; readonly id: string; readonly outcome: Outcome }>;
  readonly mappings: ReadonlyArray<{ readonly account: string; readonly outcome: Outcome }>;
  readonly rules: ReadonlyArray<{ readonly name: string; readonly outcome: Outcome }>;
};

const CONNECTION_FIELDS = new Set(['kind', 'name', 'environment', 'items']);

/**
 * Brings the workspace to what the document says. Nothing is deleted: what the document does not name stays.
 * The form of the whole document and every secret that it names are checked before anything is changed.
 * @throws DaybookError `setup_invalid` with the path of the wrong field; errors of the bank when a token is refused
 */
export async function applySetup(
  context: SetupContext,
  value: unknown,
  actor: string,
  stop?: Stop,
): Promise<SetupResult> {
  const document = readSetup(value);
  const prepared = document.connections.map((connection, index) =>
    at(`connections[${index}]`, () => prepareConnection(context, connection)),
  );

  const connections: Array<{ name: string; outcome: Outcome }> = [];
  const feeds: Array<{ connection: string; id: string; outcome: Outcome }> = [];
  for (const [index, { input, tokens }] of prepared.entries()) {
    const path = `connections[${index}]`;
    const saved = await at(path, () => context.feeds.saveConnection(input, actor));
    connections.push({ name: input.name, outcome: saved.outcome });
    for (const [position, accessToken] of tokens.entries()) {
      const access = { providerFeedId: '', accessToken };
      const feed = await at(`${path}.items[${position}].accessToken`, () =>
        context.feeds.registerFeed(saved.id, access, actor, stop),
      );
      feeds.push({
        connection: input.name,
        id: feed.feedId,
        outcome: feed.outcome === 'added' ? 'created' : feed.outcome,
      });
    }
  }

  const mappings: Array<{ account: string; outcome: Outcome }> = [];
  for (const [index, mapping] of document.mappings.entries())
    mappings.push(await at(`mappings[${index}]`, () => applyMapping(context, mapping, actor)));

  const rules: Array<{ name: string; outcome: Outcome }> = [];
  for (const [index, rule] of document.rules.entries()) {
    const saved = await at(`rules[${index}]`, () => saveRule(context, rule, actor));
    rules.push({ name: rule.name, outcome: saved.outcome });
  }
  if (document.rules.length > 0)
    await orderRules(
      context,
      document.rules.map((rule) => rule.name),
      actor,
    );
  return { connections, feeds, mappings, rules };
}

/** Splits a connection of the document into settings and secrets, and fetches the secrets from the environment. */
function prepareConnection(context: SetupContext, connection: ConnectionDocument) {
  const module = context.moduleFor(connection.kind);
  const config: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const [field, value] of Object.entries(connection)) {
    if (CONNECTION_FIELDS.has(field)) continue;
    if (!module.secrets.includes(field)) {
      config[field] = value;
      continue;
    }
    const reference = secretRef.safeParse(value);
    if (!reference.success)
      throw invalid(
        field,
        'must name an environment variable, as in {"env": "NAME"}; a secret never stands in the file',
      );
    secrets[field] = fromEnvironment(context, reference.data, field);
  }
  const checked = module.config.safeParse(config);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.');
    throw invalid(path, unknown === undefined ? `is wrong: ${issue?.message ?? 'unreadable'}` : 'is not known');
  }
  const items = connection.items ?? [];
  return {
    input: { kind: connection.kind, name: connection.name, environment: connection.environment, config, secrets },
    tokens: items.map((item, index) => fromEnvironment(context, item.accessToken, `items[${index}].accessToken`)),
  };
}

function fromEnvironment(context: SetupContext, reference: SecretRef, path: string): string {
  const value = context.env[reference.env];
  if (value !== undefined && value !== '') return value;
  throw new DaybookError(
    'secret_missing',
    `The environment variable ${reference.env}, which the setup document names, is not set. Set it and apply the document again.`,
    { path },
  );
}

async function applyMapping(
  context: SetupContext,
  mapping: MappingDocument,
  actor: string,
): Promise<{ account: string; outcome: Outcome }> {
  const account = findAccount(mapping.feedAccount, await accountsWithConnection(context));
  const connections = await context.feeds.listConnections();
  const ledger = connections.find((connection) => connection.name === mapping.ledger.connection);
  if (!ledger)
    throw invalid(
      'ledger.connection',
      `names no connection: there is none with the name "${mapping.ledger.connection}"`,
    );
  if (context.moduleFor(ledger.kind).manifest.role !== 'ledger')
    throw invalid('ledger.connection', `must name a ledger, and "${ledger.name}" is a ${ledger.kind} connection`);
  const saved = await saveMapping(
    context,
    {
      feedAccountId: account.id,
      ledgerConnectionId: ledger.id,
      legalEntity: mapping.ledger.legalEntity,
      bankAccount: mapping.bankAccount,
      journalName: mapping.journalName,
      offsetAccount: mapping.offsetAccount ?? null,
      dimensions: mapping.dimensions ?? {},
      transferAccount: mapping.transferAccount ?? null,
      clearingAccount: mapping.clearingAccount ?? null,
      pending: mapping.pending ?? 'wait',
      grouping: mapping.grouping ?? 'account_day',
      startDate: mapping.startDate ?? null,
      suggestions: mapping.suggestions ?? 'beside',
      autoApprove: mapping.autoApprove ?? false,
    },
    actor,
  );
  return { account: account.mask ?? account.name, outcome: saved.outcome };
}

type Candidate = AccountView & { readonly connectionName: string };

async function accountsWithConnection(context: SetupContext): Promise<Candidate[]> {
  const feeds = new Map((await context.feeds.listFeeds()).map((feed) => [feed.id, feed]));
  const accounts = await context.feeds.listAccounts();
  return accounts.flatMap((account) => {
    const feed = feeds.get(account.feedId);
    if (account.closedAt !== null || feed === undefined || feed.state === 'removed') return [];
    return [{ ...account, connectionName: feed.connectionName }];
  });
}

function findAccount(wanted: FeedAccountRef, accounts: readonly Candidate[]): Candidate {
  const found = accounts.filter(
    (account) =>
      (wanted.id === undefined || account.id === wanted.id || account.providerAccountId === wanted.id) &&
      (wanted.mask === undefined || account.mask === wanted.mask) &&
      (wanted.name === undefined || account.name === wanted.name) &&
      (wanted.connection === undefined || account.connectionName === wanted.connection) &&
      (wanted.bank === undefined || account.institutionName === wanted.bank),
  );
  const [first] = found;
  const asked = Object.entries(wanted)
    .map(([field, text]) => `${field} "${text}"`)
    .join(' and ');
  if (!first) throw invalid('feedAccount', `finds no bank account with ${asked}. ${known(accounts)}`);
  if (found.length > 1)
    throw invalid('feedAccount', `fits several bank accounts with ${asked}. Name one by id: ${known(found)}`);
  return first;
}

function known(accounts: readonly Candidate[]): string {
  if (accounts.length === 0) return 'No bank is connected yet';
  return accounts
    .slice(0, 10)
    .map(
      (account) =>
        `${account.id} (${account.institutionName ?? 'bank'}, ${account.name}, ${account.mask ?? 'no mask'})`,
    )
    .join('; ');
}

function invalid(path: string, reason: string): DaybookError {
  return new DaybookError('setup_invalid', `In the setup document, ${path || 'this part'} ${reason}.`, { path });
}

/** Puts the place in the document before the path of whatever goes wrong inside. */
function at<T>(prefix: string, work: () => T): T {
  const placed = (thrown: unknown): never => {
    const error = asDaybookError(thrown);
    if (error.code === 'internal') throw thrown;
    const path = error.path === undefined || error.path === '' ? prefix : `${prefix}.${error.path}`;
    throw new DaybookError(error.code, error.message, {
      path,
      providerCode: error.providerCode,
      requestId: error.requestId,
      retryable: error.retryable,
      repair: error.repair,
      cause: error.cause,
    });
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(placed) as T) : result;
  } catch (thrown) {
    return placed(thrown);
  }
}
