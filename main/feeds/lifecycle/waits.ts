import { instantOf } from '../../core/calendar.ts';
import { type Clock, instantNow } from '../../core/clock.ts';
import { DaybookError, type SerialError } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import { LONGEST_PAUSE_MS } from './machine.ts';

const FEED = 'feed:';

/** Feeds that may not be asked yet, with what a run says instead: asking earlier makes the pause longer. */
export async function waitsUntil(db: Reader, clock: Clock): Promise<ReadonlyMap<string, SerialError>> {
  const rows = await db
    .selectFrom('lifecycle')
    .select(['subject', 'until'])
    .where('state', '=', 'rate_limited')
    .where('until', '>', instantNow(clock))
    .where('until', '<=', instantOf(clock.now() + LONGEST_PAUSE_MS))
    .execute();
  return new Map(
    rows.flatMap(({ subject, until }) => {
      if (!subject.startsWith(FEED) || until === null) return [];
      const at = `${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
      const error = new DaybookError(
        'rate_limited',
        `This bank may be asked again from ${at} on. Daybook does so by itself.`,
      );
      return [[subject.slice(FEED.length), error.toJSON()] as const];
    }),
  );
}
