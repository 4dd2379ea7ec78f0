/** Matches of bank and ledger: a line is used once, a match comes to zero, and nothing of it went away unnoticed. */

import { matchedAccounts } from '../../main/matching/account.ts';
import { newestRevision } from '../../main/store/ledger-bank-lines.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';

export async function judgeMatches({ daybook }: Process): Promise<Broken[]> {
  const db = daybook.store.read;
  const legs = await db
    .selectFrom('match_leg')
    .innerJoin('match', 'match.id', 'match_leg.match_id')
    .leftJoin('statement_line', (join) =>
      join.onRef('statement_line.id', '=', 'match_leg.line_id').on('match_leg.side', '=', 'statement'),
    )
    .leftJoin('ledger_bank_line', (join) =>
      join.onRef('ledger_bank_line.id', '=', 'match_leg.line_id').on('match_leg.side', '=', 'ledger'),
    )
    .select(['match.id', 'match.feed_account_id', 'match_leg.side', 'match_leg.line_id', 'match_leg.amount_minor'])
    .select(['statement_line.feed_account_id as of', 'statement_line.state', 'ledger_bank_line.revision'])
    .select(['ledger_bank_line.gone_at', 'ledger_bank_line.id as ledger_id'])
    .where('match_leg.live', '=', 1n)
    .execute();
  const corrections = await db.selectFrom('match_correction').select(['match_id', 'amount_minor']).execute();
  const rest = new Map<string, bigint>();
  for (const { id, side, amount_minor } of legs)
    rest.set(id, (rest.get(id) ?? 0n) + (side === 'statement' ? amount_minor : -amount_minor));
  for (const { match_id, amount_minor } of corrections)
    if (rest.has(match_id)) rest.set(match_id, (rest.get(match_id) ?? 0n) - amount_minor);
  const used = Map.groupBy(legs, (leg) => `${leg.side} ${leg.line_id}`);
  // What changed after the last look is broken by the next run.
  const looked = new Map<string, bigint>();
  for (const account of await matchedAccounts(db)) {
    const mark = await db
      .selectFrom('match_mark')
      .select('ledger_revision')
      .where('feed_account_id', '=', account.feedAccountId)
      .executeTakeFirst();
    if (mark && mark.ledger_revision === (await newestRevision(db, account)))
      looked.set(account.feedAccountId, mark.ledger_revision);
  }
  return [
    ...broken(
      'a line stands in one match',
      [...used].flatMap(([line, some]) => (some.length > 1 ? [`${line} is in ${some.length} matches`] : [])),
    ),
    ...broken(
      'a match comes to zero, its corrections included',
      [...rest].flatMap(([id, minor]) => (minor === 0n ? [] : [`${id} is off by ${minor}`])),
    ),
    ...broken(
      'a match holds lines of its own account that are there',
      legs.flatMap((leg) => {
        const there =
          leg.side === 'statement'
            ? leg.of === leg.feed_account_id
            : leg.ledger_id !== null && (leg.gone_at === null || !looked.has(leg.feed_account_id));
        return there ? [] : [`${leg.side} line ${leg.line_id} of ${leg.id}`];
      }),
    ),
  ];
}
