import { asDaybookError, DaybookError } from '../../core/errors.ts';
import type { Stop } from '../capabilities.ts';
import type { NoticeAddress, SubscribesNotices } from '../webhooks.ts';
import type { Client } from './client.ts';
import type { ExactSettings } from './config.ts';
import { webhookSubscriptions } from './entities.ts';
import { TOPICS } from './webhooks.ts';

export type SubscriptionParts = {
  readonly client: Client;
  readonly settings: Pick<ExactSettings, 'divisions' | 'redirectUri'>;
  /** Throws `secret_missing`. */
  readonly webhookSecret: () => string;
};

const DESCRIPTION = 'Daybook';

/** Webhook subscriptions: one for each division and topic of the registration. Facts §7. */
export function createSubscriptions({ client, settings, webhookSecret }: SubscriptionParts): SubscribesNotices {
  const ofDivision = async (
    division: string,
    url: string | null,
    isOurs: (url: string) => boolean,
    stop: Stop,
  ): Promise<NoticeAddress[]> => {
    const present = await client.list(division, webhookSubscriptions, {}, stop);
    const results: NoticeAddress[] = [];
    for (const topic of TOPICS) {
      const told = (state: NoticeAddress['state'], error: NoticeAddress['error'] = null) =>
        results.push({ legalEntity: division, topic, state, error });
      const held = present.find(({ Topic }) => Topic === topic);
      try {
        if (held !== undefined && held.CallbackURL !== url && !isOurs(held.CallbackURL)) {
          if (url !== null) told('elsewhere');
          continue;
        }
        if (held?.CallbackURL === url) {
          told('set');
          continue;
        }
        // A topic has one address: the former goes first. What is sent in between comes by the next pull.
        if (held !== undefined) await client.remove(division, webhookSubscriptions, held.ID, stop);
        if (url !== null) {
          const body = { CallbackURL: url, Topic: topic, Description: DESCRIPTION };
          await client.post(division, webhookSubscriptions, body, stop);
        }
        told(url === null ? 'none' : 'set');
      } catch (thrown) {
        const error = asDaybookError(thrown);
        if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
        told('failed', error.toJSON());
      }
    }
    return results;
  };

  return {
    subscribeNotices: async (url, isOurs, stop) => {
      if (url !== null) {
        requireSameHost(url, settings.redirectUri);
        // A notice that cannot be checked would be counted and thrown away.
        webhookSecret();
      }
      const results: NoticeAddress[] = [];
      for (const division of settings.divisions)
        results.push(...(await ofDivision(String(division), url, isOurs, stop)));
      return results;
    },
  };
}

function requireSameHost(url: string, redirectUri: string): void {
  const [ours, registered] = [URL.parse(url), URL.parse(redirectUri)];
  if (ours?.protocol === 'https:' && ours.host === registered?.host) return;
  throw new DaybookError(
    'registration_needed',
    `Exact Online sends notices only to the host of the registered return address, ${registered?.host ?? 'none'}. Register ${ours?.origin ?? 'the relay'}/oauth/exact/callback as the return address and enter it in this connection.`,
  );
}
