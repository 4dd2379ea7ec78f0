import { describe, expect, test } from 'vitest';
import { access, failureOf, json, plaidError, scriptedPlaid } from '../../../test/support/plaid-answers.ts';

const created = () =>
  json({
    link_token: 'link-sandbox-1',
    expiration: '2026-03-04T12:00:00Z',
    hosted_link_url: 'https://secure.plaid.com/hl/1',
    request_id: 'req-link-1',
  });

const state =
  (sessions: unknown[], expiration = '2026-03-04T12:00:00Z') =>
  () =>
    json({
      link_token: 'link-sandbox-1',
      created_at: '2026-03-04T08:00:00Z',
      expiration,
      link_sessions: sessions,
      metadata: {},
      request_id: 'req-link-2',
    });

const success = (publicToken: string, institution: string) => ({
  link_session_id: 's-1',
  started_at: '2026-03-04T08:01:00Z',
  finished_at: '2026-03-04T08:03:00Z',
  results: {
    item_add_results: [
      {
        public_token: publicToken,
        accounts: [
          { id: 'a-1', name: 'Operating', mask: '0001', type: 'depository', subtype: 'checking' },
          { id: 'a-2', name: 'Deposits', mask: null, type: 'depository', subtype: 'savings' },
        ],
        institution: { institution_id: institution, name: 'First Platypus Bank' },
      },
    ],
  },
});

const exited = (status?: string) => ({
  link_session_id: 's-2',
  started_at: '2026-03-04T08:01:00Z',
  finished_at: '2026-03-04T08:02:00Z',
  exit: { error: null, metadata: { status } },
});

const running = { link_session_id: 's-3', started_at: '2026-03-04T08:01:00Z', finished_at: null };

describe('starting a link', () => {
  test('of a new bank asks for transactions with 24 months and for the rest without letting it fail', async () => {
    const { plaid, sent } = scriptedPlaid({ '/link/token/create': [created] });
    const session = await plaid.startLink({ userId: 'workspace-7', webhookUrl: 'https://relay.example/h' }, undefined);
    expect(session).toEqual({
      linkToken: 'link-sandbox-1',
      expiresAt: '2026-03-04T12:00:00.000Z',
      hostedUrl: 'https://secure.plaid.com/hl/1',
    });
    expect(sent[0]?.body).toEqual({
      client_name: 'Daybook',
      language: 'en',
      country_codes: ['US'],
      user: { client_user_id: 'workspace-7' },
      hosted_link: {},
      products: ['transactions'],
      optional_products: ['auth'],
      additional_consented_products: ['identity', 'investments'],
      transactions: { days_requested: 730 },
      webhook: 'https://relay.example/h',
    });
  });

  test('in a window of Daybook asks for no hosted page', async () => {
    const { plaid, sent } = scriptedPlaid({ '/link/token/create': [created] });
    await plaid.startLink({ userId: 'workspace-7', embedded: true }, undefined);
    expect(sent[0]?.body).not.toHaveProperty('hosted_link');
  });

  test('follows the settings of the connection', async () => {
    const config = {
      clientName: 'Harbor Property Group',
      countryCodes: ['GB', 'IE'],
      language: 'en',
      products: ['transactions', 'identity'],
      requiredIfSupportedProducts: ['auth'],
      optionalProducts: [],
      additionalConsentedProducts: [],
      daysRequested: 90,
    };
    const { plaid, sent } = scriptedPlaid({ '/link/token/create': [created] }, { config });
    await plaid.startLink({ userId: 'u' }, undefined);
    expect(sent[0]?.body).toEqual({
      client_name: 'Harbor Property Group',
      language: 'en',
      country_codes: ['GB', 'IE'],
      user: { client_user_id: 'u' },
      hosted_link: {},
      products: ['transactions', 'identity'],
      required_if_supported_products: ['auth'],
      transactions: { days_requested: 90 },
    });
  });

  test('in update mode names the Item, no products, no history and no webhook', async () => {
    const { plaid, sent } = scriptedPlaid({ '/link/token/create': [created] });
    await plaid.startLink({ userId: 'u', update: access, webhookUrl: 'https://relay.example/h' }, undefined);
    expect(sent[0]?.body).toEqual({
      client_name: 'Daybook',
      language: 'en',
      country_codes: ['US'],
      user: { client_user_id: 'u' },
      hosted_link: {},
      access_token: access.accessToken,
      additional_consented_products: ['auth', 'identity', 'investments'],
    });
  });

  test('in update mode lets accounts be chosen when asked to', async () => {
    const { plaid, sent } = scriptedPlaid({ '/link/token/create': [created] });
    await plaid.startLink({ userId: 'u', update: access, selectAccounts: true }, undefined);
    expect(sent[0]?.body.update).toEqual({ account_selection_enabled: true });
  });
});

describe('asking how a link went', () => {
  const poll = (answer: () => Response) =>
    scriptedPlaid({ '/link/token/get': [answer] }).plaid.pollLink('link-sandbox-1', undefined);

  test('waits while nothing was opened or a session runs', async () => {
    expect(await poll(state([]))).toEqual({ state: 'waiting' });
    expect(await poll(state([running]))).toEqual({ state: 'waiting' });
    expect(await poll(state([exited('requires_oauth'), running]))).toEqual({ state: 'waiting' });
  });

  test('gives each linked bank once, with what is needed to notice a duplicate before the exchange', async () => {
    const twice = [success('public-1', 'ins_1'), success('public-1', 'ins_1'), success('public-2', 'ins_2')];
    expect(await poll(state([exited(), ...twice]))).toEqual({
      state: 'linked',
      results: [
        {
          publicToken: 'public-1',
          institutionId: 'ins_1',
          institutionName: 'First Platypus Bank',
          accounts: [
            { name: 'Operating', mask: '0001' },
            { name: 'Deposits', mask: null },
          ],
        },
        expect.objectContaining({ publicToken: 'public-2', institutionId: 'ins_2' }),
      ],
    });
  });

  test('after update mode is linked with nothing to exchange', async () => {
    const done = { ...running, finished_at: '2026-03-04T08:03:00Z', exit: null, results: { item_add_results: [] } };
    expect(await poll(state([done]))).toEqual({ state: 'linked', results: [] });
  });

  test('says where the user left, also for a status nobody knows', async () => {
    expect(await poll(state([exited('requires_oauth')]))).toEqual({
      state: 'abandoned',
      reason: "The sign-in was left on the bank's own site. Start linking the bank again.",
    });
    expect(await poll(state([exited('institution_not_found')]))).toMatchObject({ state: 'abandoned' });
    for (const status of ['a_status_of_tomorrow', 'constructor', undefined])
      expect(await poll(state([exited(status)]))).toEqual({
        state: 'abandoned',
        reason: 'The sign-in window was closed before the end. Start linking the bank again.',
      });
  });

  test('ends when the time of the link token is over', async () => {
    const past = '2026-03-04T07:59:59Z';
    expect(await poll(state([], past))).toMatchObject({ state: 'abandoned' });
    expect(await poll(state([running], past))).toMatchObject({ state: 'abandoned' });
    expect(await poll(state([success('public-1', 'ins_1')], past))).toMatchObject({ state: 'linked' });
  });

  test('with a link token that Plaid no longer knows asks to begin again', async () => {
    const gone = () => json(plaidError('INVALID_INPUT', 'INVALID_LINK_TOKEN'), 400);
    expect(await failureOf(poll(gone))).toMatchObject({ code: 'link_expired', repair: 'link_again' });
  });
});

test('a public token is exchanged once, without repetition, for the access to the Item', async () => {
  const { plaid, sent } = scriptedPlaid({
    '/item/public_token/exchange': [
      () => json({ access_token: 'access-sandbox-9', item_id: 'item-9', request_id: 'r' }),
      () => new Response('', { status: 503 }),
    ],
  });
  expect(await plaid.exchange('public-1', undefined)).toEqual({
    providerFeedId: 'item-9',
    accessToken: 'access-sandbox-9',
  });
  expect(sent[0]?.body).toEqual({ public_token: 'public-1' });
  expect(await failureOf(plaid.exchange('public-2', undefined))).toMatchObject({ code: 'provider_busy' });
  expect(sent).toHaveLength(2);
});

test('a used-up trial plan is told at once and never tried again', async () => {
  const limit = () => json(plaidError('RATE_LIMIT_EXCEEDED', 'TRIAL_CONNECTION_LIMIT'), 429);
  const { plaid, sent } = scriptedPlaid({ '/item/public_token/exchange': [limit], '/link/token/create': [limit] });
  expect(await failureOf(plaid.exchange('public-1', undefined))).toMatchObject({
    code: 'quota_used_up',
    retryable: false,
  });
  expect(await failureOf(plaid.startLink({ userId: 'u' }, undefined))).toMatchObject({ code: 'quota_used_up' });
  expect(sent).toHaveLength(2);
});

test('a feed is removed at Plaid, and its webhook can be set and cleared', async () => {
  const { plaid, sent } = scriptedPlaid({
    '/item/remove': [() => json({ request_id: 'r' })],
    '/item/webhook/update': [() => json({ item: {}, request_id: 'r' })],
  });
  await plaid.removeFeed(access, undefined);
  await plaid.setWebhook(access, 'https://relay.example/h', undefined);
  await plaid.setWebhook(access, null, undefined);
  expect(sent.map((request) => request.body)).toEqual([
    { access_token: access.accessToken },
    { access_token: access.accessToken, webhook: 'https://relay.example/h' },
    { access_token: access.accessToken, webhook: null },
  ]);
});
