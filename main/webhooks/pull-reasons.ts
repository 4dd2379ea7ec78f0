import { instantOf } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, type SerialError } from '../core/errors.ts';
import { DAYBOOK, type WebhookParts } from './parts.ts';
import type { Signal } from './signal.ts';

/** What reading anew led to, for one feed. */
export type Pulled = {
  readonly outcome: string;
  readonly pullId?: string;
  readonly error: SerialError | null;
};

/** How the host reads anew. All of it is what a person or the schedule would start as well: there is no second way in. */
export type ReadsAnew = {
  /** A run over these feeds of one connection. By feed. */
  readonly lines: (
    feedIds: readonly string[],
    reason: string,
    stop: AbortSignal,
  ) => Promise<ReadonlyMap<string, Pulled>>;
  /** Asks the ledgers what became of our entries. */
  readonly entries: (connectionId: string, stop: AbortSignal) => Promise<unknown>;
  /** Reads accounts, journals and parties of a ledger. */
  readonly masters: (connectionId: string, legalEntity: string | null, stop: AbortSignal) => Promise<unknown>;
};

/** One thing to read, whatever the number of reasons for it. */
type Group = {
  readonly connection_id: string;
  readonly feed_id: string | null;
  readonly legal_entity: string | null;
  readonly reads: string;
  /** The last reason that was there when this was begun: later ones want another reading. */
  readonly lastId: bigint;
  readonly since: number;
  /** When the last of its reasons was taken in. */
  readonly until: string;
  readonly attempts: number;
  readonly dueAt: number;
};

/** While many notices are still to be judged, a reading waits for them, but not longer than this. */
const GATHER_MS = 1_000;
/** And the next one not before this, unless all is judged by then. */
const GATHER_MORE_MS = 5 * 60_000;
/** Nothing new for this long: a flood is over. */
const QUIET_MS = 750;
/** A feed is read this often at once, and then once in a while, however many notices come. */
const PACE = { burst: 3, everyMs: 10_000 };
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
const MOST_ATTEMPTS = 10;
const AT_ONCE = 3;
const LOOK_MS = 60_000;

/** What still comes in. */
export type Arriving = {
  /** Notices wait to be judged, or at the relay. */
  readonly isGathering: () => boolean;
  /** When the last one came. */
  readonly lastAt: () => number;
};

export type Puller = {
  /** Reads what waits, until `stop`. */
  run(stop: AbortSignal): Promise<void>;
};

/**
 * Turns waiting reasons into readings: one for each feed, connection and kind, whatever their number. Reasons that were
 * there when a reading began are ended by it; what comes meanwhile leads to one more.
 */
export function createPuller(parts: WebhookParts, reads: ReadsAnew, wanted: Signal, arriving: Arriving): Puller {
  const { store, ports } = parts;
  const { clock, log } = ports;
  const underWay = new Map<string, Promise<void>>();
  const pace = createPace(clock.now);

  const read = async (groups: readonly Group[], stop: AbortSignal): Promise<void> => {
    const [first] = groups;
    if (first === undefined) return;
    for (const group of groups) pace.began(nameOf(group));
    try {
      if (first.reads === 'lines') {
        const feedIds = groups.flatMap(({ feed_id }) => feed_id ?? []);
        const results = await reads.lines(feedIds, await reasonFor(parts, groups), stop);
        for (const group of groups) await settle(group, results.get(group.feed_id ?? '') ?? null);
        return;
      }
      if (first.reads === 'account_numbers' && first.feed_id !== null)
        await parts.refreshNumbers(first.feed_id, DAYBOOK, stop);
      if (first.reads === 'entries') await reads.entries(first.connection_id, stop);
      if (first.reads === 'masters') await reads.masters(first.connection_id, first.legal_entity, stop);
      await settle(first, { outcome: 'applied', error: null });
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (stop.aborted || error.code === 'cancelled') return;
      if (error.code === 'internal') log.error({ err: thrown }, 'a reading after a notice failed');
      for (const group of groups) await settle(group, { outcome: 'failed', error: error.toJSON() });
    }
  };

  const settle = async (group: Group, result: Pulled | null) => {
    // Somebody else's reading that had begun before the last reason came may have missed what it announced.
    const applied = result?.outcome === 'applied';
    const done = applied && (await beganAfter(parts, result.pullId, group.until));
    const again =
      !done &&
      (applied ||
        result === null ||
        result.outcome === 'not_ready' ||
        result.error?.retryable === true ||
        result.error?.code === 'stale');
    const mayTryAgain = again && group.attempts + 1 < MOST_ATTEMPTS;
    const pause = applied ? 1_000 : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(group.attempts, 10));
    const { connection_id, feed_id, legal_entity, reads: what, lastId } = group;
    await store.write((trx) =>
      trx
        .updateTable('notice_reason')
        .where('state', '=', 'waiting')
        .where('id', '<=', lastId)
        .where('connection_id', '=', connection_id)
        .where('reads', '=', what)
        .where('feed_id', feed_id === null ? 'is' : '=', feed_id)
        .where('legal_entity', legal_entity === null ? 'is' : '=', legal_entity)
        .set(
          mayTryAgain
            ? { attempts: group.attempts + 1, next_attempt_at: instantOf(clock.now() + pause) }
            : {
                ...{ state: done ? 'done' : 'given_up', ended_at: instantNow(clock) },
                ...{ pull_id: result?.pullId ?? null, next_attempt_at: null },
              },
        )
        .execute(),
    );
  };

  return {
    run: async (stop) => {
      while (!stop.aborted) {
        const now = clock.now();
        let next = LOOK_MS;
        const due: Group[] = [];
        for (const group of await waitingGroups(parts)) {
          const name = nameOf(group);
          if (underWay.has(runOf(group))) continue;
          const at = Math.max(group.dueAt, pace.freeAt(name), gatherUntil(group));
          if (at <= now) due.push(group);
          else next = Math.min(next, at - now);
        }
        for (const [run, groups] of Map.groupBy(due, runOf)) {
          if (underWay.size >= AT_ONCE) break;
          const work = read(groups, stop)
            .catch((thrown: unknown) => log.error({ err: thrown }, 'a reason to pull could not be settled'))
            .finally(() => {
              underWay.delete(run);
              wanted.raise();
            });
          underWay.set(run, work);
        }
        await wanted.wait(next, stop);
      }
      await Promise.all(underWay.values());
    },
  };

  /** One reading soon, for what is new; the next once nothing more comes, or after a while. */
  function gatherUntil(group: Group): number {
    const again = pace.wasRead(nameOf(group), GATHER_MORE_MS);
    if (arriving.isGathering()) return group.since + (again ? GATHER_MORE_MS : GATHER_MS);
    return again ? Math.min(group.since + GATHER_MORE_MS, arriving.lastAt() + QUIET_MS) : 0;
  }
}

/** Lines of one connection are one run; each other reading stands alone. */
function runOf(group: Group): string {
  return group.reads === 'lines' ? `lines ${group.connection_id}` : nameOf(group);
}

function nameOf({ connection_id, feed_id, legal_entity, reads }: Group): string {
  return [reads, connection_id, feed_id ?? '', legal_entity ?? ''].join(' ');
}

async function waitingGroups({ store }: WebhookParts): Promise<Group[]> {
  const rows = await store.read
    .selectFrom('notice_reason')
    .select((eb) => [
      'connection_id',
      'feed_id',
      'legal_entity',
      'reads',
      eb.fn.max('id').as('last_id'),
      eb.fn.min('taken_at').as('since'),
      eb.fn.max('taken_at').as('until'),
      eb.fn.min('attempts').as('attempts'),
      eb.fn.max('next_attempt_at').as('due_at'),
      eb.fn.countAll().as('rows'),
      eb.fn.count('next_attempt_at').as('resting'),
    ])
    .where('state', '=', 'waiting')
    .groupBy(['connection_id', 'feed_id', 'legal_entity', 'reads'])
    .execute();
  return rows.map(({ last_id, since, attempts, due_at, rows: all, resting, ...row }) => ({
    ...row,
    lastId: BigInt(last_id),
    since: Date.parse(since),
    attempts: Number(attempts),
    // A new reason is worth a try at once, also where an earlier one failed.
    dueAt: due_at === null || Number(resting) < Number(all) ? 0 : Date.parse(due_at),
  }));
}

async function beganAfter({ store }: WebhookParts, pullId: string | undefined, at: string): Promise<boolean> {
  if (pullId === undefined) return true;
  const pull = await store.read.selectFrom('pull').select('started_at').where('id', '=', pullId).executeTakeFirst();
  return pull === undefined || pull.started_at >= at;
}

/** What a run is told to have begun by, e.g. "Tidewater announced new movements." */
async function reasonFor({ store }: WebhookParts, groups: readonly Group[]): Promise<string> {
  const ids = groups.flatMap(({ feed_id }) => feed_id ?? []);
  const rows = await store.read.selectFrom('feed').select('institution_name').where('id', 'in', ids).execute();
  const names = [...new Set(rows.map(({ institution_name }) => institution_name ?? 'A bank'))];
  return `${names.join(', ')} announced something new.`;
}

/** Allows some readings at once and then one in a while. */
function createPace(now: () => number) {
  const begun = new Map<string, number[]>();
  const recent = (name: string) => {
    // A clock that was set back must not hold up readings.
    return (begun.get(name) ?? []).filter((at) => at > now() - PACE.burst * PACE.everyMs && at <= now());
  };
  return {
    began: (name: string) => void begun.set(name, [...recent(name), now()]),
    /** Whether it was read within these last milliseconds. */
    wasRead: (name: string, ms: number) => (begun.get(name)?.at(-1) ?? Number.NEGATIVE_INFINITY) > now() - ms,
    freeAt: (name: string) => {
      const kept = recent(name);
      const last = kept.at(-1);
      return kept.length < PACE.burst || last === undefined ? 0 : last + PACE.everyMs;
    },
  };
}
