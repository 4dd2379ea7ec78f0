import type { JournalRow } from '../store/postings.ts';
import { journalFromJson } from './journal-json.ts';

/**
 * Journals that must go one after another, oldest day first: one list for each journal name. Journals of a ledger without
 * an order are lists of one.
 */
export function inLanes(rows: readonly JournalRow[], inOrder: boolean): JournalRow[][] {
  if (!inOrder) return rows.map((row) => [row]);
  const dated = rows.map((row) => ({ row, day: firstDay(row) }));
  // Stable: journals of one day keep the order in which their intents were written.
  dated.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return [...Map.groupBy(dated, ({ row }) => row.journal_name).values()].map((lane) => lane.map(({ row }) => row));
}

function firstDay(row: JournalRow): string {
  return (
    journalFromJson(row.request_json)
      .entries.map((entry) => entry.date)
      .sort()[0] ?? ''
  );
}
