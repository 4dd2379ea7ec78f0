/** What the server knows of one resource: its path, fields, rights, rows, and what a write to it does. */

import type { Fields, Value, Values } from './schema.ts';
import type { Division, Site, User } from './site.ts';

/** Who asks, for which division. */
export type Caller = {
  readonly site: Site;
  readonly user: User;
  readonly clientId: string;
  readonly division: Division;
};

/** A JSON object of a request. */
export type Body = Readonly<Record<string, unknown>>;

export type Resource = {
  /** After `/api/v1/{division}/`; case-sensitive. */
  readonly path: string;
  /** Name in `__metadata.type`. */
  readonly type: string;
  readonly fields: Fields;
  readonly key: string;
  /** The application scope that it needs; none for what everybody may see. */
  readonly scope?: string;
  /** Pages of 1000 instead of 60. */
  readonly bulk?: true;
  /** False where a list may be asked without `$select`. */
  readonly selectDemanded: boolean;
  /** Only these fields and operators may stand in `$filter`; any, unless told. */
  readonly filterable?: { readonly fields: readonly string[]; readonly operators?: readonly string[] };
  /** Rows come in this field's order unless asked otherwise. Without it they come in no useful order. */
  readonly order?: string;
  readonly rows: (caller: Caller) => Iterable<Values>;
  /** Own lines that may be expanded. */
  readonly expand?: {
    readonly name: string;
    readonly lines: Resource;
    readonly rows: (caller: Caller, key: Value) => Iterable<Values>;
  };
  /** The new row. @throws Refusal */
  readonly create?: (caller: Caller, body: Body) => Values | Promise<Values>;
  readonly remove?: (caller: Caller, key: string) => void;
};

/** The fields that most resources have alike. */
type Declared = Pick<Resource, 'path' | 'type' | 'fields' | 'rows'> & Partial<Resource>;
export const listOf = (resource: Declared): Resource => ({ key: 'ID', selectDemanded: true, ...resource });

export function* rowsOf<T>(records: ReadonlyMap<string, T>, values: (record: T) => Values): Iterable<Values> {
  for (const record of records.values()) yield values(record);
}
