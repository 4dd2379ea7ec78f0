import { type KeyObject, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  askForSession,
  call,
  codeOf,
  connectDesktop,
  newKeys,
  noticeIn,
  proof,
  sha256,
  type TestDesktop,
  unseal,
} from '../test/support/relay-desktop.ts';
import {
  listeningLog,
  openRelay,
  type RunningRelay,
  type StorageUnderTest,
  shiftedClock,
  storageKinds,
} from '../test/support/relay-world.ts';
import { channelAnswer, hookPath } from './protocol.ts';
import { forgetOld } from './retention.ts';

const DAY_MS = 86_400_000;

for (const kind of storageKinds())
  describe.skipIf(kind.absent !== null)(
    `a relay on ${kind.name}${kind.absent === null ? '' : `: SKIPPED, ${kind.absent}`}`,
    () => {
      let storage: StorageUnderTest;
      let relay: RunningRelay;
      let desktop: TestDesktop;
      const nodes: RunningRelay[] = [];
      const open = async (...options: [options?: Parameters<typeof openRelay>[1]]) => {
        const node = await openRelay(await storage.open(), ...options);
        nodes.push(node);
        return node;
      };
      const post = async (text: string, to = relay) => {
        const url = `${to.url}${hookPath(desktop.channel, 'plaid')}`;
        return (await fetch(url, { method: 'POST', body: text, headers: { 'plaid-verification': `jwt of ${text}` } }))
          .status;
      };
      const closeAll = async () => {
        for (const node of nodes.splice(0)) await node.close();
      };

      beforeAll(() => kind.start());
      afterAll(() => kind.stop());
      beforeEach(async () => {
        storage = await kind.fresh();
        relay = await open();
        desktop = await connectDesktop(relay.url);
      });
      afterEach(async () => {
        await closeAll();
        storage.remove();
      });

      it('hands a notice to the desktop byte for byte, with the headers that its check needs', async () => {
        const body = Buffer.concat([Buffer.from('{\n  "a": 1.0 }\r\n'), Buffer.from([0, 255, 0xc3, 0x28])]);
        const listening = await desktop.listen();
        const url = `${relay.url}${hookPath(desktop.channel, 'plaid')}`;
        await fetch(url, { method: 'POST', body, headers: { 'plaid-verification': 'jwt', cookie: 'not needed' } });
        const [message] = await listening.messages(1);
        if (!message) throw new Error('nothing came');
        const notice = noticeIn(message, desktop.keys);
        expect(Buffer.from(notice.body, 'base64url').equals(body)).toBe(true);
        expect(notice).toMatchObject({ channel: desktop.channel, provider: 'plaid', receivedAt: message.receivedAt });
        expect(notice.headers).toEqual([['plaid-verification', 'jwt']]);
        listening.stop();
      });

      it('delivers in the order of arrival, what waited before what is new', async () => {
        for (const text of ['1', '2', '3']) expect(await post(text)).toBe(200);
        const listening = await desktop.listen();
        expect(await listening.take(1)).toEqual([{ event: 'hello', data: { acknowledged: 0, latest: 3 } }]);
        const first = await listening.messages(3);
        for (const text of ['4', '5']) await post(text);
        const all = [...first, ...(await listening.messages(2))];
        expect(all.map((each) => `${each.sequence} ${noticeIn(each, desktop.keys).text}`)).toEqual([
          '1 1',
          '2 2',
          '3 3',
          '4 4',
          '5 5',
        ]);
        listening.stop();
      });

      it('sends again what was not acknowledged, and nothing of what was', async () => {
        for (const text of ['1', '2', '3', '4']) await post(text);
        const before = await desktop.listen();
        await before.messages(4);
        before.stop();
        const again = await desktop.listen();
        expect((await again.messages(4)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
        again.stop();
        await desktop.acknowledge(2);
        const later = await desktop.listen();
        expect((await later.messages(2)).map(({ sequence }) => sequence)).toEqual([3, 4]);
        later.stop();
        const resumed = await desktop.listen(3);
        expect((await resumed.messages(1)).map(({ sequence }) => sequence)).toEqual([4]);
        resumed.stop();
      });

      it('keeps a duplicate as a message of its own: the desktop tells them apart, not the relay', async () => {
        await post('same');
        await post('same');
        const listening = await desktop.listen();
        const both = await listening.messages(2);
        expect(both.map((each) => noticeIn(each, desktop.keys).text)).toEqual(['same', 'same']);
        listening.stop();
      });

      it('gives every desktop of a workspace the messages that wait', async () => {
        const second = await connectDesktop(relay.url, desktop);
        const both = [await desktop.listen(), await second.listen()];
        await post('for both');
        for (const listening of both) expect(await listening.messages(1)).toHaveLength(1);
        for (const listening of both) listening.stop();
      });

      it('loses nothing when it is closed and opened again, and tells desktops to come back', async () => {
        const listening = await desktop.listen();
        await post('before');
        await listening.messages(1);
        await closeAll();
        expect(await listening.take(1)).toEqual([{ event: 'closed', data: { reason: 'restarting' } }]);
        relay = await open();
        await post('after');
        const { keys, channel } = desktop;
        const back = await (await connectDesktop(relay.url, { keys, channel })).listen();
        expect((await back.messages(2)).map((each) => noticeIn(each, keys).text)).toEqual(['before', 'after']);
        back.stop();
      });

      it('gives a session only to whoever holds the key, once per challenge', async () => {
        const { channel, keys } = desktop;
        const stranger = await askForSession(relay.url, channel, newKeys().signer);
        expect([stranger.status, codeOf(stranger)]).toEqual([401, 'unproven']);
        const proven = await proof(relay.url, 'session', [channel], keys.signer);
        const ask = () => call(`${relay.url}/channels/${channel}/sessions`, 'POST', proven);
        expect((await ask()).status).toBe(201);
        expect(codeOf(await ask())).toBe('unproven');
        const otherPurpose = await proof(relay.url, 'revoke', [channel], keys.signer);
        expect((await call(`${relay.url}/channels/${channel}/sessions`, 'POST', otherPurpose)).status).toBe(401);
        const invented = { ...proven, challenge: randomBytes(32).toString('base64url') };
        expect((await call(`${relay.url}/channels/${channel}/sessions`, 'POST', invented)).status).toBe(401);
      });

      it('lets a session into its own channel alone', async () => {
        const other = await connectDesktop(relay.url);
        for (const [method, path, body] of [
          ['GET', '/messages', undefined],
          ['POST', '/acks', { through: 1 }],
          ['PUT', '/hook-secrets', { provider: 'd365', secretHash: null }],
          ['POST', '/sign-ins', { provider: 'exact', stateHash: 'a'.repeat(43), sealKey: desktop.keys.sealKey }],
          ['GET', `/sign-ins/${'a'.repeat(43)}`, undefined],
        ] as const) {
          expect((await call(other.at(path), method, body, desktop.token)).status, path).toBe(401);
          expect((await call(other.at(path), method, body)).status, path).toBe(401);
        }
      });

      it('rotates keys by a proof of both, ends the sessions of the old, and seals to the new from then on', async () => {
        const { channel, keys } = desktop;
        await post('old');
        const listening = await desktop.listen();
        await listening.messages(1);
        const next = newKeys();
        const rotate = async (...signers: KeyObject[]) =>
          call(`${relay.url}/channels/${channel}/keys`, 'PUT', {
            sealKey: next.sealKey,
            signKey: next.signKey,
            ...(await proof(relay.url, 'rotate', [channel, next.sealKey, next.signKey], ...signers)),
          });
        expect((await rotate(next.signer, next.signer)).status).toBe(401);
        expect((await rotate(keys.signer, keys.signer)).status).toBe(401);
        expect(channelAnswer.parse((await rotate(keys.signer, next.signer)).body)).toMatchObject({ keyVersion: 2 });
        expect(await listening.take(1)).toEqual([{ event: 'closed', data: { reason: 'rotated' } }]);
        expect((await desktop.call('POST', '/acks', { through: 1 })).status).toBe(401);
        expect((await askForSession(relay.url, channel, keys.signer)).status).toBe(401);

        expect(await post('new')).toBe(200);
        const back = await (await connectDesktop(relay.url, { keys: next, channel })).listen();
        const [first, second] = await back.messages(2);
        if (!first || !second) throw new Error('nothing came');
        expect([first.keyVersion, noticeIn(first, keys).text]).toEqual([1, 'old']);
        expect([second.keyVersion, noticeIn(second, next).text]).toEqual([2, 'new']);
        expect(unseal(second.sealed, keys)).toBeNull();
        back.stop();
      });

      it('ends a channel by a proof: its hooks, its session, its streams and what it held', async () => {
        const { channel, keys } = desktop;
        const listening = await desktop.listen();
        await listening.take(1);
        const url = `${relay.url}/channels/${channel}`;
        expect((await call(url, 'DELETE', await proof(relay.url, 'revoke', [channel], newKeys().signer))).status).toBe(
          401,
        );
        expect((await call(url, 'DELETE', await proof(relay.url, 'revoke', [channel], keys.signer))).status).toBe(204);
        expect(await listening.take(1)).toEqual([{ event: 'closed', data: { reason: 'revoked' } }]);
        expect(await post('late')).toBe(404);
        expect((await desktop.call('POST', '/acks', { through: 0 })).status).toBe(401);
        expect((await askForSession(relay.url, channel, keys.signer)).status).toBe(404);
      });

      it('keeps what waits for 30 days and no longer', async () => {
        await closeAll();
        const clock = shiftedClock();
        relay = await open({ clock });
        await post('old');
        clock.shift(29 * DAY_MS);
        await post('young');
        await forgetOld(relay.parts);
        expect(await relay.parts.store.totals()).toMatchObject({ messages: 2 });
        clock.shift(1 * DAY_MS + 1_000);
        await forgetOld(relay.parts);
        const { keys, channel } = desktop;
        const listening = await (await connectDesktop(relay.url, { keys, channel })).listen();
        const [message] = await listening.messages(1);
        expect(message?.sequence).toBe(2);
        expect(message && noticeIn(message, keys).text).toBe('young');
        listening.stop();
      });

      it('hands the return of a sign-in to the one desktop that waits for it, and shows nothing of it', async () => {
        const second = await connectDesktop(relay.url, desktop);
        const stranger = await connectDesktop(relay.url);
        const once = await desktop.openSignIn('exact', 'state one');
        const waiting = desktop.signInReturn('state one', once);
        const address = `${relay.url}/oauth/exact/callback?code=a%2Bb%21secret&state=state+one`;
        const back = await fetch(address, { redirect: 'manual' });
        const html = await back.text();
        expect(back.status).toBe(200);
        expect(html).not.toMatch(/secret|state one|http/);
        expect(back.headers.get('location')).toBeNull();
        expect(back.headers.get('referrer-policy')).toBe('no-referrer');
        expect(await waiting).toMatchObject({ query: 'code=a%2Bb%21secret&state=state+one', provider: 'exact' });
        // The other desktop of the workspace may ask, and cannot open it; another workspace is not even answered.
        await expect(second.signInReturn('state one', second.keys)).rejects.toThrow();
        expect(await stranger.signInReturn('state one', once)).toBe(404);
        // A reload, with whatever code, changes nothing.
        await fetch(`${relay.url}/oauth/exact/callback?code=other&state=state+one`);
        expect(await desktop.signInReturn('state one', once)).toMatchObject({
          query: expect.stringContaining('secret'),
        });
      });

      it('takes no return that nobody waits for: another state, another provider, too late', async () => {
        const clock = shiftedClock();
        await closeAll();
        relay = await open({ clock });
        const { keys, channel } = desktop;
        desktop = await connectDesktop(relay.url, { keys, channel });
        await desktop.openSignIn('exact', 'mine');
        const back = async (path: string) => (await fetch(`${relay.url}${path}`)).status;
        expect(await back('/oauth/exact/callback?code=x&state=other')).toBe(404);
        expect(await back('/oauth/other/callback?code=x&state=mine')).toBe(404);
        expect(await back('/oauth/exact/callback?code=x')).toBe(404);
        expect(await back('/oauth/exact/callback')).toBe(404);
        clock.shift(15 * 60_000);
        expect(await back('/oauth/exact/callback?code=x&state=mine')).toBe(404);
      });

      it('keeps no body, secret, token or code in what it stores or logs', async () => {
        const log = listeningLog();
        await closeAll();
        relay = await open({ log });
        const { keys, channel } = desktop;
        desktop = await connectDesktop(relay.url, { keys, channel });
        const pathSecret = randomBytes(32).toString('base64url');
        await desktop.call('PUT', '/hook-secrets', {
          provider: 'd365',
          secretHash: sha256(pathSecret),
        });
        await fetch(`${relay.url}${hookPath(channel, 'd365', pathSecret)}`, { method: 'POST', body: 'PLAINTEXT-BODY' });
        await fetch(`${relay.url}${hookPath(channel, 'plaid')}`, {
          method: 'POST',
          body: 'PLAINTEXT-BODY',
          headers: { 'plaid-verification': 'PLAINTEXT-HEADER' },
        });
        await desktop.openSignIn('exact', 'PLAINTEXT-STATE');
        await fetch(`${relay.url}/oauth/exact/callback?code=PLAINTEXT-CODE&state=PLAINTEXT-STATE`);
        await fetch(`${relay.url}/hooks/${channel}/d365/PLAINTEXT`, { method: 'POST', body: 'x' });
        const messages = await relay.parts.store.messagesAfter(channel, 0, 10, 1e9);
        expect(messages).toHaveLength(2);
        const stored = await storage.dump();
        for (const secret of ['PLAINTEXT', pathSecret, desktop.token]) {
          expect(stored.includes(secret), `stored ${secret}`).toBe(false);
          expect(stored.includes(Buffer.from(secret).toString('base64url').slice(0, 10))).toBe(false);
          expect(log.lines.join('\n').includes(secret), `logged ${secret}`).toBe(false);
        }
        // The dump does show what is meant to lie there, so the look was a look.
        expect(stored.includes(channel)).toBe(true);
      });

      if (kind.name === 'PostgreSQL') {
        it('delivers through one node what another node took, and the return of a browser likewise', async () => {
          const other = await open();
          const listening = await desktop.listen();
          await listening.take(1);
          expect(await post('by the other', other)).toBe(200);
          expect((await listening.messages(1)).map((each) => noticeIn(each, desktop.keys).text)).toEqual([
            'by the other',
          ]);
          const once = await desktop.openSignIn('exact', 'state');
          const waiting = desktop.signInReturn('state', once);
          await fetch(`${other.url}/oauth/exact/callback?code=x&state=state`);
          expect(await waiting).toMatchObject({ query: 'code=x&state=state' });
          listening.stop();
        });

        it('delivers what was taken while its own connection for news was cut', async () => {
          const other = await open();
          const listening = await desktop.listen();
          await listening.take(1);
          await storage.cluster?.cutConnections();
          for (const text of ['1', '2']) expect(await post(text, other)).toBe(200);
          expect((await listening.messages(2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
          listening.stop();
        });
      }
    },
  );
