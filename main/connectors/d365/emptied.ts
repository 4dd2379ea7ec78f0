import type { TellsEmptiedJournals } from '../capabilities.ts';
import type { Client } from './client.ts';
import { journalHeaders, journalLines } from './entities.ts';
import { allOf, orChains, textEquals } from './odata.ts';

/** Leaves room for host, set and selected fields in an address. */
const CHAIN_LENGTH = 1200;

/** Posted journals without lines: a journal is never posted empty, so posting or a clean-up job deleted them. */
export function createEmptied(client: Client): TellsEmptiedJournals {
  return {
    emptiedJournals: async (legalEntity, journalNumbers, stop) => {
      const filters = orChains(
        journalNumbers.map((number) => textEquals('JournalBatchNumber', number)),
        CHAIN_LENGTH,
      ).map((chain) => allOf(textEquals('dataAreaId', legalEntity), chain));
      const headers = await client.listEach(journalHeaders, filters, stop);
      const posted = headers.filter((row) => row.IsPosted).map((row) => row.JournalBatchNumber);
      if (posted.length === 0) return new Set();
      const lines = await client.listEach(journalLines, filters, stop);
      const filled = new Set(lines.map((row) => row.JournalBatchNumber));
      return new Set(posted.filter((number) => !filled.has(number)));
    },
  };
}
