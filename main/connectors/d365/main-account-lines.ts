import type { LedgerBankLine, Stop } from '../capabilities.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import { splitSegments } from './display-value.ts';
import { generalJournalAccountEntries, generalJournalEntries, mainAccountKeys } from './entities.ts';
import { NAMESPACE, orChains, textEquals, textLiteral } from './odata.ts';
import { signedAmount } from './posted.ts';
import { sameText, type Tables } from './tables.ts';

/** Addresses stay below what web servers take. */
const CHAIN_LENGTH = 1_500;

/**
 * Entries that somebody posted on the main account of a bank account without naming the bank account. They are part of the
 * ledger's balance and no bank transactions. Where several bank accounts share the main account nobody can say whose they
 * are, so none is told. Revaluations move no money of the account's currency. Source: facts §5.7.
 */
export function createMainAccountLines(client: Client, tables: Tables) {
  return async (legalEntity: string, bankAccount: string, stop: Stop): Promise<LedgerBankLine[]> => {
    const key = await onlyBankOf(legalEntity, bankAccount, stop);
    if (key === null) return [];
    const filter = `MainAccount eq ${key.recId} and PostingType ne ${NAMESPACE}.LedgerPostingType${textLiteral('Bank')}`;
    const rows = await absentAsNull(client.list(generalJournalAccountEntries, filter, stop));
    // A server that cannot compare enums gives too much.
    const mine = (rows ?? []).filter(
      (row) =>
        row.PostingType !== 'Bank' &&
        row.MainAccount === key.recId &&
        sameText(row.TransactionCurrencyCode, key.currency),
    );
    if (mine.length === 0) return [];
    const keys = [...new Set(mine.map((row) => `SourceKey eq ${row.GeneralJournalEntry}`))];
    const headers = await absentAsNull(client.listEach(generalJournalEntries, orChains(keys, CHAIN_LENGTH), stop));
    const headerOf = new Map((headers ?? []).map((header) => [header.SourceKey, header]));
    return mine.flatMap((row): LedgerBankLine[] => {
      const header = headerOf.get(row.GeneralJournalEntry);
      const amount = signedAmount(row);
      if (!header || header.AccountingDate === null || amount.minor === 0n) return [];
      if (!sameText(header.SubledgerVoucherDataAreaId, legalEntity)) return [];
      return [
        {
          ...{ providerKey: `ledger-${row.SourceKey}`, bankAccount, date: header.AccountingDate, amount },
          ...{ voucher: header.SubledgerVoucher || null, text: row.Text, reference: null },
          documents: header.DocumentNumber === '' ? [] : [header.DocumentNumber],
        },
      ];
    });
  };

  async function onlyBankOf(legalEntity: string, bankAccount: string, stop: Stop) {
    const [banks, { delimiter }, ledger] = await Promise.all([
      tables.bankAccounts(legalEntity, stop),
      tables.dimensionSetup(stop),
      tables.ledger(legalEntity, stop),
    ]);
    const mainOf = (display: string) => splitSegments(display, delimiter)[0] ?? '';
    const bank = banks?.find((row) => sameText(row.BankAccountId, bankAccount));
    const main = bank === undefined ? '' : mainOf(bank.BankMainAccountIdDisplayValue);
    if (bank === undefined || main === '' || ledger === null) return null;
    const sharing = banks?.filter((row) => mainOf(row.BankMainAccountIdDisplayValue) === main) ?? [];
    if (sharing.length > 1) return null;
    const filter = `${textEquals('ChartOfAccounts', ledger.ChartOfAccounts)} and ${textEquals('MainAccountId', main)}`;
    const [account] = (await absentAsNull(client.list(mainAccountKeys, filter, stop))) ?? [];
    return account === undefined || account.MainAccountRecId === '0'
      ? null
      : { recId: account.MainAccountRecId, currency: bank.CurrencyCode };
  }
}
