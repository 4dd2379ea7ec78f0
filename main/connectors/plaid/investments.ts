import type { HoldingRecord, InvestmentTransactionRecord, PullsInvestments, SecurityRecord } from '../capabilities.ts';
import { amountReader, currencyOf } from './amounts.ts';
import type { PlaidHolding, PlaidInvestmentTransaction, PlaidSecurity } from './answers.ts';
import type { PlaidClient } from './client.ts';
import { cut } from './payload.ts';

/** Plaid's largest page of investment transactions. */
const PAGE_SIZE = 500;

export function investments(client: PlaidClient): PullsInvestments {
  return {
    pullHoldings: async (access, stop) => {
      const answer = await client.holdingsGet(access, stop);
      return { holdings: answer.holdings.map(mapHolding), securities: answer.securities.map(mapSecurity) };
    },
    pullInvestmentTransactions: async (access, range, offset, stop) => {
      const answer = await client.investmentTransactionsGet(access, range, { count: PAGE_SIZE, offset }, stop);
      const reached = offset + answer.investment_transactions.length;
      // An empty page ends the reading even when the total says otherwise: the list shrank meanwhile.
      const more = answer.investment_transactions.length > 0 && reached < answer.total_investment_transactions;
      return {
        transactions: answer.investment_transactions.map(mapInvestmentTransaction),
        securities: answer.securities.map(mapSecurity),
        nextOffset: more ? reached : null,
      };
    },
  };
}

export function mapHolding(row: PlaidHolding): HoldingRecord {
  const codes = currencyOf(row);
  const { read, exact } = amountReader(codes.currency);
  return {
    providerAccountId: row.account_id,
    securityId: row.security_id,
    quantity: String(row.quantity),
    price: String(row.institution_price),
    priceDate: cut(row.institution_price_as_of),
    value: read('value', row.institution_value),
    costBasis: read('costBasis', row.cost_basis),
    ...codes,
    exact,
  };
}

export function mapSecurity(row: PlaidSecurity): SecurityRecord {
  return {
    securityId: row.security_id,
    name: cut(row.name),
    ticker: cut(row.ticker_symbol),
    isin: cut(row.isin),
    cusip: cut(row.cusip),
    type: cut(row.type),
    cashEquivalent: row.is_cash_equivalent ?? null,
  };
}

/** Plaid counts cash out as positive here too; we count cash in. Fees are a cost either way and keep their sign. */
export function mapInvestmentTransaction(row: PlaidInvestmentTransaction): InvestmentTransactionRecord {
  const codes = currencyOf(row);
  const { read, exact } = amountReader(codes.currency);
  return {
    providerAccountId: row.account_id,
    providerTransactionId: row.investment_transaction_id,
    securityId: row.security_id || null,
    date: row.date,
    text: cut(row.name) ?? '',
    type: row.type,
    subtype: cut(row.subtype),
    quantity: String(row.quantity),
    price: String(row.price),
    amount: read('amount', row.amount, true),
    fees: read('fees', row.fees),
    ...codes,
    exact,
  };
}
