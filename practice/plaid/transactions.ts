import { negate } from '../../main/core/money.ts';
import { accountNamed, bankNamed } from '../company/banks.ts';
import type { FeedLine } from '../company/lifecycle.ts';
import { jsonDecimal } from './accounts.ts';
import { type Item, lineIdIn, type PlaidState } from './state.ts';

export type TransactionOptions = { readonly originalDescription: boolean; readonly categoryVersion: 'v1' | 'v2' };

/**
 * A line as Plaid writes it, keys in alphabetical order. Sign: positive = money out of the account. `merchant_category_code`,
 * `running_balance` and a counterparty's `phone_number` are not in the published specification; the service sends them.
 */
export function transactionBody(
  { company }: Pick<PlaidState, 'company'>,
  line: FeedLine,
  item: Item,
  options: TransactionOptions,
) {
  const { currency } = accountNamed(company, line.account);
  const { place, paymentMethod } = bankNamed(company, item.bank);
  const { movement } = line;
  const inStore = movement.channel === 'in store';
  const merchant = movement.counterparty !== null && line.minor <= 0n ? movement.counterparty : null;
  return {
    account_id: item.accountIds.get(line.account) ?? '',
    account_owner: null,
    ...amountOf(line, currency),
    authorized_date: line.authorizedDate,
    // Few sources know the time; midnight stands for "unknown".
    authorized_datetime: inStore && line.authorizedDate !== null ? `${line.authorizedDate}T00:00:00Z` : null,
    category: null,
    category_id: null,
    check_number: movement.checkNumber,
    counterparties: counterpartiesOf(line),
    date: line.date,
    datetime: null,
    iso_currency_code: movement.odd === null ? currency : movement.odd.isoCurrency,
    location: {
      address: null,
      city: inStore ? place.city : null,
      country: inStore ? place.country : null,
      lat: null,
      lon: null,
      postal_code: null,
      region: inStore ? place.region : null,
      store_number: inStore ? (/#(\d+)/.exec(movement.text)?.[1] ?? null) : null,
    },
    logo_url: null,
    merchant_category_code: null,
    merchant_entity_id: null,
    merchant_name: merchant,
    name: line.text,
    original_description: options.originalDescription ? movement.bankText : null,
    payment_channel: movement.channel,
    payment_meta: {
      by_order_of: null,
      payee: null,
      payer: movement.channel === 'online' && line.minor > 0n ? movement.counterparty : null,
      payment_method: movement.channel === 'online' ? paymentMethod : null,
      payment_processor: null,
      ppd_id: null,
      reason: null,
      reference_number: movement.reference,
    },
    pending: line.pending,
    pending_transaction_id: line.pendingId === null ? null : lineIdIn(item, line.pendingId),
    personal_finance_category: {
      confidence_level: movement.counterparty === null ? 'LOW' : 'VERY_HIGH',
      detailed: movement.category[1],
      primary: movement.category[0],
      version: options.categoryVersion,
    },
    personal_finance_category_icon_url: `https://plaid-category-icons.plaid.com/PFC_${movement.category[0]}.png`,
    running_balance: null,
    transaction_code: null,
    transaction_id: lineIdIn(item, line.id),
    transaction_type: inStore ? 'place' : 'special',
    unofficial_currency_code: movement.odd?.unofficialCurrency ?? null,
    website: null,
  };
}

function amountOf({ minor, movement: { odd } }: FeedLine, currency: string) {
  if (odd !== null) return { amount: -Number(odd.amount) };
  return { amount: jsonDecimal(negate({ minor, currency }).minor, currency) };
}

function counterpartiesOf({ minor, movement }: FeedLine) {
  if (movement.counterparty === null) return [];
  return [
    {
      confidence_level: 'HIGH',
      entity_id: null,
      logo_url: null,
      name: movement.counterparty,
      phone_number: null,
      type: minor > 0n ? 'income_source' : 'merchant',
      website: null,
    },
  ];
}
