/** The ERP's tables in memory: records with RecId and RecVersion, keys, indexes, and transactions that roll back. */
import { ENTITY_SETS, type EntitySpec, entitySpec } from './schema.ts';
import { emptyValue, normalDecimal, type Values } from './values.ts';

export type Row = {
  readonly recId: number;
  /** Rises with each change; part of the etag. */
  recVersion: number;
  values: Values;
};

export type Table = {
  readonly spec: EntitySpec;
  /** All rows in the order of their RecId. */
  rows(): IterableIterator<Row>;
  readonly size: number;
  /** By key values in the order of the spec's keys; letter case does not matter. */
  find(key: readonly string[]): Row | undefined;
  /** By index: the rows whose field may equal `value` (`*` a wildcard), a superset to filter. Undefined without index. */
  mayEqual(field: string, value: string): Iterable<Row> | undefined;
  /** Adds a row, unset fields empty. The caller has checked that the key is free. */
  insert(values: Values): Row;
  /** Changes fields, also of the key, and raises the RecVersion. */
  update(row: Row, changes: Values): void;
  remove(row: Row): void;
};

export type Database = {
  table(set: string): Table;
  /** Runs synchronously; a throw undoes everything that it changed. */
  transaction<T>(work: () => T): T;
  /** The next record id, also for BI rows' SourceKey. */
  nextRecId(): number;
};

/** Microsoft's first record id of a partition. */
const FIRST_REC_ID = 5_637_144_576;
/** Texts are indexed by this many first letters, so that a search by prefix finds them as well. */
const INDEX_LENGTH = 17;

export function createDatabase(): Database {
  let lastRecId = FIRST_REC_ID;
  let undo: Array<() => void> | undefined;
  const nextRecId = () => lastRecId++;
  const remember = (step: () => void) => undo?.push(step);
  const tables = new Map(
    [...ENTITY_SETS.keys()].map((set) => [set, createTable(entitySpec(set), nextRecId, remember)]),
  );
  return {
    nextRecId,
    table: (set) => {
      const table = tables.get(set);
      if (table === undefined) throw new RangeError(`the practice ERP has no set ${set}`);
      return table;
    },
    transaction: (work) => {
      if (undo !== undefined) return work();
      undo = [];
      try {
        return work();
      } catch (thrown) {
        for (const step of undo.reverse()) step();
        throw thrown;
      } finally {
        undo = undefined;
      }
    },
  };
}

/** One text for a key: lower case, decimals without needless zeros. */
export function keyText(spec: EntitySpec, key: readonly string[]): string {
  return spec.keys
    .map((name, index) => {
      const value = key[index] ?? '';
      return spec.fields.get(name)?.kind === 'decimal' ? (normalDecimal(value) ?? value) : value.toLowerCase();
    })
    .join('\u0000');
}

function createTable(spec: EntitySpec, nextRecId: () => number, remember: (step: () => void) => void): Table {
  const rows = new Map<number, Row>();
  const byKey = new Map<string, Row>();
  const indexes = new Map(spec.indexed.map((field) => [field, new Map<string, Set<Row>>()]));
  const blank: Values = Object.fromEntries([...spec.fields].map(([name, kind]) => [name, emptyValue(kind)]));

  const keyOf = (values: Values) =>
    keyText(
      spec,
      spec.keys.map((name) => values[name] ?? ''),
    );
  const bucketOf = (value = '') => value.slice(0, INDEX_LENGTH).toLowerCase();

  const enter = (row: Row) => {
    byKey.set(keyOf(row.values), row);
    for (const [field, index] of indexes) {
      const bucket = bucketOf(row.values[field]);
      const held = index.get(bucket);
      if (held === undefined) index.set(bucket, new Set([row]));
      else held.add(row);
    }
  };
  const leave = (row: Row) => {
    if (byKey.get(keyOf(row.values)) === row) byKey.delete(keyOf(row.values));
    for (const [field, index] of indexes) {
      const bucket = bucketOf(row.values[field]);
      const held = index.get(bucket);
      held?.delete(row);
      if (held?.size === 0) index.delete(bucket);
    }
  };

  return {
    spec,
    rows: () => rows.values(),
    get size() {
      return rows.size;
    },
    find: (key) => byKey.get(keyText(spec, key)),
    mayEqual: (field, value) => {
      const index = indexes.get(field);
      const star = value.indexOf('*');
      // A short prefix could lie in many buckets; a whole value lies in one.
      if (index === undefined || (star >= 0 && star < INDEX_LENGTH)) return undefined;
      return index.get(bucketOf(value)) ?? [];
    },
    insert: (values) => {
      const row: Row = { recId: nextRecId(), recVersion: 1, values: { ...blank, ...values } };
      rows.set(row.recId, row);
      enter(row);
      remember(() => {
        leave(row);
        rows.delete(row.recId);
      });
      return row;
    },
    update: (row, changes) => {
      const before = { values: row.values, recVersion: row.recVersion };
      leave(row);
      row.values = { ...row.values, ...changes };
      row.recVersion += 1;
      enter(row);
      remember(() => {
        leave(row);
        row.values = before.values;
        row.recVersion = before.recVersion;
        enter(row);
      });
    },
    remove: (row) => {
      leave(row);
      rows.delete(row.recId);
      remember(() => {
        rows.set(row.recId, row);
        // Back to its place: rows are read in the order of their RecId.
        const sorted = [...rows].sort(([a], [b]) => a - b);
        rows.clear();
        for (const [recId, held] of sorted) rows.set(recId, held);
        enter(row);
      });
    },
  };
}

/** `W/"…"` over RecVersion and RecId, as the service makes it. */
export function etagOf(row: Row): string {
  return `W/"${Buffer.from(`'${row.recVersion},${row.recId}'`).toString('base64')}"`;
}
