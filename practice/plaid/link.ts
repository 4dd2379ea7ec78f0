/** Link: tokens, sessions and their ends (plaid.com/docs/api/link). The page a person sees is in `hosted-page.ts`. */
import { instantOf } from '../../main/core/calendar.ts';
import { bankNamed } from '../company/banks.ts';
import { consentFrom } from './item-life.ts';
import { PlaidProblem } from './problems.ts';
import type { LinkTokenCreate } from './requests.ts';
import {
  addItem,
  type Item,
  itemOf,
  type LinkSession,
  type LinkToken,
  newAccountIds,
  newToken,
  type PlaidState,
  type PublicToken,
} from './state.ts';

const HOUR = 3_600_000;
const PUBLIC_TOKEN_LIFE = HOUR / 2;
/** Plaid shows how a session ended for six hours. */
const SESSION_LIFE = 6 * HOUR;

export function createLinkToken(state: PlaidState, request: LinkTokenCreate, origin: string) {
  const update = request.access_token == null ? null : itemOf(state, request.access_token);
  checkProducts(request, update);
  const hosted = request.hosted_link ?? null;
  const lifetime = hosted?.url_lifetime_seconds ?? (update !== null || hosted !== null ? 1800 : 4 * 3600);
  const now = state.clock.now();
  const link: LinkToken = {
    token: newToken(state, 'link'),
    createdAt: now,
    expiresAt: now + lifetime * 1000,
    hosted: hosted !== null,
    // A longer name is not shown.
    clientName: request.client_name.length > 30 ? 'This Application' : request.client_name,
    language: request.language,
    countryCodes: request.country_codes,
    products: request.products ?? [],
    consented: [
      ...(request.required_if_supported_products ?? []),
      ...(request.optional_products ?? []),
      ...(request.additional_consented_products ?? []),
    ],
    daysRequested: request.transactions?.days_requested ?? 90,
    // In update mode the Item keeps the webhook it has.
    webhook: update === null ? (request.webhook ?? null) : update.webhook,
    completionUri: hosted?.completion_redirect_uri ?? null,
    itemId: update?.id ?? null,
    sessions: [],
  };
  state.linkTokens.set(link.token, link);
  return {
    expiration: instantOf(link.expiresAt).replace(/\.\d{3}Z$/, 'Z'),
    ...(link.hosted ? { hosted_link_url: `${origin}/practice/link/${link.token}` } : {}),
    link_token: link.token,
  };
}

function checkProducts(request: LinkTokenCreate, update: Item | null): void {
  const lists = [
    request.products,
    request.required_if_supported_products,
    request.optional_products,
    request.additional_consented_products,
  ].map((list) => list ?? []);
  const all = lists.flat();
  if (all.includes('balance')) throw new PlaidProblem('INVALID_PRODUCT', 'balance is not a valid product for Link');
  if (new Set(all).size !== all.length) {
    throw new PlaidProblem('INVALID_FIELD', 'the product lists of a link token must not overlap');
  }
  if (update === null && (request.products ?? []).length === 0) {
    throw new PlaidProblem('MISSING_FIELDS', 'products must not be empty');
  }
  if (update !== null && (request.products?.length || request.transactions !== undefined)) {
    throw new PlaidProblem('INVALID_FIELD', 'products cannot be specified when initializing Link in update mode');
  }
  const uri = request.redirect_uri;
  if (uri !== undefined && !/^(https:\/\/|http:\/\/localhost)[^?#]*$/.test(uri)) {
    throw new PlaidProblem('INVALID_FIELD', 'OAuth redirect URI must be configured in the developer dashboard');
  }
}

/** The link token, if it can still be used. */
export function liveLinkToken(state: PlaidState, token: string): LinkToken {
  const link = state.linkTokens.get(token);
  if (link === undefined) throw new PlaidProblem('INVALID_LINK_TOKEN');
  if (state.clock.now() >= link.expiresAt) throw new PlaidProblem('INVALID_LINK_TOKEN', 'the link token has expired');
  return link;
}

/** The page was opened: the last unfinished session, or a new one. */
export function openSession(state: PlaidState, link: LinkToken): LinkSession {
  const last = link.sessions.at(-1);
  if (last !== undefined && last.finishedAt === null) return last;
  const session: LinkSession = { id: state.draw.id(), startedAt: state.clock.now(), finishedAt: null, outcome: null };
  link.sessions.push(session);
  return session;
}

/** The person signed in at a bank; in update mode the Item works again. */
export function finishSession(state: PlaidState, link: LinkToken, bank: string | null): void {
  const session = openSession(state, link);
  session.finishedAt = state.clock.now();
  const item = link.itemId === null ? undefined : state.items.get(link.itemId);
  if (item !== undefined) {
    item.trouble = null;
    item.disconnectAt = null;
    item.consentEndsAt = consentFrom(state.clock.now(), bankNamed(state.company, item.bank).consentDays);
    for (const product of link.consented) item.consented.add(product);
    session.outcome = { kind: 'updated' };
    return;
  }
  if (bank === null) throw new PlaidProblem('INVALID_INSTITUTION');
  const { offers } = bankNamed(state.company, bank);
  const offered = (product: string) => offers.includes(product);
  const publicToken: PublicToken = {
    token: newToken(state, 'public'),
    bank,
    createdAt: state.clock.now(),
    products: link.products,
    consented: link.consented.filter(offered),
    daysRequested: link.daysRequested,
    webhook: link.webhook,
  };
  state.publicTokens.set(publicToken.token, publicToken);
  const accountIds = newAccountIds(state, bank);
  session.outcome = { kind: 'added', publicToken, accountIds };
}

/** The person closed Link; `status` says where, e.g. `requires_credentials`, `institution_not_found`. */
export function leaveSession(state: PlaidState, link: LinkToken, status: string): void {
  const session = openSession(state, link);
  session.finishedAt = state.clock.now();
  session.outcome = { kind: 'left', status };
}

export function linkTokenBody(state: PlaidState, token: string) {
  const link = state.linkTokens.get(token);
  if (link === undefined) throw new PlaidProblem('INVALID_LINK_TOKEN');
  const now = state.clock.now();
  const sessions = link.sessions.filter(({ finishedAt }) => finishedAt === null || now < finishedAt + SESSION_LIFE);
  return {
    created_at: instantOf(link.createdAt),
    expiration: instantOf(link.expiresAt),
    ...(sessions.length === 0 ? {} : { link_sessions: sessions.map((session) => sessionBody(state, session)) }),
    link_token: link.token,
    metadata: {
      client_name: link.clientName,
      country_codes: link.countryCodes,
      initial_products: link.products,
      language: link.language,
      redirect_uri: null,
      webhook: link.webhook,
    },
  };
}

function sessionBody(state: PlaidState, session: LinkSession) {
  const { outcome, finishedAt } = session;
  return {
    events: [],
    ...(outcome?.kind === 'left'
      ? { exit: { error: null, metadata: { link_session_id: session.id, request_id: '', status: outcome.status } } }
      : {}),
    finished_at: finishedAt === null ? null : instantOf(finishedAt),
    link_session_id: session.id,
    ...(outcome === null || outcome.kind === 'left' ? {} : { results: resultsOf(state, outcome) }),
    started_at: instantOf(session.startedAt),
  };
}

function resultsOf(state: PlaidState, outcome: Exclude<LinkSession['outcome'], null | { kind: 'left' }>) {
  return {
    bank_income_results: [],
    cra_item_add_results: [],
    cra_update_results: [],
    document_income_results: null,
    item_add_results: outcome.kind === 'updated' ? [] : [addResult(state, outcome)],
    payroll_income_results: [],
  };
}

function addResult(
  { company }: PlaidState,
  { publicToken, accountIds }: Extract<LinkSession['outcome'], { kind: 'added' }>,
) {
  const bank = bankNamed(company, publicToken.bank);
  return {
    accounts: company.accounts.flatMap((account) => {
      const id = accountIds.get(account.key);
      const { mask, name, subtype, type } = account;
      return id === undefined ? [] : [{ class_type: null, id, mask, name, subtype, type, verification_status: null }];
    }),
    institution: { institution_id: bank.institutionId, name: bank.name },
    public_token: publicToken.token,
  };
}

/** A public token works once, for half an hour. */
export function exchange(state: PlaidState, token: string): Item {
  const publicToken = state.publicTokens.get(token);
  if (publicToken === undefined) throw new PlaidProblem('INVALID_PUBLIC_TOKEN');
  if (state.clock.now() >= publicToken.createdAt + PUBLIC_TOKEN_LIFE) {
    throw new PlaidProblem(
      'INVALID_PUBLIC_TOKEN',
      'provided public token is expired. Public tokens expire 30 minutes after creation',
    );
  }
  state.publicTokens.delete(token);
  const outcomes = [...state.linkTokens.values()].flatMap((link) => link.sessions.map(({ outcome }) => outcome));
  const added = outcomes.find((outcome) => outcome?.kind === 'added' && outcome.publicToken.token === token);
  return addItem(state, { ...publicToken, ...(added?.kind === 'added' ? { accountIds: added.accountIds } : {}) });
}
