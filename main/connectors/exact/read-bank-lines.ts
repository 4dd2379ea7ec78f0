import { DaybookError } from '../../core/errors.ts';
import { add, negate } from '../../core/money.ts';
import type { LedgerBankLine, ReadsLedger, Stop } from '../capabilities.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { bulkTransactionLines, type DescribedLineRow, type TransactionLineRow, transactionLines } from './entities.ts';
import { amountOn, createBankSides, isLine, lineKey, referencesOf } from './ledger-rows.ts';
import { allOf, anyOf, day, type Expression, guid, text } from './odata.ts';
import type { BankRoute } from './read-bank-accounts.ts';
import type { Tables } from './tables.ts';

/** Transaction type of bank and cash entries. */
const CASH_FLOW = 40;

/** Open and processed lines alike: an open entry stands in the books of Exact already. */
export function createBankLineRead(client: Client, tables: Tables): Pick<ReadsLedger, 'readBankLines'> {
  /** Not every site lets the bulk resource be filtered; one that does not is asked page by page from then on. */
  let bulkAnswers = true;

  const rowsOf = async (division: string, filter: Expression, stop: Stop): Promise<DescribedLineRow[]> => {
    if (!bulkAnswers) return client.list(division, transactionLines, { filter }, stop);
    try {
      return await client.list(division, bulkTransactionLines, { filter }, stop);
    } catch (thrown) {
      if (!(thrown instanceof DaybookError) || thrown.code !== 'answer_unexpected') throw thrown;
      bulkAnswers = false;
      return client.list(division, transactionLines, { filter }, stop);
    }
  };

  return {
    readBankLines: async (legalEntity, bankAccount, until, stop, from) => {
      const division = await tables.of(legalEntity, stop);
      const sides = createBankSides(division);
      const route = sides.route(bankAccount);
      if (route === undefined)
        throw new DaybookError(
          'bank_account_invalid',
          `Division ${legalEntity} of Exact Online has no bank journal or bank account ${bankAccount}; correct the mapping.`,
        );
      // Without its ledger account the bank's own side cannot be told from the other one.
      if (route.account === null) return null;
      const rows = await absentAsNull(
        rowsOf(
          legalEntity,
          allOf(
            anyOf(...whereBooked(route)),
            `Date le ${day(until)}`,
            ...(from === undefined ? [] : [`Date ge ${day(from)}`]),
          ),
          stop,
        ),
      );
      if (rows === null) return null;
      const lines = rows.filter(isLine);
      const reference = referencesOf(lines);
      const found = new Map<string, LedgerBankLine>();
      for (const row of lines) {
        const side = sideOf(row, route);
        const owner = sides.ofLedgerAccount(row.GLAccount);
        if (side === null || (side === 'own' && owner !== route)) continue;
        const debit = amountOn(row, route, division.division.Currency);
        const amount = side === 'own' ? debit : negate(debit);
        const ours = reference(row);
        // A line that matching split, and the VAT taken out of it, is one movement at the bank; so is an entry of ours.
        const key = ours === null ? lineKey(row) : `${row.EntryID ?? row.ID}/${ours}`;
        const before = found.get(key);
        found.set(key, {
          providerKey: key,
          bankAccount,
          date: before?.date ?? row.Date ?? until,
          amount: before === undefined ? amount : add(before.amount, amount),
          voucher: row.EntryNumber === null ? null : String(row.EntryNumber),
          text: before?.text || row.Description || row.Notes,
          reference: ours,
          journalNumber: row.EntryID,
          party: before?.party ?? (row.AccountName || null),
          documents: [...new Set([...(before?.documents ?? []), ...documentsOf(row)])],
          paymentReference: before?.paymentReference ?? (row.PaymentReference || null),
        });
      }
      return [...found.values()].filter((line) => line.amount.minor !== 0n);
    },
  };
}

/** The invoice that a line pays, by the numbers of either side. */
function documentsOf(row: DescribedLineRow): string[] {
  const number = row.InvoiceNumber === null || row.InvoiceNumber === 0 ? '' : String(row.InvoiceNumber);
  return [number, row.YourRef].filter((document) => document !== '');
}

function whereBooked(route: BankRoute): Expression[] {
  const onAccount = route.account === null ? [] : [`GLAccount eq ${guid(route.account.ID)}`];
  return route.route === 'bank' ? [`JournalCode eq ${text(route.journal.Code)}`, ...onAccount] : onAccount;
}

/**
 * Entries of the bank journal are read by their counter lines, which are the single movements; the bank's own row of such
 * an entry is only their sum. Everywhere else it is the row on the bank's ledger account.
 */
function sideOf(row: TransactionLineRow, route: BankRoute): 'counter' | 'own' | null {
  const own = row.GLAccount === route.account?.ID;
  const inJournal = route.route === 'bank' && row.JournalCode === route.journal.Code && row.Type === CASH_FLOW;
  if (inJournal) return own ? null : 'counter';
  return own ? 'own' : null;
}
