import { recordMany } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { releaseLines, saveStates } from '../../store/proposal-writes.ts';
import { loadProposals, type ProposalState } from '../../store/proposals.ts';
import type { Writer } from '../../store/store.ts';
import type { FeedContext } from '../open-feed.ts';
import { swapIdentities } from './identity.ts';
import { inParts, moved } from './moved.ts';

export type Undone = {
  readonly accountId: string;
  readonly newAccountId: string;
  /** Lines that went back to the new account. */
  readonly lines: number;
  /** Entries of those lines that were not posted and are proposed no more. */
  readonly withdrawn: number;
};

/**
 * Takes a wrong pairing back: the two accounts are two again, and what came under the new identity goes back to the new
 * account. Entries of such lines that nobody posted are withdrawn.
 * @throws DaybookError `not_found`, `stale` (undone already, shown again, or its lines are in the ledger)
 */
export async function undoReplacement(parts: FeedContext, replacementId: string, actor: string): Promise<Undone> {
  const { store, ports } = parts;
  return store.writeDurably(async (trx) => {
    const row = await trx
      .selectFrom('account_replacement')
      .selectAll()
      .where('id', '=', replacementId)
      .executeTakeFirst();
    if (row === undefined) throw new DaybookError('not_found', `There is no replacement ${replacementId}.`);
    const { account_id: account, new_account_id: fresh } = row;
    const shadow = await trx
      .selectFrom('feed_account')
      .select(['replaced_by'])
      .where('id', '=', fresh)
      .executeTakeFirstOrThrow();
    if (row.state !== 'accepted' || shadow.replaced_by !== account)
      throw new DaybookError('stale', 'This was taken back already, or the bank shows both accounts again.');
    const later = await trx
      .selectFrom('account_replacement')
      .select('id')
      .where('account_id', '=', account)
      .where('state', '=', 'accepted')
      .where('decided_at', '>', row.decided_at)
      .executeTakeFirst();
    if (later !== undefined)
      throw new DaybookError('stale', 'The account got another id again since. Take the last pairing back first.');
    const followed = moved.parse(JSON.parse(row.moved_json));
    const lines = await linesGoingBack(trx, account, followed.lines.map(BigInt), BigInt(followed.lastLine));
    await refuseMatched(trx, lines);
    const withdrawn = await withdrawEntries(trx, lines, instantNow(ports.clock));
    const give = { feed_account_id: fresh };
    for (const part of inParts(lines))
      await trx.updateTable('statement_line').set(give).where('id', 'in', part).execute();
    for (const part of inParts(lines)) await giveAliases(trx, part, fresh);
    for (const part of inParts(followed.twins))
      await trx
        .deleteFrom('statement_line_twin')
        .where('feed_account_id', '=', account)
        .where('provider_line_id', 'in', part)
        .execute();
    for (const part of inParts(followed.snapshots.map(BigInt)))
      await trx.updateTable('balance_snapshot').set(give).where('id', 'in', part).execute();
    await trx
      .updateTable('balance_snapshot')
      .set(give)
      .where('feed_account_id', '=', account)
      .where('taken_at', '>', row.decided_at)
      .execute();
    for (const part of inParts(followed.exceptions.map(BigInt)))
      await trx.updateTable('row_exception').set(give).where('id', 'in', part).execute();
    await swapIdentities(trx, account, fresh);
    const at = instantNow(ports.clock);
    await trx
      .updateTable('feed_account')
      .set({ closed_at: followed.oldClosedAt ?? at })
      .where('id', '=', account)
      .execute();
    await trx
      .updateTable('feed_account')
      .set({ closed_at: followed.newClosedAt, replaced_by: null })
      .where('id', '=', fresh)
      .execute();
    await trx
      .updateTable('account_replacement')
      .set({ state: 'undone', undone_at: at, undone_by: actor })
      .where('id', '=', replacementId)
      .execute();
    await recordMany(trx, ports.clock, [
      {
        actor,
        action: 'feed_account.replacement_undone',
        subject: `feed_account:${account}`,
        data: { replacement: replacementId, newAccount: fresh, lines: lines.length, withdrawn: withdrawn.length },
      },
      ...withdrawn.map((id) => ({
        actor,
        action: 'proposal.withdrawn',
        subject: `proposal:${id}`,
        data: { why: 'Its line belongs to another account.' },
      })),
    ]);
    return { accountId: account, newAccountId: fresh, lines: lines.length, withdrawn: withdrawn.length };
  });
}

/** Former ids of lines go with them; those that came over with the new account are known there still. */
async function giveAliases(trx: Writer, lines: readonly bigint[], fresh: string): Promise<void> {
  const rows = await trx.selectFrom('statement_line_alias').selectAll().where('line_id', 'in', lines).execute();
  if (rows.length === 0) return;
  await trx.deleteFrom('statement_line_alias').where('line_id', 'in', lines).execute();
  await trx
    .insertInto('statement_line_alias')
    .values(rows.map((row) => ({ ...row, feed_account_id: fresh })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A match is a proof that the account ties out; it is undone where it was made. */
async function refuseMatched(trx: Writer, lines: readonly bigint[]): Promise<void> {
  let matched = 0;
  for (const part of inParts(lines)) {
    const legs = await trx
      .selectFrom('match_leg')
      .select('id')
      .where('side', '=', 'statement')
      .where('live', '=', 1n)
      .where('line_id', 'in', part)
      .execute();
    matched += legs.length;
  }
  if (matched > 0)
    throw new DaybookError(
      'stale',
      `${matched} of these lines ${matched === 1 ? 'is' : 'are'} matched with the ledger. Undo ${matched === 1 ? 'that match' : 'those matches'} under Reconcile first.`,
    );
}

/** What came over with the new account, and all that came to the account since. */
async function linesGoingBack(trx: Writer, account: string, came: readonly bigint[], last: bigint): Promise<bigint[]> {
  const since = await trx
    .selectFrom('statement_line')
    .select('id')
    .where('feed_account_id', '=', account)
    .where('id', '>', last)
    .orderBy('id')
    .execute();
  return [...came, ...since.map(({ id }) => id)];
}

const FREE: ReadonlySet<ProposalState> = new Set(['needs_person', 'ready', 'approved', 'refused', 'excluded']);
const PAST: ReadonlySet<ProposalState> = new Set(['superseded']);

/** @returns ids of the entries that are proposed no more. @throws DaybookError `stale` when one is in the ledger */
async function withdrawEntries(trx: Writer, lines: readonly bigint[], at: string): Promise<string[]> {
  const ids = new Set<string>();
  for (const part of inParts(lines)) {
    const rows = await trx.selectFrom('proposal_line').select('proposal_id').where('line_id', 'in', part).execute();
    for (const { proposal_id } of rows) ids.add(proposal_id);
  }
  const proposals = (await loadProposals(trx, [...ids])).filter(({ state }) => !PAST.has(state));
  const bound = proposals.filter(({ state }) => !FREE.has(state));
  if (bound.length > 0)
    throw new DaybookError(
      'stale',
      `${bound.length} ${bound.length === 1 ? 'entry' : 'entries'} of these lines went to the ledger already. Reverse them first, then take the pairing back.`,
    );
  await saveStates(
    trx,
    proposals.map((proposal) => ({ ...proposal, state: 'superseded', needs: [], approvedHash: null })),
    at,
  );
  await releaseLines(
    trx,
    proposals.map(({ id }) => id),
  );
  return proposals.map(({ id }) => id);
}
