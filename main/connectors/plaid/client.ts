import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import {
  Configuration,
  CountryCode,
  type InvestmentsTransactionsGetRequestOptions,
  type LinkTokenCreateRequest,
  PlaidApi,
  Products,
} from 'plaid';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type Http, type HttpAnswer, parseJsonAnswer, retryAfterMs } from '../../core/http.ts';
import type { Environment, FeedAccess, Stop } from '../capabilities.ts';
import * as answers from './answers.ts';
import { errorOfAnswer, unexpectedAnswer, wrongEnvironmentToken } from './errors.ts';
import { budgetsOf } from './manifest.ts';

/**
 * The only file that knows Plaid's SDK. The SDK writes the requests; our own transport carries them, so that timeouts,
 * repetition and rate budgets are the core's. axios never sees the secret, never retries, never logs, and no axios error
 * leaves this file: every answer comes back as text and is judged here.
 */
export type PlaidClient = ReturnType<typeof createClient>;

export type ClientSettings = {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly clientId: string;
  readonly secret: () => string;
};

/** How one endpoint is called. `reads` may be repeated without harm; `never` would cost or change something twice. */
type Call<A> = {
  readonly endpoint: string;
  readonly answer: z.ZodType<A>;
  readonly timeoutMs?: number;
  readonly retry?: 'reads' | 'never';
  readonly access?: FeedAccess;
  readonly withCursor?: boolean;
  readonly stop: Stop;
};

const TIMEOUT_MS = 30_000;
/** The first sync of an Item may take eight times as long as later ones. */
const SYNC_TIMEOUT_MS = 90_000;
/** Live balances: Plaid's own 95th percentile is 11 s, some banks take over 30 s. */
const BALANCE_TIMEOUT_MS = 90_000;
/** The first investment read of an Item waits for the bank, one to two minutes. */
const INVESTMENTS_TIMEOUT_MS = 180_000;

const products = z.array(z.enum(Products));
const countries = z.array(z.enum(CountryCode));

export type LinkRequest = Omit<
  LinkTokenCreateRequest,
  | 'country_codes'
  | 'products'
  | 'required_if_supported_products'
  | 'optional_products'
  | 'additional_consented_products'
> & {
  readonly country_codes: readonly string[];
  readonly products?: readonly string[];
  readonly required_if_supported_products?: readonly string[];
  readonly optional_products?: readonly string[];
  readonly additional_consented_products?: readonly string[];
};

/** `bankOf` names the bank of a login for sentences, where it is known. */
export function createClient(
  settings: ClientSettings,
  ports: { readonly http: Http; readonly clock: Clock },
  bankOf: (access: FeedAccess) => string | null,
) {
  const api = new PlaidApi(new Configuration({ basePath: settings.baseUrl, baseOptions: PASSIVE }));

  async function call<A>(plan: Call<A>, send: (options: SendOptions) => Promise<AxiosResponse<unknown>>): Promise<A> {
    const bank = plan.access === undefined ? null : bankOf(plan.access);
    if (plan.access !== undefined) refuseForeignToken(plan.access, settings.environment, bank);
    const { data } = await send({ adapter: transport(plan, bank) });
    const parsed = plan.answer.safeParse(data);
    if (parsed.success) return parsed.data;
    throw unexpectedAnswer(
      plan.endpoint,
      parsed.error.issues.map((issue) => issue.path.join('.')),
      answers.plainAnswer.safeParse(data).data?.request_id,
    );
  }

  /** Carries the SDK's finished request over our own http; the secret joins here, outside of axios. */
  function transport(plan: Call<unknown>, bank: string | null): AxiosAdapter {
    const failureOf = (answer: HttpAnswer) =>
      errorOfAnswer(
        { status: answer.status, text: answer.text, retryAfterMs: retryAfterMs(answer.headers, ports.clock.now()) },
        { endpoint: plan.endpoint, bank, withCursor: plan.withCursor === true },
      );
    return async (config) => {
      const answer = await ports.http.send({
        method: 'POST',
        url: String(config.url),
        headers: {
          ...plainHeaders(config.headers),
          'PLAID-CLIENT-ID': settings.clientId,
          'PLAID-SECRET': settings.secret(),
        },
        body: String(config.data),
        timeoutMs: plan.timeoutMs ?? TIMEOUT_MS,
        retry: plan.retry ?? 'reads',
        budgets: budgets(plan),
        worthRetrying: (answer) => failureOf(answer).retryable,
        stop: plan.stop,
      });
      if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
      return { data: parseJsonAnswer(answer), status: answer.status, statusText: '', headers: {}, config };
    };
  }

  return {
    linkTokenCreate: (request: LinkRequest, stop: Stop) =>
      call({ endpoint: '/link/token/create', answer: answers.linkTokenAnswer, retry: 'never', stop }, (options) =>
        api.linkTokenCreate(typedLinkRequest(request), options),
      ),
    linkTokenGet: (linkToken: string, stop: Stop) =>
      call({ endpoint: '/link/token/get', answer: answers.linkStateAnswer, stop }, (options) =>
        api.linkTokenGet({ link_token: linkToken }, options),
      ),
    publicTokenExchange: (publicToken: string, stop: Stop) =>
      call(
        { endpoint: '/item/public_token/exchange', answer: answers.exchangeAnswer, retry: 'never', stop },
        (options) => api.itemPublicTokenExchange({ public_token: publicToken }, options),
      ),
    itemGet: (access: FeedAccess, stop: Stop) =>
      call({ endpoint: '/item/get', answer: answers.itemAnswer, access, stop }, (options) =>
        api.itemGet({ access_token: access.accessToken }, options),
      ),
    itemRemove: (access: FeedAccess, stop: Stop) =>
      call({ endpoint: '/item/remove', answer: answers.plainAnswer, retry: 'never', access, stop }, (options) =>
        api.itemRemove({ access_token: access.accessToken }, options),
      ),
    itemWebhookUpdate: (access: FeedAccess, webhook: string | null, stop: Stop) =>
      call({ endpoint: '/item/webhook/update', answer: answers.plainAnswer, access, stop }, (options) =>
        api.itemWebhookUpdate({ access_token: access.accessToken, webhook }, options),
      ),
    webhookVerificationKeyGet: (keyId: string, stop: Stop) =>
      call({ endpoint: '/webhook_verification_key/get', answer: answers.verificationKeyAnswer, stop }, (options) =>
        api.webhookVerificationKeyGet({ key_id: keyId }, options),
      ),
    webhookEventsList: (from: { readonly cursor: string } | { readonly start_time: string }, stop: Stop) =>
      call({ endpoint: '/beta/webhook_events/list', answer: answers.webhookEventsAnswer, stop }, (options) =>
        api.betaWebhookEventsList({ ...from, count: 100 }, options),
      ),
    accountsGet: (access: FeedAccess, stop: Stop) =>
      call({ endpoint: '/accounts/get', answer: answers.accountsAnswer, access, stop }, (options) =>
        api.accountsGet({ access_token: access.accessToken }, options),
      ),
    /** Billed per call, so never repeated by itself. */
    accountsBalanceGet: (
      access: FeedAccess,
      options: { readonly account_ids?: string[]; readonly min_last_updated_datetime?: string },
      stop: Stop,
    ) =>
      call(
        {
          endpoint: '/accounts/balance/get',
          answer: answers.accountsAnswer,
          timeoutMs: BALANCE_TIMEOUT_MS,
          retry: 'never',
          access,
          stop,
        },
        (sending) => api.accountsBalanceGet({ access_token: access.accessToken, options }, sending),
      ),
    transactionsSync: (access: FeedAccess, cursor: string | null, count: number, stop: Stop) =>
      call(
        {
          endpoint: '/transactions/sync',
          answer: answers.syncPage,
          timeoutMs: SYNC_TIMEOUT_MS,
          withCursor: cursor !== null,
          access,
          stop,
        },
        (options) =>
          api.transactionsSync(
            {
              access_token: access.accessToken,
              ...(cursor === null ? {} : { cursor }),
              count,
              options: { include_original_description: true },
            },
            options,
          ),
      ),
    authGet: (access: FeedAccess, stop: Stop) =>
      call({ endpoint: '/auth/get', answer: answers.authAnswer, access, stop }, (options) =>
        api.authGet({ access_token: access.accessToken }, options),
      ),
    identityMatch: (
      access: FeedAccess,
      user: { readonly legal_name: string; readonly phone_number?: string; readonly email_address?: string },
      stop: Stop,
    ) =>
      call({ endpoint: '/identity/match', answer: answers.identityAnswer, access, stop }, (options) =>
        api.identityMatch({ access_token: access.accessToken, user }, options),
      ),
    holdingsGet: (access: FeedAccess, stop: Stop) =>
      call(
        {
          endpoint: '/investments/holdings/get',
          answer: answers.holdingsAnswer,
          timeoutMs: INVESTMENTS_TIMEOUT_MS,
          access,
          stop,
        },
        (options) => api.investmentsHoldingsGet({ access_token: access.accessToken }, options),
      ),
    investmentTransactionsGet: (
      access: FeedAccess,
      range: { readonly from: string; readonly to: string },
      page: InvestmentsTransactionsGetRequestOptions,
      stop: Stop,
    ) =>
      call(
        {
          endpoint: '/investments/transactions/get',
          answer: answers.investmentTransactionsAnswer,
          timeoutMs: INVESTMENTS_TIMEOUT_MS,
          access,
          stop,
        },
        (options) =>
          api.investmentsTransactionsGet(
            { access_token: access.accessToken, start_date: range.from, end_date: range.to, options: page },
            options,
          ),
      ),
  };
}

type SendOptions = { readonly adapter: AxiosAdapter };

/** Given with every request, so that axios is a mere messenger: nothing transformed, nothing judged. */
const PASSIVE = { transformRequest: [same], transformResponse: [same] };

function same(data: unknown): unknown {
  return data;
}

function plainHeaders(headers: InternalAxiosRequestConfig['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers.toJSON(true)).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function budgets(plan: Call<unknown>): string[] {
  const feedId = plan.access === undefined ? null : plan.access.providerFeedId;
  const own = budgetsOf(plan.endpoint, feedId);
  return plan.withCursor === false ? [...own, ...budgetsOf(`${plan.endpoint} from start`, null)] : own;
}

const TOKEN_ENVIRONMENT = /^access-(sandbox|development|production)-/;

function refuseForeignToken(access: FeedAccess, environment: Environment, bank: string | null): void {
  const named = TOKEN_ENVIRONMENT.exec(access.accessToken)?.[1];
  if (named !== undefined && named !== environment) throw wrongEnvironmentToken(bank);
}

/** The SDK types products and countries as its own enums. */
function typedLinkRequest(request: LinkRequest): LinkTokenCreateRequest {
  const {
    country_codes,
    products: required,
    required_if_supported_products: ifSupported,
    optional_products: optional,
    additional_consented_products: consented,
    ...rest
  } = request;
  return {
    ...rest,
    country_codes: countries.parse(country_codes),
    ...(required && { products: products.parse(required) }),
    ...(ifSupported && { required_if_supported_products: products.parse(ifSupported) }),
    ...(optional && { optional_products: products.parse(optional) }),
    ...(consented && { additional_consented_products: products.parse(consented) }),
  };
}
