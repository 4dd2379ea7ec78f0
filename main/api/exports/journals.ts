import { type Cell, column, type Sheet, text } from '../../exports/sheet.ts';
import { listJournals } from '../../store/journal-list.ts';
import { totalsOfAmounts } from '../../store/totals.ts';
import { said, saidList } from '../filter-words.ts';
import type { Handler, Work } from '../handler.ts';
import { journalDocument } from '../handlers/activity.ts';
import { statesInLedger } from '../in-ledger.ts';
import { moneyBack } from '../money-document.ts';
import { moneyTotals, withHead } from './head.ts';

type Asked = Parameters<Handler<'export.journals'>>[0];

/** Journals as `activity.journals` lists them, newest first; one row for each currency of a journal. */
export async function journalSheet({ states, legalEntity, search }: Asked, work: Work): Promise<Sheet> {
  const filter = {
    ...(states === undefined ? {} : { states }),
    ...(legalEntity === undefined ? {} : { legalEntity }),
    ...(search === undefined ? {} : { search }),
  };
  const { journals } = await listJournals(work.daybook.store.read, filter, { offset: 0, limit: 1_000_000 });
  const stateOf = await statesInLedger(
    work.daybook,
    journals.map((journal) => journal.ledger_connection_id),
  );
  const documents = journals.map((journal) => journalDocument(journal, stateOf));
  const amounts = documents.flatMap(({ totals }) =>
    totals.currencies.flatMap(({ debit, credit }) => {
      const paid = moneyBack(credit);
      return [moneyBack(debit), { ...paid, minor: -paid.minor }];
    }),
  );
  const totals = totalsOfAmounts(amounts).map((total) => ({
    ...total,
    count: documents
      .flatMap((one) => one.totals.currencies)
      .reduce((sum, one) => (one.net.currency === total.currency ? sum + one.count : sum), 0),
  }));
  const words = [saidList('states:', states), said('legal entity', legalEntity), said('words:', search)];
  const rows = documents.flatMap(journalRowsOf);
  return withHead(work, 'Journals', words, { columns: COLUMNS, rows, totals: moneyTotals(totals) });
}

const COLUMNS = [
  column('Begun at', 26),
  column('Legal entity', 12),
  column('Journal name', 14),
  column('Number in the ledger', 20),
  column('State', 12),
  column('Entries', 9, 'figure'),
  column('Money in', 16, 'figure'),
  column('Money out', 16, 'figure'),
  column('Difference', 16, 'figure'),
  column('Currency', 9),
  column('Reference', 24),
  column('Approved by', 18),
  column('Confirmed at', 26),
  column('Problem', 50),
  column('Id in the ledger', 38),
];

function journalRowsOf(journal: ReturnType<typeof journalDocument>): Cell[][] {
  return journal.totals.currencies.map(({ count, debit, credit, net }) => [
    text(journal.intendedAt),
    text(journal.legalEntity),
    text(journal.journalName),
    text(journal.numberInLedger),
    text(journal.state),
    { count },
    { amount: moneyBack(debit) },
    { amount: moneyBack(credit) },
    { amount: moneyBack(net) },
    text(net.currency),
    text(journal.reference),
    text(journal.approvedBy),
    text(journal.confirmedAt),
    text(journal.error?.sentence ?? null),
    text(journal.journalNumber === journal.numberInLedger ? null : journal.journalNumber),
  ]);
}
