import { z } from 'zod';
import type { Environment } from '../capabilities.ts';
import type { ConnectionFact, NoticeVerdict, TranslatesWebhooks, WhatToRead } from '../webhooks.ts';
import { instantFrom } from './amounts.ts';
import { plaidError, troubleOf } from './errors.ts';
import type { VerificationKeys } from './verification-keys.ts';
import { verifyPlaid } from './verify.ts';

const text = z.string().max(2_000).nullish().catch(null);

/** What all webhooks have, and what some tell (plaid.com/docs/api/webhooks). Unknown types and codes are no error. */
const webhook = z.looseObject({
  webhook_type: z.string().max(100),
  webhook_code: z.string().max(100),
  item_id: z.string().min(1).max(256).nullish(),
  environment: text,
  error: plaidError.nullish().catch(null),
  reason: text,
  disconnect_time: text,
  consent_expiration_time: text,
  account_id: text,
  account_ids_with_new_auth: z.array(z.string()).nullish().catch(null),
  account_ids_with_updated_auth: z.record(z.string(), z.unknown()).nullish().catch(null),
  new_webhook_url: text,
  link_token: text,
});
type Webhook = z.output<typeof webhook>;

/** Webhooks of one client in one environment. */
export function webhooks(keys: VerificationKeys, environment: Environment): TranslatesWebhooks {
  return {
    translateNotice: async (notice, { knowsFeed, stop }): Promise<NoticeVerdict> => {
      const told = readWebhook(Buffer.from(notice.body).toString('utf8'));
      if (told === null) return { verdict: 'unreadable', why: 'The notice does not have the form of Plaid.' };
      // Before anything is asked of Plaid: what is not about us must cost nothing.
      if (told.environment && told.environment !== environment)
        return { verdict: 'other', why: 'The notice is of another environment of Plaid.' };
      if (told.item_id && !(await knowsFeed(told.item_id)))
        return { verdict: 'other', why: 'The notice is about a bank that is not connected.' };
      const verified = await verifyPlaid(notice, keys, stop);
      return verified.verdict === 'genuine' ? meaningOf(told, verified.dedupeKey) : verified;
    },
  };
}

export function readWebhook(json: string): Webhook | null {
  try {
    return webhook.safeParse(JSON.parse(json)).data ?? null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/** What a genuine webhook means. All that it tells is in the API as well, so it leads to a pull and brings nothing itself. */
export function meaningOf(told: Webhook, dedupeKey: string): Extract<NoticeVerdict, { verdict: 'genuine' }> {
  const { webhook_type: topic, webhook_code: action, item_id } = told;
  const fact = factOf(told);
  const reason = {
    ...{ reads: readsOf(topic, action), legalEntity: null, providerFeedId: item_id ?? null },
    ...{ topic, action, key: null },
  };
  return {
    verdict: 'genuine',
    reasons: [reason],
    facts: fact === null ? [] : [fact],
    providerFeedId: item_id ?? null,
    dedupeKey,
  };
}

function readsOf(topic: string, action: string): WhatToRead {
  if (topic === 'TRANSACTIONS') return action === 'RECURRING_TRANSACTIONS_UPDATE' ? 'nothing' : 'lines';
  // The pull asks for the Item's own state first.
  if (topic === 'ITEM') return action === 'WEBHOOK_UPDATE_ACKNOWLEDGED' ? 'nothing' : 'lines';
  if (topic === 'AUTH' && action === 'DEFAULT_UPDATE') return 'account_numbers';
  return 'nothing';
}

function factOf(told: Webhook): ConnectionFact | null {
  switch (`${told.webhook_type}/${told.webhook_code}`) {
    case 'ITEM/ERROR': {
      const trouble = told.error ? troubleOf(told.error, null) : null;
      return trouble && { kind: 'trouble', trouble };
    }
    case 'ITEM/LOGIN_REPAIRED':
      return { kind: 'login_repaired' };
    case 'ITEM/PENDING_DISCONNECT':
      return { kind: 'disconnect_pending', at: instantFrom(told.disconnect_time), reason: told.reason || null };
    case 'ITEM/PENDING_EXPIRATION':
      return { kind: 'consent_expiring', at: instantFrom(told.consent_expiration_time) };
    case 'ITEM/NEW_ACCOUNTS_AVAILABLE':
      return { kind: 'new_accounts' };
    case 'ITEM/USER_PERMISSION_REVOKED':
      return { kind: 'access_revoked' };
    case 'ITEM/USER_ACCOUNT_REVOKED':
      return told.account_id ? { kind: 'account_revoked', providerAccountId: told.account_id } : null;
    case 'ITEM/WEBHOOK_UPDATE_ACKNOWLEDGED':
      return { kind: 'address_acknowledged', url: told.new_webhook_url || null };
    case 'AUTH/DEFAULT_UPDATE': {
      const updated = Object.keys(told.account_ids_with_updated_auth ?? {});
      return {
        kind: 'account_numbers_changed',
        providerAccountIds: [...(told.account_ids_with_new_auth ?? []), ...updated],
      };
    }
    case 'LINK/SESSION_FINISHED':
      return told.link_token ? { kind: 'link_finished', linkToken: told.link_token } : null;
    default:
      return null;
  }
}
