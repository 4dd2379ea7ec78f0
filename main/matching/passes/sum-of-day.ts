import { isNear, partsOf, relateParties } from '../evidence.ts';
import { isAllowed, type Line, type Pool, sumOf, take } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { linesWords } from '../words.ts';
import { capital } from './sum-of-party.ts';
import { chanceOf, contradicts, MOST_CHANCE } from './sums.ts';

const FEWEST = 2;
/** Groups that lie near a line: what chance is counted with. */
const NEAR_GROUPS = 40;

/**
 * What was booked in one go, or on one day, against one line of the other side: a payment run that the bank books as one
 * total, or takings that the ledger books as one.
 */
export function* matchSumsOfDay(pool: Pool): Turns {
  if (!isAllowed(pool, 'sum_of_day')) return;
  const booked = groups(pool.ledger, (line) => line.line.group);
  yield* matchGroups(pool, pool.statement, booked, 'booked in one go');
  yield* matchGroups(pool, pool.statement, groups(pool.ledger, byPartyAndDay), 'of one party and day');
  yield* matchGroups(pool, pool.statement, groups(pool.ledger, byDay), 'of one day');
  yield* matchGroups(pool, pool.ledger, groups(pool.statement, byDay), 'of one day');
}

function byDay(line: Line): string {
  return `${line.day}`;
}

/** What of the ledger was booked in one go, or for one party on one day, by what it comes to. */
export function ledgerGroupsBySum(pool: Pool): ReadonlyMap<number, readonly (readonly Line[])[]> {
  const all = [...groups(pool.ledger, (line) => line.line.group), ...groups(pool.ledger, byPartyAndDay)];
  return Map.groupBy(all, sumOf);
}

function byPartyAndDay(line: Line): string | null {
  return line.party.weight === 0 ? null : `${line.day} ${line.party.key}`;
}

function groups(lines: readonly Line[], keyOf: (line: Line) => string | null): Line[][] {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const key = line.open ? keyOf(line) : null;
    if (key === null) continue;
    // Money in and money out are paid apart.
    const signed = `${line.amount < 0 ? '-' : '+'}${key}`;
    const there = found.get(signed);
    if (there) there.push(line);
    else found.set(signed, [line]);
  }
  return [...found.values()].filter((group) => group.length >= FEWEST);
}

function* matchGroups(pool: Pool, side: readonly Line[], all: readonly Line[][], how: string): Turns {
  const bySum = Map.groupBy(all, sumOf);
  const byAmount = Map.groupBy(
    side.filter((line) => line.open && bySum.has(line.amount)),
    (line) => line.amount,
  );
  const due = turnTaker();
  for (const [amount, ones] of byAmount) {
    if (due()) yield;
    const fits = (one: Line, many: readonly Line[]) =>
      many.every((other) => (one.side === 'statement' ? isNear(pool, one, other) : isNear(pool, other, one))) &&
      many.some((other) => relateParties(one, other) !== 'differ');
    const pairs = ones.flatMap((one) =>
      (bySum.get(amount) ?? []).filter((many) => fits(one, many)).map((many) => ({ one, many })),
    );
    const [pair] = pairs;
    if (pair === undefined || pairs.length > 1 || pair.many.some((line) => !line.open)) continue;
    if (chanceOf(pair.many, amount, NEAR_GROUPS) > MOST_CHANCE || contradicts(pool, pair)) continue;
    const [statement, ledger] = pair.one.side === 'statement' ? [[pair.one], pair.many] : [pair.many, [pair.one]];
    take(pool, statement, ledger, {
      ...{ pass: 'sum_of_day', corrections: [], parts: partsOf(pool, statement, ledger, 'sum') },
      sentence: `${capital(linesWords(pair.many.length, pair.many[0]?.side ?? 'ledger'))} ${how} come to exactly this amount, and no others do.`,
    });
  }
}
