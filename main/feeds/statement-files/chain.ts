import type { CalendarDate } from '../../core/calendar.ts';

/** A statement as the chain sees it: its days, its balances, and which lines it holds (any key that names a line). */
export type Link = {
  readonly from: CalendarDate | null;
  readonly to: CalendarDate | null;
  readonly opening: bigint | null;
  readonly closing: bigint | null;
  readonly lines: ReadonlyArray<{ readonly key: string; readonly minor: bigint }>;
};

/** Between two statements money moved that no statement shows. `size` positive = the bank has more. */
export type Break = {
  readonly after: CalendarDate | null;
  readonly before: CalendarDate | null;
  readonly size: bigint;
};

export type Chain = {
  /** The balance before the first line; null when no statement gives any balance. */
  readonly opening: bigint | null;
  /** The last balance that a statement gives, and its day. */
  readonly closing: { readonly minor: bigint; readonly date: CalendarDate } | null;
  readonly breaks: readonly Break[];
};

/**
 * Puts the statements of an account one behind the other and proves that each begins where the one before it ended.
 * Statements may overlap: a line counts once, and a statement that brings no line of its own proves nothing new.
 */
export function chainOf(statements: readonly Link[]): Chain {
  const waiting = statements.toSorted(inOrder);
  const covered = new Set<string>();
  const breaks: Break[] = [];
  let opening: bigint | null = null;
  let balance = 0n;
  let off = 0n;
  let last: Chain['closing'] = null;
  let until: CalendarDate | null = null;
  for (
    let next = take(waiting, null);
    next !== undefined;
    next = take(waiting, opening === null ? null : balance + off)
  ) {
    const fresh = next.lines.filter(({ key }) => !covered.has(key));
    const redundant = opening !== null && fresh.length === 0 && next.to !== null && until !== null && next.to <= until;
    if (redundant && next.to !== until) continue;
    const moved = fresh.reduce((sum, { minor }) => sum + minor, 0n);
    for (const { key } of fresh) covered.add(key);
    if (opening === null) {
      const start: bigint | null = next.opening ?? (next.closing === null ? null : next.closing - moved - balance);
      if (start !== null) {
        // Lines that came before without any balance count from the same beginning.
        opening = next.opening === null ? start : start - balance;
        balance += opening;
      }
    }
    balance += moved;
    if (opening !== null && next.closing !== null && !redundant) {
      const difference = next.closing - balance;
      if (difference !== off) breaks.push({ after: until, before: next.from, size: difference - off });
      off = difference;
      if (next.to !== null && (last === null || next.to >= last.date)) last = { minor: next.closing, date: next.to };
    }
    if (next.to !== null && (until === null || next.to > until)) until = next.to;
  }
  return { opening, closing: last, breaks };
}

/** By first day; of those that begin together the longer one first, because the others lie in it. */
function inOrder(a: Link, b: Link): number {
  return compare(a.from, b.from) || compare(b.to, a.to);
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}

/** The next statement; of several that may come next the one that begins with the balance at hand. */
function take(waiting: Link[], balance: bigint | null): Link | undefined {
  const [first] = waiting;
  if (first === undefined) return undefined;
  const near = waiting.filter(({ from }) => (from ?? '') <= (first.to ?? ''));
  const fitting = near.find(({ opening }) => opening !== null && opening === balance);
  const same = near.filter(({ from, to }) => from === first.from && to === first.to);
  // Before there is a balance: the one that no other of the day leads to.
  const beginning = same.find(({ opening }) => !same.some(({ closing }) => closing !== null && closing === opening));
  const next = fitting ?? beginning ?? first;
  waiting.splice(waiting.indexOf(next), 1);
  return next;
}
