import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { epochOf, type Instant } from '../../core/calendar.ts';
import type { NoticeContext, NoticeVerdict, RawNotice, TranslatesWebhooks, WhatToRead } from '../webhooks.ts';

/** What every business event begins with; the fields of the event itself are not read. Source: facts §9. */
const stub = z.looseObject({
  BusinessEventId: z.string().min(1).max(200),
  BusinessEventLegalEntity: z.string().max(20).nullish(),
  /** Rises with gaps. */
  ControlNumber: z.union([z.number(), z.string()]).nullish(),
  EventId: z.string().max(60).nullish(),
  EventTime: z.string().nullish(),
  EventTimeIso8601: z.string().nullish(),
});
type Stub = z.output<typeof stub>;

/**
 * What events are about Daybook's own reading, by their id without `BusinessEvent` at its end. The catalogue of a tenant
 * decides what its ids are, and class names are not documented, so they are told by their words. Facts §9.
 */
const READS: ReadonlyArray<readonly [RegExp, WhatToRead]> = [
  [/vend(or)?bankaccount/i, 'masters'],
  [/^bank(account)?(table)?(creat|chang|updat|modif|delet)/i, 'masters'],
  [/^vend(or)?(table|account|master)?(creat|chang|updat|modif|delet)/i, 'masters'],
  [/^vend(or)?.*payment.*posted$/i, 'entries'],
  [/^(vend(or)?)?.*invoice.*(journal|register|approval).*posted$/i, 'entries'],
  [/^vend(or)?invoice.*posted$/i, 'entries'],
  // Posting in the background ends as a batch job.
  [/^batch(job)?.*(finished|ended|failed|error|cancell?ed)$/i, 'entries'],
];

/** The error log of Dynamics 365 allows to send again by hand; nothing of it counts after this. */
const LONGEST_WAY_MS = 32 * 86_400_000;

/**
 * Business events of Dynamics 365. They bear no signature: what proves one is the secret at the end of the address, which
 * Daybook made itself and gave to this connection alone. So an event is a hint to read and is believed in nothing else.
 */
export function createWebhooks(): TranslatesWebhooks {
  return {
    translateNotice: async (notice, context): Promise<NoticeVerdict> => {
      if (!(await bearsOurSecret(notice, context)))
        return { verdict: 'forged', why: 'The address of the notice does not end in the secret of this connection.' };
      const event = stubIn(Buffer.from(notice.body).toString('utf8'));
      if (event === null)
        return { verdict: 'unreadable', why: 'The notice does not have the form of a business event.' };
      const at = timeOf(event);
      if (at !== null && epochOf(notice.receivedAt) - at > LONGEST_WAY_MS)
        return { verdict: 'stale', why: 'The notice tells of something that happened more than a month ago.' };
      const topic = event.BusinessEventId;
      const legalEntity = event.BusinessEventLegalEntity || null;
      return {
        verdict: 'genuine',
        reasons: [{ reads: readsOf(topic), legalEntity, providerFeedId: null, topic, action: '', key: null }],
        facts: [],
        providerFeedId: null,
        dedupeKey: dedupeKeyOf(event, at, notice.receivedAt),
      };
    },
  };
}

async function bearsOurSecret({ pathSecret }: RawNotice, { ownPathSecret }: NoticeContext): Promise<boolean> {
  const right = (await ownPathSecret?.()) ?? null;
  if (pathSecret === null || right === null) return false;
  // Hashed first: both are of one length then, and how long it takes tells nothing.
  return timingSafeEqual(digest(pathSecret), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** On some ways (Event Grid) the event is a JSON string that holds the JSON. */
function stubIn(text: string): Stub | null {
  const outer = asJson(text.replace(/^\uFEFF/, ''));
  const parsed = stub.safeParse(typeof outer === 'string' ? asJson(outer) : outer);
  return parsed.success ? parsed.data : null;
}

function readsOf(businessEventId: string): WhatToRead {
  const name = businessEventId.replace(/BusinessEvent$/i, '').replaceAll(/[\s_]/g, '');
  return READS.find(([pattern]) => pattern.test(name))?.[1] ?? 'nothing';
}

/** When it happened, in milliseconds; null where neither field tells. An empty date is the year 1900 there. */
function timeOf({ EventTimeIso8601, EventTime }: Stub): number | null {
  const [, ms] = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(EventTime ?? '') ?? [];
  const told = [Date.parse(EventTimeIso8601 ?? ''), ms === undefined ? Number.NaN : Number(ms)];
  return told.find((at) => at > 0) ?? null;
}

/** `EventId` is one event's own. Without it, its number and time; both missing, each notice counts as a new one. */
function dedupeKeyOf(
  { EventId, BusinessEventId, ControlNumber }: Stub,
  at: number | null,
  receivedAt: Instant,
): string {
  const id = EventId?.replace(/[{}]/g, '').toLowerCase();
  if (id && !/^[0-]+$/.test(id)) return id;
  return [BusinessEventId, ControlNumber ?? '', at ?? receivedAt].join(' ');
}

function asJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
