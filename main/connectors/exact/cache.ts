import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Stop } from '../capabilities.ts';
import type { Keep } from '../context.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { deletions, type Entity, glAccounts, type RowOf, relations } from './entities.ts';
import { int64 } from './odata.ts';

export type GLAccountRow = RowOf<typeof glAccounts>;
export type RelationRow = RowOf<typeof relations>;
export type DivisionDates = { readonly DivisionMoveDate: string; readonly DivisionHRLinkUnlinkDate: string };

/** GL accounts and relations of one division, as of the last read. Null: this user may not read them. */
export type Masters = {
  readonly accounts: readonly GLAccountRow[] | null;
  readonly relations: readonly RelationRow[] | null;
};

/** Exact keeps the list of deleted records for two months: what was not read for longer is read in full again. */
export const DELETIONS_KEPT_MS = 55 * 86_400_000;
/** Without the list of deleted records a full read has to find out what is gone. */
const WITHOUT_DELETIONS_MS = 86_400_000;
/** How old the kept moment of reading may grow while nothing changes. */
const SAVED_ANEW_MS = 86_400_000;
/** Where Exact's row versions begin. */
export const FIRST_TIMESTAMP = '1';

export const ENTITY_TYPE = { transactionLine: 1, relation: 2, glAccount: 7 } as const;

const sync = <Row>(row: z.ZodType<Row>) => z.object({ timestamp: z.string(), rows: z.array(row) }).nullable();

/** What is kept beside the workspace. Every id in it belongs to that division on that site and to no other. */
const keptMasters = z.object({
  origin: z.string(),
  division: z.string(),
  moved: z.string(),
  unlinked: z.string(),
  /** When all of it was read. GL accounts may be younger. */
  readAt: z.number(),
  deleted: z.string().nullable(),
  accounts: sync(glAccounts.row),
  relations: sync(relations.row),
});
type Kept = z.infer<typeof keptMasters>;

/**
 * Lists that only what changed is asked of, by row version: the first read takes everything, each later one a call or
 * three. GL accounts are always read on; relations and the list of what was deleted when they are older than is wanted.
 * Source: facts §2.5.
 */
export function createSyncCache(client: Client, keep: Keep, clock: Clock) {
  const held = new Map<string, Kept>();
  const savedAt = new Map<string, number>();
  /** After `forget`: what was not read whole since is believed no longer, however young it is. */
  let forgotten = false;
  const whole = new Set<string>();

  const changed = async <Row extends { readonly ID: string; readonly Division: string; readonly Timestamp: string }>(
    division: string,
    entity: Entity<Row>,
    known: { readonly timestamp: string; readonly rows: readonly Row[] } | null,
    stop: Stop,
  ) => {
    const since = known?.timestamp ?? FIRST_TIMESTAMP;
    const filter = `Timestamp gt ${int64(since)}`;
    const rows = await absentAsNull(client.list(division, entity, { filter }, stop));
    return rows && { since, rows: rows.filter((row) => row.Division === '' || row.Division === division) };
  };

  return {
    /** The next read of each division is of all lists. */
    forget: () => {
      forgotten = true;
      whole.clear();
    },

    read: async (division: string, dates: DivisionDates, notOlderMs: number, stop: Stop): Promise<Masters> => {
      const before = held.get(division) ?? (await fromKeep(division));
      const base = before !== null && isGood(before, dates) ? before : null;
      const isYoung = base !== null && clock.now() - base.readAt < notOlderMs && (!forgotten || whole.has(division));
      if (isYoung) {
        const accounts = await changed(division, glAccounts, base.accounts, stop);
        const now = { ...base, accounts: accounts && merge(base.accounts?.rows ?? [], accounts, NOTHING_GONE) };
        held.set(division, now);
        return { accounts: now.accounts?.rows ?? null, relations: now.relations?.rows ?? null };
      }
      const [accounts, parties] = await Promise.all([
        changed(division, glAccounts, base?.accounts ?? null, stop),
        changed(division, relations, base?.relations ?? null, stop),
      ]);
      // Read after the rows: what was deleted in between is then in this list and not only in the next one.
      const since = base?.deleted ?? FIRST_TIMESTAMP;
      const filter = `Timestamp gt ${int64(since)}`;
      const gone = await absentAsNull(client.list(division, deletions, { filter }, stop));
      const goneOf = (type: number) =>
        new Set(gone?.filter((row) => row.EntityType === type).map((row) => row.EntityKey) ?? []);
      const now: Kept = {
        origin: client.origin,
        division,
        moved: dates.DivisionMoveDate,
        unlinked: dates.DivisionHRLinkUnlinkDate,
        readAt: clock.now(),
        deleted: gone && highest(since, gone),
        accounts: accounts && merge(base?.accounts?.rows ?? [], accounts, goneOf(ENTITY_TYPE.glAccount)),
        relations: parties && merge(base?.relations?.rows ?? [], parties, goneOf(ENTITY_TYPE.relation)),
      };
      held.set(division, now);
      whole.add(division);
      const news = [accounts?.rows, parties?.rows, gone].some((rows) => (rows?.length ?? 0) > 0);
      if (base === null || news || clock.now() - (savedAt.get(division) ?? 0) > SAVED_ANEW_MS) {
        await keep.write(keepName(division), now);
        savedAt.set(division, clock.now());
      }
      return { accounts: now.accounts?.rows ?? null, relations: now.relations?.rows ?? null };
    },
  };

  async function fromKeep(division: string): Promise<Kept | null> {
    const kept = keptMasters.safeParse(await keep.read(keepName(division)));
    // What another version of Daybook kept in another form is read anew.
    return kept.success && kept.data.origin === client.origin && kept.data.division === division ? kept.data : null;
  }

  /** Row versions are given anew when a division moves, and deletions are told for a while only. */
  function isGood(kept: Kept, dates: DivisionDates): boolean {
    const age = clock.now() - kept.readAt;
    const longest = kept.deleted === null ? WITHOUT_DELETIONS_MS : DELETIONS_KEPT_MS;
    const sameVersions = kept.moved === dates.DivisionMoveDate && kept.unlinked === dates.DivisionHRLinkUnlinkDate;
    return sameVersions && age >= 0 && age < longest;
  }
}

const NOTHING_GONE: ReadonlySet<string> = new Set();

function keepName(division: string): string {
  return `masters:${division}`;
}

function merge<Row extends { readonly ID: string; readonly Timestamp: string }>(
  known: readonly Row[],
  changes: { readonly since: string; readonly rows: readonly Row[] },
  gone: ReadonlySet<string | null>,
): { timestamp: string; rows: Row[] } {
  const byId = new Map(known.map((row) => [row.ID, row]));
  for (const row of changes.rows) byId.set(row.ID, row);
  for (const id of gone) if (id !== null) byId.delete(id);
  return { timestamp: highest(changes.since, changes.rows), rows: [...byId.values()] };
}

/** The highest row version seen; row versions are longer than a JavaScript number holds. */
export function highest(since: string, rows: ReadonlyArray<{ readonly Timestamp: string }>): string {
  let top = BigInt(since);
  for (const { Timestamp } of rows) if (BigInt(Timestamp) > top) top = BigInt(Timestamp);
  return top.toString();
}
