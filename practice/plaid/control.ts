import { bankNamed } from '../company/banks.ts';
import type { FaultSwitches } from '../faults.ts';
import { type ItemLife, itemLife, troubleNow } from './item-life.ts';
import { finishSession, leaveSession, liveLinkToken } from './link.ts';
import type { ProblemCode } from './problems.ts';
import { addItem, fireUpdates, fireWebhook, itemOf, type PlaidState } from './state.ts';
import type { SigningKey } from './webhook-keys.ts';
import type { RecordedWebhook } from './webhooks.ts';

/** What a test or a person may do to the practice Plaid behind the client's back. */
export type PracticePlaidControl = {
  /** What happens to logins in their life: broken, revoked, announced to end, with other account ids. */
  readonly life: ItemLife;
  readonly clientId: string;
  readonly secret: string;
  readonly faults: FaultSwitches;
  /** Webhooks that were sent, or would have been, oldest first. */
  readonly webhooks: readonly RecordedWebhook[];
  /** The key that signs webhooks now: a forger's best wish. */
  signingKey(): SigningKey;
  /** Signs with a new key from now on. `expire`: the former one is ended. */
  rotateWebhookKey(expire?: boolean): void;
  /** What the banks have shown since the Items were last read leads to webhooks; returns how many. */
  tellUpdates(): number;
  /** Sends a webhook of the bank's Item. */
  fireWebhook(accessToken: string, type: string, code: string, extra?: object): void;
  /** Resolves when no webhook is on its way any more. */
  webhooksSettled(): Promise<void>;
  /** Gives up webhooks that are tried again. */
  stopWebhooks(): void;
  /** Every live Item with the ids of its accounts. */
  items(): Array<{
    readonly itemId: string;
    readonly bank: string;
    readonly accessToken: string;
    readonly accounts: ReadonlyMap<string, string>;
    /** What the bank demands of it now. */
    readonly trouble: ProblemCode | null;
  }>;
  /** Links a bank without Link, with the whole history and every product that it offers. */
  addItem(bank: string, options?: { readonly daysRequested?: number }): { itemId: string; accessToken: string };
  /** The person signs in at a bank on the hosted page. In update mode the bank is known. */
  completeLink(linkToken: string, bank: string | null): void;
  abandonLink(linkToken: string, status: string): void;
  /** The bank's Items answer with this error from now on; null repairs them. */
  failItems(bank: string, code: ProblemCode | null): void;
  /** Consent for a product is missing at a bank. */
  withholdConsent(bank: string, product: string): void;
  /** The account disappears, as closed ones do. */
  closeAccount(account: string): void;
  /** This many calls inside a sync loop find the data changed; their loops can never be finished. */
  mutateDuringPagination(times: number): void;
  /** Every cursor of the bank's Items so far is refused for ever; only a sync from the beginning works. */
  spoilCursors(bank: string, how: 'mutation' | 'invalid'): void;
  /** Sync pages hold at most this many changes. */
  limitPages(count: number): void;
  /** Sync tells of removed lines before the added ones, so that they lie on other pages. */
  removedFirst(on: boolean): void;
};

export function controlOf(state: PlaidState, faults: FaultSwitches): PracticePlaidControl {
  const itemsAt = (bank: string) => [...state.items.values()].filter((item) => item.bank === bank);
  return {
    life: itemLife(state),
    clientId: state.clientId,
    secret: state.secret,
    faults,
    webhooks: state.webhooks.recorded,
    signingKey: () => state.webhooks.signing(),
    rotateWebhookKey: (expire = false) => state.webhooks.rotateKey(expire),
    tellUpdates: () => fireUpdates(state),
    fireWebhook: (accessToken, type, code, extra) =>
      fireWebhook(state, itemOf(state, accessToken), type, code, extra ?? {}),
    webhooksSettled: () => state.webhooks.settled(),
    stopWebhooks: () => state.webhooks.stop(),
    items: () =>
      [...state.items.values()].map((item) => ({
        itemId: item.id,
        bank: item.bank,
        accessToken: item.accessToken,
        accounts: item.accountIds,
        trouble: troubleNow(state, item),
      })),
    addItem: (bank, { daysRequested = 730 } = {}) => {
      const item = addItem(state, {
        bank,
        products: ['transactions'],
        consented: bankNamed(state.company, bank).offers,
        daysRequested,
        webhook: null,
      });
      return { itemId: item.id, accessToken: item.accessToken };
    },
    completeLink: (linkToken, bank) => finishSession(state, liveLinkToken(state, linkToken), bank),
    abandonLink: (linkToken, status) => leaveSession(state, liveLinkToken(state, linkToken), status),
    failItems: (bank, code) => {
      for (const item of itemsAt(bank)) item.trouble = code;
    },
    withholdConsent: (bank, product) => {
      for (const item of itemsAt(bank)) item.consented.delete(product);
    },
    closeAccount: (account) => {
      state.closedAccounts.add(account);
    },
    mutateDuringPagination: (times) => {
      state.mutations = times;
    },
    spoilCursors: (bank, how) => {
      for (const item of itemsAt(bank)) {
        item.cursorGeneration += 1;
        item.spoiledBy = how === 'invalid' ? 'INVALID_FIELD' : 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION';
      }
    },
    limitPages: (count) => {
      state.pageLimit = count;
    },
    removedFirst: (on) => {
      state.removedFirst = on;
    },
  };
}
