import { expect, test } from 'vitest';
import { access, json, scriptedPlaid } from '../../../test/support/plaid-answers.ts';

const securities = [{ security_id: 's-1', ticker_symbol: 'VTI', name: 'Total Market', isin: null, type: 'etf' }];

const bought = (changes: Record<string, unknown> = {}) => ({
  investment_transaction_id: 'it-1',
  account_id: 'acc-broker',
  security_id: 's-1',
  date: '2026-02-27',
  name: 'BUY VTI',
  quantity: 1.25,
  amount: 312.5,
  price: 250,
  fees: 0.99,
  type: 'buy',
  subtype: 'buy',
  iso_currency_code: 'USD',
  unofficial_currency_code: null,
  ...changes,
});

test('holdings come with their securities; what is too precise for money stays as text', async () => {
  const holdings = [
    {
      account_id: 'acc-broker',
      security_id: 's-1',
      quantity: 94.808,
      institution_price: 249.2575,
      institution_price_as_of: '2026-03-03',
      institution_value: 23631.9805,
      cost_basis: 20000,
      iso_currency_code: 'USD',
      unofficial_currency_code: null,
    },
  ];
  const { plaid } = scriptedPlaid({ '/investments/holdings/get': [() => json({ holdings, securities })] });
  expect(await plaid.pullHoldings(access, undefined)).toEqual({
    holdings: [
      {
        providerAccountId: 'acc-broker',
        securityId: 's-1',
        quantity: '94.808',
        price: '249.2575',
        priceDate: '2026-03-03',
        value: null,
        costBasis: { minor: 2000000n, currency: 'USD' },
        currency: 'USD',
        unofficialCurrency: null,
        exact: { value: '23631.9805' },
      },
    ],
    securities: [
      {
        securityId: 's-1',
        name: 'Total Market',
        ticker: 'VTI',
        isin: null,
        cusip: null,
        type: 'etf',
        cashEquivalent: null,
      },
    ],
  });
});

test('investment transactions count cash into the account as positive', async () => {
  const answer = {
    investment_transactions: [bought(), bought({ investment_transaction_id: 'it-2', amount: -12, type: 'tomorrow' })],
    securities,
    total_investment_transactions: 2,
  };
  const { plaid } = scriptedPlaid({ '/investments/transactions/get': [() => json(answer)] });
  const page = await plaid.pullInvestmentTransactions(access, { from: '2024-03-04', to: '2026-03-04' }, 0, undefined);
  expect(page.nextOffset).toBeNull();
  expect(page.transactions).toMatchObject([
    { amount: { minor: -31250n }, fees: { minor: 99n }, quantity: '1.25', type: 'buy' },
    { amount: { minor: 1200n }, type: 'tomorrow' },
  ]);
});

test('investment transactions are read page by page until the total, and an empty page ends them', async () => {
  const pages = (rows: unknown[]) => () =>
    json({ investment_transactions: rows, securities: [], total_investment_transactions: 3 });
  const { plaid, sent } = scriptedPlaid({
    '/investments/transactions/get': [pages([bought(), bought()]), pages([bought()]), pages([])],
  });
  const range = { from: '2026-01-01', to: '2026-03-04' };
  expect((await plaid.pullInvestmentTransactions(access, range, 0, undefined)).nextOffset).toBe(2);
  expect((await plaid.pullInvestmentTransactions(access, range, 2, undefined)).nextOffset).toBeNull();
  expect((await plaid.pullInvestmentTransactions(access, range, 2, undefined)).nextOffset).toBeNull();
  expect(sent[1]?.body).toEqual({
    access_token: access.accessToken,
    start_date: '2026-01-01',
    end_date: '2026-03-04',
    options: { count: 500, offset: 2 },
  });
});
