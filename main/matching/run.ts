import { record } from '../audit/trail.ts';
import { addDays, type CalendarDate, instantOf } from '../core/calendar.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { newId } from '../core/ids.ts';
import type { Ports } from '../core/ports.ts';
import { newestRevision } from '../store/ledger-bank-lines.ts';
import { brokenMatches, changedLedgerDays, changedStatementDays, newestLineIds } from '../store/match-lines.ts';
import {
  type Batch,
  fingerprintOf,
  insertBatch,
  insertMatches,
  linesUsedSince,
  type NewMatch,
  newestLeg,
  refusedFingerprints,
  replaceCandidates,
  undoMatches,
} from '../store/matches.ts';
import type { Reader, Store, Writer } from '../store/store.ts';
import { type MatchedAccount, matchedAccounts } from './account.ts';
import type { Candidate, EngineResult, FoundMatch, MatchAccount } from './line.ts';
import { loadAccounts } from './load.ts';
import { findMatchesPolitely } from './politely.ts';

export type MatchContext = Pick<Ports, 'clock' | 'random'> & { readonly store: Store };

export type RunResult = {
  /** Null when nothing had changed, so nothing was made. */
  readonly batchId: string | null;
  /** Accounts that had something new. */
  readonly accounts: readonly string[];
  readonly made: number;
  readonly byPass: Readonly<Record<string, number>>;
  /** Matches that do not hold any more because a line of them changed. */
  readonly broken: number;
  /** Statement lines with at least one candidate. */
  readonly suggested: number;
  /** Statement lines whose search was ended at its bound. */
  readonly gaveUp: number;
  readonly linesLookedAt: number;
};

type Mark = { readonly lineId: bigint; readonly historyId: bigint; readonly ledgerRevision: bigint };
const NO_MARK: Mark = { lineId: 0n, historyId: 0n, ledgerRevision: 0n };

/**
 * Matches what is open. Lines that are new or changed since the last run are looked at with their neighbourhood alone;
 * `whole` looks at everything. A match in which a line changed its amount or went away is broken first, whoever made it.
 * A match of a person is never replaced, and one that a person undid is not made again.
 */
export async function runMatching(
  context: MatchContext,
  options: {
    readonly actor: string;
    readonly feedAccountIds?: readonly string[];
    readonly whole?: boolean;
    readonly stop?: AbortSignal;
  },
): Promise<RunResult> {
  const { store, clock } = context;
  const accounts = await matchedAccounts(store.read);
  const wanted = accounts.filter(
    ({ feedAccountId }) => options.feedAccountIds === undefined || options.feedAccountIds.includes(feedAccountId),
  );
  const before = await newestLeg(store.read);
  const marks = new Map<string, Mark>();
  const changed: MatchedAccount[] = [];
  const broken: Array<{ readonly matchId: string; readonly why: string; readonly feedAccountId: string }> = [];
  let since: CalendarDate | null = null;
  let whole = options.whole === true;
  for (const account of wanted) {
    const now = await currentMark(store.read, account);
    const mark = await storedMark(store.read, account.feedAccountId);
    const days = [
      ...(await changedStatementDays(store.read, account.feedAccountId, mark ?? NO_MARK)),
      ...(await changedLedgerDays(store.read, account, (mark ?? NO_MARK).ledgerRevision)),
    ];
    marks.set(account.feedAccountId, now);
    if (mark === null) whole = true;
    if (days.length === 0 && options.whole !== true) continue;
    changed.push(account);
    for (const day of days) if (since === null || day < since) since = day;
    for (const one of await brokenMatches(store.read, account, mark ?? NO_MARK))
      broken.push({ ...one, feedAccountId: account.feedAccountId });
  }
  if (changed.length === 0) {
    await store.write((trx) => saveMarks(trx, marks, instantOf(clock.now())));
    return { ...NOTHING, accounts: [] };
  }
  await breakMatches(context, broken);
  const freed = await daysOfMatches(store.read, broken);
  for (const day of freed) if (since === null || day < since) since = day;

  // A transfer has a leg on another account: its lines of these days are part of the evidence.
  const loaded = await loadAccounts(store.read, accountsBeside(accounts, changed), whole ? null : since);
  const refused = new Map<string, ReadonlySet<string>>();
  for (const { feedAccountId } of changed)
    refused.set(feedAccountId, await refusedFingerprints(store.read, feedAccountId));
  const result = withoutRefused(await findMatchesPolitely(loaded, options.stop), refused);
  return save(context, { ...{ options, before, marks, changed, loaded, result }, broken: broken.length });
}

const NOTHING: RunResult = {
  ...{ batchId: null, accounts: [], made: 0, byPass: {}, broken: 0, suggested: 0, gaveUp: 0, linesLookedAt: 0 },
};

async function currentMark(db: Reader, account: MatchedAccount): Promise<Mark> {
  return { ...(await newestLineIds(db)), ledgerRevision: await newestRevision(db, account) };
}

async function storedMark(db: Reader, feedAccountId: string): Promise<Mark | null> {
  const row = await db
    .selectFrom('match_mark')
    .selectAll()
    .where('feed_account_id', '=', feedAccountId)
    .executeTakeFirst();
  return row ? { lineId: row.line_id, historyId: row.history_id, ledgerRevision: row.ledger_revision } : null;
}

async function saveMarks(trx: Writer, marks: ReadonlyMap<string, Mark>, at: string): Promise<void> {
  for (const [feedAccountId, mark] of marks) {
    const row = { line_id: mark.lineId, history_id: mark.historyId, ledger_revision: mark.ledgerRevision, at };
    await trx
      .insertInto('match_mark')
      .values({ feed_account_id: feedAccountId, ...row })
      .onConflict((conflict) => conflict.column('feed_account_id').doUpdateSet(row))
      .execute();
  }
}

/** The accounts that changed, and those of the same ledger, on which the other leg of a transfer may stand. */
function accountsBeside(all: readonly MatchedAccount[], changed: readonly MatchedAccount[]): MatchedAccount[] {
  return all.filter((account) =>
    changed.some(
      (one) =>
        one.feedAccountId === account.feedAccountId ||
        (one.ledgerConnectionId === account.ledgerConnectionId &&
          one.legalEntity === account.legalEntity &&
          one.currency === account.currency),
    ),
  );
}

type Broken = ReadonlyArray<{ readonly matchId: string; readonly why: string; readonly feedAccountId: string }>;

async function breakMatches(context: MatchContext, broken: Broken): Promise<void> {
  if (broken.length === 0) return;
  const { store, clock } = context;
  await store.write(async (trx) => {
    const batch: Batch = {
      ...{ id: newId('batch', context), kind: 'broken', at: instantOf(clock.now()), actor: 'daybook', note: '' },
    };
    await insertBatch(trx, batch);
    for (const [why, some] of Map.groupBy(broken, (one) => one.why)) {
      await undoMatches(
        trx,
        some.map(({ matchId }) => matchId),
        batch,
        why,
      );
      for (const { matchId } of some)
        await record(trx, clock, {
          ...{ actor: 'daybook', action: 'match.broken', subject: `match:${matchId}` },
          data: { why, batch: batch.id },
        });
    }
  });
}

/** Days of the lines of these matches: they are open again. */
async function daysOfMatches(db: Reader, broken: Broken): Promise<CalendarDate[]> {
  const days: CalendarDate[] = [];
  for (let start = 0; start < broken.length; start += 500) {
    const ids = broken.slice(start, start + 500).map(({ matchId }) => matchId);
    for (const row of await db.selectFrom('match_leg').select('date').where('match_id', 'in', ids).execute())
      days.push(row.date);
  }
  return days;
}

/** Matches that a person undid become suggestions, in the first place. */
function withoutRefused(result: EngineResult, refused: ReadonlyMap<string, ReadonlySet<string>>): EngineResult {
  const again: FoundMatch[] = [];
  const matches = result.matches.filter((match) => {
    const isRefused = refused.get(match.account)?.has(fingerprintOf(legIds(match))) === true;
    if (isRefused) again.push(match);
    return !isRefused;
  });
  const suggested = again.flatMap((match): Candidate[] =>
    match.statement.map((statementLine) => ({ ...match, rank: 1, statementLine })),
  );
  return { ...result, matches, candidates: [...result.candidates, ...suggested] };
}

function legIds({ statement, ledger }: Pick<FoundMatch, 'statement' | 'ledger'>) {
  return [
    ...statement.map((lineId) => ({ side: 'statement' as const, lineId })),
    ...ledger.map((lineId) => ({ side: 'ledger' as const, lineId })),
  ];
}

type Found = {
  readonly options: { readonly actor: string };
  readonly before: bigint;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly changed: readonly MatchedAccount[];
  readonly loaded: readonly MatchAccount[];
  readonly result: EngineResult;
  readonly broken: number;
};

async function save(context: MatchContext, found: Found): Promise<RunResult> {
  const { store, clock } = context;
  const { loaded, result } = found;
  const at = instantOf(clock.now());
  const batch: Batch = { id: newId('batch', context), kind: 'run', at, actor: found.options.actor, note: '' };
  return store.write(async (trx) => {
    const meanwhile = await linesUsedSince(trx, found.before);
    const isFree = (match: FoundMatch) =>
      legIds(match).every(({ side, lineId }) => !meanwhile.has(`${side}:${lineId}`));
    const matches = newMatches(context, loaded, result.matches.filter(isFree));
    const byPass: Record<string, number> = {};
    for (const { pass } of matches) byPass[pass] = (byPass[pass] ?? 0) + 1;
    const open = loaded.flatMap(({ statement }) => statement.map(({ id }) => id));
    const candidates = result.candidates.filter(isFree);
    await replaceCandidates(trx, open, candidates.map(newCandidate));
    await saveMarks(trx, found.marks, at);
    const figures = {
      made: matches.length,
      broken: found.broken,
      suggested: new Set(candidates.map(({ statementLine }) => statementLine)).size,
      gaveUp: result.gaveUp.length,
      linesLookedAt: loaded.reduce((sum, { statement, ledger }) => sum + statement.length + ledger.length, 0),
    };
    const accounts = found.changed.map(({ feedAccountId }) => feedAccountId);
    if (matches.length > 0) {
      await insertBatch(trx, batch);
      await insertMatches(trx, batch, matches);
    }
    if (matches.length > 0 || found.broken > 0)
      await record(trx, clock, {
        ...{ actor: found.options.actor, action: 'match.run', subject: `match_batch:${batch.id}` },
        data: {
          ...{ accounts, byPass, ...figures },
          // Of every match and its lines: what a run made can be proven without an event for each.
          digest: sha256(canonicalJson(matches.map((one) => `${one.id} ${fingerprintOf(one.legs)}`))),
        },
      });
    return { batchId: matches.length > 0 ? batch.id : null, accounts, byPass, ...figures };
  });
}

function newMatches(context: MatchContext, loaded: readonly MatchAccount[], found: readonly FoundMatch[]): NewMatch[] {
  const lines = new Map(
    loaded.map((account) => [
      account.account,
      {
        currency: account.currency,
        statement: new Map(account.statement.map((line) => [line.id, line])),
        ledger: new Map(account.ledger.map((line) => [line.id, line])),
      },
    ]),
  );
  return found.flatMap((match): NewMatch[] => {
    const account = lines.get(match.account);
    if (account === undefined) return [];
    const legs = legIds(match).flatMap(({ side, lineId }) => {
      const line = account[side].get(lineId);
      return line === undefined
        ? []
        : [{ side, lineId, minor: BigInt(line.amount), date: addDays('1970-01-01', line.day) }];
    });
    return [
      {
        ...{ id: newId('match', context), feedAccountId: match.account, pass: match.pass, currency: account.currency },
        ...{ partsJson: canonicalJson(match.parts), sentence: match.sentence, legs },
        corrections: match.corrections.map(({ amount, ...correction }) => ({ ...correction, minor: BigInt(amount) })),
      },
    ];
  });
}

function newCandidate(candidate: Candidate) {
  return {
    ...{
      lineId: candidate.statementLine,
      rank: candidate.rank,
      feedAccountId: candidate.account,
      pass: candidate.pass,
    },
    ...{ statement: candidate.statement, ledger: candidate.ledger, sentence: candidate.sentence },
    correctionsJson: canonicalJson(candidate.corrections.map((correction) => ({ ...correction }))),
    partsJson: canonicalJson({ ...candidate.parts }),
  };
}
