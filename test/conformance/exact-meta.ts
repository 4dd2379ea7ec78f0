/** The field lists of Exact's REST reference: which resources there are, with which verbs and fields. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type MetaField = {
  readonly name: string;
  /** `Guid`, `Double`, `DateTime`, … or `Collection`. */
  readonly type: string;
  readonly key: boolean;
  readonly mandatory: boolean;
  /** May be sent in a POST. */
  readonly posted: boolean;
};

export type MetaResource = {
  /** After `/api/v1/{division}/`, or `current/Me`. */
  readonly path: string;
  readonly verbs: readonly string[];
  readonly fields: ReadonlyMap<string, MetaField>;
};

export type Meta = {
  readonly resources: ReadonlyMap<string, MetaResource>;
  /** The lines of a header resource by the name of its collection: they stand in the same folder. */
  linesOf(resource: MetaResource, collection: string): MetaResource | undefined;
};

const document = z.object({
  overlay_2025: z.record(
    z.string(),
    z.object({
      verbs: z.array(z.string()),
      fields: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          key: z.boolean(),
          mandatory: z.boolean(),
          verbs: z.array(z.string()),
        }),
      ),
    }),
  ),
});

/** Answered by the site and in no field list: facts §2.5. */
const SYNC_TIMESTAMP: MetaResource = {
  path: 'read/sync/Sync/SyncTimestamp',
  verbs: ['GET'],
  fields: new Map(
    [
      { name: 'API', type: 'String' },
      { name: 'Modified', type: 'DateTime' },
      { name: 'TimeStampAsBigInt', type: 'Int64' },
    ].map((field) => [field.name, { ...field, key: false, mandatory: false, posted: false }]),
  ),
};

/** Collections that live elsewhere than their header. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'vat/VATCodes/VATPercentages': 'vat/VatPercentages',
};

export function loadMeta(file: string): Meta {
  const parsed = document.parse(JSON.parse(readFileSync(file, 'utf8')));
  const resources = new Map<string, MetaResource>([[SYNC_TIMESTAMP.path, SYNC_TIMESTAMP]]);
  for (const [uri, { verbs, fields }] of Object.entries(parsed.overlay_2025)) {
    const path = uri.replace('/api/v1/{division}/', '').replace('/api/v1/', '');
    resources.set(path, {
      path,
      verbs,
      fields: new Map(
        fields.map(({ name, type, key, mandatory, verbs: fieldVerbs }) => {
          const own = type.replace('Edm.', '');
          const plain = own === 'mixed' ? 'Collection' : own;
          return [name, { name, type: plain, key, mandatory, posted: fieldVerbs.includes('POST') }];
        }),
      ),
    });
  }
  return {
    resources,
    linesOf: ({ path }, collection) =>
      resources.get(ELSEWHERE[`${path}/${collection}`] ?? path.replace(/[^/]+$/, collection)),
  };
}
