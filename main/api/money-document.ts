import { decimalText, type Money } from '../core/money.ts';

/** An amount in a document for people and scripts: exact decimal text and currency. Sign as stated beside it. */
export type MoneyDocument = { readonly amount: string; readonly currency: string };

export function moneyDocument(amount: Money): MoneyDocument;
export function moneyDocument(amount: Money | null): MoneyDocument | null;
export function moneyDocument(amount: Money | null): MoneyDocument | null {
  return amount === null ? null : { amount: decimalText(amount), currency: amount.currency };
}
