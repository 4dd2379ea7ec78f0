/** Webhooks on their way: signed, sent, sent again until they are taken, and kept in the list of what was sent. */
import { canonicalJson } from '../../main/core/canonical.ts';
import { type Clock, instantNow } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import type { Random } from '../../main/core/random.ts';
import { newSigningKey, type SigningKey, signWebhook } from './webhook-keys.ts';

export type RecordedWebhook = { readonly url: string | null; readonly body: Readonly<Record<string, unknown>> };

type Sent = RecordedWebhook & {
  readonly id: string;
  /** When it was first made; those without an address are never sent. */
  readonly sentTime: string;
  attempts: number;
  /** HTTP status of the last attempt; 0 when there was no answer, null before the first. */
  status: number | null;
};

export type WebhookOptions = {
  /** Reaches the addresses of webhooks. Without it they are only recorded. */
  readonly notify?: Fetch;
  /** Whose time stands in the signature; the company's own unless told. A practice day that is put forward must not age it. */
  readonly webhookClock?: Clock;
  /** Pause before a webhook is sent again; four times as long before each further attempt, for a day. 30 s unless told. */
  readonly retryAfterMs?: number;
};

export type Webhooks = {
  readonly recorded: readonly RecordedWebhook[];
  readonly sent: readonly Readonly<Sent>[];
  fire(url: string | null, body: Readonly<Record<string, unknown>>): void;
  key(kid: string): SigningKey | undefined;
  /** The key that signs now. */
  readonly signing: () => SigningKey;
  /** Signs with a new key from now on. `expire`: the former one is ended. */
  rotateKey(expire: boolean): void;
  /** Resolves when nothing is on its way any more; what is refused is tried again meanwhile. */
  settled(): Promise<void>;
  /** Gives up what is still being tried again. */
  stop(): void;
};

const DAY_MS = 86_400_000;
const PATIENCE_MS = 10_000;

export function createWebhooks(clock: Clock, random: Random, options: WebhookOptions): Webhooks {
  const { notify, webhookClock = clock, retryAfterMs = 30_000 } = options;
  const keys = [newSigningKey(random, webhookClock)];
  const sent: Sent[] = [];
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const signing = () => keys.at(-1) ?? newSigningKey(random, webhookClock);

  const attempt = async (webhook: Sent, url: string, fetch: Fetch): Promise<boolean> => {
    // Plaid writes two spaces, sorted keys, no line end; each attempt is signed anew.
    const text = JSON.stringify(JSON.parse(canonicalJson(JSON.parse(JSON.stringify(webhook.body)))), null, 2);
    const verification = signWebhook(signing(), text, Math.floor(webhookClock.now() / 1000));
    const headers = { 'content-type': 'application/json', 'plaid-verification': verification };
    const limit = webhookClock.deadline(PATIENCE_MS);
    webhook.attempts += 1;
    try {
      const answer = await fetch(new Request(url, { method: 'POST', headers, body: text, signal: limit.signal }));
      await answer.arrayBuffer();
      webhook.status = answer.status;
    } catch {
      // Nobody there, or too slow: told as 0.
      webhook.status = 0;
    } finally {
      limit.clear();
    }
    return webhook.status >= 200 && webhook.status < 300;
  };

  const send = async (webhook: Sent, url: string, fetch: Fetch) => {
    const until = webhookClock.now() + DAY_MS;
    for (let pause = retryAfterMs; !(await attempt(webhook, url, fetch)); pause *= 4) {
      if (stopping.signal.aborted || webhookClock.now() + pause > until) return;
      const rested = await webhookClock.sleep(pause, stopping.signal).then(
        () => true,
        () => false,
      );
      if (!rested) return;
    }
  };

  return {
    recorded: sent,
    sent,
    signing,
    key: (kid) => keys.find((one) => one.kid === kid),
    fire: (url, body) => {
      const webhook: Sent = {
        ...{ url, body, id: `practice-${sent.length + 1}` },
        ...{ sentTime: instantNow(webhookClock), attempts: 0, status: null },
      };
      sent.push(webhook);
      if (url === null || notify === undefined) return;
      const work: Promise<void> = send(webhook, url, notify).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    rotateKey: (expire) => {
      if (expire) signing().expiredAt = Math.floor(webhookClock.now() / 1000);
      keys.push(newSigningKey(random, webhookClock));
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: () => stopping.abort(),
  };
}

/** The answer of `/beta/webhook_events/list`: what was sent to an address, oldest first. The cursor is a position. */
export function webhookEvents(webhooks: Webhooks, from: number, count: number) {
  const all = webhooks.sent;
  const events: object[] = [];
  let next = from;
  for (; next < all.length && events.length < count; next++) {
    const one = all[next];
    if (one === undefined || one.url === null) continue;
    events.push({
      webhook_message_id: one.id,
      webhook_type: one.body.webhook_type,
      webhook_code: one.body.webhook_code,
      item_id: one.body.item_id ?? null,
      sent_time: one.sentTime,
      payload: one.body,
      destination_url: one.url,
      delivery_status: one.status === null ? 'PENDING' : one.status >= 200 && one.status < 300 ? 'DELIVERED' : 'FAILED',
      last_http_status_code: one.status || null,
      attempt_count: one.attempts,
      last_attempt_time: one.attempts === 0 ? null : one.sentTime,
    });
  }
  return { webhook_events: events, has_more: next < all.length, next_cursor: `position-${next}` };
}
