/** The entity sets that the practice ERP serves: their fields by kind, keys, and which fields a client may set. */
import { DECLARATIONS, type Declaration } from './entities.ts';

export type FieldKind =
  | { readonly kind: 'string' | 'decimal' | 'int' | 'long' | 'date' | 'instant' }
  | { readonly kind: 'enum'; readonly type: string };

export type EntitySpec = {
  readonly set: string;
  /** Public entity name, e.g. `LedgerJournalLine`. */
  readonly type: string;
  /** Label and table of error texts: `Journal lines (LedgerJournalTrans)`. */
  readonly label: string;
  readonly table: string;
  readonly keys: readonly string[];
  readonly fields: ReadonlyMap<string, FieldKind>;
  /** False for shared data, which has no `dataAreaId`. */
  readonly perCompany: boolean;
  /** Case in which `dataAreaId` is answered: it differs between sets, and clients must not mind. */
  readonly companyCase: 'lower' | 'upper';
  /** Fields that find rows by index instead of a scan. */
  readonly indexed: readonly string[];
  readonly writable: boolean;
  /** AllowEditOnCreate = false. */
  readonly notOnCreate: ReadonlySet<string>;
  /** AllowEdit = false. */
  readonly notOnEdit: ReadonlySet<string>;
  /** Longest text that is stored; the rest is cut in silence. */
  readonly lengths: ReadonlyMap<string, number>;
};

const words = (text = '') => text.split(/\s+/).filter((word) => word !== '');

function declare(set: string, declaration: Declaration): EntitySpec {
  const fields = new Map<string, FieldKind>();
  const addAll = (names: string | undefined, kind: 'string' | 'decimal' | 'int' | 'long' | 'date' | 'instant') => {
    for (const name of words(names)) fields.set(name, { kind });
  };
  addAll(declaration.strings, 'string');
  addAll(declaration.decimals, 'decimal');
  addAll(declaration.ints, 'int');
  addAll(declaration.longs, 'long');
  addAll(declaration.dates, 'date');
  addAll(declaration.instants, 'instant');
  for (const [name, type] of Object.entries(declaration.enums ?? {})) fields.set(name, { kind: 'enum', type });
  const keys = words(declaration.keys);
  return {
    set,
    type: declaration.type,
    label: declaration.label ?? declaration.type,
    table: declaration.table ?? declaration.type,
    keys,
    fields,
    perCompany: keys.includes('dataAreaId'),
    companyCase: declaration.companyCase ?? 'lower',
    indexed: words(declaration.indexed),
    writable: declaration.writable ?? false,
    notOnCreate: new Set(words(declaration.notOnCreate)),
    notOnEdit: new Set(words(declaration.notOnEdit)),
    lengths: new Map(Object.entries(declaration.lengths ?? {})),
  };
}

export const ENTITY_SETS: ReadonlyMap<string, EntitySpec> = new Map(
  Object.entries(DECLARATIONS).map(([set, declaration]) => [set, declare(set, declaration)]),
);

/** The entity of a set; throws for a set that is not served: an error of the practice code itself. */
export function entitySpec(set: string): EntitySpec {
  const spec = ENTITY_SETS.get(set);
  if (spec === undefined) throw new RangeError(`the practice ERP has no set ${set}`);
  return spec;
}
