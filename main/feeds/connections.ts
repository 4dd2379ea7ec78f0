import { z } from 'zod';
import { record } from '../audit/trail.ts';
import type { Connector, Environment } from '../connectors/capabilities.ts';
import type { ConnectorModule } from '../connectors/context.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader, Store } from '../store/store.ts';
import { createTokenChains } from '../vault/token-chains.ts';
import type { Vault } from '../vault/vault.ts';
import { createKeep } from './keep.ts';
import { stepConnection } from './lifecycle/step.ts';

/** What the feeds are built from. `moduleFor` is the registry of connectors. */
export type FeedParts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly moduleFor: (kind: string) => ConnectorModule | undefined;
  readonly ports: Ports;
};

export type ConnectionInput = {
  readonly kind: string;
  /** Unique in the workspace; the same name again changes that connection. */
  readonly name: string;
  readonly environment: Environment;
  readonly config: unknown;
  /** By name; one that is left out stays as it is. */
  readonly secrets: Readonly<Record<string, string>>;
};

export type SavedConnection = { readonly id: string; readonly outcome: 'created' | 'updated' | 'unchanged' };

const environmentText = z.enum(['sandbox', 'production']);
export const connectionOwner = (id: string) => `connection:${id}`;

/**
 * Makes a connection or changes the one of the same name. Nothing is sent to the provider.
 * @throws DaybookError `setup_invalid` (unknown kind or secret, wrong config, another environment than before).
 */
export async function saveConnection(
  { store, vault, moduleFor, ports }: FeedParts,
  input: ConnectionInput,
  actor: string,
): Promise<SavedConnection> {
  const module = requireModule(moduleFor, input.kind);
  const config_json = readConfig(module, input.config);
  for (const name of Object.keys(input.secrets)) {
    if (!module.secrets.includes(name))
      throw new DaybookError('setup_invalid', `A ${module.manifest.title} connection has no secret "${name}".`, {
        path: name,
      });
  }
  const at = instantNow(ports.clock);
  return store.writeDurably(async (trx) => {
    const known = await trx.selectFrom('connection').selectAll().where('name', '=', input.name).executeTakeFirst();
    if (known && (known.kind !== input.kind || known.environment !== input.environment))
      throw new DaybookError(
        'setup_invalid',
        `The connection "${input.name}" is ${known.kind} in ${known.environment}. Kind and environment of a connection never change; give the new one another name.`,
        { path: 'environment' },
      );
    const id = known?.id ?? newId('conn', ports);
    const tell = (action: string) =>
      record(trx, ports.clock, {
        actor,
        action,
        subject: `connection:${id}`,
        data: { name: input.name, kind: input.kind, environment: input.environment, config: config_json },
      });
    if (!known) {
      const { kind, name, environment } = input;
      const row = { id, kind, name, environment, config_json, state: 'healthy', state_at: at };
      await trx
        .insertInto('connection')
        .values({ ...row, created_at: at, updated_at: at })
        .execute();
      await tell('connection.created');
    }
    let changed = known !== undefined && known.config_json !== config_json;
    if (changed) await tell('connection.changed');
    for (const [name, plain] of Object.entries(input.secrets)) {
      if ((await vault.put(trx, connectionOwner(id), name, plain, actor)) !== 'unchanged') changed = true;
    }
    if (!known) return { id, outcome: 'created' };
    if (!changed) return { id, outcome: 'unchanged' };
    await trx.updateTable('connection').set({ config_json, updated_at: at }).where('id', '=', id).execute();
    // New settings or keys deserve a new try.
    await stepConnection(trx, ports, id, [{ kind: 'renewed' }], 'person');
    return { id, outcome: 'updated' };
  });
}

function requireModule(moduleFor: FeedParts['moduleFor'], kind: string): ConnectorModule {
  const module = moduleFor(kind);
  if (module) return module;
  throw new DaybookError('setup_invalid', `Daybook knows no connection of the kind "${kind}".`, { path: 'kind' });
}

function readConfig(module: ConnectorModule, config: unknown): string {
  const parsed = module.config.safeParse(config);
  if (parsed.success) return canonicalJson(z.json().parse(parsed.data));
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new DaybookError(
    'setup_invalid',
    `The setting "${path}" is not usable: ${issue?.message ?? 'unknown reason'}.`,
    {
      path,
    },
  );
}

/** Name of the token chain that a connection signs in by; null for a kind that has none. */
export async function tokenChainOf(
  { store, moduleFor }: Pick<FeedParts, 'store' | 'moduleFor'>,
  id: string,
  from: Reader = store.read,
): Promise<string | null> {
  const { kind, environment, config_json } = await from
    .selectFrom('connection')
    .select(['kind', 'environment', 'config_json'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const chainOf = moduleFor(kind)?.tokenChain;
  return chainOf?.(z.json().parse(JSON.parse(config_json)), environmentText.parse(environment)) ?? null;
}

/** Opens connectors from what is stored, each once; anew when its settings or secrets changed. */
export function connectorOpener(parts: FeedParts): (id: string) => Promise<Connector> {
  const { store, vault, moduleFor, ports } = parts;
  const open = new Map<string, { updatedAt: string; connector: Connector }>();
  const tokens = createTokenChains({ store, vault, ...ports });
  return async (id) => {
    const row = await store.read.selectFrom('connection').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new DaybookError('not_found', `There is no connection ${id}.`);
    const known = open.get(id);
    if (known?.updatedAt === row.updated_at) return known.connector;
    const connector = requireModule(moduleFor, row.kind).open(z.json().parse(JSON.parse(row.config_json)), {
      environment: environmentText.parse(row.environment),
      secret: await vault.secretsOf(connectionOwner(id)),
      ...ports,
      tokens,
      keep: createKeep({ store, clock: ports.clock }, id),
    });
    open.set(id, { updatedAt: row.updated_at, connector });
    return connector;
  };
}
