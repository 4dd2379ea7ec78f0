import { record } from '../audit/trail.ts';
import { instantOf } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { decimalText } from '../core/money.ts';
import {
  insertBatch,
  insertMatches,
  type NewMatch,
  type StoredCorrection,
  type StoredLeg,
  usedLines,
} from '../store/matches.ts';
import type { Writer } from '../store/store.ts';
import { type MatchedAccount, matchedAccounts } from './account.ts';
import type { MatchContext } from './run.ts';

export type MatchByPerson = {
  readonly feedAccountId: string;
  readonly statementLineIds: readonly number[];
  readonly ledgerLineIds: readonly number[];
  readonly corrections: readonly StoredCorrection[];
  readonly note: string;
};

/**
 * A person says that these lines are the same money. It must come to zero, corrections included; no run ever replaces it.
 * @throws DaybookError `not_found`, `entry_unbalanced`, `stale` when a line is in another match
 */
export async function makeMatch(
  context: MatchContext,
  wanted: MatchByPerson,
  actor: string,
): Promise<{ readonly matchId: string; readonly batchId: string }> {
  const { store, clock } = context;
  return store.write(async (trx) => {
    const [account] = await matchedAccounts(trx, [wanted.feedAccountId]);
    if (account === undefined) throw new DaybookError('unmapped', 'This account is not mapped to a ledger yet.');
    const legs = [
      ...(await statementLegs(trx, account, wanted.statementLineIds)),
      ...(await ledgerLegs(trx, account, wanted.ledgerLineIds)),
    ];
    refuseUnbalanced(account, legs, wanted.corrections);
    if ((await usedLines(trx, legs)).size > 0)
      throw new DaybookError('stale', 'One of these lines is in another match already; undo that one first.');
    const at = instantOf(clock.now());
    const batch = { id: newId('batch', context), kind: 'person' as const, at, actor, note: wanted.note };
    const match: NewMatch = {
      ...{
        id: newId('match', context),
        feedAccountId: account.feedAccountId,
        pass: 'person',
        currency: account.currency,
      },
      ...{ partsJson: '{}', sentence: `Matched by ${actor}.`, legs, corrections: wanted.corrections },
    };
    await insertBatch(trx, batch);
    await insertMatches(trx, batch, [match]);
    await trx.deleteFrom('match_candidate').where('line_id', 'in', wanted.statementLineIds.map(BigInt)).execute();
    await record(trx, clock, {
      ...{ actor, action: 'match.made', subject: `match:${match.id}` },
      data: {
        ...{ batch: batch.id, account: account.feedAccountId, note: wanted.note },
        ...{ statement: [...wanted.statementLineIds], ledger: [...wanted.ledgerLineIds] },
        corrections: canonicalJson(wanted.corrections.map((one) => ({ ...one, minor: one.minor.toString() }))),
      },
    });
    return { matchId: match.id, batchId: batch.id };
  });
}

async function statementLegs(trx: Writer, account: MatchedAccount, ids: readonly number[]): Promise<StoredLeg[]> {
  const rows = await trx
    .selectFrom('statement_line')
    .select(['id', 'amount_minor', 'date'])
    .where('feed_account_id', '=', account.feedAccountId)
    .where('state', '=', 'booked')
    .where('currency', '=', account.currency)
    .where('id', 'in', ids.map(BigInt))
    .execute();
  return legsOf('statement', rows, ids);
}

async function ledgerLegs(trx: Writer, account: MatchedAccount, ids: readonly number[]): Promise<StoredLeg[]> {
  const rows = await trx
    .selectFrom('ledger_bank_line')
    .select(['id', 'amount_minor', 'date'])
    .where('ledger_connection_id', '=', account.ledgerConnectionId)
    .where('legal_entity', '=', account.legalEntity)
    .where('bank_account', '=', account.bankAccount)
    .where('currency', '=', account.currency)
    .where('gone_at', 'is', null)
    .where('id', 'in', ids.map(BigInt))
    .execute();
  return legsOf('ledger', rows, ids);
}

function legsOf(
  side: StoredLeg['side'],
  rows: ReadonlyArray<{ readonly id: bigint; readonly amount_minor: bigint; readonly date: string }>,
  ids: readonly number[],
): StoredLeg[] {
  if (rows.length !== new Set(ids).size)
    throw new DaybookError('not_found', 'One of these lines is not on this account any more; look at it again.');
  return rows.map((row) => ({ side, lineId: Number(row.id), minor: row.amount_minor, date: row.date }));
}

/** Statement minus ledger minus corrections must be nothing. */
export function refuseUnbalanced(
  account: Pick<MatchedAccount, 'currency'>,
  legs: readonly StoredLeg[],
  corrections: readonly StoredCorrection[],
): void {
  if (legs.length < 2 && corrections.length === 0)
    throw new DaybookError('usage', 'A match has at least two lines, or a line and a correction.');
  let minor = 0n;
  for (const leg of legs) minor += leg.side === 'statement' ? leg.minor : -leg.minor;
  for (const correction of corrections) minor -= correction.minor;
  if (minor === 0n) return;
  throw new DaybookError(
    'entry_unbalanced',
    `Bank and ledger differ by ${decimalText({ minor, currency: account.currency })} ${account.currency}; add a line or a correction until nothing is left.`,
  );
}
