import type { BalanceRecord, FeedAccountRecord, FeedRecord } from '../capabilities.ts';
import { amountReader, currencyOf, instantFrom } from './amounts.ts';
import type { ItemAnswer, PlaidAccount } from './answers.ts';
import { plaidError, troubleOf } from './errors.ts';
import { cut } from './payload.ts';

/** Types whose positive `current` is money that the firm owes. */
const OWED = new Set(['credit', 'loan']);

export function mapAccount(account: PlaidAccount): FeedAccountRecord {
  const codes = currencyOf(account.balances ?? {});
  return {
    providerAccountId: account.account_id,
    persistentAccountId: account.persistent_account_id || null,
    name: cut(account.name) ?? cut(account.official_name) ?? cut(account.subtype) ?? account.type,
    officialName: cut(account.official_name),
    mask: cut(account.mask, 8),
    type: account.type,
    subtype: cut(account.subtype),
    ...codes,
    verificationStatus: cut(account.verification_status),
    holderCategory: cut(account.holder_category),
    balance: account.balances ? mapBalance(account.type, account.balances, codes.currency) : null,
  };
}

/**
 * `current` of a card or loan is turned: owed money is negative. `available` and `limit` say what may be spent and stay
 * as Plaid gives them.
 */
function mapBalance(
  type: string,
  balances: NonNullable<PlaidAccount['balances']>,
  currency: string | null,
): BalanceRecord {
  const { read, exact } = amountReader(currency);
  return {
    current: read('current', balances.current, OWED.has(type)),
    available: read('available', balances.available),
    limit: read('limit', balances.limit),
    asOf: instantFrom(balances.last_updated_datetime),
    exact,
  };
}

export function mapFeed({ item, status }: ItemAnswer): FeedRecord {
  return {
    providerFeedId: item.item_id,
    institutionId: item.institution_id || null,
    institutionName: cut(item.institution_name),
    // Plaid writes "no webhook" as null and as an empty text.
    webhookUrl: item.webhook || null,
    bankUpdatedAt: instantFrom(
      status?.transactions?.last_successful_update ?? status?.investments?.last_successful_update,
    ),
    consentExpiresAt: instantFrom(item.consent_expiration_time),
    products: item.products ?? item.billed_products ?? [],
    trouble: mapTrouble(item.error, cut(item.institution_name)),
  };
}

function mapTrouble(error: unknown, bank: string | null): FeedRecord['trouble'] {
  if (error === null || error === undefined) return null;
  const parsed = plaidError.safeParse(error);
  return troubleOf(
    parsed.success ? parsed.data : { error_type: '', error_code: 'UNKNOWN', request_id: null, status: null },
    bank,
  );
}
