import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { epochOf } from '../../core/calendar.ts';
import type { NoticeVerdict, RawNotice, RefusedNotice, TranslatesWebhooks } from '../webhooks.ts';

/** What Stripe's own libraries allow. A time ahead of ours passes there as well: only the age is checked. Facts §3. */
const OLDEST_SECONDS = 300;
const MOST_SIGNATURES = 10;

/** A snapshot event. Those of API v2 have only a pointer and another `object`; they are refused. */
const event = z.looseObject({
  id: z.string().min(1).max(256),
  object: z.literal('event'),
  type: z.string().max(200),
  livemode: z.boolean(),
  data: z.looseObject({ object: z.looseObject({ id: z.string().optional() }) }),
});

export type StripeWebhookParts = {
  /** Signing secret of the endpoint, the whole `whsec_…`; throws `secret_missing`. */
  readonly secret: () => string;
  readonly livemode: boolean;
};

/**
 * Events of one Stripe endpoint: `Stripe-Signature: t=…,v1=…`, an HMAC-SHA256 in lower-case hex over `t.` and the raw body.
 * While a secret is being replaced there are two of them. Any event is only a reason to read the balance transactions.
 */
export function stripeWebhooks({ secret, livemode }: StripeWebhookParts): TranslatesWebhooks {
  return {
    translateNotice: async (notice): Promise<NoticeVerdict> => {
      const refused = refusalOf(notice, secret());
      if (refused !== null) return refused;
      const parsed = event.safeParse(jsonIn(Buffer.from(notice.body).toString('utf8')));
      if (!parsed.success) return { verdict: 'unreadable', why: 'The event does not have the form of Stripe.' };
      const { id, type, data } = parsed.data;
      if (parsed.data.livemode !== livemode)
        return { verdict: 'other', why: 'The event is of another environment of Stripe.' };
      return {
        verdict: 'genuine',
        reasons: [
          {
            ...{ reads: 'lines', legalEntity: null, providerFeedId: null },
            ...{ topic: type, action: '', key: data.object.id ?? null },
          },
        ],
        facts: [],
        providerFeedId: null,
        dedupeKey: id,
      };
    },
  };
}

function refusalOf(notice: RawNotice, secret: string): RefusedNotice | null {
  const header = readHeader(notice.headers.get('stripe-signature') ?? '');
  if (header === null) return { verdict: 'forged', why: 'The event has no signature of Stripe’s form.' };
  const right = createHmac('sha256', secret).update(`${header.time}.`).update(notice.body).digest('hex');
  if (!header.signatures.some((one) => equal(one, right)))
    return { verdict: 'forged', why: 'The signature of the event is not that of this endpoint.' };
  if (epochOf(notice.receivedAt) / 1000 - Number(header.time) > OLDEST_SECONDS)
    return { verdict: 'stale', why: 'The event came in long after it was signed.' };
  return null;
}

/** Other schemes than v1 are passed over, as Stripe asks. */
function readHeader(header: string): { readonly time: string; readonly signatures: readonly string[] } | null {
  const pairs = header.split(',').map((part) => {
    const equals = part.indexOf('=');
    return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
  });
  const time = pairs.find(([name]) => name === 't')?.[1] ?? '';
  const signatures = pairs.flatMap(([name, value]) => (name === 'v1' ? [value] : [])).slice(0, MOST_SIGNATURES);
  return /^\d{1,12}$/.test(time) && signatures.length > 0 ? { time, signatures } : null;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
