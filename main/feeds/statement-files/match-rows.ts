import type { CalendarDate } from '../../core/calendar.ts';
import type { Statement, StatementRow } from '../../statement-files/statement.ts';

/** A row of a statement that is here already, and the line that it is. */
export type KnownRow = {
  readonly lineId: bigint;
  readonly date: CalendarDate;
  readonly minor: bigint;
  /** The balance after it; null where its statement has no opening balance. */
  readonly balance: bigint | null;
  readonly reference: string | null;
};

/** A statement that is here already, its rows in order. */
export type KnownStatement = { readonly format: string; readonly rows: readonly KnownRow[] };

/**
 * Which rows of a statement are here already: the line of each, or null for a new one. Formats write the same movement
 * differently, so only its day and amount can be asked for, and then one of, in this order:
 *
 * 1. the bank's own reference is the same (and, unless `loosely`, no balance says otherwise: banks use some references
 *    again and again);
 * 2. the balance after it is the same: that is one place in the life of the account;
 * 3. the whole day begins and ends with the same balances in both: then its rows are the same ones in another order;
 * 4. one of both files has no balances: then the n-th such movement of a day is the n-th one, unless both come from the
 *    same format with references that differ.
 *
 * A known line stands for one row only. What this gets wrong, the balances tell: the account no longer ties out.
 */
export function matchRows(
  statement: Pick<Statement, 'opening' | 'rows'>,
  format: string,
  known: readonly KnownStatement[],
  loosely = false,
): Array<bigint | null> {
  const { rows } = statement;
  const found: Array<bigint | null> = rows.map(() => null);
  const candidates = byDayAndAmount(known);
  if (candidates.size === 0) return found;
  const balances = balancesAfter(statement);
  const taken = new Set<bigint>();
  const theirDays = new Set(known.flatMap(({ rows: theirs }) => [...daysOf(startOf(theirs), theirs)]));
  const sameDays = new Set(
    [...daysOf(statement.opening?.minor ?? null, rows)]
      .filter((day) => theirDays.has(day))
      .map((day) => day.slice(0, 10)),
  );

  const pass = (fits: (row: StatementRow, at: number, candidate: Candidate) => boolean) => {
    for (const [at, row] of rows.entries()) {
      if (found[at] !== null) continue;
      const candidate = candidates.get(keyOf(row))?.find((one) => !taken.has(one.row.lineId) && fits(row, at, one));
      if (candidate === undefined) continue;
      found[at] = candidate.row.lineId;
      taken.add(candidate.row.lineId);
    }
  };
  pass((row, at, { row: theirs }) => {
    if (row.bankReference === null || row.bankReference !== theirs.reference) return false;
    return loosely || theirs.balance === null || balances[at] === null || theirs.balance === balances[at];
  });
  pass((_row, at, { row: theirs }) => theirs.balance !== null && theirs.balance === balances[at]);
  pass((row, _at, { row: theirs }) => theirs.balance !== null && sameDays.has(row.date));
  pass((row, at, { row: theirs, format: their }) => {
    if (theirs.balance !== null && balances[at] !== null) return false;
    const differ = row.bankReference !== null && theirs.reference !== null && row.bankReference !== theirs.reference;
    return !(format === their && differ);
  });
  return found;
}

type Candidate = { readonly row: KnownRow; readonly format: string };

function keyOf({ date, minor }: Pick<KnownRow, 'date' | 'minor'>): string {
  return `${date} ${minor}`;
}

function byDayAndAmount(known: readonly KnownStatement[]): Map<string, Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const { format, rows } of known) {
    for (const row of rows) {
      const same = found.get(keyOf(row));
      if (same === undefined) found.set(keyOf(row), [{ row, format }]);
      else same.push({ row, format });
    }
  }
  return found;
}

/** The balance after each row, where the statement says with which it begins. */
export function balancesAfter({ opening, rows }: Pick<Statement, 'opening' | 'rows'>): Array<bigint | null> {
  let balance = opening?.minor ?? null;
  return rows.map(({ minor }) => {
    if (balance !== null) balance += minor;
    return balance;
  });
}

function startOf(rows: readonly KnownRow[]): bigint | null {
  const [first] = rows;
  return first === undefined || first.balance === null ? null : first.balance - first.minor;
}

/** Each day with the balances before and after it, as one text; none where the rows are not in the order of days. */
function daysOf(start: bigint | null, rows: ReadonlyArray<Pick<KnownRow, 'date' | 'minor'>>): Set<string> {
  const days = new Set<string>();
  if (start === null || rows.some(({ date }, at) => date < (rows[at - 1]?.date ?? ''))) return days;
  let balance = start;
  for (let at = 0; at < rows.length; ) {
    const day = rows[at]?.date ?? '';
    const before = balance;
    for (; rows[at]?.date === day; at += 1) balance += rows[at]?.minor ?? 0n;
    days.add(`${day} ${before} ${balance}`);
  }
  return days;
}
