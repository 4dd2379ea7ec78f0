/** Items, accounts, balances and institutions as Plaid writes them: keys in alphabetical order. */
import { addDays, instantOf } from '../../main/core/calendar.ts';
import { sha256 } from '../../main/core/canonical.ts';
import { decimalText } from '../../main/core/money.ts';
import { accountNamed, bankNamed, type PracticeAccount, type PracticeBank } from '../company/banks.ts';
import { troubleNow } from './item-life.ts';
import { liveLines } from './live.ts';
import { PlaidProblem, problemBody } from './problems.ts';
import { type Item, openAccounts, type PlaidState } from './state.ts';

export function itemBody(state: PlaidState, item: Item) {
  const bank = bankNamed(state.company, item.bank);
  const trouble = troubleNow(state, item);
  const billed = item.products.filter((product) => product !== 'balance').sort();
  return {
    auth_method: item.products.includes('auth') ? 'INSTANT_AUTH' : null,
    available_products: bank.offers.filter((product) => !billed.includes(product)),
    billed_products: billed,
    consent_expiration_time: item.consentEndsAt === null ? null : instantOf(item.consentEndsAt).replace('.000Z', 'Z'),
    consented_products: [...item.consented].sort(),
    created_at: instantOf(item.createdAt).replace(/\.\d{3}Z$/, 'Z'),
    error: trouble === null ? null : problemBody(new PlaidProblem(trouble), null),
    institution_id: bank.institutionId,
    institution_name: bank.name,
    item_id: item.id,
    products: billed,
    update_type: 'background',
    // The real service writes an empty text for "none".
    webhook: item.webhook ?? '',
  };
}

function hasBrokerage(state: PlaidState, item: Item): boolean {
  return [...item.accountIds.keys()].some((key) => accountNamed(state.company, key).type === 'investment');
}

/** When the bank was last reached: every morning at 05:00, and when the Item was linked. */
export function itemStatus(state: PlaidState, item: Item) {
  const now = state.clock.now();
  const today = instantOf(now).slice(0, 10);
  const morning = Date.parse(`${today}T05:00:00Z`);
  const reached = now >= morning ? morning : Date.parse(`${addDays(today, -1)}T05:00:00Z`);
  const update = {
    last_failed_update: null,
    last_successful_update: instantOf(Math.min(Math.max(reached, item.createdAt), item.reachedAt ?? reached)),
  };
  return {
    investments: hasBrokerage(state, item) ? update : null,
    last_webhook:
      item.lastWebhook === null
        ? null
        : { code_sent: item.lastWebhook.code, sent_at: instantOf(item.lastWebhook.sentAt) },
    transactions: update,
  };
}

export function accountBody(state: PlaidState, account: PracticeAccount & { id: string }) {
  const { oauth } = bankNamed(state.company, account.bank);
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
export function balancesOf(state: PlaidState, account: PracticeAccount) {
  const now = state.clock.now();
  const booked = state.company.balanceAt(account.key, now).minor;
  const currency = { iso_currency_code: account.currency, limit: null, unofficial_currency_code: null };
  const decimal = (minor: bigint) => jsonDecimal(minor, account.currency);
  if (account.type === 'investment') {
    // Four decimals, as real brokerages and Plaid's sandbox have them.
    return { available: null, current: Number(`${booked / 100n}.9805`), ...currency };
  }
  let pendingOut = 0n;
  for (const line of liveLines(state, account.bank, state.company.eventsOf(account.bank, now).end).pending) {
    if (line.account === account.key && line.minor < 0n) pendingOut += line.minor;
  }
  if (account.type === 'credit') {
    const limit = account.limitMinor ?? 0n;
    return {
      available: decimal(limit + booked + pendingOut),
      current: decimal(-booked),
      ...currency,
      limit: decimal(limit),
    };
  }
  return { available: decimal(booked + pendingOut), current: decimal(booked), ...currency };
}

/** A JSON number that prints as the decimal text of the amount. */
export function jsonDecimal(minor: bigint, currency: string): number {
  return Number(decimalText({ minor, currency }));
}

export function institutionBody({ institutionId, name, place, routing, oauth, offers }: PracticeBank) {
  return {
    country_codes: [place.country],
    dtc_numbers: [],
    institution_id: institutionId,
    name,
    oauth,
    products: offers,
    routing_numbers: routing === null ? [] : [routing],
  };
}
