import { lagOf, relateParties, sharesDocument } from '../evidence.ts';
import { isAllowed, type Line, type Pool } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { settle } from './settle.ts';

/** A number of at least this many characters says whose document it is even where the names do not. */
const TELLING = 6;
/** A component beyond this is held together by numbers that are no documents. */
const MOST_LINES = 60;

/** Invoice or document numbers inside the text: lines that share one, in groups as the numbers tie them together. */
export function* matchDocuments(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'document')) return;
  const done = new Set<Line>();
  for (const start of pool.statement) {
    if (due()) yield;
    if (!start.open || done.has(start)) continue;
    const component = linkedFrom(pool, start, done);
    if (component.ledger.length === 0 || component.statement.length + component.ledger.length > MOST_LINES) continue;
    settle(pool, component, (a, b) => areLinked(pool, a, b), 'document', 'The same document number on both sides');
  }
}

/** Whether two lines name one document: a long number, or a short one of the same party, not too far apart. */
export function areLinked(pool: Pool, statement: Line, ledger: Line): boolean {
  if (Math.abs(statement.day - ledger.day) > pool.rules.reach) return false;
  const shared = statement.keys.filter(
    (key) => pool.ledgerByKey.get(key)?.includes(ledger) === true && isMostOf(key, ledger),
  );
  if (shared.length === 0) return false;
  // Short numbers come again: "502" is the number of many invoices.
  const long = shared.some((key) => key.length >= TELLING);
  if (!long && Math.abs(lagOf(statement, ledger)) > pool.rules.farDays) return false;
  const parties = relateParties(statement, ledger);
  if (parties === 'agree') return true;
  // Without the name only a long number counts, and the whole of it where another name stands beside it.
  return shared.some((key) =>
    parties === 'differ'
      ? key.length >= TELLING && (ledger.whole.length === 0 || ledger.whole.includes(key))
      : key.length >= TELLING - 1,
  );
}

/** A piece of a number, such as the customer's part of it, may be on many documents. */
function isMostOf(key: string, { whole }: Line): boolean {
  return (
    whole.length === 0 ||
    whole.some((number) => number === key || (number.includes(key) && key.length >= 0.6 * number.length))
  );
}

function linkedFrom(pool: Pool, start: Line, done: Set<Line>) {
  const statement: Line[] = [];
  const ledger = new Set<Line>();
  const waiting = [start];
  done.add(start);
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    statement.push(one);
    if (statement.length + ledger.size > MOST_LINES) break;
    for (const key of one.keys)
      for (const other of pool.ledgerByKey.get(key) ?? []) {
        if (!other.open || ledger.has(other) || !areLinked(pool, one, other)) continue;
        ledger.add(other);
        for (const back of other.keys)
          for (const next of pool.statementByKey.get(back) ?? []) {
            if (!next.open || done.has(next) || !sharesDocument(pool, next, other)) continue;
            done.add(next);
            waiting.push(next);
          }
      }
  }
  return { statement, ledger: [...ledger] };
}
