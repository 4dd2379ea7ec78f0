import { bookedSumInTurns } from '../../store/statement-lines.ts';
import type { Writer } from '../../store/store.ts';
import { type PairedLine, pairLines } from './pair-lines.ts';

type Side = {
  readonly id: string;
  readonly feed_id: string;
  readonly currency: string | null;
  readonly opening_minor: bigint | null;
};

export type Overlap = {
  /** Lines of the two accounts that may speak of one movement, none of them removed. */
  readonly own: readonly PairedLine[];
  readonly theirs: readonly PairedLine[];
  /** Old line to the new one that tells the same. */
  readonly pairs: ReadonlyArray<{ readonly old: bigint; readonly fresh: bigint }>;
  /** New lines that the old account does not have. */
  readonly unpaired: readonly bigint[];
  /** Lines of the old account of which the new one tells more: `pending` is the old line, `by` the new one. */
  readonly booked: ReadonlyArray<{ readonly pending: bigint; readonly by: bigint; readonly change: string }>;
  /** The provider's ids of lines stayed as they were. */
  readonly keepsIds: boolean;
};

/** What two accounts that are one both tell. */
export async function findOverlap(trx: Writer, old: Side, fresh: Side): Promise<Overlap> {
  const own = await linesOf(trx, old.id);
  // The same login goes on where it was, so that all it tells is news; another one tells its whole history again.
  const first = old.feed_id === fresh.feed_id ? '' : await firstDay(trx, old.id);
  const theirs = (await linesOf(trx, fresh.id)).filter(({ date }) => date >= first);
  const same = await sameIds(trx, old.id, theirs);
  const rest = theirs.filter(({ id }) => !same.seen.has(id));
  const booked = [...same.told, ...(await bookedPending(trx, fresh.id, own, rest))];
  const taken = new Set([...same.seen, ...booked.flatMap(({ pending, by }) => [pending, by])]);
  const left = theirs.filter(({ id }) => !taken.has(id));
  // Where ids are kept, a line of another id is another movement, however much it looks like one that is here.
  const keepsIds = same.seen.size > 0 || (await goesOn(trx, old, fresh));
  const { pairs, unpaired } = pairLines(keepsIds ? [] : own.filter(({ id }) => !taken.has(id)), left);
  return { own, theirs, pairs: [...same.pairs, ...pairs], unpaired, booked, keepsIds };
}

function linesOf(trx: Writer, accountId: string): Promise<PairedLine[]> {
  return trx
    .selectFrom('statement_line')
    .select(['id', 'state', 'amount_minor as amountMinor', 'currency', 'date', 'text'])
    .select('provider_line_id as providerLineId')
    .where('feed_account_id', '=', accountId)
    .where('state', '<>', 'removed')
    .orderBy('date')
    .orderBy('id')
    .execute();
}

/** Under the same login, an account that begins with the balance with which the old one ends tells nothing of it again. */
async function goesOn(trx: Writer, old: Side, fresh: Side): Promise<boolean> {
  if (old.feed_id !== fresh.feed_id || old.currency === null) return false;
  if (old.opening_minor === null || fresh.opening_minor === null) return false;
  const moved = await bookedSumInTurns(trx, old.id, old.currency);
  return moved !== 0n && fresh.opening_minor === old.opening_minor + moved;
}

/** The first day of an account: what was withdrawn since counted when its opening balance was found. */
async function firstDay(trx: Writer, accountId: string): Promise<string> {
  const { first } = await trx
    .selectFrom('statement_line')
    .select(({ fn }) => fn.min('date').as('first'))
    .where('feed_account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return first ?? '';
}

/** Some providers keep the ids of lines: such a line of the new account is the one that the old account has, or had. */
async function sameIds(trx: Writer, accountId: string, theirs: readonly PairedLine[]) {
  const rows = await trx
    .selectFrom('statement_line')
    .select(['id', 'provider_line_id', 'state', 'amount_minor', 'date'])
    .where('feed_account_id', '=', accountId)
    .execute();
  const own = new Map(rows.map((row) => [row.provider_line_id, row]));
  const seen = new Set<bigint>();
  const pairs: Array<{ old: bigint; fresh: bigint }> = [];
  const told: Array<{ pending: bigint; by: bigint; change: string }> = [];
  for (const line of theirs) {
    const known = own.get(line.providerLineId);
    if (known === undefined) continue;
    seen.add(line.id).add(known.id);
    const isSame = known.state === line.state && known.amount_minor === line.amountMinor && known.date === line.date;
    if (isSame) pairs.push({ old: known.id, fresh: line.id });
    else told.push({ pending: known.id, by: line.id, change: known.state === 'removed' ? 'restored' : 'amended' });
  }
  return { seen, pairs, told };
}

/** Pending lines that a line of the new account names as its own past. */
async function bookedPending(
  trx: Writer,
  freshId: string,
  own: readonly PairedLine[],
  theirs: readonly PairedLine[],
): Promise<Array<{ pending: bigint; by: bigint; change: string }>> {
  const pending = new Map(
    own.filter(({ state }) => state === 'pending').map(({ id, providerLineId }) => [providerLineId, id]),
  );
  const living = new Set(theirs.map(({ id }) => id));
  const past = await trx
    .selectFrom('statement_line_alias')
    .select(['provider_line_id', 'line_id'])
    .where('feed_account_id', '=', freshId)
    .execute();
  return past.flatMap(({ provider_line_id, line_id }) => {
    const id = pending.get(provider_line_id);
    return id === undefined || !living.has(line_id) ? [] : [{ pending: id, by: line_id, change: 'booked' }];
  });
}
