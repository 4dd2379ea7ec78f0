import type { ConnectionView, FeedView, LifecycleView } from '../../feeds/index.ts';
import { counted } from '../counted.ts';
import type { PartSubject, RunContext, RunPart, RunStep } from '../run-step.ts';

/**
 * What the life of the connections says beside the fetch: ends that come near, data that grew old, accounts that are
 * offered or changed their ids, and what a repair brought. A login that could not be fetched is told by the fetch.
 */
export const connectionsStep: RunStep = {
  name: 'connections',
  run: async (context) => {
    const { daybook, feedIds } = context;
    await daybook.feeds.keepUpLifecycles();
    const feeds = (await daybook.feeds.listFeeds()).filter(({ id }) => feedIds === null || feedIds.includes(id));
    const parts = feeds.flatMap((feed) => [...partsOf(subjectOf(feed), feed), ...repaired(context, feed)]);
    if (feedIds !== null) return parts;
    const connections = await daybook.feeds.listConnections();
    return [...parts, ...connections.flatMap((one) => ofConnection(one)), ...(await changedIds(context))];
  },
};

const subjectOf = ({ id, institutionName }: FeedView): PartSubject => ({
  ...{ kind: 'feed', id, name: institutionName ?? 'A bank' },
});

type Told = { readonly sentence: string | null; readonly lifecycle: LifecycleView };

/** States in which the fetch went well and something is worth saying all the same. */
function partsOf(subject: PartSubject, { sentence, lifecycle }: Told): RunPart[] {
  const { state, ending, since } = lifecycle;
  if (sentence === null) return [];
  const part = { subject, outcome: 'done' as const, sentence };
  const name = `${subject.kind}:${subject.id}:${state}`;
  switch (state) {
    case 'expiring':
    case 'disconnect_pending':
      return [{ ...part, need: `${name}:${ending?.on ?? ''}` }];
    case 'new_accounts':
      return [{ ...part, need: `${name}:${since}` }];
    case 'stale':
      return [{ ...part, outcome: 'waiting' }];
    default:
      return [];
  }
}

function ofConnection({ id, name, state, sentence, lifecycle }: ConnectionView): RunPart[] {
  const subject = { kind: 'connection' as const, id, name };
  const parts = partsOf(subject, { sentence, lifecycle });
  if (parts.length > 0 || state !== 'needs_person' || sentence === null) return parts;
  return [
    { subject, outcome: 'failed', sentence: `${name}: ${sentence}`, need: `connection:${id}:${lifecycle.state}` },
  ];
}

/** A repair that this run's read filled and tied out. */
function repaired({ found }: RunContext, feed: FeedView): RunPart[] {
  const { repaired } = feed.lifecycle;
  const read = found.feeds.some(({ feedId, outcome }) => feedId === feed.id && outcome === 'applied');
  if (repaired === null || !read || repaired.at !== feed.lastSuccessAt) return [];
  const subject = subjectOf(feed);
  return [{ subject, outcome: 'done', sentence: `${subject.name}: ${repaired.sentence}` }];
}

async function changedIds({ daybook }: RunContext): Promise<RunPart[]> {
  const proposals = await daybook.feeds.proposeReplacements();
  if (proposals.length === 0) return [];
  const seem = proposals.length === 1 ? 'seems' : 'seem';
  return [
    {
      ...{ subject: null, outcome: 'done', figures: { accounts: proposals.length } },
      sentence: `${counted(proposals.length, 'account')} ${seem} to go on under a new id at the bank. Say under Connections whether they do.`,
      need: `replacements:${proposals
        .map(({ newAccountId }) => newAccountId)
        .sort()
        .join(' ')}`,
    },
  ];
}
