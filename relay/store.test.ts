import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StorageUnderTest, storageKinds, threadKind } from '../test/support/relay-world.ts';
import { MOST_SESSIONS, type RelayStore, type SealedMessage } from './store.ts';

const KEYS = { sealKey: 'S'.repeat(43), signKey: 'K'.repeat(43) };
const ROOM = { messages: 1_000, bytes: 1_000_000 };
const NOW = 1_800_000_000_000;
const ID = 'C'.repeat(26);

const message = (text: string, more: Partial<SealedMessage> = {}): SealedMessage => ({
  channel: ID,
  provider: 'plaid',
  receivedAt: NOW,
  keyVersion: 1,
  sealed: Buffer.from(text),
  ...more,
});

for (const kind of [...storageKinds(), threadKind()])
  describe.skipIf(kind.absent !== null)(
    `${kind.name}${kind.absent === null ? '' : `: SKIPPED, ${kind.absent}`}`,
    () => {
      let storage: StorageUnderTest;
      let store: RelayStore;
      const opened: RelayStore[] = [];
      const open = async () => {
        const next = await storage.open();
        opened.push(next);
        return next;
      };
      const texts = async (after = 0, count = 1_000, bytes = 1_000_000) =>
        (await store.messagesAfter(ID, after, count, bytes)).map(({ sequence, sealed }) => `${sequence} ${sealed}`);

      beforeAll(() => kind.start());
      afterAll(() => kind.stop());
      beforeEach(async () => {
        storage = await kind.fresh();
        store = await open();
        await store.createChannel(ID, KEYS, NOW, 10);
      });
      afterEach(async () => {
        for (const each of opened.splice(0)) await each.close();
        storage.remove();
      });

      it('numbers the messages of a channel without a hole, in the order in which they came', async () => {
        const all = await Promise.all(
          Array.from({ length: 50 }, (_, index) => store.append(message(`m${index}`), ROOM)),
        );
        expect(all).toEqual(Array.from({ length: 50 }, (_, index) => ({ sequence: index + 1 })));
        expect(await texts()).toEqual(Array.from({ length: 50 }, (_, index) => `${index + 1} m${index}`));
      });

      it('keeps what it took when it is opened again', async () => {
        await store.append(message('kept'), ROOM);
        await opened.splice(0)[0]?.close();
        store = await open();
        expect(await texts()).toEqual(['1 kept']);
        expect(await store.append(message('next'), ROOM)).toEqual({ sequence: 2 });
      });

      it('reads on after a sequence, by count and by size', async () => {
        for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) await store.append(message(text), ROOM);
        expect(await texts(1)).toEqual(['2 bbbb', '3 cccc', '4 dddd']);
        expect(await texts(1, 2)).toEqual(['2 bbbb', '3 cccc']);
        expect(await texts(0, 10, 5)).toEqual(['1 aaaa', '2 bbbb']);
        expect(await texts(4)).toEqual([]);
      });

      it('forgets what is acknowledged, and never more than it gave', async () => {
        for (const text of ['a', 'b', 'c']) await store.append(message(text), ROOM);
        await store.acknowledge(ID, 2);
        expect(await texts()).toEqual(['3 c']);
        await store.acknowledge(ID, 1);
        expect(await store.channel(ID)).toMatchObject({ acknowledged: 2, latest: 3 });
        await store.acknowledge(ID, 999);
        expect(await store.channel(ID)).toMatchObject({ acknowledged: 3, latest: 3 });
        expect(await store.append(message('d'), ROOM)).toEqual({ sequence: 4 });
        expect(await texts(3)).toEqual(['4 d']);
      });

      it('holds no more for a channel than its quota, and takes again once room was made', async () => {
        const few = { messages: 2, bytes: 1_000 };
        const at = () => store.append(message('x'), few);
        expect(await Promise.all([at(), at(), at()])).toEqual([{ sequence: 1 }, { sequence: 2 }, 'full']);
        expect(await store.append(message('x'.repeat(20)), { messages: 10, bytes: 21 })).toBe('full');
        await store.acknowledge(ID, 2);
        expect(await at()).toEqual({ sequence: 3 });
        expect(await store.totals()).toEqual({ channels: 1, messages: 1, bytes: 1 });
      });

      it('takes nothing for a channel that is not there, or that was sealed to former keys', async () => {
        expect(await store.append(message('x', { channel: 'D'.repeat(26) }), ROOM)).toBe('gone');
        expect(await store.append(message('x', { keyVersion: 2 }), ROOM)).toBe('gone');
        expect(await store.totals()).toMatchObject({ messages: 0 });
      });

      it('gives the same signing key the same channel, and no more channels than are allowed', async () => {
        expect(await store.createChannel('E'.repeat(26), KEYS, NOW, 10)).toMatchObject({ id: ID });
        const other = { ...KEYS, signKey: 'L'.repeat(43) };
        expect(await store.createChannel('E'.repeat(26), other, NOW, 1)).toBe('full');
        expect(await store.createChannel('E'.repeat(26), other, NOW, 2)).toMatchObject({ id: 'E'.repeat(26) });
      });

      it('takes each challenge once, and none that ran out', async () => {
        await store.saveChallenge('one', NOW + 1_000);
        await store.saveChallenge('late', NOW + 1_000);
        expect(await Promise.all([store.spendChallenge('one', NOW), store.spendChallenge('one', NOW)])).toEqual(
          expect.arrayContaining([true, false]),
        );
        expect(await store.spendChallenge('late', NOW + 1_000)).toBe(false);
        expect(await store.spendChallenge('never given', NOW)).toBe(false);
      });

      it('ends the sessions of a channel when its keys change, and changes them only from the version that was seen', async () => {
        await store.saveSession('token', { channel: ID, keyVersion: 1 }, NOW, NOW + 1_000);
        expect(await store.session('token', NOW)).toEqual({ channel: ID, keyVersion: 1 });
        expect(await store.session('token', NOW + 1_000)).toBeNull();
        const keys = { sealKey: 'T'.repeat(43), signKey: 'N'.repeat(43) };
        expect(await store.rotate(ID, 1, keys)).toMatchObject({ ...keys, keyVersion: 2 });
        expect(await store.rotate(ID, 1, KEYS)).toBeNull();
        expect(await store.session('token', NOW)).toBeNull();
      });

      it('keeps so many sessions of a channel and no more: the oldest go', async () => {
        await store.createChannel('D'.repeat(26), { ...KEYS, signKey: 'D'.repeat(43) }, NOW, 10);
        await store.saveSession('of another', { channel: 'D'.repeat(26), keyVersion: 1 }, NOW, NOW + 1);
        for (let each = 0; each <= MOST_SESSIONS; each += 1)
          await store.saveSession(`token ${each}`, { channel: ID, keyVersion: 1 }, NOW, NOW + 1_000 + each);
        expect(await store.session('token 0', NOW)).toBeNull();
        for (const token of ['token 1', `token ${MOST_SESSIONS}`, 'of another'])
          expect(await store.session(token, NOW)).not.toBeNull();
      });

      it('forgets all of a channel that is revoked', async () => {
        await store.append(message('x'), ROOM);
        await store.saveSession('token', { channel: ID, keyVersion: 1 }, NOW, NOW + 1_000);
        await store.setHookSecret(ID, 'd365', 'hash');
        expect(await store.revoke(ID)).toBe(true);
        expect(await store.revoke(ID)).toBe(false);
        expect([
          await store.channel(ID),
          await store.session('token', NOW),
          await store.hookSecret(ID, 'd365'),
        ]).toEqual([null, null, null]);
        expect(await texts()).toEqual([]);
        expect(await store.totals()).toEqual({ channels: 0, messages: 0, bytes: 0 });
      });

      it('keeps one secret hash per provider until it is taken away', async () => {
        await store.setHookSecret(ID, 'd365', 'one');
        await store.setHookSecret(ID, 'd365', 'two');
        expect(await store.hookSecret(ID, 'd365')).toBe('two');
        expect(await store.hookSecret(ID, 'exact')).toBeNull();
        await store.setHookSecret(ID, 'd365', null);
        expect(await store.hookSecret(ID, 'd365')).toBeNull();
      });

      it('gives a return to the sign-in that waits for it, the first one, until its time is over', async () => {
        const wait = { channel: ID, provider: 'exact', stateHash: 'h', sealKey: 'k', expiresAt: NOW + 1_000 };
        expect(await store.openSignIn(wait, NOW, 2)).toBe(true);
        expect(await store.openSignIn(wait, NOW, 2)).toBe(false);
        expect(await store.waitingSignIn('h', 'exact', NOW)).toEqual(wait);
        expect(await store.waitingSignIn('h', 'other', NOW)).toBeNull();
        expect(await store.signInReturn(ID, 'h', NOW)).toBe('waiting');
        await store.returnSignIn('h', Buffer.from('first'));
        await store.returnSignIn('h', Buffer.from('second'));
        expect(String(await store.signInReturn(ID, 'h', NOW))).toBe('first');
        expect(await store.signInReturn('D'.repeat(26), 'h', NOW)).toBeNull();
        expect(await store.signInReturn(ID, 'h', NOW + 1_000)).toBeNull();
        expect(await store.openSignIn({ ...wait, stateHash: 'i' }, NOW, 1)).toBe(false);
        expect(await store.openSignIn({ ...wait, stateHash: 'i' }, NOW + 1_000, 1)).toBe(true);
      });

      it('forgets what is older than asked, frees its room, and leaves the rest', async () => {
        await store.append(message('old', { receivedAt: NOW - 10 }), ROOM);
        await store.append(message('new'), ROOM);
        await store.saveChallenge('over', NOW);
        expect(await store.purge(NOW, NOW, NOW)).toEqual({ messages: 1, channels: 0 });
        expect(await texts()).toEqual(['2 new']);
        expect(await store.channel(ID)).toMatchObject({ acknowledged: 1, latest: 2 });
        expect(await store.totals()).toEqual({ channels: 1, messages: 1, bytes: 3 });
        expect(await store.spendChallenge('over', NOW - 1)).toBe(false);
        expect(await store.purge(NOW, NOW, NOW + 1)).toEqual({ messages: 0, channels: 1 });
      });

      it('tells of news of a channel: a message, new keys, a return, the end', async () => {
        const told: (string | null)[] = [];
        let wake = () => {};
        store.onNews((channel) => {
          told.push(channel);
          wake();
        });
        const news = async (count: number) => {
          while (told.length < count)
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        };
        await store.append(message('x'), ROOM);
        await news(1);
        await store.rotate(ID, 1, KEYS);
        await news(2);
        await store.openSignIn({ channel: ID, provider: 'exact', stateHash: 'h', sealKey: 'k', expiresAt: NOW }, 0, 1);
        await store.returnSignIn('h', Buffer.from('x'));
        await news(3);
        await store.revoke(ID);
        await news(4);
        expect(told).toEqual([ID, ID, ID, ID]);
      });

      it('says that it answers, and fails when it is closed', async () => {
        await store.check();
        await opened.splice(0)[0]?.close();
        await expect(store.check()).rejects.toThrow();
      });

      if (kind.name === 'PostgreSQL') {
        it('keeps one dense order for a channel that several nodes write to at once', async () => {
          const other = await open();
          const all = await Promise.all(
            Array.from({ length: 60 }, (_, index) => (index % 2 ? store : other).append(message(`m${index}`), ROOM)),
          );
          const sequences = all.map((each) => (typeof each === 'object' ? each.sequence : 0)).sort((a, b) => a - b);
          expect(sequences).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
        });

        it('listens again after its connection was cut, and says that news may have been missed', async () => {
          const other = await open();
          const told: (string | null)[] = [];
          const missed = new Promise<void>((resolve) =>
            store.onNews((channel) => {
              told.push(channel);
              if (channel === null) resolve();
            }),
          );
          await storage.cluster?.cutConnections();
          await missed;
          const heard = new Promise<string | null>((resolve) => store.onNews(resolve));
          await other.append(message('x'), ROOM);
          expect(await heard).toBe(ID);
        });
      }
    },
  );
