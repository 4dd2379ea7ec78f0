/** One function for each endpoint that we serve. Answers lack only `request_id`. */
import { bankNamed, type PracticeBank } from '../company/banks.ts';
import { accountBody, accountsOf, institutionBody, itemBody, itemStatus } from './accounts.ts';
import { authBody, identityBody, identityMatchBody } from './bank-details.ts';
import { holdingsBody, investmentTransactionsBody } from './investments.ts';
import { troubleNow } from './item-life.ts';
import { createLinkToken, exchange, linkTokenBody } from './link.ts';
import { PlaidProblem } from './problems.ts';
import { REQUESTS, read } from './requests.ts';
import { fireWebhook, type Item, itemOf, newToken, type PlaidState, type PublicToken } from './state.ts';
import { syncPage } from './sync.ts';
import { keyBody } from './webhook-keys.ts';
import { webhookEvents } from './webhooks.ts';

export type Endpoint = (state: PlaidState, body: unknown, origin: string) => Record<string, unknown>;

/** An Item that its bank lets us read, with consent for the product. */
function readable(state: PlaidState, accessToken: string, product?: string): Item {
  const item = itemOf(state, accessToken);
  const trouble = troubleNow(state, item);
  if (trouble !== null) throw new PlaidProblem(trouble);
  const { offers } = bankNamed(state.company, item.bank);
  if (product !== undefined && !offers.includes(product)) throw new PlaidProblem('PRODUCTS_NOT_SUPPORTED');
  if (product !== undefined && !item.consented.has(product)) throw new PlaidProblem('ADDITIONAL_CONSENT_REQUIRED');
  return item;
}

function bankOf({ company }: PlaidState, institutionId: string): PracticeBank {
  const bank = company.banks.find((one) => one.institutionId === institutionId);
  if (bank === undefined) throw new PlaidProblem('INVALID_INSTITUTION');
  return bank;
}

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/link/token/create': (state, body, origin) => createLinkToken(state, read(REQUESTS.linkTokenCreate, body), origin),
  '/link/token/get': (state, body) => linkTokenBody(state, read(REQUESTS.linkTokenGet, body).link_token),
  '/item/public_token/exchange': (state, body) => {
    const item = exchange(state, read(REQUESTS.exchange, body).public_token);
    return { access_token: item.accessToken, item_id: item.id };
  },
  '/item/get': (state, body) => {
    const item = itemOf(state, read(REQUESTS.withToken, body).access_token);
    return { item: itemBody(state, item), status: itemStatus(state, item) };
  },
  '/item/remove': (state, body) => {
    const item = itemOf(state, read(REQUESTS.itemRemove, body).access_token);
    state.items.delete(item.id);
    state.removedTokens.add(item.accessToken);
    return {};
  },
  '/item/webhook/update': (state, body) => {
    const { access_token, webhook } = read(REQUESTS.webhookUpdate, body);
    const item = itemOf(state, access_token);
    item.webhook = webhook ?? null;
    fireWebhook(state, item, 'ITEM', 'WEBHOOK_UPDATE_ACKNOWLEDGED');
    return { item: itemBody(state, item) };
  },
  '/item/access_token/invalidate': (state, body) => {
    const item = itemOf(state, read(REQUESTS.withToken, body).access_token);
    // The old token is dead at once.
    item.accessToken = newToken(state, 'access');
    return { new_access_token: item.accessToken };
  },
  '/accounts/get': (state, body) => {
    const { access_token, options } = read(REQUESTS.withAccounts, body);
    const item = readable(state, access_token);
    const accounts = accountsOf(state, item, options?.account_ids);
    return { accounts: accounts.map((account) => accountBody(state, account)), item: itemBody(state, item) };
  },
  '/accounts/balance/get': (state, body) => {
    const { access_token, options } = read(REQUESTS.balanceGet, body);
    const item = readable(state, access_token);
    const accounts = accountsOf(state, item, options?.account_ids);
    return { accounts: accounts.map((account) => accountBody(state, account)), item: itemBody(state, item) };
  },
  '/auth/get': (state, body) => {
    const { access_token, options } = read(REQUESTS.withAccounts, body);
    return authBody(state, readable(state, access_token, 'auth'), options?.account_ids);
  },
  '/identity/get': (state, body) => {
    const { access_token, options } = read(REQUESTS.withAccounts, body);
    return identityBody(state, readable(state, access_token, 'identity'), options?.account_ids);
  },
  '/identity/match': (state, body) => {
    const { access_token, user, options } = read(REQUESTS.identityMatch, body);
    return identityMatchBody(state, readable(state, access_token, 'identity'), user ?? {}, options?.account_ids);
  },
  '/investments/holdings/get': (state, body) => {
    const { access_token, options } = read(REQUESTS.withAccounts, body);
    return holdingsBody(state, readable(state, access_token, 'investments'), options?.account_ids);
  },
  '/investments/transactions/get': (state, body) => {
    const { access_token, start_date, end_date, options } = read(REQUESTS.investmentTransactions, body);
    const page = { from: start_date, to: end_date, count: options?.count ?? 100, offset: options?.offset ?? 0 };
    const item = readable(state, access_token, 'investments');
    return investmentTransactionsBody(state, item, page, options?.account_ids);
  },
  '/transactions/sync': (state, body) => {
    const { access_token, cursor, count, options } = read(REQUESTS.sync, body);
    const item = readable(state, access_token, 'transactions');
    const accountId = options?.account_id ?? null;
    if (accountId !== null) accountsOf(state, item, [accountId]);
    return syncPage(state, item, {
      cursor: cursor ?? '',
      count: count ?? 100,
      accountId,
      options: {
        originalDescription: options?.include_original_description === true,
        categoryVersion: options?.personal_finance_category_version ?? 'v2',
      },
    });
  },
  '/transactions/refresh': (state, body) => {
    const item = readable(state, read(REQUESTS.withToken, body).access_token, 'transactions');
    fireWebhook(state, item, 'TRANSACTIONS', 'SYNC_UPDATES_AVAILABLE');
    return {};
  },
  '/webhook_verification_key/get': (state, body) => {
    const key = state.webhooks.key(read(REQUESTS.verificationKey, body).key_id);
    if (key === undefined) throw new PlaidProblem('INVALID_WEBHOOK_VERIFICATION_KEY_ID');
    return keyBody(key);
  },
  '/beta/webhook_events/list': (state, body) => {
    const { cursor, start_time, count } = read(REQUESTS.webhookEvents, body);
    if (cursor !== undefined && start_time) throw new PlaidProblem('INVALID_FIELD', 'send cursor or start_time');
    const [, position] = /^position-(\d+)$/.exec(cursor ?? 'position-0') ?? [];
    if (position === undefined) throw new PlaidProblem('INVALID_FIELD', 'cursor is not valid');
    return webhookEvents(state.webhooks, Number(position), count ?? 100);
  },
  '/institutions/get_by_id': (state, body) => ({
    institution: institutionBody(bankOf(state, read(REQUESTS.institutionGet, body).institution_id)),
  }),
  '/sandbox/public_token/create': (state, body) => {
    const { institution_id, initial_products, options } = read(REQUESTS.sandboxPublicToken, body);
    const bank = bankOf(state, institution_id);
    const publicToken: PublicToken = {
      token: newToken(state, 'public'),
      bank: bank.key,
      createdAt: state.clock.now(),
      products: initial_products,
      // Without Link nobody was asked for consent, so none is missing.
      consented: bank.offers,
      daysRequested: options?.transactions?.days_requested ?? 90,
      webhook: options?.webhook ?? null,
    };
    state.publicTokens.set(publicToken.token, publicToken);
    return { public_token: publicToken.token };
  },
  '/sandbox/item/reset_login': (state, body) => {
    const item = itemOf(state, read(REQUESTS.withToken, body).access_token);
    item.trouble = 'ITEM_LOGIN_REQUIRED';
    fireWebhook(state, item, 'ITEM', 'ERROR');
    return { reset_login: true };
  },
  '/sandbox/item/fire_webhook': (state, body) => {
    const { access_token, webhook_type, webhook_code } = read(REQUESTS.fireWebhook, body);
    const item = itemOf(state, access_token);
    fireWebhook(state, item, webhook_type ?? 'TRANSACTIONS', webhook_code);
    return { webhook_fired: item.webhook !== null };
  },
};
