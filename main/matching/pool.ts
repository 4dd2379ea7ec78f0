import { type BusinessDays, businessDays } from './business-days.ts';
import { documentKeys, referenceKey, wholeKey } from './document-numbers.ts';
import type { FoundMatch, MatchAccount, MatchLine, Side } from './line.ts';
import { NOBODY, type Party, partyOf } from './party.ts';
import { createPartyIndex, type PartyIndex } from './party-index.ts';
import type { MatchRules } from './rules.ts';
import { type Turns, turnTaker } from './turns.ts';

/** A line made ready for comparing. */
export type Line = {
  readonly line: MatchLine;
  readonly side: Side;
  readonly id: number;
  readonly amount: number;
  readonly day: number;
  /** Business days counted; see `BusinessDays`. */
  readonly business: number;
  party: Party;
  references: readonly string[];
  readonly keys: readonly string[];
  /** Those of the keys that are a whole number given as such, not a part of one or a number in a text. */
  readonly whole: readonly string[];
  open: boolean;
};

export type Index<K> = ReadonlyMap<K, readonly Line[]>;

/** One account's lines with what finds them. `take` is the only way to use a line. */
export type Pool = {
  readonly account: string;
  readonly currency: string;
  readonly rules: MatchRules;
  readonly businessDay: BusinessDays;
  readonly statement: readonly Line[];
  readonly ledger: readonly Line[];
  readonly ledgerByAmount: Index<number>;
  readonly statementByAmount: Index<number>;
  readonly ledgerByReference: Index<string>;
  readonly statementByReference: Index<string>;
  readonly ledgerByKey: Index<string>;
  readonly statementByKey: Index<string>;
  /** Lines whose names may be those of a line: `partyLines`. */
  readonly ledgerParties: PartyIndex;
  readonly statementParties: PartyIndex;
  readonly matches: FoundMatch[];
  /** Statement lines of searches that reached their bound. */
  readonly gaveUp: Set<number>;
};

/** A number on more lines than this is a customer number, a year or a branch, and no document. */
const COMMON = 12;
/** A name on more than this share of an account's lines says nothing (such as "redacted personal data"). */
const SHARE_OF_COMMON_PARTY = 0.05;
const FEWEST_OF_COMMON_PARTY = 40;
const FEWEST_OF_PROCESSOR = 8;

export function* createPool(account: MatchAccount): Turns<Pool> {
  const due = turnTaker();
  const businessDay = businessDays(account.rules.holidays);
  const parties = new Map<string, Party>();
  const prepare = function* (lines: readonly MatchLine[], side: Side): Turns<Line[]> {
    const prepared: Line[] = [];
    for (const line of lines) {
      if (due()) yield;
      prepared.push(preparedLine(line, side, businessDay, parties));
    }
    return prepared.sort(inOrder);
  };
  const statement = yield* prepare(account.statement, 'statement');
  const ledger = yield* prepare(account.ledger, 'ledger');
  yield;
  recogniseNames([...statement, ...ledger]);
  forgetCommonParties(ledger);
  yield;
  const ledgerParties = createPartyIndex(ledger);
  yield;
  forgetProcessors(statement, ledgerParties);
  const ledgerByReference = indexed(ledger, (line) => line.references);
  for (const line of statement) {
    if (due()) yield;
    line.references = referencesOf(line, ledgerByReference);
  }
  return {
    ...{ account: account.account, currency: account.currency, rules: account.rules, businessDay, statement, ledger },
    ledgerByAmount: indexed(ledger, (line) => [line.amount]),
    statementByAmount: indexed(statement, (line) => [line.amount]),
    ledgerByReference,
    statementByReference: indexed(statement, (line) => line.references),
    ledgerByKey: withoutCommon(indexed(ledger, (line) => line.keys)),
    statementByKey: withoutCommon(indexed(statement, (line) => line.keys)),
    ledgerParties,
    statementParties: createPartyIndex(statement),
    matches: [],
    gaveUp: new Set(),
  };
}

/** Uses the lines of a match. Lines that are used already are a mistake in a pass. */
export function take(
  pool: Pool,
  statement: readonly Line[],
  ledger: readonly Line[],
  found: Pick<FoundMatch, 'pass' | 'corrections' | 'parts' | 'sentence'>,
): void {
  for (const line of [...statement, ...ledger]) {
    if (!line.open) throw new RangeError(`line ${line.id} of the ${line.side} is used twice`);
    line.open = false;
  }
  const ids = (lines: readonly Line[]) => lines.map(({ id }) => id).sort((a, b) => a - b);
  pool.matches.push({ account: pool.account, statement: ids(statement), ledger: ids(ledger), ...found });
}

export function isAllowed(pool: Pool, pass: FoundMatch['pass']): boolean {
  return pool.rules.automatic && !pool.rules.suggestOnly.includes(pass);
}

export function openOf(lines: readonly Line[] | undefined): Line[] {
  const open: Line[] = [];
  for (const line of lines ?? []) if (line.open) open.push(line);
  return open;
}

export function sumOf(lines: readonly Line[]): number {
  let sum = 0;
  for (const { amount } of lines) sum += amount;
  return sum;
}

/** The references of a statement line: those that the feed names, and those of the ledger that stand in its text. */
function referencesOf({ line, references }: Line, ofLedger: Index<string>): readonly string[] {
  if (ofLedger.size === 0) return references;
  const keys = new Set(references);
  for (const [word] of line.text.toUpperCase().matchAll(/[A-Z0-9][A-Z0-9._/-]{5,}/g)) {
    const key = referenceKey(word);
    if (key !== '' && ofLedger.has(key)) keys.add(key);
  }
  return [...keys];
}

function preparedLine(line: MatchLine, side: Side, businessDay: BusinessDays, parties: Map<string, Party>): Line {
  const spelling = line.party ?? `\n${line.text}`;
  let party = parties.get(spelling);
  if (party === undefined) {
    party = partyOf(line.party, line.text);
    parties.set(spelling, party);
  }
  const references = line.references.map(referenceKey).filter((key) => key !== '');
  const whole = line.documents.map(wholeKey).filter((key) => key !== '');
  const written = line.documents.length === 0 ? line.text : `${line.documents.join(' , ')} , ${line.text}`;
  const keys = [...new Set([...whole, ...documentKeys(written)])];
  return {
    ...{ line, side, party, references, keys, whole, open: line.used !== true },
    ...{ id: line.id, amount: line.amount, day: line.day, business: businessDay(line.day) },
  };
}

function inOrder(a: Line, b: Line): number {
  return a.day - b.day || a.amount - b.amount || a.id - b.id;
}

function indexed<K>(lines: readonly Line[], keysOf: (line: Line) => readonly K[]): Map<K, Line[]> {
  const index = new Map<K, Line[]>();
  for (const line of lines)
    for (const key of keysOf(line)) {
      const there = index.get(key);
      if (there) there.push(line);
      else index.set(key, [line]);
    }
  return index;
}

function withoutCommon(index: Map<string, Line[]>): Map<string, Line[]> {
  for (const [key, lines] of index) if (lines.length > COMMON) index.delete(key);
  return index;
}

/** Words of a text that are a name elsewhere are that name. */
function recogniseNames(lines: readonly Line[]): void {
  const names = new Map<string, Party>();
  for (const { party } of lines) if (party.named) names.set(party.key, party);
  for (const line of lines) if (!line.party.named) line.party = names.get(line.party.key) ?? line.party;
}

/** A name that comes often at the bank and never in the ledger is not the party's: a processor, the bank itself. */
function forgetProcessors(statement: readonly Line[], ledgerParties: PartyIndex): void {
  const often = Map.groupBy(
    statement.filter(({ party }) => party.weight > 0),
    ({ party }) => party,
  );
  for (const [party, lines] of often)
    if (lines.length >= FEWEST_OF_PROCESSOR && ledgerParties(party).length === 0)
      for (const line of lines) line.party = NOBODY;
}

function forgetCommonParties(lines: readonly Line[]): void {
  const counts = new Map<string, number>();
  for (const { party } of lines) counts.set(party.key, (counts.get(party.key) ?? 0) + 1);
  const most = Math.max(FEWEST_OF_COMMON_PARTY, lines.length * SHARE_OF_COMMON_PARTY);
  for (const line of lines) if ((counts.get(line.party.key) ?? 0) > most) line.party = NOBODY;
}
