import { createCache } from '../../core/answer-cache.ts';
import { addDays, type CalendarDate } from '../../core/calendar.ts';
import { type Clock, today } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Stop } from '../capabilities.ts';
import type { Keep } from '../context.ts';
import { absentAsNull } from './absent.ts';
import { createSyncCache, type GLAccountRow, type RelationRow } from './cache.ts';
import type { Client } from './client.ts';
import type { Entity, RowOf } from './entities.ts';
import * as entities from './entities.ts';
import { day } from './odata.ts';

export type { GLAccountRow, RelationRow } from './cache.ts';
export type DivisionRow = RowOf<typeof entities.divisions>;
export type JournalRow = RowOf<typeof entities.journals>;
export type CostRow = RowOf<typeof entities.costCenters>;
export type VatCodeRow = RowOf<typeof entities.vatCodes>;
export type PeriodRow = RowOf<typeof entities.financialPeriods>;

/** A list and the way to its rows by their code, without padding. */
export type ByCode<Row> = { readonly rows: readonly Row[]; get(code: string): Row | undefined };
export type ByCodeAndId<Row> = ByCode<Row> & { byId(id: string | null): Row | undefined };

/**
 * The lists of one division, to be joined in memory. Null: this user or licence does not have that list, so nothing can
 * be checked against it. Ids in them belong to this division only.
 */
export type DivisionTables = {
  readonly division: DivisionRow;
  readonly journals: ByCodeAndId<JournalRow> | null;
  readonly accounts: ByCodeAndId<GLAccountRow> | null;
  readonly relations: ByCodeAndId<RelationRow> | null;
  readonly costCenters: ByCode<CostRow> | null;
  readonly costUnits: ByCode<CostRow> | null;
  /** `Code` of a row is what an entry line has to send: with its padding. So it is with cost centres and units. */
  readonly vatCodes: ByCode<VatCodeRow> | null;
  readonly periods: readonly PeriodRow[] | null;
  /** The period that holds the day; undefined when there is none. */
  periodOf(date: CalendarDate): PeriodRow | undefined;
  /** Whether entries can be made in a journal and period: `unknown` when the list of states may not be read. */
  periodState(journal: string, year: number | null, period: number | null): 'open' | 'closed' | 'unknown';
};

export type Tables = ReturnType<typeof createTables>;

/** The states of periods change while books are closed, and defaults of GL accounts change what Exact books by itself. */
const QUICK_MS = 5 * 60_000;
/** Where people choose, cost centres, VAT codes and the like are no older: they hardly change in a day. */
const SHOWN_MS = 30 * 60_000;
/**
 * How old they may be where entries are only checked and posted: yesterday's run is a good enough start, because Exact
 * checks each code itself, and nobody is refused before they were read anew (`forget`).
 */
const SLOW_MS = 26 * 3_600_000;
/** Periods that ended earlier are of no use: no feed reaches back further than two years. */
const DAYS_BACK = 800;
/** Types of journals that Daybook writes to: bank and general. */
export const BANK_JOURNAL = 12;
export const GENERAL_JOURNAL = 90;

export function createTables(client: Client, keep: Keep, clock: Clock) {
  const quick = createCache(clock, QUICK_MS);
  const shown = createCache(clock, SHOWN_MS);
  const slow = createCache(clock, SLOW_MS);
  const masters = createSyncCache(client, keep, clock);

  const whole =
    <Row>(entity: Entity<Row>) =>
    (division: string, stop: Stop) =>
      absentAsNull(client.list(division, entity, {}, stop));
  const firstDay = () => addDays(today(clock), -DAYS_BACK);

  /** What the division's own row says; asked for within the division, so that one that is not granted answers 403. */
  const divisionRow = quick.of(async (division, stop) => {
    const rows = await client.list(division, entities.divisions, { filter: `Code eq ${Number(division)}` }, stop);
    const row = rows.find((candidate) => candidate.Code === division);
    if (row !== undefined) return row;
    throw new DaybookError(
      'not_permitted',
      `This sign-in does not see division ${division}; add it in Exact Online under My app permissions, Manage companies.`,
    );
  });

  const journals = slow.of(whole(entities.journals));
  const periods = slow.of((division: string, stop: Stop) =>
    absentAsNull(client.list(division, entities.financialPeriods, { filter: `EndDate ge ${day(firstDay())}` }, stop)),
  );
  const closed = async (division: string, stop: Stop) => {
    // A book year may begin in the calendar year before.
    const firstYear = Number(firstDay().slice(0, 4)) - 1;
    const types = `(JournalType eq ${BANK_JOURNAL} or JournalType eq ${GENERAL_JOURNAL})`;
    const filter = `Status eq 1 and Year ge ${firstYear} and ${types}`;
    const rows = await absentAsNull(client.list(division, entities.journalStatus, { filter }, stop));
    return rows && new Set(rows.filter((row) => row.Status === 1).map((row) => key(row.Journal, row.Year, row.Period)));
  };
  const costCenters = slow.of(whole(entities.costCenters));
  const costUnits = slow.of(whole(entities.costUnits));
  const vatCodes = slow.of(whole(entities.vatCodes));

  /** Everything; no journal, period or relation, and no code, is older than that. */
  const compose = async (
    division: string,
    oldestMs: number,
    oldestCodesMs: number,
    stop: Stop,
  ): Promise<DivisionTables> => {
    // First and alone: a division that is not granted costs one error then, and not eight.
    const row = await divisionRow(division, stop);
    const [journalRows, periodRows, closedPeriods, centers, units, vats, lists] = await Promise.all([
      journals(division, stop, oldestMs),
      periods(division, stop, oldestMs),
      closed(division, stop),
      costCenters(division, stop, oldestCodesMs),
      costUnits(division, stop, oldestCodesMs),
      vatCodes(division, stop, oldestCodesMs),
      masters.read(division, row, oldestMs, stop),
    ]);
    return {
      division: row,
      journals: journalRows && byCodeAndId(journalRows),
      accounts: lists.accounts && byCodeAndId(lists.accounts),
      relations: lists.relations && byCodeAndId(lists.relations),
      costCenters: centers && byCode(centers),
      costUnits: units && byCode(units),
      vatCodes: vats && byCode(vats),
      periods: periodRows,
      periodOf: (date) =>
        periodRows?.find(
          ({ StartDate, EndDate }) => StartDate !== null && EndDate !== null && StartDate <= date && date <= EndDate,
        ),
      periodState: (journal, year, period) =>
        closedPeriods === null ? 'unknown' : closedPeriods.has(key(journal, year, period)) ? 'closed' : 'open',
    };
  };

  return {
    /** After a refusal the division's set-up is evidently not what we thought. */
    forget: () => {
      quick.forget();
      slow.forget();
      masters.forget();
    },

    divisionRow,
    relationBankAccounts: shown.of(whole(entities.relationBankAccounts)),

    /** Everything of one division, read side by side. @throws DaybookError `not_permitted` for one that is not granted */
    of: quick.of((division, stop) => compose(division, SLOW_MS, SLOW_MS, stop)),

    /** As `of`, for people to choose from. */
    shown: quick.of((division, stop) => compose(division, QUICK_MS, SHOWN_MS, stop)),
  };
}

function key(journal: string, year: number | null, period: number | null): string {
  return `${journal}\n${year}\n${period}`;
}

/** Exact answers in no useful order; by padded code is how it shows them. */
function byCode<Row extends { readonly Code: string }>(given: readonly Row[]): ByCode<Row> {
  const keyed = given.map((row) => ({ row, code: entities.codeOf(row), rank: entities.codeOf(row).padStart(18) }));
  keyed.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const codes = new Map(keyed.map(({ code, row }) => [code, row]));
  return { rows: keyed.map(({ row }) => row), get: (code) => codes.get(code.trim()) };
}

function byCodeAndId<Row extends { readonly Code: string; readonly ID: string }>(
  rows: readonly Row[],
): ByCodeAndId<Row> {
  const ids = new Map(rows.map((row) => [row.ID, row]));
  return { ...byCode(rows), byId: (id) => (id === null ? undefined : ids.get(id)) };
}
