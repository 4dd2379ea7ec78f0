/** The life of an Item: everything that happens to a bank login behind the client's back, with the webhook that tells it. */
import { z } from 'zod';
import { type Instant, instantOf } from '../../main/core/calendar.ts';
import { accountNamed } from '../company/banks.ts';
import { PlaidProblem, type ProblemCode, problemBody } from './problems.ts';
import { fireWebhook, type Item, newAccountIds, type PlaidState } from './state.ts';

export type ItemLife = {
  /** The bank's logins answer with this error, and the webhook says so; `ITEM_LOGIN_REQUIRED` unless told. */
  breakLogin(bank: string, code?: ProblemCode): void;
  /** They work again without anybody of ours: `LOGIN_REPAIRED`. */
  repairLogin(bank: string): void;
  /** `PENDING_DISCONNECT`: the login ends at that time unless a person signs in again before. */
  announceDisconnect(bank: string, on: Instant): void;
  /** The consent ends at that time, seven days before which `PENDING_EXPIRATION` is due; it is sent at once. */
  endConsent(bank: string, on: Instant): void;
  /** The holder withdraws everything at the bank: `USER_PERMISSION_REVOKED`. */
  revoke(bank: string): void;
  /** The holder withdraws one account: `USER_ACCOUNT_REVOKED`, and it is not listed any more. */
  revokeAccount(account: string): void;
  offerAccounts(bank: string): void;
  /** Plaid could not reconcile the accounts: they have other ids from now on, without a webhook. */
  changeAccountIds(bank: string): void;
  /** The Item is gone at Plaid, as after a removal elsewhere: only linking anew helps. */
  loseItem(bank: string): void;
  /** Plaid does not reach the bank from now on; false: it does again. */
  unreachable(bank: string, away?: boolean): void;
};

export function itemLife(state: PlaidState): ItemLife {
  const at = (bank: string) => [...state.items.values()].filter((item) => item.bank === bank);
  const tell = (item: Item, code: string, extra: object) => fireWebhook(state, item, 'ITEM', code, extra);
  return {
    breakLogin: (bank, code = 'ITEM_LOGIN_REQUIRED') => {
      for (const item of at(bank)) {
        item.trouble = code;
        tell(item, 'ERROR', { error: { ...problemBody(new PlaidProblem(code), null), status: 400 } });
      }
    },
    repairLogin: (bank) => {
      for (const item of at(bank)) {
        item.trouble = null;
        tell(item, 'LOGIN_REPAIRED', {});
      }
    },
    announceDisconnect: (bank, on) => {
      for (const item of at(bank)) {
        item.disconnectAt = Date.parse(on);
        tell(item, 'PENDING_DISCONNECT', { disconnect_time: on, reason: 'INSTITUTION_MIGRATION' });
      }
    },
    endConsent: (bank, on) => {
      for (const item of at(bank)) {
        item.consentEndsAt = Date.parse(on);
        tell(item, 'PENDING_EXPIRATION', { consent_expiration_time: on });
      }
    },
    revoke: (bank) => {
      for (const item of at(bank)) {
        item.trouble = 'USER_PERMISSION_REVOKED';
        const error = { ...problemBody(new PlaidProblem('USER_PERMISSION_REVOKED'), null), status: 400 };
        tell(item, 'USER_PERMISSION_REVOKED', { error });
      }
    },
    revokeAccount: (account) => {
      state.closedAccounts.add(account);
      for (const item of at(accountNamed(state.company, account).bank))
        tell(item, 'USER_ACCOUNT_REVOKED', { account_id: item.accountIds.get(account) ?? '' });
    },
    offerAccounts: (bank) => {
      for (const item of at(bank)) tell(item, 'NEW_ACCOUNTS_AVAILABLE', { error: null });
    },
    changeAccountIds: (bank) => {
      for (const item of at(bank))
        for (const [key, id] of newAccountIds(state, bank)) if (item.accountIds.has(key)) item.accountIds.set(key, id);
    },
    loseItem: (bank) => {
      for (const item of at(bank)) {
        state.items.delete(item.id);
        state.removedTokens.add(item.accessToken);
      }
    },
    unreachable: (bank, away = true) => {
      for (const item of at(bank)) item.reachedAt = away ? state.clock.now() : null;
    },
  };
}

const ofBank = z.strictObject({ bank: z.string() });
const withDay = ofBank.extend({ on: z.iso.datetime() });

/** The same by HTTP, for a person at the command line: `POST /practice/item/break-login {"bank":"…"}`. */
const ACTS: Readonly<Record<string, (life: ItemLife, body: unknown) => void>> = {
  'break-login': (life, body) => life.breakLogin(ofBank.parse(body).bank),
  'repair-login': (life, body) => life.repairLogin(ofBank.parse(body).bank),
  'announce-disconnect': (life, body) => {
    const { bank, on } = withDay.parse(body);
    life.announceDisconnect(bank, on);
  },
  'end-consent': (life, body) => {
    const { bank, on } = withDay.parse(body);
    life.endConsent(bank, on);
  },
  revoke: (life, body) => life.revoke(ofBank.parse(body).bank),
  'revoke-account': (life, body) => life.revokeAccount(z.strictObject({ account: z.string() }).parse(body).account),
  'offer-accounts': (life, body) => life.offerAccounts(ofBank.parse(body).bank),
  'change-account-ids': (life, body) => life.changeAccountIds(ofBank.parse(body).bank),
  'lose-item': (life, body) => life.loseItem(ofBank.parse(body).bank),
  unreachable: (life, body) => life.unreachable(ofBank.parse(body).bank),
  reachable: (life, body) => life.unreachable(ofBank.parse(body).bank, false),
};

const PATH = '/practice/item/';

/** Null for a request that is for somebody else. */
export async function itemLifeDoor(state: PlaidState, request: Request): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  if (request.method !== 'POST' || !pathname.startsWith(PATH)) return null;
  const act = ACTS[pathname.slice(PATH.length)];
  if (act === undefined) return Response.json({ acts: Object.keys(ACTS) }, { status: 404 });
  try {
    act(itemLife(state), JSON.parse(await request.text()));
  } catch (thrown) {
    return Response.json({ error: thrown instanceof Error ? thrown.message : String(thrown) }, { status: 400 });
  }
  return Response.json({ done: instantOf(state.clock.now()) });
}

/** What the bank demands of the Item now: its own trouble, or the end of what was granted. */
export function troubleNow(state: PlaidState, item: Item): ProblemCode | null {
  if (item.trouble !== null) return item.trouble;
  const now = state.clock.now();
  const over = (end: number | null) => end !== null && end <= now;
  return over(item.disconnectAt) || over(item.consentEndsAt) ? 'ITEM_LOGIN_REQUIRED' : null;
}

/** When a consent given now ends. */
export function consentFrom(now: number, consentDays: number | null): number | null {
  return consentDays === null ? null : now + consentDays * 86_400_000;
}
