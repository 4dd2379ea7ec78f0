/** `/investments/holdings/get` and `/investments/transactions/get` of Harbor's one brokerage account. */
import { addDays, type CalendarDate, daysFrom, instantOf } from '../../main/core/calendar.ts';
import { bankNamed } from '../company/banks.ts';
import { accountBody, accountsOf, itemBody } from './accounts.ts';
import { PlaidProblem } from './problems.ts';
import type { Item, PlaidState } from './state.ts';

/** Quantities and prices by thousandths, so that their products are exact. */
const SECURITIES = [
  {
    id: 'sec-cash',
    name: 'U S Dollar',
    ticker: 'CUR:USD',
    type: 'cash',
    quantity: 500_361_981,
    price: 1_000,
    cash: true,
  },
  {
    id: 'sec-tbill',
    name: 'Harbor 3 Month Bill Fund',
    ticker: 'HTBF',
    type: 'mutual fund',
    quantity: 9_500_000,
    price: 100_000,
    cash: false,
  },
  {
    id: 'sec-etf',
    name: 'Eastport Total Bond ETF',
    ticker: 'ETBX',
    type: 'etf',
    quantity: 12_500_500,
    price: 83_990,
    cash: false,
  },
] as const;

const USD = { iso_currency_code: 'USD' };
const NO_UNOFFICIAL = { unofficial_currency_code: null };

function brokerage(state: PlaidState, item: Item, wanted?: readonly string[]) {
  if (!bankNamed(state.company, item.bank).offers.includes('investments'))
    throw new PlaidProblem('PRODUCTS_NOT_SUPPORTED');
  const accounts = accountsOf(state, item, wanted).filter(({ type }) => type === 'investment');
  const account = accounts[0];
  if (account === undefined) throw new PlaidProblem('NO_INVESTMENT_ACCOUNTS');
  // The first read of an Item waits for the bank.
  if (state.clock.now() < item.createdAt + state.historyAfterMs) throw new PlaidProblem('PRODUCT_NOT_READY');
  return account;
}

function investmentAccount(state: PlaidState, account: ReturnType<typeof brokerage>) {
  const body = accountBody(state, account);
  return { ...body, balances: { ...body.balances, margin_loan_amount: null } };
}

function securityBodies(today: CalendarDate) {
  return SECURITIES.map((security) => ({
    cfi_code: null,
    close_price: security.price / 1000,
    close_price_as_of: addDays(today, -1),
    cusip: null,
    fixed_income: null,
    industry: null,
    institution_id: null,
    institution_security_id: null,
    is_cash_equivalent: security.cash,
    isin: null,
    ...USD,
    market_identifier_code: null,
    name: security.name,
    option_contract: null,
    proxy_security_id: null,
    sector: null,
    security_id: security.id,
    sedol: null,
    ticker_symbol: security.ticker,
    type: security.type,
    ...NO_UNOFFICIAL,
    update_datetime: null,
  }));
}

export function holdingsBody(state: PlaidState, item: Item, wanted?: readonly string[]) {
  const account = brokerage(state, item, wanted);
  const today = instantOf(state.clock.now()).slice(0, 10);
  return {
    accounts: [investmentAccount(state, account)],
    holdings: SECURITIES.map((security) => ({
      account_id: account.id,
      cost_basis: security.cash ? null : (security.quantity * 79) / 1000,
      institution_price: security.price / 1000,
      institution_price_as_of: addDays(today, -1),
      institution_value: (security.quantity * security.price) / 1_000_000,
      ...USD,
      quantity: security.quantity / 1000,
      security_id: security.id,
      ...NO_UNOFFICIAL,
    })),
    is_investments_fallback_item: false,
    item: itemBody(state, item),
    securities: securityBodies(today),
  };
}

export type InvestmentPage = {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly count: number;
  readonly offset: number;
};

/** One page, newest first. Sign of `amount`: positive = cash out. */
export function investmentTransactionsBody(
  state: PlaidState,
  item: Item,
  page: InvestmentPage,
  wanted?: readonly string[],
) {
  const account = brokerage(state, item, wanted);
  const today = instantOf(state.clock.now()).slice(0, 10);
  const oldest = addDays(today, -730);
  const all = daysFrom(oldest, today)
    .filter((date) => page.from <= date && date <= page.to)
    .flatMap((date) => monthly(date, account.id))
    .sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0));
  return {
    accounts: [investmentAccount(state, account)],
    investment_transactions: all.slice(page.offset, page.offset + page.count),
    is_investments_fallback_item: false,
    item: itemBody(state, item),
    securities: securityBodies(today),
    total_investment_transactions: all.length,
  };
}

/** On the third a dividend is paid, on the fourth it is put back in, on the twentieth the custodian takes its fee. */
function monthly(date: CalendarDate, accountId: string) {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  const dividend = 2_900 + (month % 7) * 13;
  const line = (type: string, subtype: string, name: string, amount: number, quantity: number, securityId: string) => ({
    account_id: accountId,
    amount,
    cancel_transaction_id: null,
    date,
    fees: null,
    investment_transaction_id: `inv-${date}-${subtype.replaceAll(' ', '-')}`,
    ...USD,
    name,
    price: quantity === 0 ? 0 : 100,
    quantity,
    security_id: securityId,
    subtype,
    type,
    ...NO_UNOFFICIAL,
  });
  switch (date.slice(8)) {
    case '03':
      return [line('cash', 'dividend', 'DIVIDEND HTBF', -dividend, 0, 'sec-tbill')];
    case '04':
      return [line('buy', 'dividend reinvestment', 'REINVEST HTBF', dividend, dividend / 100, 'sec-tbill')];
    case '20':
      return [line('fee', 'account fee', 'CUSTODY FEE', 45.5, 0, 'sec-cash')];
    default:
      return [];
  }
}
