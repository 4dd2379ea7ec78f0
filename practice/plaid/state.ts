import { instantOf } from '../../main/core/calendar.ts';
import type { Clock } from '../../main/core/clock.ts';
import { type Random, seededRandom } from '../../main/core/random.ts';
import { bankNamed, type CompanyBanks, type PracticeAccount } from '../company/banks.ts';
import { createDraw, type Draw } from '../company/draw.ts';
import { consentFrom } from './item-life.ts';
import { PlaidProblem, type ProblemCode, problemBody } from './problems.ts';
import { createWebhooks, type WebhookOptions, type Webhooks } from './webhooks.ts';

/** One login at one bank. */
export type Item = {
  readonly id: string;
  readonly bank: string;
  readonly createdAt: number;
  readonly daysRequested: number;
  /** 0 for the first Item ever made at its bank. A later one has other ids for the same lines. */
  readonly ordinal: number;
  /** Plaid's ids of its accounts: they belong to the Item and are new in another one. */
  readonly accountIds: Map<string, string>;
  accessToken: string;
  products: readonly string[];
  /** Products that may be read. */
  readonly consented: Set<string>;
  webhook: string | null;
  trouble: ProblemCode | null;
  /** When the consent ends, and when the bank has announced to end the login; null: never. */
  consentEndsAt: number | null;
  disconnectAt: number | null;
  /** Since when Plaid does not reach the bank; null: it does. */
  reachedAt: number | null;
  lastWebhook: { readonly sentAt: number; readonly code: string } | null;
  /** What sync or a webhook told of last; null until sync was called once, and before that Plaid sends nothing. */
  toldUntil: { readonly end: number; readonly whole: boolean } | null;
  /** Cursors of an older generation have gone bad. */
  cursorGeneration: number;
  spoiledBy: ProblemCode;
};

export type PublicToken = {
  readonly token: string;
  readonly bank: string;
  readonly createdAt: number;
  readonly products: readonly string[];
  readonly consented: readonly string[];
  readonly daysRequested: number;
  readonly webhook: string | null;
};

export type LinkSession = {
  readonly id: string;
  readonly startedAt: number;
  finishedAt: number | null;
  /** How it ended: with a new Item, with a repaired one, or left. */
  outcome:
    | {
        readonly kind: 'added';
        readonly publicToken: PublicToken;
        readonly accountIds: ReadonlyMap<string, string>;
      }
    | { readonly kind: 'updated' }
    | { readonly kind: 'left'; readonly status: string }
    | null;
};

export type LinkToken = {
  readonly token: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly hosted: boolean;
  readonly clientName: string;
  readonly language: string;
  readonly countryCodes: readonly string[];
  readonly products: readonly string[];
  readonly consented: readonly string[];
  readonly daysRequested: number;
  readonly webhook: string | null;
  readonly completionUri: string | null;
  /** Update mode: the Item to repair. */
  readonly itemId: string | null;
  readonly sessions: LinkSession[];
};

export type PlaidOptions = WebhookOptions & {
  readonly company: CompanyBanks;
  readonly clock: Clock;
  readonly random: Random;
  readonly clientId?: string;
  readonly secret?: string;
  /** When the first month and then the whole history of a new Item is there; 10 s and 60 s unless told. */
  readonly initialAfterMs?: number;
  readonly historyAfterMs?: number;
  /** Refuse more requests a minute and Item than Plaid's sandbox allows. Off unless told. */
  readonly enforceLimits?: boolean;
};

/** Everything that the practice Plaid remembers. */
export type PlaidState = {
  readonly company: CompanyBanks;
  readonly clock: Clock;
  readonly draw: Draw;
  readonly clientId: string;
  readonly secret: string;
  readonly initialAfterMs: number;
  readonly historyAfterMs: number;
  readonly items: Map<string, Item>;
  /** How many Items were ever made at a bank. */
  readonly made: Map<string, number>;
  readonly removedTokens: Set<string>;
  readonly publicTokens: Map<string, PublicToken>;
  readonly linkTokens: Map<string, LinkToken>;
  readonly webhooks: Webhooks;
  readonly closedAccounts: Set<string>;
  /** Loops of `/transactions/sync` that can never be finished. */
  readonly brokenLoops: Set<number>;
  loops: number;
  /** How many of the next calls inside a loop find the data changed. */
  mutations: number;
  /** Largest page served, whatever is asked for. */
  pageLimit: number;
  removedFirst: boolean;
};

export const PRACTICE_CLIENT_ID = '5f0000000000000000000daybook';
export const PRACTICE_SECRET = 'practice-plaid-secret';

export function createState(options: PlaidOptions): PlaidState {
  return {
    company: options.company,
    clock: options.clock,
    draw: createDraw(options.random),
    clientId: options.clientId ?? PRACTICE_CLIENT_ID,
    secret: options.secret ?? PRACTICE_SECRET,
    initialAfterMs: options.initialAfterMs ?? 10_000,
    historyAfterMs: options.historyAfterMs ?? 60_000,
    items: new Map(),
    made: new Map(),
    removedTokens: new Set(),
    publicTokens: new Map(),
    linkTokens: new Map(),
    webhooks: createWebhooks(options.clock, seededRandom(`${options.company.seed}:webhook-keys`), options),
    closedAccounts: new Set(),
    brokenLoops: new Set(),
    loops: 0,
    mutations: 0,
    pageLimit: 500,
    removedFirst: false,
  };
}

/** `kind-sandbox-` and a UUID, as Plaid's tokens look. */
export function newToken(state: PlaidState, kind: 'access' | 'public' | 'link'): string {
  const hex = (length: number) => Array.from({ length }, () => state.draw.int(0, 15).toString(16)).join('');
  return `${kind}-sandbox-${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

export function newAccountIds(state: PlaidState, bank: string): Map<string, string> {
  return new Map(
    state.company.accounts.filter((account) => account.bank === bank).map(({ key }) => [key, state.draw.id()]),
  );
}

export type NewItem = Pick<PublicToken, 'bank' | 'products' | 'consented' | 'daysRequested' | 'webhook'> & {
  readonly accountIds?: ReadonlyMap<string, string>;
};

/** Makes an Item. At a bank with its own sign-in, a second one for the same login puts the first out of order. */
export function addItem(state: PlaidState, from: NewItem): Item {
  for (const other of state.items.values()) {
    if (other.bank === from.bank && bankNamed(state.company, from.bank).oauth) other.trouble = 'ITEM_LOGIN_REQUIRED';
  }
  const ordinal = state.made.get(from.bank) ?? 0;
  state.made.set(from.bank, ordinal + 1);
  const item: Item = {
    id: state.draw.id(),
    ordinal,
    bank: from.bank,
    createdAt: state.clock.now(),
    daysRequested: from.daysRequested,
    accountIds: new Map(from.accountIds ?? newAccountIds(state, from.bank)),
    accessToken: newToken(state, 'access'),
    products: from.products,
    consented: new Set([...from.products, ...from.consented]),
    webhook: from.webhook,
    trouble: null,
    consentEndsAt: consentFrom(state.clock.now(), bankNamed(state.company, from.bank).consentDays),
    disconnectAt: null,
    reachedAt: null,
    lastWebhook: null,
    toldUntil: null,
    cursorGeneration: 0,
    spoiledBy: 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION',
  };
  state.items.set(item.id, item);
  return item;
}

/** Plaid's id of a line in an Item: the company's own in a bank's first Item, another one in each later Item. */
export function lineIdIn(item: Item, id: string): string {
  return item.ordinal === 0 ? id : id.slice(item.ordinal) + id.slice(0, item.ordinal);
}

/** The accounts of an Item that its bank still shows, with Plaid's ids. */
export function openAccounts(state: PlaidState, item: Item): Array<PracticeAccount & { readonly id: string }> {
  return state.company.accounts.flatMap((account) => {
    const id = item.accountIds.get(account.key);
    return id === undefined || state.closedAccounts.has(account.key) ? [] : [{ ...account, id }];
  });
}

/** The Item of an access token; refuses tokens of another shape, environment or time. */
export function itemOf(state: PlaidState, accessToken: string): Item {
  const [, environment] = /^access-(\w+)-[0-9a-f-]{36}$/.exec(accessToken) ?? [];
  if (environment === undefined) {
    throw new PlaidProblem(
      'INVALID_ACCESS_TOKEN',
      'provided access token is in an invalid format. expected format: access-<environment>-<identifier>',
    );
  }
  if (environment !== 'sandbox') {
    throw new PlaidProblem(
      'INVALID_ACCESS_TOKEN',
      `provided access token is for the wrong Plaid environment. expected "sandbox", got "${environment}"`,
    );
  }
  for (const item of state.items.values()) if (item.accessToken === accessToken) return item;
  throw new PlaidProblem(state.removedTokens.has(accessToken) ? 'ITEM_NOT_FOUND' : 'INVALID_ACCESS_TOKEN');
}

/** Sends a webhook to the Item's address, where the practice company has a way out; it is recorded in any case. */
export function fireWebhook(state: PlaidState, item: Item, type: string, code: string, extra: object = {}): void {
  const told = usualExtra(state, item, type, code);
  const body = { environment: 'sandbox', item_id: item.id, webhook_code: code, webhook_type: type, ...told, ...extra };
  state.webhooks.fire(item.webhook, body);
  if (item.webhook !== null) item.lastWebhook = { sentAt: state.clock.now(), code };
}

/** What each kind of webhook must tell beside the usual, where nobody says otherwise. */
function usualExtra(state: PlaidState, item: Item, type: string, code: string): object {
  const inAWeek = instantOf(state.clock.now() + 7 * 86_400_000);
  const [accountId = ''] = item.accountIds.values();
  switch (`${type}/${code}`) {
    case 'TRANSACTIONS/SYNC_UPDATES_AVAILABLE':
      return { historical_update_complete: true, initial_update_complete: true };
    case 'ITEM/ERROR':
      return {
        // In a webhook there is no request, and the status stands in its place.
        error: { ...problemBody(new PlaidProblem(item.trouble ?? 'ITEM_LOGIN_REQUIRED'), null), status: 400 },
      };
    case 'ITEM/PENDING_DISCONNECT':
      return { disconnect_time: inAWeek, reason: 'INSTITUTION_TOKEN_EXPIRATION' };
    case 'ITEM/PENDING_EXPIRATION':
      return { consent_expiration_time: inAWeek };
    case 'ITEM/USER_ACCOUNT_REVOKED':
      return { account_id: accountId };
    case 'AUTH/DEFAULT_UPDATE':
      return {
        account_ids_with_new_auth: [],
        account_ids_with_updated_auth: { [accountId]: ['ACCOUNT_NUMBER'] },
        error: null,
      };
    case 'ITEM/WEBHOOK_UPDATE_ACKNOWLEDGED':
      return { error: null, new_webhook_url: item.webhook ?? '' };
    default:
      return {};
  }
}

/** Tells each Item whose bank has shown something new since it was last read or told; only Items that were read once. */
export function fireUpdates(state: PlaidState): number {
  let fired = 0;
  for (const item of state.items.values()) {
    const { end } = state.company.eventsOf(item.bank, state.clock.now());
    const whole = state.clock.now() >= item.createdAt + state.historyAfterMs;
    if (item.toldUntil === null || (end <= item.toldUntil.end && whole === item.toldUntil.whole)) continue;
    item.toldUntil = { end, whole };
    fireWebhook(state, item, 'TRANSACTIONS', 'SYNC_UPDATES_AVAILABLE', { historical_update_complete: whole });
    fired += 1;
  }
  return fired;
}
