import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { epochOf, type Instant } from '../../core/calendar.ts';
import type { NoticeVerdict, TranslatesWebhooks, WhatToRead } from '../webhooks.ts';

const START = Buffer.from('{"Content":');
const BETWEEN = Buffer.from(',"HashCode":');

/** A pointer to what changed and nothing more; the row is fetched. Source: facts §7. */
const content = z.looseObject({
  Topic: z.string(),
  Action: z.string().nullish(),
  ClientId: z.string().nullish(),
  Division: z.union([z.int(), z.string()]).nullish(),
  Key: z.string().nullish(),
  EventCreatedOn: z.string().nullish(),
});

/** Topics that say something about what Daybook reads; all others are known and lead to nothing. Facts §7. */
const READS: Readonly<Record<string, WhatToRead>> = {
  BankEntries: 'entries',
  GeneralJournalEntries: 'entries',
  FinancialTransactions: 'entries',
  Accounts: 'masters',
  BankAccounts: 'masters',
  GLAccounts: 'masters',
};

/** What Daybook subscribes to. */
export const TOPICS: readonly string[] = ['BankEntries', 'GLAccounts', 'Accounts', 'BankAccounts'];

/** A notice has no time of sending; what it tells of may wait for retries, and nothing of it counts after this. */
const LONGEST_WAY_MS = 32 * 86_400_000;

export type WebhookParts = {
  readonly clientId: string;
  /** The webhook secret of the registration; throws `secret_missing`. Another than the client secret. */
  readonly secret: () => string;
};

/**
 * Notices of Exact Online. `HashCode` is the upper-case hex HMAC-SHA256 over the exact bytes between `{"Content":` and
 * `,"HashCode":`, with the webhook secret as text. JSON that was parsed and written again would not do: its slashes and
 * digits may come out otherwise.
 */
export function createWebhooks({ clientId, secret }: WebhookParts): TranslatesWebhooks {
  return {
    translateNotice: async ({ body, receivedAt }): Promise<NoticeVerdict> => {
      if (body.length === 0) return { verdict: 'ping' };
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      const end = bytes.lastIndexOf(BETWEEN);
      if (!bytes.subarray(0, START.length).equals(START) || end < START.length)
        return { verdict: 'unreadable', why: 'The notice does not have the form of Exact Online.' };
      const signed = bytes.subarray(START.length, end);
      const told = /^\s*"([^"]*)"\s*\}\s*$/.exec(bytes.subarray(end + BETWEEN.length).toString('latin1'))?.[1];
      if (told === undefined) return { verdict: 'unreadable', why: 'The notice has no signature.' };
      const right = createHmac('sha256', secret()).update(signed).digest('hex').toUpperCase();
      if (!equal(told.toUpperCase(), right))
        return { verdict: 'forged', why: 'The signature of the notice is not that of this registration.' };
      const parsed = content.safeParse(asJson(signed.toString('utf8')));
      if (!parsed.success) return { verdict: 'unreadable', why: 'The content of the notice is not understood.' };
      const { Topic, Action, ClientId, Division, Key, EventCreatedOn } = parsed.data;
      if (ClientId && plainId(ClientId) !== plainId(clientId))
        return { verdict: 'other', why: 'The notice is meant for another registration.' };
      if (isOld(EventCreatedOn, receivedAt))
        return { verdict: 'stale', why: 'The notice tells of something that happened more than a month ago.' };
      const legalEntity = Division == null || Division === '' ? null : String(Division);
      const action = Action ?? '';
      const key = Key ? plainId(Key) : null;
      return {
        verdict: 'genuine',
        reasons: [{ reads: READS[Topic] ?? 'nothing', legalEntity, providerFeedId: null, topic: Topic, action, key }],
        facts: [],
        providerFeedId: null,
        // The same event may come again and out of order; two events on one row differ in when they were made.
        dedupeKey: [legalEntity, Topic, action, key, EventCreatedOn || receivedAt].join(' '),
      };
    },
  };
}

/** `EventCreatedOn` has no zone; a day more or less does not matter here. */
function isOld(eventCreatedOn: string | null | undefined, receivedAt: Instant): boolean {
  const at = Date.parse(`${eventCreatedOn ?? ''}Z`);
  return !Number.isNaN(at) && epochOf(receivedAt) - at > LONGEST_WAY_MS;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Guids come with and without braces, in either case. */
function plainId(id: string): string {
  return id.replace(/[{}]/g, '').toLowerCase();
}

function asJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
