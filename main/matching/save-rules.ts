import { record } from '../audit/trail.ts';
import { instantOf } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { DaybookError } from '../core/errors.ts';
import { matchedAccounts } from './account.ts';
import type { MatchRules } from './rules.ts';
import type { MatchContext } from './run.ts';

/** Stores how an account is matched. Matches that stand stay; the next run looks at everything that is open anew. */
export async function saveRules(
  context: MatchContext,
  feedAccountId: string,
  rules: MatchRules,
  actor: string,
): Promise<void> {
  const { store, clock } = context;
  await store.write(async (trx) => {
    const [account] = await matchedAccounts(trx, [feedAccountId]);
    if (account === undefined) throw new DaybookError('unmapped', 'This account is not mapped to a ledger yet.');
    const document = {
      ...rules,
      suggestOnly: [...rules.suggestOnly],
      corrections: rules.corrections.map((one) => ({ ...one, known: [...one.known] })),
    };
    const row = { rules_json: canonicalJson(document), updated_at: instantOf(clock.now()) };
    await trx
      .insertInto('match_rule')
      .values({ feed_account_id: feedAccountId, ...row })
      .onConflict((conflict) => conflict.column('feed_account_id').doUpdateSet(row))
      .execute();
    await trx.deleteFrom('match_mark').where('feed_account_id', '=', feedAccountId).execute();
    await record(trx, clock, {
      ...{ actor, action: 'match.rules_saved', subject: `feed_account:${feedAccountId}` },
      data: { rules: document },
    });
  });
}
