import { createCache } from '../../core/answer-cache.ts';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { LegalEntityRecord, OfferedLegalEntity, OffersLegalEntities, ReadsLedger, Stop } from '../capabilities.ts';
import type { Client } from './client.ts';
import { divisions, me } from './entities.ts';
import type { DivisionRow } from './tables.ts';

const REMEMBERED_MS = 5 * 60_000;

/** Divisions of one country site. Which of them are used is the connection's setting; nothing is switched at Exact. */
export function createDivisionReads(
  client: Client,
  settings: { readonly divisions: readonly number[] },
  clock: Clock,
): Pick<ReadsLedger, 'readLegalEntities'> & OffersLegalEntities {
  const chosen = settings.divisions.map(String);

  /** The division that the user last worked in, also in a browser: where to ask first, and nothing more. */
  const currentDivision = async (stop: Stop): Promise<string | null> => {
    const [user] = await client.list('current', me, {}, stop);
    return user?.CurrentDivision == null ? null : String(user.CurrentDivision);
  };

  /** `system/Divisions` stands below a division; any that is granted tells all that are. */
  const granted = createCache(clock, REMEMBERED_MS).of(
    async (_key, stop): Promise<{ readonly rows: readonly DivisionRow[]; readonly current: string | null }> => {
      let refused: unknown;
      let current: string | null = null;
      try {
        current = await currentDivision(stop);
      } catch (thrown) {
        // Where the current division was not granted, even this may be forbidden.
        if (!isForbidden(thrown)) throw thrown;
        refused = thrown;
      }
      for (const division of new Set([...(current === null ? [] : [current]), ...chosen])) {
        try {
          return { rows: await client.list(division, divisions, {}, stop), current };
        } catch (thrown) {
          if (!isForbidden(thrown)) throw thrown;
          refused = thrown;
        }
      }
      throw refused ?? noDivision();
    },
  );

  return {
    readLegalEntities: async (stop): Promise<LegalEntityRecord[]> => {
      const { rows } = await granted('', stop);
      const wanted = chosen.length === 0 ? rows : rows.filter((row) => chosen.includes(row.Code));
      return wanted.filter((row) => whyUnusable(row) === null).map(entityRecord);
    },

    offerLegalEntities: async (stop): Promise<OfferedLegalEntity[]> => {
      const { rows, current } = await granted('', stop);
      const offered = rows.map((row) => ({
        ...entityRecord(row),
        country: row.Country || null,
        unusable: whyUnusable(row),
        chosen: chosen.includes(row.Code),
      }));
      // The one the user works in stands first: that is all it suggests.
      return offered.sort(
        (a, b) => Number(b.id === current) - Number(a.id === current) || a.name.localeCompare(b.name),
      );
    },
  };
}

function entityRecord(row: DivisionRow): LegalEntityRecord {
  const name = row.CustomerName !== '' && row.CustomerName !== row.Description ? ` (${row.CustomerName})` : '';
  return { id: row.Code, name: `${row.Description}${name}`, currency: row.Currency || null };
}

function whyUnusable(row: DivisionRow): string | null {
  if (row.Status === 1) return 'It is archived in Exact Online.';
  if (row.BlockingStatus !== null && row.BlockingStatus !== 0)
    return 'Exact Online has blocked it while it is backed up, restored, copied or converted.';
  return null;
}

function isForbidden(thrown: unknown): boolean {
  return thrown instanceof DaybookError && thrown.code === 'not_permitted';
}

function noDivision(): DaybookError {
  return new DaybookError(
    'not_permitted',
    'This sign-in sees no company in Exact Online; add one under Security centre, My app permissions, Manage companies.',
  );
}
