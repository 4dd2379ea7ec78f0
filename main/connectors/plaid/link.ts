import type { Clock } from '../../core/clock.ts';
import { instantNow } from '../../core/clock.ts';
import type { LinkOutcome, LinksInBrowser } from '../capabilities.ts';
import { instantFrom } from './amounts.ts';
import type { LinkStateAnswer } from './answers.ts';
import type { LinkRequest, PlaidClient } from './client.ts';
import type { PlaidConfig } from './config.ts';
import { unexpectedAnswer } from './errors.ts';
import { cut } from './payload.ts';

/** Linking by Hosted Link in the system browser, its end learnt by asking (plaid.com/docs/link/hosted-link). */
export function links(client: PlaidClient, config: PlaidConfig, clock: Clock): LinksInBrowser {
  return {
    startLink: async (options, stop) => {
      const answer = await client.linkTokenCreate(linkRequest(config, options), stop);
      const expiresAt = instantFrom(answer.expiration);
      if (expiresAt === null) throw unexpectedAnswer('/link/token/create', ['expiration'], answer.request_id);
      return { linkToken: answer.link_token, expiresAt, hostedUrl: answer.hosted_link_url || null };
    },
    pollLink: async (linkToken, stop) => outcomeOf(await client.linkTokenGet(linkToken, stop), instantNow(clock)),
    exchange: async (publicToken, stop) => {
      const answer = await client.publicTokenExchange(publicToken, stop);
      return { providerFeedId: answer.item_id, accessToken: answer.access_token };
    },
    removeFeed: async (access, stop) => {
      await client.itemRemove(access, stop);
    },
    setWebhook: async (access, url, stop) => {
      await client.itemWebhookUpdate(access, url, stop);
    },
  };
}

/**
 * New Item: products, history and webhook are set once, here. Update mode: the access token says which Item, so Plaid
 * wants no products, no history and ignores a webhook; asking consent for what we may read repairs a missing one.
 */
export function linkRequest(config: PlaidConfig, options: Parameters<LinksInBrowser['startLink']>[0]): LinkRequest {
  const base = {
    client_name: config.clientName,
    language: config.language,
    country_codes: config.countryCodes,
    user: { client_user_id: options.userId },
    ...(options.embedded === true ? {} : { hosted_link: {} }),
  };
  const consent = [...config.optionalProducts, ...config.additionalConsentedProducts];
  if (options.update !== undefined)
    return {
      ...base,
      access_token: options.update.accessToken,
      ...(options.selectAccounts === true ? { update: { account_selection_enabled: true } } : {}),
      ...listed('additional_consented_products', consent),
    };
  return {
    ...base,
    products: config.products,
    ...listed('required_if_supported_products', config.requiredIfSupportedProducts),
    ...listed('optional_products', config.optionalProducts),
    ...listed('additional_consented_products', config.additionalConsentedProducts),
    ...(usesTransactions(config) ? { transactions: { days_requested: config.daysRequested } } : {}),
    ...(options.webhookUrl === undefined ? {} : { webhook: options.webhookUrl }),
  };
}

function listed(field: string, names: readonly string[]): Record<string, readonly string[]> {
  return names.length === 0 ? {} : { [field]: names };
}

function usesTransactions(config: PlaidConfig): boolean {
  return [...config.products, ...config.requiredIfSupportedProducts, ...config.optionalProducts].includes(
    'transactions',
  );
}

/** The state of all sessions of a link token: its address may have been opened more than once. */
export function outcomeOf(answer: LinkStateAnswer, now: string): LinkOutcome {
  const sessions = answer.link_sessions ?? [];
  const added = new Map(
    sessions.flatMap((session) =>
      (session.results?.item_add_results ?? []).map((result) => [result.public_token, result] as const),
    ),
  );
  if (added.size > 0)
    return {
      state: 'linked',
      results: [...added.values()].map((result) => ({
        publicToken: result.public_token,
        institutionId: result.institution?.institution_id || null,
        institutionName: cut(result.institution?.name),
        accounts: result.accounts.map((account) => ({ name: cut(account.name) ?? '', mask: cut(account.mask, 8) })),
      })),
    };
  const finished = sessions.filter((session) => session.finished_at);
  // Update mode that went well has nothing to exchange: it ends without an exit.
  if (finished.some((session) => !session.exit)) return { state: 'linked', results: [] };
  if (sessions.length > finished.length && !hasExpired(answer, now)) return { state: 'waiting' };
  const last = finished.at(-1);
  if (last !== undefined) return { state: 'abandoned', reason: reasonOf(last.exit?.metadata?.status) };
  return hasExpired(answer, now)
    ? { state: 'abandoned', reason: 'The sign-in was not finished in time. Start linking the bank again.' }
    : { state: 'waiting' };
}

function hasExpired(answer: LinkStateAnswer, now: string): boolean {
  const end = instantFrom(answer.expiration);
  return end !== null && end <= now;
}

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    requires_questions: 'The sign-in was left at a security question. Start linking the bank again.',
    requires_selections: 'The sign-in was left at a choice of the bank. Start linking the bank again.',
    requires_code: 'The sign-in was left before the code was entered. Start linking the bank again.',
    choose_device: 'The sign-in was left before a device for the code was chosen. Start linking the bank again.',
    requires_credentials:
      'The sign-in was left before user name and password were entered. Start linking the bank again.',
    requires_account_selection: 'The sign-in was left before accounts were chosen. Start linking the bank again.',
    requires_oauth: "The sign-in was left on the bank's own site. Start linking the bank again.",
    institution_not_found: 'The bank was not found in the list of Plaid. Import its statements as a file instead.',
    institution_not_supported: 'Plaid does not support this bank. Import its statements as a file instead.',
  }),
);

function reasonOf(status: string | null | undefined): string {
  return REASONS.get(status ?? '') ?? 'The sign-in window was closed before the end. Start linking the bank again.';
}
