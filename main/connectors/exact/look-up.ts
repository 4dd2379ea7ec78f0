import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { STEM_LENGTH, stemIn } from '../../core/reference.ts';
import type { FoundEntry, Stop } from '../capabilities.ts';
import type { ChainReader } from './chain-reader.ts';
import type { Client } from './client.ts';
import { bankEntries, generalEntries, transactionLines } from './entities.ts';
import { inBankEntry, inGeneralEntry } from './found.ts';
import { contains, guid, orChains } from './odata.ts';
import { GENERAL_JOURNAL, type Tables } from './tables.ts';

/** Leaves room for host, resource and selected fields in an address of at most 1,800 characters. */
const CHAIN_LENGTH = 1_640;
const STEMS_PER_REQUEST = 29;
const IDS_LENGTH = 1_200;
/** As little as tells which entries to read: the address is needed for what is asked. */
const { ID, EntryID, JournalCode, Notes } = transactionLines.row.shape;
const whereNoted = {
  path: transactionLines.path,
  key: transactionLines.key,
  fields: ['ID', 'EntryID', 'JournalCode', 'Notes'],
  row: z.object({ ID, EntryID, JournalCode, Notes }),
};
/** How long "not there" is believed of a reference that nobody here has written meanwhile. */
const ABSENT_MS = 5 * 60_000;

/** Where a send of ours may have put an entry. */
type Written = { readonly journal: string; readonly general: boolean };

export type LookUp = ReturnType<typeof createLookUp>;

/**
 * Finds entries by the stem in the notes of their lines, wherever people moved them. One request asks for 29 stems,
 * those that the engine announced included; what is not there is remembered for a few minutes, and never what was sent.
 */
export function createLookUp(client: Client, tables: Tables, chains: ChainReader, clock: Clock) {
  /** Division and stem to the moment as of which it was not there. */
  const absent = new Map<string, number>();
  const announced = new Map<string, Set<string>>();
  const written = new Map<string, Written>();
  const keyOf = (division: string, stem: string) => `${division}\n${stem}`;

  const isAbsent = (division: string, stem: string): boolean => {
    const at = absent.get(keyOf(division, stem));
    const age = at === undefined ? Number.POSITIVE_INFINITY : clock.now() - at;
    return age >= 0 && age < ABSENT_MS;
  };

  /** The stems to ask for, with announced ones until the last request is full. */
  const filledUp = (division: string, stems: readonly string[]): string[] => {
    const asked = new Set(stems);
    const room = Math.ceil(stems.length / STEMS_PER_REQUEST) * STEMS_PER_REQUEST - stems.length;
    const more = [...(announced.get(division) ?? [])].filter((stem) => !asked.has(stem) && !isAbsent(division, stem));
    return [...stems, ...more.slice(0, room)];
  };

  const search = async (division: string, stems: readonly string[], stop: Stop): Promise<FoundEntry[]> => {
    if (stems.length === 0) return [];
    const asked = filledUp(division, stems);
    const at = clock.now();
    // Journals are looked up side by side: what one asks for, another need not fill up with.
    for (const stem of asked) announced.get(division)?.delete(stem);
    const filters = orChains(
      asked.map((stem) => contains('Notes', stem)),
      CHAIN_LENGTH,
      STEMS_PER_REQUEST,
    );
    const rows = await client.listEach(division, whereNoted, filters, {}, stop);
    const found = await readEntries(division, rows, stop);
    const there = new Set(rows.flatMap((row) => asked.filter((stem) => row.Notes.includes(stem))));
    for (const stem of asked) if (!there.has(stem)) absent.set(keyOf(division, stem), at);
    return found;
  };

  /** The entries that these rows of the ledger belong to, whole. */
  const readEntries = async (
    division: string,
    rows: ReadonlyArray<{ readonly EntryID: string | null; readonly JournalCode: string }>,
    stop: Stop,
  ): Promise<FoundEntry[]> => {
    if (rows.length === 0) return [];
    const lists = await tables.of(division, stop);
    const ids = new Map(rows.flatMap((row) => (row.EntryID === null ? [] : [[row.EntryID, row.JournalCode] as const])));
    const isGeneral = (journal: string) => lists.journals?.get(journal)?.Type === GENERAL_JOURNAL;
    const filtersOf = (general: boolean) =>
      orChains(
        [...ids].filter(([, journal]) => isGeneral(journal) === general).map(([id]) => `EntryID eq ${guid(id)}`),
        IDS_LENGTH,
      );
    const [bank, general] = await Promise.all([
      client.listEach(division, bankEntries, filtersOf(false), { withLines: true }, stop),
      client.listEach(division, generalEntries, filtersOf(true), { withLines: true }, stop),
    ]);
    return [
      ...bank.flatMap((entry) => inBankEntry(entry, division, lists)),
      ...general.flatMap((entry) => inGeneralEntry(entry, division, lists)),
    ];
  };

  /** What stands at the end of the journals that these stems were sent to: their chains are read anyway. */
  const inTheirJournals = async (division: string, stems: readonly string[], stop: Stop): Promise<FoundEntry[]> => {
    const journals = new Set(
      stems.flatMap((stem) => {
        const sent = written.get(keyOf(division, stem));
        return sent === undefined || sent.general ? [] : [sent.journal];
      }),
    );
    if (journals.size === 0) return [];
    const lists = await tables.of(division, stop);
    const chainEnds = await Promise.all([...journals].map((journal) => chains.read(division, journal, stop)));
    return chainEnds.flatMap(({ entries }) => entries.flatMap((entry) => inBankEntry(entry, division, lists)));
  };

  return {
    /** What will be looked up soon, so that one request can ask for many. */
    expect: (division: string, references: readonly string[]): void => {
      announced.set(division, new Set(references.map(stemIn)));
    },

    /** These are about to be written or removed: from now on "not there" must be asked anew. */
    aboutToWrite: (division: string, references: readonly string[], where: Written): void => {
      for (const stem of references.map(stemIn)) {
        absent.delete(keyOf(division, stem));
        written.set(keyOf(division, stem), where);
      }
    },

    lookUp: async (division: string, references: readonly string[], stop: Stop): Promise<FoundEntry[]> => {
      const stems = [...new Set(references.map(stemIn))].filter((stem) => stem.length === STEM_LENGTH);
      const wanted = new Set(stems);
      const near = await inTheirJournals(division, stems, stop);
      const seen = new Set(near.map(({ entry }) => stemIn(entry.reference)));
      // Confirmed: from now on it is looked for wherever people may move it.
      for (const stem of seen) written.delete(keyOf(division, stem));
      const rest = stems.filter((stem) => !seen.has(stem) && !isAbsent(division, stem));
      const far = await search(division, rest, stop);
      const both = [...near, ...far].filter(({ entry }) => wanted.has(stemIn(entry.reference)));
      // One entry can be found both ways.
      return [...new Map(both.map((found) => [`${found.journalNumber}\n${found.entry.reference}`, found])).values()];
    },
  };
}
