/** Webhook subscriptions, and the signed notices that go out after changes. */
import { createHmac } from 'node:crypto';
import type { Fetch } from '../../main/core/ports.ts';
import { notFound, rulesIn } from './errors.ts';
import { ENTRY_FIELDS } from './fields-entries.ts';
import { readInput } from './input.ts';
import type { Application } from './oauth.ts';
import { type Body, type Caller, listOf, type Resource } from './resource.ts';
import { declareFields, type Values } from './schema.ts';
import type { Division, Site, Stamp } from './site.ts';

export type Notice = {
  readonly topic: string;
  readonly division: number;
  readonly action: 'Create' | 'Update' | 'Delete';
  readonly key: string;
};

export type Webhooks = {
  readonly resource: Resource;
  /** Puts a change into the queue of its subscribers; their own posts as well. */
  changed(division: Division, topic: string, action: Notice['action'], key: string): void;
  /** Sends what waits; returns the number sent. Notices may come late, twice and in any order: that is the caller's to try. */
  deliver(): Promise<number>;
  readonly waiting: readonly Notice[];
};

type Subscription = Stamp & {
  readonly division: number;
  readonly topic: string;
  readonly callbackUrl: string;
  readonly description: string | null;
  readonly userId: string;
};

export function createWebhooks(
  site: Pick<Site, 'stamp' | 'now'>,
  app: Application,
  { origin, send }: { readonly origin: string; readonly send: Fetch | undefined },
): Webhooks {
  const subscriptions = new Map<string, Subscription>();
  const queue: Array<Notice & { readonly url: string; readonly at: string }> = [];
  const fields = declareFields(ENTRY_FIELDS.WebhookSubscriptions);

  const post = async (url: string, body: string): Promise<number> => {
    if (send === undefined) return 0;
    const headers = body === '' ? undefined : { 'content-type': 'application/json; charset=utf-8' };
    // A callback that cannot be reached is told as 0, as one that answers is told by its status.
    const answer = await send(new Request(url, { method: 'POST', body, ...(headers ? { headers } : {}) })).catch(
      () => null,
    );
    return answer?.status ?? 0;
  };

  const create = async (caller: Caller, body: Body): Promise<Values> => {
    const rules = rulesIn(caller.user.language);
    const input = readInput(fields, body);
    const [callbackUrl, topic] = [input.text('CallbackURL'), input.text('Topic')];
    if (callbackUrl === null || topic === null) throw rules.callbackFailed(0);
    const url = URL.parse(callbackUrl);
    const isOurs = url?.protocol === 'https:' && url.host === new URL(app.redirectUri).host;
    if (!isOurs) throw rules.callbackFailed(0);
    const division = caller.division.code;
    if ([...subscriptions.values()].some((held) => held.topic === topic && held.division === division))
      throw rules.say('exists');
    // The trial call has no body at all.
    const status = await post(callbackUrl, '');
    if (status < 200 || status > 299) throw rules.callbackFailed(status);
    const description = input.text('Description');
    const subscription = { ...site.stamp(), division, topic, callbackUrl, description, userId: caller.user.id };
    subscriptions.set(subscription.id, subscription);
    return values(subscription);
  };

  const values = (held: Subscription): Values => ({
    ID: held.id,
    CallbackURL: held.callbackUrl,
    ClientID: app.clientId,
    Created: held.created,
    Description: held.description,
    Division: held.division,
    Topic: held.topic,
    UserID: held.userId,
  });

  return {
    waiting: queue,
    resource: listOf({
      path: 'webhooks/WebhookSubscriptions',
      type: 'Webhooks.WebhookSubscription',
      fields,
      scope: 'organization.administration',
      rows: ({ division }) => [...subscriptions.values()].filter((held) => held.division === division.code).map(values),
      create,
      remove: (_caller, key) => {
        if (!subscriptions.delete(key)) throw notFound();
      },
    }),
    changed: ({ code }, topic, action, key) => {
      for (const held of subscriptions.values())
        if (held.division === code && held.topic === topic)
          queue.push({ topic, division: code, action, key, url: held.callbackUrl, at: site.now() });
    },
    deliver: async () => {
      const notices = queue.splice(0);
      for (const notice of notices) await post(notice.url, noticeBody(notice, notice.at, origin, app));
      return notices.length;
    },
  };
}

/**
 * The body of a notice: the signature is the upper-case hex HMAC-SHA256 of the exact text of `Content`, so the text is
 * put together once and never made anew from its values.
 * @param at Zone-less; the site writes one to three decimals.
 */
export function noticeBody(
  notice: Notice,
  at: string,
  origin: string,
  app: Pick<Application, 'clientId' | 'webhookSecret'>,
): string {
  const folder = notice.topic === 'GeneralJournalEntries' ? 'generaljournalentry' : 'financialtransaction';
  const content = JSON.stringify({
    Topic: notice.topic,
    ClientId: app.clientId,
    Division: notice.division,
    Action: notice.action,
    Key: notice.key,
    ExactOnlineEndpoint: `${origin}/api/v1/${notice.division}/${folder}/${notice.topic}(guid'${notice.key}')`,
    EventCreatedOn: at.replace(/0{1,2}$/, ''),
  });
  const hash = createHmac('sha256', app.webhookSecret).update(content).digest('hex').toUpperCase();
  return `{"Content":${content},"HashCode":"${hash}"}`;
}
