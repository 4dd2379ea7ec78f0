import { type MappingInput, type SaveOutcome, saveMapping } from '../coding/mappings.ts';
import { recodeOpen } from '../coding/recode-open.ts';
import { listRules, orderRules, saveRule } from '../coding/rules.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { silentLog } from '../core/ports.ts';
import { type ConnectionParts, type MappingDocument, readSetup } from './document.ts';
import type { SetupContext } from './ports.ts';
import { resolveAccount } from './resolve-account.ts';
import { saveSecretNames, secretKey, secretValue } from './secret-names.ts';

export type SetupOutcome = SaveOutcome;

export type SetupResult = {
  readonly connections: ReadonlyArray<{ readonly name: string; readonly outcome: SetupOutcome }>;
  readonly feeds: ReadonlyArray<{ readonly connection: string; readonly id: string; readonly outcome: SetupOutcome }>;
  readonly mappings: ReadonlyArray<{ readonly account: string; readonly outcome: SetupOutcome }>;
  readonly rules: ReadonlyArray<{ readonly name: string; readonly outcome: SetupOutcome }>;
  /** The rules were put into another order. */
  readonly reordered: boolean;
  /** Unposted entries that the new mappings and rules code differently. */
  readonly recoded: number;
  /** False when everything was as the document says already. */
  readonly changed: boolean;
};

/**
 * Brings connections, linked items, mappings and rules to what the document says. What it does not name stays.
 * Everything that can be checked is checked before the first change; applying it again changes nothing.
 * @throws DaybookError `setup_invalid` with the field's path, `secret_missing`, and what the bank answers for an item
 */
export async function applySetup(
  context: SetupContext,
  value: unknown,
  actor: string,
  stop?: AbortSignal,
): Promise<SetupResult> {
  const { document, connections } = readSetup(value, context.moduleFor);
  const secrets = connections.map((connection, index) => secretsOf(context, connection, `connections[${index}]`));
  for (const [index, connection] of connections.entries())
    checkOpens(context, connection, secrets[index]?.own ?? {}, `connections[${index}]`);
  await checkLedgers(context, document.mappings ?? [], connections);

  const saved: Array<{ name: string; outcome: SetupOutcome }> = [];
  const feeds: Array<{ connection: string; id: string; outcome: SetupOutcome }> = [];
  for (const [index, connection] of connections.entries()) {
    const path = `connections[${index}]`;
    const { kind, name, environment, config } = connection;
    const { own, tokens } = secrets[index] ?? { own: {}, tokens: [] };
    const { id, outcome } = await at(path, () =>
      context.feeds.saveConnection({ kind, name, environment, config, secrets: own }, actor),
    );
    saved.push({ name, outcome });
    const names = Object.entries(connection.secrets).map(
      ([field, secret]) => [secretKey(id, field), secret.env] as const,
    );
    await saveSecretNames(context, Object.fromEntries(names));
    for (const [position, accessToken] of tokens.entries()) {
      const registered = await at(`${path}.items[${position}]`, () =>
        context.feeds.registerFeed(id, { providerFeedId: '', accessToken }, actor, stop),
      );
      const env = connection.items[position]?.accessToken.env ?? '';
      await saveSecretNames(context, { [secretKey(registered.feedId, 'accessToken')]: env });
      feeds.push({
        connection: name,
        id: registered.feedId,
        outcome: registered.outcome === 'added' ? 'created' : registered.outcome,
      });
    }
  }

  const mappings: Array<{ account: string; outcome: SetupOutcome }> = [];
  const mapped = new Set<string>();
  for (const [index, mapping] of (document.mappings ?? []).entries()) {
    const path = `mappings[${index}]`;
    const account = await at(path, () => resolveAccount(context, mapping.feedAccount));
    if (mapped.has(account.id))
      throw new DaybookError('setup_invalid', `${path}: ${account.label} is mapped twice in this document.`, {
        path: `${path}.feedAccount`,
      });
    mapped.add(account.id);
    const input = await mappingInput(context, mapping, account.id);
    const { outcome } = await at(path, () => saveMapping(context, input, actor));
    mappings.push({ account: account.label, outcome });
  }

  const rules: Array<{ name: string; outcome: SetupOutcome }> = [];
  for (const rule of document.rules ?? [])
    rules.push({ name: rule.name, outcome: (await saveRule(context, rule, actor)).outcome });
  const reordered = await putInOrder(context, document.rules?.map((rule) => rule.name) ?? [], actor);

  const coding = reordered || [...mappings, ...rules].some(({ outcome }) => outcome !== 'unchanged');
  const recoded = coding ? await recodeOpen(context, stop === undefined ? {} : { stop }) : 0;
  const changed = coding || [...saved, ...feeds].some(({ outcome }) => outcome !== 'unchanged');
  return { connections: saved, feeds, mappings, rules, reordered, recoded, changed };
}

/** Every secret of a connection, before anything is changed. */
function secretsOf(context: SetupContext, connection: ConnectionParts, path: string) {
  return {
    own: Object.fromEntries(
      Object.entries(connection.secrets).map(([field, secret]) => [
        field,
        secretValue(context, secret, `${path}.${field}`),
      ]),
    ),
    tokens: connection.items.map(({ accessToken }, index) =>
      secretValue(context, accessToken, `${path}.items[${index}].accessToken`),
    ),
  };
}

/** Opening sends nothing; it applies the connector's own rules, such as https in production. */
function checkOpens(
  context: SetupContext,
  { kind, environment, config }: ConnectionParts,
  secrets: Readonly<Record<string, string>>,
  path: string,
): void {
  try {
    context.moduleFor(kind).open(config, {
      environment,
      secret: (name) => secrets[name] ?? '',
      fetch: () => Promise.reject(new DaybookError('internal', 'A check of settings sends nothing.')),
      clock: context.clock,
      random: context.random,
      log: silentLog,
      ...NOTHING_KEPT,
    });
  } catch (thrown) {
    throw prefixed(thrown, path);
  }
}

/** For a connector that is opened only to check its settings. */
const NOTHING_KEPT = {
  tokens: {
    exclusively: () => Promise.reject(new DaybookError('internal', 'A check of settings signs in nowhere.')),
    peek: () => Promise.resolve(null),
  },
  keep: { read: () => Promise.resolve(null), write: () => Promise.resolve() },
};

async function checkLedgers(
  context: SetupContext,
  mappings: readonly MappingDocument[],
  connections: readonly ConnectionParts[],
): Promise<void> {
  const stored = await context.store.read.selectFrom('connection').select(['name', 'kind']).execute();
  const kinds = new Map([...stored, ...connections].map(({ name, kind }) => [name, kind]));
  const isLedger = (name: string) => {
    const kind = kinds.get(name);
    return kind !== undefined && context.moduleFor(kind).manifest.role === 'ledger';
  };
  for (const [index, { ledger }] of mappings.entries()) {
    if (isLedger(ledger.connection)) continue;
    const ledgers = [...kinds.keys()].filter(isLedger).map((name) => `"${name}"`);
    const path = `mappings[${index}].ledger.connection`;
    throw new DaybookError(
      'setup_invalid',
      `${path}: there is no ledger connection "${ledger.connection}". ${ledgers.length > 0 ? `Use one of ${ledgers.join(', ')}.` : 'Add one to connections.'}`,
      { path },
    );
  }
}

async function mappingInput(
  context: SetupContext,
  mapping: MappingDocument,
  feedAccountId: string,
): Promise<MappingInput> {
  const ledger = await context.store.read
    .selectFrom('connection')
    .select('id')
    .where('name', '=', mapping.ledger.connection)
    .executeTakeFirstOrThrow();
  return {
    feedAccountId,
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
  };
}

/** The document's rules among themselves as it lists them; rules that it does not name keep their places before it. */
async function putInOrder(context: SetupContext, names: readonly string[], actor: string): Promise<boolean> {
  if (names.length === 0) return false;
  const present = (await listRules(context.store.read)).map((rule) => rule.document.name);
  const named = new Set(names);
  const waiting = [...names];
  return orderRules(
    context,
    present.map((name) => (named.has(name) ? (waiting.shift() ?? name) : name)),
    actor,
  );
}

/** Runs a step; its error then says where in the document it happened. */
async function at<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw prefixed(thrown, path);
  }
}

function prefixed(thrown: unknown, path: string): DaybookError {
  const error = asDaybookError(thrown);
  const whole = error.path ? `${path}.${error.path}` : path;
  return new DaybookError(error.code, `${whole}: ${error.message}`, {
    path: whole,
    repair: error.repair,
    retryable: error.retryable,
    providerCode: error.providerCode,
    requestId: error.requestId,
    retryAfterMs: error.retryAfterMs,
    cause: thrown,
  });
}
