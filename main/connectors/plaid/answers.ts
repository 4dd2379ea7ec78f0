import { z } from 'zod';

/**
 * Plaid's answers, as much of them as we use. Fields we do not name are ignored here (each record's whole text is kept
 * as its payload), enums are plain texts because Plaid adds values at any time. What describes (a name, a category) is
 * read leniently: a value of the wrong type counts as absent and never stops money from being read. What is money,
 * identity or date is read strictly.
 */

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const requestId = z.string().optional().catch(undefined);
const id = z.string().min(1).max(256);
const amountOrNone = z.number().nullish();

/** A page of `/transactions/sync` before its rows are looked at: one odd row must not stop the page. */
export const syncPage = z.object({
  added: z.array(z.unknown()),
  modified: z.array(z.unknown()),
  removed: z.array(z.unknown()),
  next_cursor: z.string(),
  has_more: z.boolean(),
  transactions_update_status: text,
  request_id: requestId,
});

/** One row of `added` or `modified` (plaid.com/docs/api/products/transactions). */
export const transactionRow = z.object({
  transaction_id: id,
  account_id: id,
  amount: z.number(),
  iso_currency_code: z.string().nullish(),
  unofficial_currency_code: z.string().nullish(),
  date: z.string(),
  pending: z.boolean(),
  pending_transaction_id: z.string().nullish(),
  authorized_date: text,
  name: text,
  original_description: text,
  merchant_name: text,
  check_number: text,
  payment_channel: text,
  payment_meta: z
    .object({ reference_number: text, ppd_id: text, payee: text, payer: text, by_order_of: text })
    .nullish()
    .catch(null),
  personal_finance_category: z.object({ primary: text, detailed: text }).nullish().catch(null),
  counterparties: z
    .array(z.object({ name: text }))
    .nullish()
    .catch(null),
});
export type TransactionRow = z.infer<typeof transactionRow>;

export const removedRow = z.object({ transaction_id: id, account_id: text });

const balances = z.object({
  available: amountOrNone,
  current: amountOrNone,
  limit: amountOrNone,
  iso_currency_code: text,
  unofficial_currency_code: text,
  last_updated_datetime: text,
});

export const account = z.object({
  account_id: id,
  persistent_account_id: text,
  name: text,
  official_name: text,
  mask: text,
  type: z.string(),
  subtype: text,
  verification_status: text,
  holder_category: text,
  balances: balances.nullish(),
});
export type PlaidAccount = z.infer<typeof account>;

export const accountsAnswer = z.object({ accounts: z.array(account), request_id: requestId });

const productList = z.array(z.string()).nullish().catch(null);
const updates = z.object({ last_successful_update: text }).nullish().catch(null);

export const itemAnswer = z.object({
  item: z.object({
    item_id: id,
    institution_id: text,
    institution_name: text,
    webhook: text,
    // Checked by errors.ts; kept whole so that an odd error is still seen as trouble.
    error: z.unknown(),
    products: productList,
    billed_products: productList,
    consent_expiration_time: text,
  }),
  status: z.object({ transactions: updates, investments: updates }).nullish().catch(null),
  request_id: requestId,
});
export type ItemAnswer = z.infer<typeof itemAnswer>;

export const plainAnswer = z.object({ request_id: requestId });

export const exchangeAnswer = z.object({ access_token: z.string().min(1), item_id: id, request_id: requestId });

export const linkTokenAnswer = z.object({
  link_token: z.string().min(1),
  expiration: z.string(),
  hosted_link_url: text,
  request_id: requestId,
});

export const linkStateAnswer = z.object({
  link_token: z.string(),
  expiration: text,
  link_sessions: z
    .array(
      z.object({
        finished_at: text,
        exit: z
          .object({ metadata: z.object({ status: text }).nullish().catch(null) })
          .nullish()
          .catch(null),
        results: z
          .object({
            item_add_results: z
              .array(
                z.object({
                  public_token: z.string().min(1),
                  institution: z.object({ institution_id: text, name: text }).nullish().catch(null),
                  accounts: z.array(z.object({ name: text, mask: text })),
                }),
              )
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  request_id: requestId,
});
export type LinkStateAnswer = z.infer<typeof linkStateAnswer>;

export const authAnswer = z.object({
  numbers: z.object({
    ach: z.array(
      z.object({
        account_id: id,
        account: z.string(),
        routing: z.string(),
        wire_routing: text,
        is_tokenized_account_number: flag,
      }),
    ),
    eft: z.array(z.object({ account_id: id, account: z.string(), institution: z.string(), branch: z.string() })),
    international: z.array(z.object({ account_id: id, iban: z.string(), bic: text })),
    bacs: z.array(z.object({ account_id: id, account: z.string(), sort_code: z.string() })),
  }),
  request_id: requestId,
});
export type AuthAnswer = z.infer<typeof authAnswer>;

const score = z.object({ score: z.number().min(0).max(100).nullish() }).nullish();

export const identityAnswer = z.object({
  accounts: z.array(z.object({ account_id: id, legal_name: score, phone_number: score, email_address: score })),
  request_id: requestId,
});
export type IdentityAnswer = z.infer<typeof identityAnswer>;

const security = z.object({
  security_id: id,
  ticker_symbol: text,
  name: text,
  isin: text,
  cusip: text,
  type: text,
  is_cash_equivalent: flag,
});
export type PlaidSecurity = z.infer<typeof security>;

const holding = z.object({
  account_id: id,
  security_id: id,
  quantity: z.number(),
  institution_price: z.number(),
  institution_price_as_of: text,
  institution_value: z.number(),
  cost_basis: amountOrNone,
  iso_currency_code: text,
  unofficial_currency_code: text,
});
export type PlaidHolding = z.infer<typeof holding>;

export const holdingsAnswer = z.object({
  holdings: z.array(holding),
  securities: z.array(security),
  request_id: requestId,
});
export type HoldingsAnswer = z.infer<typeof holdingsAnswer>;

const investmentTransaction = z.object({
  investment_transaction_id: id,
  account_id: id,
  security_id: text,
  date: z.string(),
  name: text,
  quantity: z.number(),
  amount: z.number(),
  price: z.number(),
  fees: amountOrNone,
  type: z.string(),
  subtype: text,
  iso_currency_code: text,
  unofficial_currency_code: text,
});
export type PlaidInvestmentTransaction = z.infer<typeof investmentTransaction>;

export const investmentTransactionsAnswer = z.object({
  investment_transactions: z.array(investmentTransaction),
  securities: z.array(security),
  total_investment_transactions: z.int().min(0),
  request_id: requestId,
});
export type InvestmentTransactionsAnswer = z.infer<typeof investmentTransactionsAnswer>;

/** plaid.com/docs/api/webhooks/webhook-verification: a JWK; times in seconds since 1970. */
export const verificationKeyAnswer = z.object({
  key: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    expired_at: z
      .number()
      .nullish()
      .transform((at) => at ?? null),
  }),
  request_id: requestId,
});
export type VerificationKey = z.infer<typeof verificationKeyAnswer>['key'];

/** The beta list of webhooks sent; an event that is odd is passed over, and the next ones count. */
export const webhookEventsAnswer = z.object({
  webhook_events: z.array(z.object({ webhook_message_id: id, sent_time: text, payload: z.unknown() })),
  has_more: z.boolean(),
  next_cursor: text,
  request_id: requestId,
});
