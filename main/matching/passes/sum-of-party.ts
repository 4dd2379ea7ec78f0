import { partsOf } from '../evidence.ts';
import { isAllowed, type Line, type Pool, sumOf, take } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { linesWords, partyWords } from '../words.ts';
import { contradicts, isProof, near, type Sum, sumsOfParty } from './sums.ts';

/** Several lines of a party that come to one line of the other side, and the other way round; then many to many. */
export function* matchSumsOfParty(pool: Pool): Turns {
  if (!isAllowed(pool, 'sum_of_party')) return;
  yield* matchSide(pool, pool.statement);
  yield* matchSide(pool, pool.ledger);
  yield* matchManyToMany(pool);
}

function* matchSide(pool: Pool, side: readonly Line[]): Turns {
  const due = turnTaker();
  const sums: Sum[] = [];
  const proven = new Set<Line>();
  for (const one of side) {
    if (due()) yield;
    if (!one.open || one.party.weight === 0) continue;
    const found = sumsOfParty(pool, one);
    if (found.gaveUp) pool.gaveUp.add(one.side === 'statement' ? one.id : -one.id);
    sums.push(...found.sums);
    const [only] = found.sums;
    if (only === undefined || found.sums.length > 1 || found.gaveUp) continue;
    if (isProof(only) && !contradicts(pool, only)) proven.add(one);
  }
  // A line that stands in two sums proves neither.
  const uses = new Map<Line, number>();
  for (const { many } of sums) for (const line of many) uses.set(line, (uses.get(line) ?? 0) + 1);
  for (const { one, many } of sums) {
    if (!proven.has(one) || many.some((line) => uses.get(line) !== 1)) continue;
    const [statement, ledger] = one.side === 'statement' ? [[one], many] : [many, [one]];
    take(pool, statement, ledger, {
      ...{ pass: 'sum_of_party', corrections: [], parts: partsOf(pool, statement, ledger, 'sum') },
      sentence: `${capital(linesWords(statement.length, 'statement'))} and ${linesWords(ledger.length, 'ledger')} of ${partyWords(...ledger, ...statement)} come to the same sum, and no others do.`,
    });
  }
}

/** Everything of a party that is open near one day on each side, when both come to the same sum. */
function* matchManyToMany(pool: Pool): Turns {
  const due = turnTaker();
  const done = new Set<Line>();
  for (const start of pool.statement) {
    if (due()) yield;
    if (!start.open || start.party.weight === 0 || done.has(start)) continue;
    const { statement, ledger } = cluster(pool, start);
    for (const line of statement) done.add(line);
    if (statement.length < 2 || ledger.length < 2 || sumOf(statement) !== sumOf(ledger)) continue;
    if (statement.some((one) => contradicts(pool, { one, many: ledger }))) continue;
    take(pool, statement, ledger, {
      ...{ pass: 'sum_of_party', corrections: [], parts: partsOf(pool, statement, ledger, 'sum') },
      sentence: `All that is open with ${partyWords(...ledger, ...statement)} near these days comes to the same sum: ${linesWords(statement.length, 'statement')} and ${linesWords(ledger.length, 'ledger')}.`,
    });
  }
}

const MOST_OF_CLUSTER = 12;

/** Lines of one party that lie near one another, from one on; none when there are too many. */
function cluster(pool: Pool, start: Line): { readonly statement: Line[]; readonly ledger: Line[] } {
  const statement = new Set([start]);
  const ledger = new Set<Line>();
  const waiting = [start];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const mine = one.side === 'statement' ? ledger : statement;
    for (const other of near(pool, one)) {
      if (mine.has(other)) continue;
      mine.add(other);
      waiting.push(other);
      if (statement.size + ledger.size > MOST_OF_CLUSTER) return { statement: [...statement], ledger: [] };
    }
  }
  return { statement: [...statement], ledger: [...ledger] };
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
