import { DaybookError } from '../../core/errors.ts';
import { stemIn } from '../../core/reference.ts';
import type { Stop } from '../capabilities.ts';
import type { PostedJournal, TakesBack } from '../take-back.ts';
import type { ChainReader } from './chain-reader.ts';
import type { Client } from './client.ts';
import { type BankEntryLineRow, bankEntries, generalEntries } from './entities.ts';
import type { LookUp } from './look-up.ts';
import { referenceOn } from './notes.ts';
import { GENERAL_JOURNAL, type Tables } from './tables.ts';

const OPEN = 20;

type Parts = {
  readonly client: Client;
  readonly tables: Tables;
  readonly chains: ChainReader;
  readonly found: LookUp;
};

type Entry = {
  readonly EntryNumber: number | null;
  readonly Status: number | null;
  readonly lines: readonly BankEntryLineRow[];
};

/**
 * Deletes an entry as a whole. Exact does so only while it is open (status 20); that it is the last of its journal is our
 * own demand, because the entries behind it open where it closes. Source: facts §3.3.
 */
export function createTakeBack({ client, tables, chains, found }: Parts): TakesBack {
  const isGeneral = async ({ legalEntity, journalName }: PostedJournal, stop: Stop): Promise<boolean> =>
    (await tables.of(legalEntity, stop)).journals?.get(journalName)?.Type === GENERAL_JOURNAL;

  const whyNotTakenBack: TakesBack['whyNotTakenBack'] = async (journal, stop) => {
    const { legalEntity: division, journalName, journalNumber } = journal;
    if (await isGeneral(journal, stop)) {
      const row = await client.getOne(division, generalEntries, journalNumber, { withLines: true }, stop);
      return row === null ? GONE : whyStays({ ...row, lines: row.GeneralJournalEntryLines ?? [] }, journal);
    }
    const { entries } = await chains.read(division, journalName, stop);
    const row = entries.find(({ EntryID }) => EntryID === journalNumber);
    if (row === undefined)
      return `Journal ${journalName} of Exact Online shows this entry no longer, or many newer ones; reverse it by a linked entry.`;
    const reason = whyStays({ ...row, lines: row.BankEntryLines ?? [] }, journal);
    if (reason !== null) return reason;
    const [last] = entries;
    if (last === row) return null;
    return `Entry ${row.EntryNumber} is not the last of journal ${journalName} in Exact Online: entry ${last?.EntryNumber} opens where it closes. Reverse it by a linked entry.`;
  };

  return {
    whyNotTakenBack,

    takeBack: async (journal, notes, stop) => {
      const { legalEntity: division, journalName, journalNumber, references } = journal;
      await client.ready(division, stop);
      const reason = await whyNotTakenBack(journal, stop);
      if (reason === GONE) throw new DaybookError('not_found', reason);
      if (reason !== null) throw new DaybookError('stale', `Nothing was taken back. ${reason}`);
      const general = await isGeneral(journal, stop);
      await notes.beforeWrite();
      // What was known of these entries and of the end of the journal holds no longer.
      found.aboutToWrite(division, references, { journal: journalName, general });
      chains.forget(division, journalName);
      await client.remove(division, general ? generalEntries : bankEntries, journalNumber, stop);
    },
  };
}

const GONE = 'Exact Online no longer has this entry.';

/** Why an entry stays, whatever stands behind it. */
function whyStays({ EntryNumber, Status, lines }: Entry, { references }: PostedJournal): string | null {
  if (Status !== OPEN)
    return `Exact Online has processed entry ${EntryNumber} and deletes it no more; reverse it by a linked entry.`;
  const stems = new Set(references.map(stemIn));
  const others = lines.filter((line) => {
    const reference = referenceOn(line);
    return reference === null || !stems.has(stemIn(reference));
  });
  if (others.length > 0)
    return `Entry ${EntryNumber} holds lines in Exact Online that Daybook did not post, and they would go with it; reverse it by a linked entry.`;
  if (new Set(lines.map((line) => line.LineNumber)).size < lines.length)
    return `Somebody has matched lines of entry ${EntryNumber} in Exact Online, which would be undone; reverse it by a linked entry.`;
  return null;
}
