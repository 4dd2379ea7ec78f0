import { beforeEach, describe, expect, test } from 'vitest';
import { PRACTICE_APPLICATION } from './index.ts';
import { DIVISION, OTHER_DIVISION } from './seed-small.ts';
import { errorText, openPractice, signInUrl, type TestClient, type TokenAnswer } from './testing.ts';

let client: TestClient;
let tokens: TokenAnswer;

beforeEach(async () => {
  client = await openPractice();
  tokens = await client.signIn();
});

const seconds = (count: number) => client.clock.advance(count * 1000);
const days = (count: number) => seconds(count * 86_400);
const refresh = (refreshToken = tokens.refresh_token) =>
  client.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
const refreshToken = (answer: { readonly json: Record<string, unknown> }) => String(answer.json.refresh_token);
const url = (changes: Record<string, string> = {}) => {
  const address = new URL(signInUrl(client.origin, PRACTICE_APPLICATION, 'S1'));
  for (const [name, value] of Object.entries(changes)) address.searchParams.set(name, value);
  return address.toString();
};

describe('The sign-in page', () => {
  test('asks a person for user and divisions, then shows the address to copy with code and state', async () => {
    const page = await (await client.fetch(new Request(url()))).text();
    expect(page).toContain('Anna de Wit');
    expect(page).toContain(String(OTHER_DIVISION));
    const body = new URLSearchParams({ user: 'ben', division: String(DIVISION), consent: 'yes' });
    const shown = await (await client.fetch(new Request(url(), { method: 'POST', body }))).text();
    const address = new URL(/value="([^"]+)"/.exec(shown)?.[1]?.replaceAll('&amp;', '&') ?? '');
    expect([address.origin + address.pathname, address.searchParams.get('state')]).toEqual([
      PRACTICE_APPLICATION.redirectUri,
      'S1',
    ]);
    expect(address.searchParams.get('code')).toContain('!');
  });

  test('takes only the registered address, and only https', async () => {
    for (const redirect_uri of ['https://localhost:8000/return', 'http://daybook.example/return']) {
      const answer = await client.fetch(new Request(url({ redirect_uri })));
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('is not valid')]);
    }
  });

  test('goes back with an error when the person does not allow it', async () => {
    const body = new URLSearchParams({ user: 'ben', consent: 'no' });
    const shown = await (await client.fetch(new Request(url(), { method: 'POST', body }))).text();
    expect(shown).toContain('error=access_denied');
  });
});

describe('A code', () => {
  const exchange = (code: string, redirect_uri = PRACTICE_APPLICATION.redirectUri) =>
    client.token({ grant_type: 'authorization_code', code, redirect_uri });
  const newCode = () => new URL(client.control.consent(url())).searchParams.get('code') ?? '';

  test('is good once', async () => {
    const code = newCode();
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).json.error).toBe('invalid_grant');
  });

  test('is good for three minutes', async () => {
    const code = newCode();
    await seconds(181);
    expect((await exchange(code)).status).toBe(400);
  });

  test('needs the same address again, and the secret', async () => {
    expect((await exchange(newCode(), 'https://other.example/')).status).toBe(400);
    const code = newCode();
    const answer = await client.token({ grant_type: 'authorization_code', code, client_secret: 'wrong' });
    expect(answer.json.error).toBe('invalid_client');
  });
});

describe('A token', () => {
  test('lives 600 seconds, told as a text, and an older one is a bare 401', async () => {
    expect(tokens.expires_in).toBe('600');
    await seconds(599);
    expect((await client.raw('GET', 'current/Me')).status).toBe(200);
    await seconds(1);
    const answer = await client.raw('GET', 'current/Me');
    expect([answer.status, answer.text]).toEqual([401, '']);
  });

  test('cannot be refreshed before 570 seconds, and then can', async () => {
    await seconds(569);
    const early = await refresh();
    expect([early.status, early.json.error, early.headers.get('reason')]).toEqual([
      400,
      'access_denied',
      expect.stringContaining('TooEarlyToRefreshTokens'),
    ]);
    await seconds(1);
    expect((await refresh()).status).toBe(200);
  });

  test('that is refreshed too early may be rotated all the same, where the site does so', async () => {
    client.control.settings.earlyRefreshRotates = true;
    const early = await refresh();
    expect([early.status, refreshToken(early)]).toEqual([400, expect.stringContaining('stamp')]);
    await seconds(600);
    expect((await refresh()).status).toBe(401);
    expect((await refresh(refreshToken(early))).status).toBe(200);
  });

  test('to refresh with is dead once the next one is issued', async () => {
    await seconds(600);
    const next = refreshToken(await refresh());
    await seconds(600);
    const answer = await refresh();
    expect([answer.status, answer.text]).toEqual([401, 'Unauthorized Client: Old refresh token used.']);
    expect((await refresh(next)).status).toBe(200);
  });

  test('to refresh with works again where the site waits for the new one to be used', async () => {
    client.control.settings.oldRefreshToken = 'until_new_is_used';
    await seconds(600);
    await refresh();
    expect((await refresh()).json.error_description).toBe('Rate limit exceeded: access_token not expired');
    await seconds(600);
    expect((await refresh()).status).toBe(200);
  });

  test('to refresh with dies after 30 days without use, and lives on when it is used', async () => {
    await days(29);
    const next = refreshToken(await refresh());
    await days(29);
    const third = refreshToken(await refresh(next));
    await days(31);
    const answer = await refresh(third);
    expect(answer.json.error).toBe('invalid_request');
    expect(answer.json.error_description).toMatch(/^The refresh token expired at \d+\/\d+\/\d{4} .* and it is now /);
  });

  test('is broken when the same user signs in elsewhere with the same app', async () => {
    client.control.secondComputer({ takenOver: true });
    await seconds(600);
    const answer = await refresh();
    expect(answer.json).toEqual({
      error: 'invalid_grant',
      error_description: 'Token is not allowed, because of invalid or empty chainId',
    });
  });

  test('is old when another computer refreshed the chain', async () => {
    await seconds(600);
    client.control.secondComputer({});
    await seconds(600);
    expect((await refresh()).status).toBe(401);
  });

  test('can be asked for 200 times a day', async () => {
    client.control.settings.tokenLimit = 3;
    for (let i = 0; i < 5; i++) await client.token({ grant_type: 'none' });
    expect((await client.token({ grant_type: 'none' })).json.error).toBe('access_denied');
  });

  test('endpoint shuts for the rest of an hour after ten errors', async () => {
    client.control.settings.errorLimit = 10;
    for (let i = 0; i < 10; i++) expect((await refresh()).status).toBe(400);
    await seconds(600);
    expect((await refresh()).status).toBe(429);
    await seconds(3600);
    expect((await refresh()).status).toBe(200);
  });

  test('is gone when the user takes the app away', async () => {
    client.control.disconnect();
    expect((await client.raw('GET', 'current/Me')).status).toBe(401);
    expect((await refresh()).json.error).toBe('invalid_grant');
  });
});

describe('A division', () => {
  test('that was not granted, or was taken back, is a 403', async () => {
    await client.signIn({ divisions: [DIVISION] });
    const answer = await client.raw('GET', `${OTHER_DIVISION}/financial/Journals?$select=ID`);
    expect([answer.status, errorText(answer)]).toEqual([403, 'Forbidden - User division is not within division scope']);
    expect(await client.rows('system/Divisions', { $select: 'Code' })).toHaveLength(1);
    client.control.revokeDivision(DIVISION);
    expect((await client.call('GET', 'financial/Journals?$select=ID')).status).toBe(403);
    client.control.revokeDivision(DIVISION, false);
    expect((await client.call('GET', 'financial/Journals?$select=ID')).status).toBe(200);
  });

  test('that the user last used must be granted, or not even current/Me answers', async () => {
    client.control.setCurrentDivision('anna', OTHER_DIVISION);
    await client.signIn({ divisions: [DIVISION] });
    expect((await client.raw('GET', 'current/Me')).status).toBe(403);
  });

  test('is out of reach for what the registration has no scope for', async () => {
    client.control.denyScope('organization.administration', 'read');
    const answer = await client.call('GET', 'system/Divisions?$select=Code');
    expect(errorText(answer)).toBe(
      "Forbidden - Application Scope Violated. Cannot read 'organization.administration' scope.",
    );
    client.control.denyScope('financial.accounting', 'manage');
    expect((await client.call('GET', 'financialtransaction/BankEntries?$select=EntryID')).status).toBe(200);
    expect((await client.call('POST', 'financialtransaction/BankEntries', {})).status).toBe(403);
  });
});
