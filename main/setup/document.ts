import { z } from 'zod';
import { dimensionsSchema, ruleSchema } from '../coding/rule.ts';
import type { ConnectorModule } from '../connectors/context.ts';
import { isCalendarDate } from '../core/calendar.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';

/**
 * The setup document: connections, mappings and rules as one JSON text. Our own fields are strict, so that a field
 * with a typing error is named and not ignored; the settings of a connection are its connector's to judge.
 */

const name = z.string().trim().min(1).max(100);
const code = z.string().trim().min(1).max(100);

/** A secret by the name of the environment variable that holds it. Its value never stands in a document. */
export const secretName = z
  .strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable') })
  .meta({ id: 'SecretName', description: 'The environment variable that holds the secret.' });
export type SecretName = z.output<typeof secretName>;

const item = z.strictObject({ accessToken: secretName });

/** What every connection has; other fields are secrets and settings that its connector knows. */
const connection = z.looseObject({
  kind: code,
  name,
  environment: z.enum(['sandbox', 'production']),
  /** Logins that are linked already, by their access tokens. */
  items: z.array(item).exactOptional(),
});
export type ConnectionDocument = z.output<typeof connection>;

/** Which feed account; the more is given, the fewer accounts can be meant. */
const feedAccount = z
  .strictObject({
    id: code.exactOptional(),
    /** Last digits as the bank shows them. */
    mask: code.exactOptional(),
    name: name.exactOptional(),
    /** The feed connection's name. */
    connection: name.exactOptional(),
    /** The bank's name. */
    bank: name.exactOptional(),
  })
  .refine((value) => value.id !== undefined || value.mask !== undefined || value.name !== undefined, {
    error: 'needs a mask, an id or a name',
  });
export type FeedAccountDocument = z.output<typeof feedAccount>;

const mapping = z
  .strictObject({
    feedAccount,
    ledger: z.strictObject({ connection: name, legalEntity: code }),
    bankAccount: code,
    journalName: code,
    /** Main account for lines that nothing else codes. */
    offsetAccount: code.exactOptional(),
    dimensions: dimensionsSchema.exactOptional(),
    /** Main account for own transfers whose sides fall on different days. */
    transferAccount: code.exactOptional(),
    /** Main account for pending lines under `"pending": "clearing"`. */
    clearingAccount: code.exactOptional(),
    pending: z.enum(['wait', 'clearing']).exactOptional(),
    grouping: z.enum(['account_day', 'run']).exactOptional(),
    /** Earlier lines are history and are never proposed. */
    startDate: z.string().refine(isCalendarDate, 'must be a date such as "2026-11-20"').exactOptional(),
    suggestions: z.enum(['beside', 'first']).exactOptional(),
    autoApprove: z.boolean().exactOptional(),
  })
  .meta({ id: 'Mapping' });
export type MappingDocument = z.output<typeof mapping>;

/** A part that is left out is left as it is. */
export const setupSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  connections: z.array(connection).exactOptional(),
  mappings: z.array(mapping).exactOptional(),
  rules: z.array(ruleSchema).exactOptional(),
});
export type SetupDocument = z.output<typeof setupSchema>;

/** A connection taken apart: what is ours, its secrets by name, and the settings for its connector. */
export type ConnectionParts = {
  readonly kind: string;
  readonly name: string;
  readonly environment: 'sandbox' | 'production';
  readonly items: ReadonlyArray<{ readonly accessToken: SecretName }>;
  readonly secrets: Readonly<Record<string, SecretName>>;
  readonly config: Readonly<Record<string, unknown>>;
};

/**
 * Reads a setup document, the connectors' settings included.
 * @throws DaybookError `setup_invalid` that names every wrong field; `path` is the first, such as
 * `mappings[0].journalName`
 */
export function readSetup(
  value: unknown,
  moduleFor: (kind: string) => ConnectorModule,
): { readonly document: SetupDocument; readonly connections: readonly ConnectionParts[] } {
  const parsed = setupSchema.safeParse(value);
  if (!parsed.success) throw invalidSetup(problemsOf(parsed.error.issues));
  const problems: Problem[] = [];
  const connections = (parsed.data.connections ?? []).map((entry, index) =>
    takeApart(entry, `connections[${index}]`, moduleFor, problems),
  );
  problems.push(...twins('connections', connections), ...twins('rules', parsed.data.rules ?? []));
  if (problems.length > 0) throw invalidSetup(problems);
  return { document: parsed.data, connections };
}

type Problem = { readonly path: string; readonly what: string };

function takeApart(
  entry: ConnectionDocument,
  path: string,
  moduleFor: (kind: string) => ConnectorModule,
  problems: Problem[],
): ConnectionParts {
  const { kind, name: title, environment, items = [], ...rest } = entry;
  const module = knownModule(kind, path, moduleFor, problems);
  const secrets: Record<string, SecretName> = {};
  const config: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(rest)) {
    if (!module?.secrets.includes(field)) {
      config[field] = value;
      continue;
    }
    const secret = secretName.safeParse(value);
    if (secret.success) secrets[field] = secret.data;
    // The value itself may be a secret, so it is not repeated.
    else
      problems.push({
        path: `${path}.${field}`,
        what: 'must be {"env":"NAME"}; a secret never stands in the document',
      });
  }
  const settings = module?.config.safeParse(config);
  if (settings && !settings.success) problems.push(...problemsOf(settings.error.issues, path));
  if (items.length > 0 && module && module.manifest.role !== 'feed')
    problems.push({ path: `${path}.items`, what: 'only a bank connection has items' });
  return { kind, name: title, environment, items, secrets, config };
}

function knownModule(
  kind: string,
  path: string,
  moduleFor: (kind: string) => ConnectorModule,
  problems: Problem[],
): ConnectorModule | null {
  try {
    return moduleFor(kind);
  } catch (thrown) {
    problems.push({ path: `${path}.kind`, what: `is not known: ${asDaybookError(thrown).message}` });
    return null;
  }
}

function twins(part: string, list: ReadonlyArray<{ readonly name: string }>): Problem[] {
  return list.flatMap((entry, index) =>
    list.findIndex((other) => other.name === entry.name) === index
      ? []
      : [{ path: `${part}[${index}].name`, what: `"${entry.name}" is there twice; names are unique` }],
  );
}

function problemsOf(issues: readonly z.core.$ZodIssue[], prefix = ''): Problem[] {
  return issues.flatMap((issue) => {
    const path = pathText(prefix, issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: pathText(path, [key]), what: 'is not a field that Daybook knows' }));
    if (issue.code === 'invalid_type' && issue.message.endsWith('undefined')) return [{ path, what: 'is missing' }];
    return [{ path, what: issue.message.replace(/^Invalid (input|option): /, '') }];
  });
}

function pathText(prefix: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    prefix,
  );
}

const MOST_TOLD = 5;

function invalidSetup(problems: readonly Problem[]): DaybookError {
  const told = problems.slice(0, MOST_TOLD).map(({ path, what }) => `${path || 'The document'} ${what}`);
  const more = problems.length > MOST_TOLD ? `; and ${problems.length - MOST_TOLD} more` : '';
  return new DaybookError(
    'setup_invalid',
    `The setup document cannot be applied, and nothing was changed: ${told.join('; ')}${more}.`,
    { path: problems[0]?.path ?? '' },
  );
}
