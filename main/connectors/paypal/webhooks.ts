import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { epochOf } from '../../core/calendar.ts';
import type { NoticeVerdict, TranslatesWebhooks } from '../webhooks.ts';
import type { PaypalCertificates } from './certificates.ts';

/** PayPal tries for three days and does not say whether a repeat has a new time; it states no age of its own. Facts §2. */
const OLDEST_MS = 4 * 86_400_000;
const AHEAD_MS = 5 * 60_000;

const event = z.looseObject({
  id: z.string().min(1).max(256),
  event_type: z.string().max(200),
  resource: z.looseObject({ id: z.string().optional() }).nullish().catch(null),
});

export type PaypalWebhookParts = {
  /** The id that PayPal gave to our address; it is part of what is signed and never sent. */
  readonly webhookId: string;
  readonly certificates: PaypalCertificates;
};

/**
 * Events of one PayPal app, checked without asking PayPal: RSA with SHA-256 over
 * `transmission id|transmission time|webhook id|CRC-32 of the raw body` (decimal, unsigned). Facts §2.
 */
export function paypalWebhooks({ webhookId, certificates }: PaypalWebhookParts): TranslatesWebhooks {
  return {
    translateNotice: async ({ body, headers, receivedAt }, { stop }): Promise<NoticeVerdict> => {
      const of = (name: string) => headers.get(`paypal-${name}`) ?? '';
      const [id, time, signature] = [of('transmission-id'), of('transmission-time'), of('transmission-sig')];
      if (id === '' || time === '' || !/^[A-Za-z0-9+/]{100,1000}={0,2}$/.test(signature))
        return { verdict: 'forged', why: 'The event has no signature of PayPal’s form.' };
      if (of('auth-algo') !== 'SHA256withRSA')
        return { verdict: 'forged', why: 'The event is signed in a way that PayPal does not use.' };
      const sent = Date.parse(time);
      const received = epochOf(receivedAt);
      if (Number.isNaN(sent) || received - sent > OLDEST_MS || sent - received > AHEAD_MS)
        return { verdict: 'stale', why: 'The event came in long after it was sent, or before.' };
      const found = await certificates.find(of('cert-url'), received, stop);
      if ('why' in found) return { verdict: 'unknown_key', why: found.why };
      const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
      if (
        found.key.asymmetricKeyType !== 'rsa' ||
        !verify('sha256', signed, found.key, Buffer.from(signature, 'base64'))
      )
        return { verdict: 'forged', why: 'The signature of the event is not PayPal’s for this address.' };
      const parsed = event.safeParse(jsonIn(Buffer.from(body).toString('utf8')));
      if (!parsed.success) return { verdict: 'unreadable', why: 'The event does not have the form of PayPal.' };
      const { event_type, resource } = parsed.data;
      return {
        verdict: 'genuine',
        reasons: [
          {
            ...{ reads: 'lines', legalEntity: null, providerFeedId: null },
            ...{ topic: event_type, action: '', key: resource?.id ?? null },
          },
        ],
        facts: [],
        providerFeedId: null,
        // CRC-32 is no hash: of one genuine event another text can be made that fits. The transmission is what was signed.
        dedupeKey: id,
      };
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
