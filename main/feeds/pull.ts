import type { Connector, FeedAccess, LinePage, PullsStatementLines, Stop } from '../connectors/capabilities.ts';
import { type Clock, yieldToOthers } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { type FindStored, type LoopPages, openLoopPages } from './loop-pages.ts';

/** Attempts of one loop before it is given up; the provider changes its data while we page through it. */
const TRIES = 5;
const FIRST_PAUSE_MS = 1_000;

export type PullProgress = { readonly pages: number; readonly lines: number; readonly restarts: number };

/** A loop that reached its end and may now be applied, whole. */
export type FinishedLoop = {
  readonly pages: LoopPages;
  /** The cursor to store; null keeps the stored one (the provider is not ready yet). */
  readonly cursor: string | null;
  readonly history: LinePage['history'];
  readonly restarts: number;
  /** True when the stored cursor was useless and everything was read again from the beginning. */
  readonly recovered: boolean;
};

export type PullOptions = {
  readonly connector: Connector & PullsStatementLines;
  readonly access: FeedAccess;
  /** The stored cursor; null reads from the beginning. */
  readonly cursor: string | null;
  /** So that lines which changed nothing need not be kept until the end. */
  readonly findStored?: FindStored;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly onProgress: (progress: PullProgress) => void;
};

/**
 * Reads one whole page loop. Nothing is applied here: the provider vouches for the pages only together, so on
 * `pagination_changed` all of them are dropped and the loop begins again where it first began. A stored cursor that
 * fails every time (or is refused, `cursor_bad`) is given up for a full read.
 *
 * Source: Plaid `/transactions/sync`, "mutation during pagination"; facts 5.2.
 * @throws DaybookError of the connector; the stored cursor is then still good for the next run.
 */
export async function pullLoop(options: PullOptions): Promise<FinishedLoop> {
  let restarts = 0;
  let from = options.cursor;
  let tries = 0;
  for (;;) {
    const pages = openLoopPages(options.findStored);
    try {
      const { cursor, history } = await readPages(options, from, pages, restarts);
      return { pages, cursor, history, restarts, recovered: from !== options.cursor };
    } catch (thrown) {
      pages.close();
      const error = asDaybookError(thrown);
      tries += 1;
      const hopeless = error.code === 'cursor_bad' || (error.code === 'pagination_changed' && tries >= TRIES);
      if (hopeless && from !== null) {
        from = null;
        tries = 0;
      } else if (hopeless || error.code !== 'pagination_changed') {
        throw thrown;
      }
    }
    restarts += 1;
    await options.clock.sleep(FIRST_PAUSE_MS * 2 ** tries, options.stop);
  }
}

async function readPages(
  { connector, access, stop, onProgress }: PullOptions,
  from: string | null,
  pages: LoopPages,
  restarts: number,
): Promise<{ cursor: string | null; history: LinePage['history'] }> {
  for (let cursor = from; ; ) {
    throwIfStopped(stop);
    const page = await connector.pullLines(access, cursor, stop);
    // Reading and keeping a page are some milliseconds each: screens get their turn between.
    await yieldToOthers();
    await pages.add(page);
    onProgress({ pages: pages.counts.pages, lines: pages.counts.lines, restarts });
    if (!page.hasMore) return { cursor: page.nextCursor, history: page.history };
    if (page.nextCursor === null || page.nextCursor === cursor)
      throw new DaybookError(
        'answer_unexpected',
        'The bank service announced more movements but not where they begin. Nothing was taken over; try again later.',
      );
    cursor = page.nextCursor;
  }
}

export function throwIfStopped(stop: Stop): void {
  if (stop?.aborted)
    throw new DaybookError('cancelled', 'The sync was cancelled. Nothing was changed; start it again at any time.');
}
