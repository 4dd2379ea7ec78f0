import { fingerprintOf } from '../store/matches.ts';
import type { Reader } from '../store/store.ts';
import type { MatchedAccount } from './account.ts';
import type { FoundMatch } from './line.ts';
import { loadAccounts } from './load.ts';
import { findMatchesPolitely } from './politely.ts';
import type { MatchRules } from './rules.ts';

export type RulesTested = {
  readonly statementLines: number;
  readonly ledgerLines: number;
  /** Matches that these rules would make on the whole history, by pass. */
  readonly made: number;
  readonly byPass: Readonly<Record<string, number>>;
  readonly matchedStatementLines: number;
  /** Of the matches that stand: found again as they are; a line of them matched otherwise; not found. */
  readonly same: number;
  readonly otherwise: number;
  readonly notFound: number;
  /** Of those matched otherwise or not found, how many a person made: the rules would contradict or miss them. */
  readonly byPersonOtherwise: number;
  /** Matches of lines that are open now. */
  readonly fresh: number;
  readonly examples: readonly FoundMatch[];
};

const MOST_EXAMPLES = 20;

/** Tries rules on an account's whole history, as if nothing were matched yet. Nothing is written. */
export async function testRules(db: Reader, account: MatchedAccount, rules: MatchRules): Promise<RulesTested> {
  const [loaded] = await loadAccounts(db, [{ ...account, rules }], null);
  if (loaded === undefined) throw new RangeError('no account');
  const free = <L extends { readonly used?: boolean }>(lines: readonly L[]) =>
    lines.map((line) => ({ ...line, used: false }));
  const { matches } = await findMatchesPolitely([
    { ...loaded, statement: free(loaded.statement), ledger: free(loaded.ledger) },
  ]);
  const standing = await standingMatches(db, account.feedAccountId);
  const found = new Map<string, FoundMatch>();
  const placeOf = new Map<string, FoundMatch>();
  const byPass: Record<string, number> = {};
  for (const match of matches) {
    byPass[match.pass] = (byPass[match.pass] ?? 0) + 1;
    const legs = legIds(match);
    found.set(fingerprintOf(legs), match);
    for (const { side, lineId } of legs) placeOf.set(`${side}:${lineId}`, match);
  }
  let [same, otherwise, notFound, byPersonOtherwise] = [0, 0, 0, 0];
  const known = new Set<FoundMatch>();
  for (const { fingerprint, pass, lines } of standing) {
    const again = found.get(fingerprint);
    const others = lines.flatMap((line) => placeOf.get(line) ?? []);
    for (const other of others) known.add(other);
    if (again !== undefined) same += 1;
    else if (others.length > 0) otherwise += 1;
    else notFound += 1;
    if (again === undefined && others.length > 0 && pass === 'person') byPersonOtherwise += 1;
  }
  const fresh = matches.filter((match) => !known.has(match));
  return {
    ...{ statementLines: loaded.statement.length, ledgerLines: loaded.ledger.length, made: matches.length, byPass },
    matchedStatementLines: matches.reduce((sum, { statement }) => sum + statement.length, 0),
    ...{ same, otherwise, notFound, byPersonOtherwise, fresh: fresh.length, examples: fresh.slice(0, MOST_EXAMPLES) },
  };
}

function legIds({ statement, ledger }: Pick<FoundMatch, 'statement' | 'ledger'>) {
  return [
    ...statement.map((lineId) => ({ side: 'statement' as const, lineId })),
    ...ledger.map((lineId) => ({ side: 'ledger' as const, lineId })),
  ];
}

async function standingMatches(db: Reader, feedAccountId: string) {
  const rows = await db
    .selectFrom('match')
    .innerJoin('match_leg', 'match_leg.match_id', 'match.id')
    .select(['match.id', 'match.fingerprint', 'match.pass', 'match_leg.side', 'match_leg.line_id'])
    .where('match.feed_account_id', '=', feedAccountId)
    .where('match.state', '=', 'made')
    .execute();
  return [...Map.groupBy(rows, (row) => row.id).values()].flatMap((legs) => {
    const [first] = legs;
    return first === undefined
      ? []
      : [{ fingerprint: first.fingerprint, pass: first.pass, lines: legs.map((leg) => `${leg.side}:${leg.line_id}`) }];
  });
}
