import { describe, expect, test } from 'vitest';
import { connector } from '../../main/connectors/plaid/index.ts';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import { silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createHarbor } from '../../practice/harbor/company.ts';
import { ENDPOINTS } from '../../practice/plaid/endpoints.ts';
import { createPracticePlaid, type PracticePlaid } from '../../practice/plaid/index.ts';
import { memoryPorts } from '../support/connector-ports.ts';
import { loadOpenApi } from './openapi.ts';
import { type Exchange, type Recording, recordingFetch } from './recording.ts';
import { spec } from './specs.ts';

const { file, present, why } = spec('plaid.openapi.yml');
/** Answered by the real service and known to the official client, but younger than the description at hand. */
const UNDOCUMENTED = new Set([
  'created_at',
  'margin_loan_amount',
  'merchant_category_code',
  'phone_number',
  'running_balance',
]);
const document = present ? loadOpenApi(file, UNDOCUMENTED) : undefined;
const findings = (exchanges: readonly Exchange[]) =>
  exchanges.flatMap((exchange) => document?.check(exchange) ?? ['no document']);

/** An endpoint that the official client knows and the description at hand does not. */
const YOUNGER = '/beta/webhook_events/list';

const ORIGIN = 'http://127.0.0.1:8366';
const FIRST_DAY = '2026-03-02';

describe.skipIf(!present)(`Plaid by its official description${why}`, () => {
  test('every endpoint of the practice Plaid takes and gives what the description says', async () => {
    const { practice, recording, clock } = recordedPlaid();
    const { control } = practice;
    const call = callerOf(practice, recording);
    const { accessToken } = control.addItem('northgate');
    clock.advance(120_000);
    const [item] = control.items();
    const accountIds = [...(item?.accounts.values() ?? [])];
    const user = { client_user_id: 'harbor' };
    const link = {
      client_name: 'Daybook',
      language: 'en',
      country_codes: ['US'],
      user,
      products: ['transactions'],
      hosted_link: {},
    };
    const token = { access_token: accessToken };
    const linkToken = String((await call('/link/token/create', link)).link_token);
    await call('/link/token/get', { link_token: linkToken });
    control.completeLink(linkToken, 'cascade');
    await call('/link/token/get', { link_token: linkToken });
    await call('/item/get', token);
    await call('/accounts/get', token);
    await call('/accounts/balance/get', { ...token, options: { account_ids: accountIds.slice(0, 1) } });
    await call('/auth/get', token);
    await call('/identity/get', token);
    await call('/identity/match', { ...token, user: { legal_name: 'Harbor Residential LLC' } });
    await call('/investments/holdings/get', token);
    await call('/investments/transactions/get', { ...token, start_date: '2026-01-01', end_date: FIRST_DAY });
    for (let cursor: string | undefined, more = true; more; ) {
      const options = { include_original_description: true };
      const page = await call('/transactions/sync', { ...token, count: 500, options, ...(cursor && { cursor }) });
      cursor = String(page.next_cursor);
      more = page.has_more === true;
    }
    await call('/transactions/refresh', token);
    await call('/institutions/get_by_id', { institution_id: 'ins_900102', country_codes: ['US'] });
    await call('/item/webhook/update', { ...token, webhook: 'https://relay.example/hooks' });
    await call('/sandbox/item/fire_webhook', { ...token, webhook_code: 'SYNC_UPDATES_AVAILABLE' });
    await call('/webhook_verification_key/get', { key_id: control.signingKey().kid });
    await call('/webhook_verification_key/get', { key_id: 'nobody' });
    await call('/sandbox/item/reset_login', token);
    await call('/accounts/get', token);
    await call('/item/get', token);
    control.failItems('northgate', null);
    const rotated = await call('/item/access_token/invalidate', token);
    await call('/item/remove', { access_token: rotated.new_access_token });
    const made = await call('/sandbox/public_token/create', {
      institution_id: 'ins_900101',
      initial_products: ['transactions'],
    });
    await call('/item/public_token/exchange', { public_token: made.public_token });
    await call('/item/public_token/exchange', { public_token: 'public-sandbox-00000000-0000-0000-0000-000000000000' });

    const called = new Set(recording.exchanges.map(({ url }) => url.pathname));
    expect(Object.keys(ENDPOINTS).filter((path) => !called.has(path))).toEqual([YOUNGER]);
    const refused = recording.exchanges.filter(({ status }) => status !== 200).map(({ url }) => url.pathname);
    expect(refused).toEqual(['/webhook_verification_key/get', '/accounts/get', '/item/public_token/exchange']);
    expect(findings(recording.exchanges)).toEqual([]);
  });

  test.each([
    ['TRANSACTIONS', 'SYNC_UPDATES_AVAILABLE', 'SyncUpdatesAvailableWebhook'],
    ['ITEM', 'ERROR', 'ItemErrorWebhook'],
    ['ITEM', 'LOGIN_REPAIRED', 'ItemLoginRepairedWebhook'],
    ['ITEM', 'PENDING_DISCONNECT', 'PendingDisconnectWebhook'],
    ['ITEM', 'PENDING_EXPIRATION', 'PendingExpirationWebhook'],
    ['ITEM', 'NEW_ACCOUNTS_AVAILABLE', 'NewAccountsAvailableWebhook'],
    ['ITEM', 'USER_PERMISSION_REVOKED', 'UserPermissionRevokedWebhook'],
    ['ITEM', 'USER_ACCOUNT_REVOKED', 'UserAccountRevokedWebhook'],
    ['ITEM', 'WEBHOOK_UPDATE_ACKNOWLEDGED', 'WebhookUpdateAcknowledgedWebhook'],
    ['AUTH', 'DEFAULT_UPDATE', 'AuthDefaultUpdateWebhook'],
  ])('the practice webhook %s/%s is what the description says', async (type, code, schema) => {
    const { practice, recording, clock } = recordedPlaid();
    const call = callerOf(practice, recording);
    const { accessToken } = practice.control.addItem('northgate');
    clock.advance(120_000);
    const fire = { access_token: accessToken, webhook_type: type, webhook_code: code };
    await call('/sandbox/item/fire_webhook', fire);
    const [webhook] = practice.control.webhooks;
    expect(document?.checkValue(schema, webhook?.body)).toEqual([]);
  });

  test('our connector asks in the words of the description, from linking to removal', async () => {
    const { practice, recording, clock } = recordedPlaid();
    const feed = connector.open(
      { clientId: practice.control.clientId, endpoint: ORIGIN },
      {
        environment: 'sandbox',
        secret: () => practice.control.secret,
        fetch: recording.fetch,
        clock,
        random: seededRandom('connector'),
        log: silentLog,
        ...memoryPorts(),
      },
    );
    const session = await feed.startLink({ userId: 'harbor', webhookUrl: 'https://relay.example/hooks' }, undefined);
    await feed.pollLink(session.linkToken, undefined);
    practice.control.completeLink(session.linkToken, 'northgate');
    const outcome = await feed.pollLink(session.linkToken, undefined);
    if (outcome.state !== 'linked') throw new Error(`the link is ${outcome.state}`);
    const access = await feed.exchange(outcome.results[0]?.publicToken ?? '', undefined);
    await feed.pullLines(access, null, undefined);
    clock.advance(120_000);
    await feed.readFeed(access, undefined);
    const accounts = await feed.pullAccounts(access, undefined);
    await feed.pullLiveBalances(
      access,
      accounts.slice(0, 1).map((account) => account.providerAccountId),
      undefined,
    );
    let lines = 0;
    for (let cursor: string | null = null, more = true; more; ) {
      const page = await feed.pullLines(access, cursor, undefined);
      lines += page.lines.length;
      cursor = page.nextCursor;
      more = page.hasMore;
    }
    expect(lines).toBeGreaterThan(500);
    await feed.readNumbers(access, undefined);
    await feed.matchIdentity(access, { legalName: 'Harbor Residential LLC', phone: '+16175550100' }, undefined);
    await feed.pullHoldings(access, undefined);
    await feed.pullInvestmentTransactions(access, { from: '2026-01-01', to: FIRST_DAY }, 0, undefined);
    await feed.startLink({ userId: 'harbor', update: access, selectAccounts: true }, undefined);
    await feed.setWebhook(access, 'https://relay.example/other', undefined);
    await feed.setWebhook(access, null, undefined);
    await feed.removeFeed(access, undefined);
    expect(new Set(recording.exchanges.map(({ url }) => url.pathname)).size).toBeGreaterThanOrEqual(13);
    expect(findings(recording.exchanges)).toEqual([]);
  });
});

describe.skipIf(!present)(`The judge of Plaid exchanges${why}`, () => {
  const exchange = (changes: Partial<Exchange>): Exchange => ({
    method: 'POST',
    url: new URL(`${ORIGIN}/item/public_token/exchange`),
    requestHeaders: new Headers(),
    requestBody: '{"public_token":"p"}',
    status: 200,
    answerHeaders: new Headers(),
    answerBody: '{"access_token":"a","item_id":"i","request_id":"r"}',
    ...changes,
  });

  test('passes a right exchange', () => {
    expect(findings([exchange({})])).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    ['an unknown path', { url: new URL(`${ORIGIN}/items`) }, 'no such path'],
    ['a missing field in a request', { requestBody: '{}' }, 'public_token'],
    ['an unknown field in a request', { requestBody: '{"public_token":"p","token":"x"}' }, 'unevaluatedProperty'],
    ['a wrong type in a request', { requestBody: '{"public_token":1}' }, 'must be string'],
    ['a missing field in an answer', { answerBody: '{"access_token":"a","item_id":"i"}' }, 'request_id'],
    [
      'a null where none may be',
      { answerBody: '{"access_token":null,"item_id":"i","request_id":"r"}' },
      'must be string',
    ],
    ['an error of another shape', { status: 400, answerBody: '{"Message":"x"}' }, 'error_code'],
    [
      'an unknown enum member',
      {
        url: new URL(`${ORIGIN}/link/token/create`),
        requestBody: '{"client_name":"x","language":"en","country_codes":["XX"]}',
        answerBody: '{"link_token":"l","expiration":"2026-03-02T10:00:00Z","request_id":"r"}',
      },
      'country_codes/*: must be equal to one of the allowed values',
    ],
  ])('finds %s', (_, changes, problem) => {
    expect(findings([exchange(changes)]).join('\n')).toContain(problem);
  });
});

function recordedPlaid(): { practice: PracticePlaid; recording: Recording; clock: VirtualClock } {
  const clock = virtualClock(Date.parse(`${FIRST_DAY}T06:00:00Z`));
  const company = createHarbor({ seed: 5, firstDay: FIRST_DAY, historyDays: 45 });
  const practice = createPracticePlaid({ company, clock, random: seededRandom(2) });
  return { practice, recording: recordingFetch(practice.fetch), clock };
}

/** Calls with keys in the headers; an answer of any status as JSON. */
function callerOf({ control }: PracticePlaid, { fetch }: Recording) {
  const headers = { 'PLAID-CLIENT-ID': control.clientId, 'PLAID-SECRET': control.secret };
  return async (path: string, body: object): Promise<Record<string, unknown>> => {
    const request = new Request(`${ORIGIN}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer: unknown = await (await fetch(request)).json();
    return { ...(typeof answer === 'object' ? answer : {}) };
  };
}
