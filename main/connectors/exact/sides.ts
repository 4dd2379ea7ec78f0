import type { Dimensions } from '../../core/entry.ts';
import type { CostRow, DivisionTables, VatCodeRow } from './tables.ts';

/**
 * Cost centre, cost unit and VAT code are the three dimensions of Exact: chosen, defaulted, checked and shown as such.
 * A code goes out as Exact gave it, padding included.
 */
export const COST_CENTER = 'CostCenter';
export const COST_UNIT = 'CostUnit';
export const VAT_CODE = 'VATCode';
export const DIMENSIONS: ReadonlySet<string> = new Set([COST_CENTER, COST_UNIT, VAT_CODE]);

type Row = Pick<CostRow, 'Code'>;

export function costCenter(dimensions: Dimensions, tables: DivisionTables): Row | undefined {
  return rowOf(dimensions[COST_CENTER], tables.costCenters);
}

export function costUnit(dimensions: Dimensions, tables: DivisionTables): Row | undefined {
  return rowOf(dimensions[COST_UNIT], tables.costUnits);
}

export function vatCode(dimensions: Dimensions, tables: DivisionTables): Pick<VatCodeRow, 'Code'> | undefined {
  return rowOf(dimensions[VAT_CODE], tables.vatCodes);
}

/** A code that the list does not have, or that there is no list for, goes out as it was approved: Exact has the word. */
function rowOf(code: string | undefined, list: { get(code: string): Row | undefined } | null): Row | undefined {
  return code === undefined || code === '' ? undefined : (list?.get(code) ?? { Code: code });
}
