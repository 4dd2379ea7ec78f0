import { z } from 'zod';
import { ruleSchema } from '../coding/rule.ts';
import { isPlausibleDate } from '../core/calendar.ts';
import { DaybookError } from '../core/errors.ts';

/**
 * The setup document: connections, mappings and rules of a workspace as one JSON file. Secrets are named, never held:
 * `{"env": "NAME"}` is the environment variable that has it when the document is applied.
 */

const text = z.string().trim().min(1);

/** Where a secret is found. */
export const secretRef = z.strictObject({ env: text }).meta({ id: 'SecretReference' });
export type SecretRef = z.infer<typeof secretRef>;

/**
 * One connection. Beside the fields named here it has the settings of its kind (`clientId`, `endpoint`, `tenant` …),
 * which the connector's own schema checks, and its secrets.
 */
export const connectionSchema = z
  .looseObject({
    kind: text,
    name: text,
    environment: z.enum(['sandbox', 'production']),
    items: z.array(z.strictObject({ accessToken: secretRef })).optional(),
  })
  .meta({ id: 'Connection' });
export type ConnectionDocument = z.infer<typeof connectionSchema>;

const feedAccountRef = z
  .strictObject({
    id: text.optional(),
    mask: text.optional(),
    name: text.optional(),
    /** Name of the connection or bank, where the mask alone is not unique. */
    connection: text.optional(),
    bank: text.optional(),
  })
  .refine((value) => value.id !== undefined || value.mask !== undefined || value.name !== undefined, {
    error: 'needs an id, a mask or a name',
  });
export type FeedAccountRef = z.infer<typeof feedAccountRef>;

export const mappingSchema = z
  .strictObject({
    feedAccount: feedAccountRef,
    ledger: z.strictObject({ connection: text, legalEntity: text }),
    bankAccount: text,
    journalName: text,
    /** Account for lines that no rule codes; without it they wait for a person. */
    offsetAccount: text.optional(),
    dimensions: z.record(text, z.string()).optional(),
    transferAccount: text.optional(),
    clearingAccount: text.optional(),
    pending: z.enum(['wait', 'clearing']).optional(),
    grouping: z.enum(['account_day', 'run']).optional(),
    startDate: z.string().refine(isPlausibleDate, 'must be a day such as 2026-11-20').optional(),
    suggestions: z.enum(['beside', 'first']).optional(),
    autoApprove: z.boolean().optional(),
  })
  .meta({ id: 'Mapping' });
export type MappingDocument = z.infer<typeof mappingSchema>;

export const setupSchema = z
  .strictObject({
    $schema: z.string().optional(),
    connections: z.array(connectionSchema).default([]),
    mappings: z.array(mappingSchema).default([]),
    rules: z.array(ruleSchema).default([]),
  })
  .meta({ title: 'Daybook setup document' });
export type SetupDocument = z.infer<typeof setupSchema>;

/** Reads a document. @throws DaybookError `setup_invalid` with the path of the first wrong field */
export function readSetup(value: unknown): SetupDocument {
  const parsed = setupSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? []);
  const path = pathText(keys);
  const reason = issue?.code === 'unrecognized_keys' ? 'is not known' : `is wrong: ${issue?.message ?? 'unreadable'}`;
  throw new DaybookError('setup_invalid', `In the setup document, ${path || 'the whole'} ${reason}.`, { path });
}

/** `['mappings', 0, 'journalName']` as `mappings[0].journalName`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
