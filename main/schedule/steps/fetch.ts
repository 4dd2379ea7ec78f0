import { DaybookError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import type { FeedView, SyncAllResult } from '../../feeds/index.ts';
import { counted, inWords } from '../counted.ts';
import { fetchConnection } from '../fetch-connection.ts';
import type { RunContext, RunPart, RunStep } from '../run-step.ts';

/** Connections fetched at the same time; each fetches a few of its banks at once. */
const AT_ONCE = 3;

/** Every bank, connection by connection. One bank's trouble does not stop the rest. */
export const fetchStep: RunStep = {
  name: 'fetch',
  run: async (context) => {
    const feeds = await chosenFeeds(context.daybook, context.feedIds);
    const known = new Map(feeds.map((feed) => [feed.id, feed]));
    const byConnection = [...Map.groupBy(feeds, (feed) => feed.connectionId)];
    context.progress(0, null, `Fetching ${counted(feeds.length, 'bank')}`);
    const results = new Map<string, SyncAllResult>();
    const waiting = [...byConnection];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [connectionId, own] = next;
        for (const result of await fetchConnection(context, connectionId, own)) results.set(result.feedId, result);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    context.found.feeds = feeds.flatMap(({ id }) => results.get(id) ?? []);
    context.changed();
    return [
      sumOf(context.found.feeds),
      ...context.found.feeds.map((result) => partOf(result, known.get(result.feedId))),
    ];
  },
};

/** @throws DaybookError `not_found`, `feed_gone` for one of the ids */
export async function chosenFeeds(daybook: Daybook, feedIds: RunContext['feedIds']): Promise<FeedView[]> {
  const feeds = await daybook.feeds.listFeeds();
  if (feedIds === null) return feeds.filter(({ state }) => state !== 'removed');
  return feedIds.map((id) => {
    const feed = feeds.find((one) => one.id === id);
    if (feed === undefined) throw new DaybookError('not_found', `There is no bank with the id ${id}.`);
    if (feed.state === 'removed')
      throw new DaybookError('feed_gone', 'This bank was removed from Daybook. Link it again to fetch it.');
    return feed;
  });
}

function sumOf(results: readonly SyncAllResult[]): RunPart {
  const lines = results.reduce((sum, result) => sum + ('newLines' in result ? result.newLines : 0), 0);
  const well = results.filter(({ error }) => error === null).length;
  return {
    subject: null,
    outcome: 'done',
    sentence: `Fetched ${counted(well, 'bank')}: ${counted(lines, 'new line')}.`,
    figures: { banks: well, newLines: lines },
  };
}

function partOf(result: SyncAllResult, feed: FeedView | undefined): RunPart {
  const name = feed?.institutionName ?? 'A bank';
  const subject = { kind: 'feed' as const, id: result.feedId, name };
  const { error } = result;
  if (error !== null)
    return {
      subject,
      outcome: result.outcome === 'skipped' ? 'skipped' : error.retryable ? 'waiting' : 'failed',
      sentence: about(name, error.sentence),
      error,
      ...(error.retryable ? {} : { need: `feed:${result.feedId}:${error.code}` }),
    };
  const { newLines, changedLines, removedLines, rejectedRows, pages } = 'newLines' in result ? result : NOTHING;
  const also = [
    ...(changedLines === 0 ? [] : [`${inWords(changedLines)} changed`]),
    ...(removedLines === 0 ? [] : [`${inWords(removedLines)} removed`]),
    ...(rejectedRows === 0 ? [] : [`${inWords(rejectedRows)} unreadable`]),
  ];
  return {
    subject,
    outcome: 'done',
    detail: true,
    sentence: `${name}: ${[counted(newLines, 'new line'), ...also].join(', ')}.`,
    figures: { newLines, changedLines, removedLines, rejectedRows, pages },
  };
}

/** A sentence that names the bank already is not given its name twice. */
function about(name: string, sentence: string): string {
  return sentence.startsWith(name) ? sentence : `${name}: ${sentence}`;
}

const NOTHING = { newLines: 0, changedLines: 0, removedLines: 0, rejectedRows: 0, pages: 0 };
