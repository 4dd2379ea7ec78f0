import { expect, test } from 'vitest';
import { createPracticeExact, PRACTICE_APPLICATION, SITE_ORIGINS } from '../../../practice/exact/index.ts';
import { smallSeed } from '../../../practice/exact/seed-small.ts';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { virtualClock } from '../../core/clock.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { createAuth } from './auth.ts';
import { readSettings, SITES } from './config.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

type Switches = NonNullable<Parameters<typeof createPracticeExact>[0]['settings']>;

async function world(switches: Switches = {}) {
  const clock = virtualClock(Date.UTC(2026, 2, 10, 8));
  const { fetch, control } = createPracticeExact({
    ...{ site: 'nl', ledger: smallSeed(), clock, random: seededRandom(1), settings: switches },
  });
  const { clientId, clientSecret, redirectUri } = PRACTICE_APPLICATION;
  const auth = createAuth(readSettings({ site: 'nl', clientId, redirectUri }, 'production'), {
    environment: 'production',
    secret: (name) => (name === 'clientSecret' ? clientSecret : ''),
    ...{ fetch, clock, random: seededRandom(2), log: silentLog, ...memoryPorts() },
  });
  const signIn = async () => {
    const landed = new URL(control.consent(auth.signInUrl('S'), { user: 'ben' }));
    expect(landed.searchParams.get('state')).toBe('S');
    return auth.finishSignIn(landed.searchParams.get('code') ?? '', undefined);
  };
  const token = () => auth.accessToken(undefined);
  /** Whether the API takes the token. */
  const status = async (accessToken: string) => {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
    const url = `${SITE_ORIGINS.nl}/api/v1/current/Me?$select=UserName`;
    return (await fetch(new Request(url, { headers }))).status;
  };
  return { clock, control, auth, signIn, token, status, state: await signIn() };
}

test('the country sites are those of the practice company', () => {
  for (const [site, { host }] of Object.entries(SITES))
    expect(Object.entries(SITE_ORIGINS)).toContainEqual([site, `https://${host}`]);
});

test('a person signs in on the page, is named, and every token works to its end', async () => {
  const { clock, state, token, status } = await world();
  expect(state).toMatchObject({ state: 'signed_in', user: 'Ben Okoro', endsAt: '2026-04-09T08:00:00.000Z' });
  for (const pause of [0, 569, 1, 30, 570, 600, 3_600, 86_400]) {
    clock.advance(pause * SECOND);
    expect(await status(await token())).toBe(200);
  }
});

test('a day of work stays within the 200 token calls that Exact allows', async () => {
  const { clock, token, status } = await world();
  for (let at = 0; at < 86_400; at += 30) {
    await token();
    clock.advance(30 * SECOND);
  }
  expect(await status(await token())).toBe(200);
});

test('a second computer that renews, and one that signs in anew, are told and not fought', async () => {
  for (const takenOver of [false, true]) {
    const { clock, control, auth, token, signIn, status } = await world();
    control.secondComputer({ user: 'ben', takenOver });
    clock.advance(601 * SECOND);
    const code = takenOver ? 'signed_out' : 'signed_in_elsewhere';
    for (let turn = 0; turn < 20; turn++) await expect(token()).rejects.toMatchObject({ code });
    expect(await auth.signInState()).toMatchObject({ state: 'signed_out', ended: { code } });
    // Twenty refused calls would have blocked the endpoint for an hour.
    await signIn();
    expect(await status(await token())).toBe(200);
  }
});

test('30 days without use end the sign-in; a look a month before that keeps it', async () => {
  const { clock, auth, token } = await world();
  clock.advance(29 * DAY);
  expect(await auth.keepSignedIn(undefined)).toMatchObject({ state: 'signed_in', endsAt: '2026-05-08T08:00:00.000Z' });
  clock.advance(30 * DAY + 1);
  await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
  await expect(token()).rejects.toThrow(/30 days/);
});

test('a site that rotates on a too early refresh loses nobody', async () => {
  const { clock, auth, token, status } = await world({ earlyRefreshRotates: true });
  const first = await token();
  auth.rejected(first);
  await expect(token()).rejects.toMatchObject({ code: 'not_ready' });
  clock.advance(570 * SECOND);
  expect(await status(await token())).toBe(200);
});

test('the application taken away by the user asks for a new sign-in', async () => {
  const { clock, control, token } = await world();
  control.disconnect('ben');
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'signed_out', repair: 'sign_in_again' });
});
