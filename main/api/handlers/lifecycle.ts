import { DaybookError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import { mayFetch } from '../../schedule/look.ts';
import type { lifecycleCalls } from '../calls/lifecycle.ts';
import type { HandlersOf } from '../handler.ts';

export const lifecycleHandlers: HandlersOf<typeof lifecycleCalls> = {
  'connections.history': async ({ feedId, connectionId }, { daybook }) => {
    const subject = feedId === undefined ? (`connection:${connectionId ?? ''}` as const) : (`feed:${feedId}` as const);
    return [...(await daybook.feeds.lifecycleHistory(subject))];
  },
  'connections.keepUp': async (_, { daybook }) => {
    await daybook.feeds.keepUpLifecycles();
    return {};
  },
  'connections.dueRetries': async (_, { daybook, host }) => {
    const feedIds = await daybook.feeds.dueRetries();
    if (feedIds.length === 0) return { feedIds };
    const now = await mayFetch(daybook.store.read, await host.services.conditions());
    return { feedIds: now ? feedIds : [] };
  },
  'accounts.replacements': async (_, { daybook }) => {
    const proposals = await daybook.feeds.proposeReplacements();
    const accounts = await accountsById(daybook);
    const mapped = await daybook.store.read.selectFrom('mapping').select('feed_account_id').execute();
    return Promise.all(
      proposals.map(async (proposal) => ({
        ...proposal,
        old: await withLines(daybook, accounts(proposal.oldAccountId)),
        new: await withLines(daybook, accounts(proposal.newAccountId)),
        mapped: mapped.some((row) => row.feed_account_id === proposal.oldAccountId),
      })),
    );
  },
  'accounts.acceptReplacement': (pair, { daybook, actor, stop }) => daybook.feeds.acceptReplacement(pair, actor, stop),
  'accounts.declineReplacement': async (pair, { daybook, actor }) => {
    await daybook.feeds.declineReplacement(pair, actor);
    return pair;
  },
  'accounts.undoReplacement': ({ replacementId }, { daybook, actor }) =>
    daybook.feeds.undoReplacement(replacementId, actor),
  'accounts.decidedReplacements': async (_, { daybook }) => {
    const accounts = await accountsById(daybook);
    return (await daybook.feeds.replacements()).map((decided) => {
      const { feedId: _feed, ...account } = accounts(decided.accountId);
      return { ...decided, account };
    });
  },
};

type Named = {
  readonly id: string;
  readonly feedId: string;
  readonly name: string;
  readonly mask: string | null;
  readonly bank: string | null;
  readonly currency: string | null;
};

async function accountsById({ feeds }: Daybook): Promise<(id: string) => Named> {
  const accounts = await feeds.listAccounts();
  return (id) => {
    const found = accounts.find((account) => account.id === id);
    if (found === undefined) throw new DaybookError('not_found', `There is no account ${id}.`);
    const { feedId, name, mask, institutionName, currency } = found;
    return { id, feedId, name, mask, bank: institutionName, currency };
  };
}

async function withLines({ store }: Daybook, account: Named): Promise<Named & { lines: number }> {
  const { count } = await store.read
    .selectFrom('statement_line')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('feed_account_id', '=', account.id)
    .where('state', '<>', 'removed')
    .executeTakeFirstOrThrow();
  return { ...account, lines: Number(count) };
}
