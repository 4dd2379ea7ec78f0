/** Bodies of requests. Plaid names missing and unknown fields; so do we. */
import { z } from 'zod';
import { PlaidProblem } from './problems.ts';

const credentials = { client_id: z.string().optional(), secret: z.string().optional() };
const products = z.array(z.string()).nullish();
const accountIds = z.object({ account_ids: z.array(z.string()).optional() }).optional();
const withToken = z.strictObject({ ...credentials, access_token: z.string() });

export const linkTokenCreate = z.looseObject({
  ...credentials,
  client_name: z.string().min(1),
  language: z.enum('da nl en et fr de hi it lv lt no pl pt ro es sv vi'.split(' ')),
  country_codes: z.array(z.enum('US GB ES NL FR IE CA DE IT PL DK NO SE EE LT LV PT BE AT FI'.split(' '))).min(1),
  user: z.looseObject({ client_user_id: z.string().min(1) }),
  products,
  required_if_supported_products: products,
  optional_products: products,
  additional_consented_products: products,
  webhook: z.string().optional(),
  access_token: z.string().nullish(),
  redirect_uri: z.string().optional(),
  transactions: z.object({ days_requested: z.int().min(1).max(730).optional() }).optional(),
  hosted_link: z
    .looseObject({
      completion_redirect_uri: z.string().optional(),
      url_lifetime_seconds: z
        .int()
        .min(1)
        .max(21 * 86_400)
        .optional(),
    })
    .optional(),
});
export type LinkTokenCreate = z.infer<typeof linkTokenCreate>;

export const REQUESTS = {
  linkTokenCreate,
  linkTokenGet: z.strictObject({ ...credentials, link_token: z.string() }),
  exchange: z.strictObject({ ...credentials, public_token: z.string() }),
  withToken,
  itemRemove: withToken.extend({ reason_code: z.string().optional(), reason_note: z.string().max(512).nullish() }),
  webhookUpdate: withToken.extend({ webhook: z.string().nullish() }),
  withAccounts: withToken.extend({ options: accountIds }),
  balanceGet: withToken.extend({
    options: z
      .object({ account_ids: z.array(z.string()).optional(), min_last_updated_datetime: z.iso.datetime().optional() })
      .optional(),
  }),
  identityMatch: withToken.extend({
    user: z
      .looseObject({
        legal_name: z.string().nullish(),
        phone_number: z.string().nullish(),
        email_address: z.string().nullish(),
      })
      .optional(),
    options: accountIds,
  }),
  investmentTransactions: withToken.extend({
    start_date: z.iso.date(),
    end_date: z.iso.date(),
    options: z
      .object({
        account_ids: z.array(z.string()).optional(),
        count: z.int().min(1).max(500).optional(),
        offset: z.int().min(0).optional(),
        async_update: z.boolean().optional(),
      })
      .optional(),
  }),
  sync: withToken.extend({
    cursor: z.string().max(256).optional(),
    count: z.int().min(1).max(500).optional(),
    options: z
      .strictObject({
        include_original_description: z.boolean().nullish(),
        include_personal_finance_category: z.boolean().optional(),
        include_logo_and_counterparty_beta: z.boolean().optional(),
        personal_finance_category_version: z.enum(['v1', 'v2']).optional(),
        days_requested: z.int().min(1).max(730).optional(),
        account_id: z.string().optional(),
      })
      .optional(),
  }),
  institutionGet: z.strictObject({
    ...credentials,
    institution_id: z.string().min(1),
    country_codes: z.array(z.string()).min(1),
    options: z.looseObject({}).optional(),
  }),
  sandboxPublicToken: z.strictObject({
    ...credentials,
    institution_id: z.string(),
    initial_products: z.array(z.string()).min(1),
    options: z
      .looseObject({
        webhook: z.string().optional(),
        transactions: z.looseObject({ days_requested: z.int().min(1).max(730).optional() }).optional(),
      })
      .optional(),
  }),
  verificationKey: z.strictObject({ ...credentials, key_id: z.string() }),
  webhookEvents: z.strictObject({
    ...credentials,
    cursor: z.string().optional(),
    start_time: z.string().nullish(),
    count: z.int().min(1).max(100).nullish(),
    webhook_types: z.array(z.string()).optional(),
    webhook_codes: z.array(z.string()).optional(),
    item_ids: z.array(z.string()).optional(),
    delivery_statuses: z.array(z.string()).optional(),
  }),
  fireWebhook: withToken.extend({ webhook_type: z.string().optional(), webhook_code: z.string() }),
} as const;

/** The body as the endpoint wants it, or Plaid's complaint about it. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (unknown.length > 0) {
    throw new PlaidProblem(
      'UNKNOWN_FIELDS',
      `the following fields are not recognized by this endpoint: ${unknown.join(', ')}`,
    );
  }
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && issue.message.includes('received undefined')) {
    throw new PlaidProblem('MISSING_FIELDS', `the following required fields are missing: ${field}`);
  }
  throw new PlaidProblem('INVALID_FIELD', `${field}: ${issue?.message ?? 'is not valid'}`);
}
