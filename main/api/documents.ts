/** Our records as the contract's documents: amounts as decimal texts, ids as texts. */
import { z } from 'zod';
import { type LedgerDirectory, nameOf } from '../coding/ledger-directory.ts';
import type { AccountType, Dimensions, LedgerEntry } from '../core/entry.ts';
import { ERROR_NATURES, type ErrorCode, type SerialError } from '../core/errors.ts';
import { absolute, type Money, negate } from '../core/money.ts';
import type { CurrencyTotal } from '../store/totals.ts';
import { type MoneyDocument, moneyDocument } from './money-document.ts';

export function moneyOf(minor: bigint, currency: string): MoneyDocument {
  return moneyDocument({ minor, currency });
}

export function totalsDocument(totals: readonly CurrencyTotal[]) {
  return {
    count: totals.reduce((sum, total) => sum + total.count, 0),
    currencies: totals.map(({ currency, count, debitMinor, creditMinor }) => ({
      count,
      debit: moneyOf(debitMinor, currency),
      credit: moneyOf(creditMinor, currency),
      net: moneyOf(debitMinor - creditMinor, currency),
    })),
  };
}

const stored = z.object({ code: z.string(), sentence: z.string() }).loose();

/** An error as it was stored. One of a newer version, whose code we do not know, keeps its sentence. */
export function errorDocument(json: string | null): SerialError | null {
  if (json === null) return null;
  const { code, sentence, ...rest } = stored.parse(JSON.parse(json));
  const known: ErrorCode = isErrorCode(code) ? code : 'internal';
  const text = (name: string) => (typeof rest[name] === 'string' ? { [name]: rest[name] } : {});
  return {
    code: known,
    retryable: typeof rest.retryable === 'boolean' ? rest.retryable : ERROR_NATURES[known].retryable,
    repair: ERROR_NATURES[known].repair,
    sentence,
    ...text('providerCode'),
    ...text('requestId'),
    ...text('path'),
  };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_NATURES, code);
}

type Side = { readonly accountType: AccountType; readonly account: string; readonly dimensions: Dimensions };

/** The lines of an entry as the ERP's journal will hold them. */
export function journalRows(entry: LedgerEntry, directory: LedgerDirectory | null) {
  const side = ({ accountType, account, dimensions }: Side) => ({
    accountType,
    account,
    accountName: nameOf(directory, accountType, account),
    dimensions: { ...dimensions },
  });
  const row = (of: Side, text: string, amount: Money, offset: Side | null) => ({
    reference: entry.reference,
    date: entry.date,
    ...side(of),
    text,
    debit: amount.minor >= 0n ? moneyDocument(amount) : null,
    credit: amount.minor < 0n ? moneyDocument(absolute(amount)) : null,
    offset: offset === null ? null : side(offset),
  });
  const [only, ...more] = entry.offsets;
  if (only !== undefined && more.length === 0) return [row(entry, entry.text, entry.amount, only)];
  return [
    row(entry, entry.text, entry.amount, null),
    ...entry.offsets.map((offset) => row(offset, offset.text, negate(offset.amount), null)),
  ];
}
