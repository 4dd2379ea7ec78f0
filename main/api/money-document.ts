import { decimalText, type Money, money } from '../core/money.ts';

/** An amount in a document for people and scripts: exact decimal text and currency. Sign as stated beside it. */
export type MoneyDocument = { readonly amount: string; readonly currency: string };

export function moneyDocument(amount: Money): MoneyDocument;
export function moneyDocument(amount: Money | null): MoneyDocument | null;
export function moneyDocument(amount: Money | null): MoneyDocument | null {
  return amount === null ? null : { amount: decimalText(amount), currency: amount.currency };
}

/** A document that our own code made, as an amount again. */
export function moneyBack({ amount, currency }: MoneyDocument): Money {
  return money(amount, currency);
}
