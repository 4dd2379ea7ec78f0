/** Items, accounts, balances and institutions as Plaid writes them: keys in alphabetical order. */
import { addDays, instantOf } from '../../main/core/calendar.ts';
import { sha256 } from '../../main/core/canonical.ts';
import { decimalText } from '../../main/core/money.ts';
import { type AccountKey, BANKS, type BankKey, type HarborAccount } from '../harbor/accounts.ts';
import { liveLines } from './live.ts';
import { PlaidProblem, problemBody } from './problems.ts';
import { type Item, openAccounts, type PlaidState } from './state.ts';

const CARD_LIMIT = 15_000_000n;

/** Products that each bank offers. */
export const OFFERED: Readonly<Record<BankKey, readonly string[]>> = {
  tidewater: ['assets', 'auth', 'balance', 'identity', 'investments', 'transactions'],
  northgate: ['assets', 'auth', 'balance', 'identity', 'investments', 'transactions'],
  cascade: ['auth', 'balance', 'identity', 'transactions'],
};

export function itemBody(item: Item) {
  const bank = BANKS[item.bank];
  const billed = item.products.filter((product) => product !== 'balance').sort();
  return {
    auth_method: item.products.includes('auth') ? 'INSTANT_AUTH' : null,
    available_products: OFFERED[item.bank].filter((product) => !billed.includes(product)),
    billed_products: billed,
    consent_expiration_time: bank.oauth ? instantOf(item.createdAt + 365 * 86_400_000).replace('.000Z', 'Z') : null,
    consented_products: [...item.consented].sort(),
    created_at: instantOf(item.createdAt).replace(/\.\d{3}Z$/, 'Z'),
    error: item.trouble === null ? null : problemBody(new PlaidProblem(item.trouble), null),
    institution_id: bank.institutionId,
    institution_name: bank.name,
    item_id: item.id,
    products: billed,
    update_type: 'background',
    // The real service writes an empty text for "none".
    webhook: item.webhook ?? '',
  };
}

/** When the bank was last reached: every morning at 05:00, and when the Item was linked. */
export function itemStatus(state: PlaidState, item: Item) {
  const now = state.clock.now();
  const today = instantOf(now).slice(0, 10);
  const morning = Date.parse(`${today}T05:00:00Z`);
  const reached = now >= morning ? morning : Date.parse(`${addDays(today, -1)}T05:00:00Z`);
  const update = {
    last_failed_update: null,
    last_successful_update: instantOf(Math.max(reached, item.createdAt)),
  };
  return {
    investments: item.bank === 'northgate' ? update : null,
    last_webhook:
      item.lastWebhook === null
        ? null
        : { code_sent: item.lastWebhook.code, sent_at: instantOf(item.lastWebhook.sentAt) },
    transactions: update,
  };
}

export function accountBody(state: PlaidState, account: HarborAccount & { key: AccountKey; id: string }) {
  const { oauth } = BANKS[account.bank];
  return {
    account_id: account.id,
    balances: balancesOf(state, account),
    holder_category: 'business',
    mask: account.mask,
    name: account.name,
    official_name: account.officialName,
    // Banks that give stand-ins for account numbers also give a lasting id, for deposit accounts.
    ...(oauth && account.type === 'depository' ? { persistent_account_id: sha256(account.number).slice(0, 37) } : {}),
    subtype: account.subtype,
    type: account.type,
  };
}

/** The accounts of an Item, all or those asked for. */
export function accountsOf(state: PlaidState, item: Item, wanted?: readonly string[]) {
  const accounts = openAccounts(state, item);
  if (accounts.length === 0) throw new PlaidProblem('NO_ACCOUNTS');
  if (wanted === undefined) return accounts;
  return wanted.map((id) => {
    const account = accounts.find((candidate) => candidate.id === id);
    if (account === undefined) throw new PlaidProblem('INVALID_ACCOUNT_ID');
    return account;
  });
}

/** Deposits: booked, and what is left of it after pending payments. Card: owed, and what may still be spent. */
export function balancesOf(state: PlaidState, account: HarborAccount & { key: AccountKey }) {
  const now = state.clock.now();
  const booked = state.company.balanceAt(account.key, now).minor;
  const currency = { iso_currency_code: 'USD', limit: null, unofficial_currency_code: null };
  if (account.type === 'investment') {
    // Four decimals, as real brokerages and Plaid's sandbox have them.
    return { available: null, current: Number(`${booked / 100n}.9805`), ...currency };
  }
  let pendingOut = 0n;
  for (const line of liveLines(state, account.bank, state.company.eventsOf(account.bank, now).end).pending) {
    if (line.account === account.key && line.minor < 0n) pendingOut += line.minor;
  }
  if (account.type === 'credit') {
    return {
      available: dollars(CARD_LIMIT + booked + pendingOut),
      current: dollars(-booked),
      ...currency,
      limit: dollars(CARD_LIMIT),
    };
  }
  return { available: dollars(booked + pendingOut), current: dollars(booked), ...currency };
}

/** A JSON number that prints as the decimal text of the cents. */
export function dollars(minor: bigint): number {
  return Number(decimalText({ minor, currency: 'USD' }));
}

export function institutionBody(bank: BankKey) {
  const { institutionId, name, routing, oauth } = BANKS[bank];
  return {
    country_codes: ['US'],
    dtc_numbers: [],
    institution_id: institutionId,
    name,
    oauth,
    products: OFFERED[bank],
    routing_numbers: [routing],
  };
}
