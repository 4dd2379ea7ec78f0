import { record } from '../audit/trail.ts';
import { instantNow } from '../core/clock.ts';
import { endSignOff, findSignOff, liveSignOffs, type StoredSignOff } from '../store/sign-offs.ts';
import { mappedAccounts } from './accounts.ts';
import { type ReconcileContext, readBooks } from './books.ts';
import { figuresOf, signedFigures, whatMoved } from './figures.ts';
import { tieOutPeriod } from './period.ts';

export type BrokenSignOff = {
  readonly id: string;
  readonly feedAccountId: string;
  readonly from: string;
  readonly to: string;
  /** Which figures moved, in sentences. */
  readonly why: readonly string[];
};

/**
 * Compares every sign-off that stands with the figures as they are stored now. One beneath which a figure moved breaks:
 * it says which, and the period is open again. So do the later ones of the account, which begin with its figures.
 */
export async function breakMovedSignOffs(context: ReconcileContext, stop?: AbortSignal): Promise<BrokenSignOff[]> {
  const { store } = context;
  const live = Map.groupBy(await liveSignOffs(store.read), (one) => one.feed_account_id);
  if (live.size === 0) return [];
  const accounts = new Map((await mappedAccounts(store.read)).map((account) => [account.feedAccountId, account]));
  const broken: BrokenSignOff[] = [];
  for (const [feedAccountId, signOffs] of live) {
    stop?.throwIfAborted();
    const account = accounts.get(feedAccountId);
    const until = signOffs.at(-1)?.to_date ?? '';
    const books = account && (await readBooks(context, account, until, 'stored', stop));
    let before: string | null = null;
    for (const signOff of signOffs) {
      const period = { from: signOff.from_date, to: signOff.to_date };
      const why =
        account === undefined || books === undefined
          ? ['The account is no longer mapped to a ledger.']
          : movedIn(signOff, figuresOf(tieOutPeriod(account, period, books)));
      if (why.length === 0 && before === null) continue;
      const told = [...why, ...(before === null ? [] : [`The period to ${before} before it broke.`])];
      before = signOff.to_date;
      if (await end(context, signOff, told)) broken.push({ id: signOff.id, feedAccountId, ...period, why: told });
    }
  }
  return broken;
}

function movedIn(signOff: StoredSignOff, now: ReturnType<typeof figuresOf>): string[] {
  const moved = whatMoved(signedFigures.parse(JSON.parse(signOff.figures_json)), now, signOff.currency);
  const more = moved.length - MOST_NAMED;
  return more > 0 ? [...moved.slice(0, MOST_NAMED), `${more} more figures moved.`] : moved;
}

/** After a large change the rest is counted. */
const MOST_NAMED = 20;

/** False when somebody else ended it meanwhile. */
async function end(context: ReconcileContext, signOff: StoredSignOff, why: readonly string[]): Promise<boolean> {
  return context.store.write(async (trx) => {
    const now = await findSignOff(trx, signOff.id);
    if (now?.state !== signOff.state) return false;
    await endSignOff(trx, signOff.id, { state: 'broken', by: 'daybook', at: instantNow(context.clock), why });
    await record(trx, context.clock, {
      actor: 'daybook',
      action: 'period.broken',
      subject: `feed_account:${signOff.feed_account_id}`,
      data: { signOff: signOff.id, from: signOff.from_date, to: signOff.to_date, why: [...why] },
    });
    return true;
  });
}
