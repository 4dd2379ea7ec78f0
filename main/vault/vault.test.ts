import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { DaybookError, type ErrorCode } from '../core/errors.ts';
import { systemRandom } from '../core/random.ts';
import { openStore, type Store } from '../store/store.ts';
import { accountNumberContext } from './contexts.ts';
import { openVault, type Vault } from './vault.ts';

const PASSPHRASE = 'correct horse battery staple';
const COST = { N: 2, r: 1, p: 1 };

let workspace: TempWorkspace;
beforeEach(async () => {
  workspace = await tempWorkspace();
});
afterEach(() => workspace.close());

const open = (passphrase = PASSPHRASE, store: Store = workspace.store): Promise<Vault> =>
  openVault({ store, clock: workspace.clock, random: systemRandom(), passphrase, cost: COST });

const put = (vault: Vault, owner: string, name: string, plain: string) =>
  workspace.store.write((trx) => vault.put(trx, owner, name, plain));

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await promise;
    return 'none';
  } catch (thrown) {
    if (thrown instanceof DaybookError) return thrown.code;
    throw thrown;
  }
}

const audited = () =>
  workspace.store.read.selectFrom('audit_event').select(['action', 'subject', 'data_json']).execute();

async function addAccount(id: string, number_sealed: Uint8Array): Promise<void> {
  const at = '2026-11-20T08:00:00.000Z';
  await workspace.store.write(async (trx) => {
    await trx
      .insertInto('connection')
      .values({
        id: 'conn_1',
        kind: 'plaid',
        name: 'Bank',
        environment: 'sandbox',
        config_json: '{}',
        state: 'healthy',
        state_at: at,
        created_at: at,
        updated_at: at,
      })
      .execute();
    await trx
      .insertInto('feed')
      .values({
        id: 'feed_1',
        connection_id: 'conn_1',
        provider_feed_id: 'item',
        state: 'healthy',
        state_at: at,
        history: 'complete',
        products_json: '[]',
        created_at: at,
      })
      .execute();
    await trx
      .insertInto('feed_account')
      .values({
        id,
        feed_id: 'feed_1',
        provider_account_id: id,
        name: 'Operating',
        type: 'depository',
        search: '',
        first_seen_at: at,
        last_seen_at: at,
        number_sealed,
      })
      .execute();
  });
}

async function sealedNumber(store: Store, id: string): Promise<Uint8Array> {
  const row = await store.read
    .selectFrom('feed_account')
    .select('number_sealed')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.number_sealed === null) throw new Error('no number stored');
  return row.number_sealed;
}

describe('secrets', () => {
  test('a secret that was put is there after the vault is opened again, for another process too', async () => {
    await put(await open(), 'conn_1', 'secret', 's3cret with ümläuts and 株');
    const again = await openStore({ path: workspace.store.path, clock: workspace.clock, random: workspace.random });
    expect(await (await open(PASSPHRASE, again)).get('conn_1', 'secret')).toBe('s3cret with ümläuts and 株');
    await again.close();
  });

  test('two processes that open a new workspace at once agree on one key', async () => {
    const [a, b] = await Promise.all([open(), open()]);
    expect(a.cipher.keyId).toBe(b.cipher.keyId);
    await put(a, 'conn_1', 'secret', 'from a');
    expect(await b.get('conn_1', 'secret')).toBe('from a');
  });

  test('nothing of a secret stands readable in the workspace’s files', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'plainly-visible');
    await put(vault, 'conn_1', 'secret', 'plainly-visible-2');
    for (const name of readdirSync(workspace.folder))
      expect(readFileSync(join(workspace.folder, name)).includes('plainly-visible')).toBe(false);
    expect(readFileSync(workspace.store.path).includes(PASSPHRASE)).toBe(false);
  });

  test('a missing secret is named, in the error and in what a connector asks', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    expect(await codeOf(vault.get('conn_1', 'certificateKey'))).toBe('secret_missing');
    const secret = await vault.secretsOf('conn_1');
    expect(secret('secret')).toBe('x');
    expect(() => secret('certificateKey')).toThrow(/certificateKey is missing/);
    expect(await codeOf(put(vault, 'conn_1', 'secret', ''))).toBe('secret_missing');
    expect(await vault.get('conn_1', 'secret')).toBe('x');
  });

  test('names are listed by owner, values never', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    await put(vault, 'conn_1', 'certificateKey', 'y');
    await put(vault, 'feed_1', 'accessToken', 'z');
    expect(await vault.list('conn_1')).toEqual(['certificateKey', 'secret']);
    expect([await vault.has('feed_1', 'accessToken'), await vault.has('feed_1', 'secret')]).toEqual([true, false]);
  });

  test('setting, replacing and removing are in the trail by name; the same value again is no change', async () => {
    const vault = await open();
    expect(await put(vault, 'conn_1', 'secret', 'first-value')).toBe('set');
    expect(await put(vault, 'conn_1', 'secret', 'first-value')).toBe('unchanged');
    expect(await put(vault, 'conn_1', 'secret', 'other-value')).toBe('replaced');
    const removed = () => workspace.store.write((trx) => vault.remove(trx, 'conn_1', 'secret'));
    expect([await removed(), await removed()]).toEqual([true, false]);
    const events = await audited();
    expect(events.map((event) => event.action)).toEqual([
      'vault.created',
      'secret.set',
      'secret.replaced',
      'secret.removed',
    ]);
    expect(events[1]).toMatchObject({ subject: 'secret:conn_1', data_json: '{"name":"secret"}' });
    expect(JSON.stringify(events)).not.toContain('value');
  });

  test('a secret put in a transaction that fails is not there', async () => {
    const vault = await open();
    const failing = workspace.store.write(async (trx) => {
      await vault.put(trx, 'conn_1', 'secret', 'x');
      expect(await vault.get('conn_1', 'secret', trx)).toBe('x');
      throw new Error('later step failed');
    });
    await expect(failing).rejects.toThrow('later step failed');
    expect(await vault.has('conn_1', 'secret')).toBe(false);
  });
});

describe('passphrase', () => {
  test('a wrong one is refused and changes nothing', async () => {
    await put(await open(), 'conn_1', 'secret', 'x');
    const before = await workspace.store.read.selectFrom('vault_key').selectAll().execute();
    expect(await codeOf(open('wrong'))).toBe('vault_wrong_passphrase');
    expect(await codeOf(open(''))).toBe('vault_locked');
    expect(await workspace.store.read.selectFrom('vault_key').selectAll().execute()).toEqual(before);
    expect(await (await open()).get('conn_1', 'secret')).toBe('x');
  });

  test('after a change the new one opens everything and the old one nothing', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    await vault.rotateKey();
    expect(await codeOf(vault.changePassphrase('wrong', 'new'))).toBe('vault_wrong_passphrase');
    expect(await codeOf(vault.changePassphrase(PASSPHRASE, ''))).toBe('vault_locked');
    await vault.changePassphrase(PASSPHRASE, 'new');
    expect(await codeOf(open(PASSPHRASE))).toBe('vault_wrong_passphrase');
    expect(await (await open('new')).get('conn_1', 'secret')).toBe('x');
    expect(await vault.get('conn_1', 'secret')).toBe('x');
    await vault.rotateKey();
    expect(await (await open('new')).get('conn_1', 'secret')).toBe('x');
  });

  test('the same letters open it, however the keyboard composes them', async () => {
    await put(await open('caf\u00e9'), 'conn_1', 'secret', 'x');
    expect(await (await open('cafe\u0301')).get('conn_1', 'secret')).toBe('x');
  });

  test('a damaged or foreign key record is said to be so, and asks for no gigabytes', async () => {
    await open();
    for (const json of [
      '{',
      '{"kind":"keychain"}',
      JSON.stringify({ kind: 'passphrase', kdf: 'scrypt', N: 2 ** 40 }),
    ]) {
      await workspace.store.write((trx) => trx.updateTable('vault_key').set({ protection_json: json }).execute());
      expect(await codeOf(open())).toBe('database_corrupt');
    }
  });

  test('the default cost is the recommended one', async () => {
    const { store, clock, random } = workspace;
    await openVault({ store, clock, random, passphrase: PASSPHRASE });
    const row = await store.read.selectFrom('vault_key').select('protection_json').executeTakeFirstOrThrow();
    expect(JSON.parse(row.protection_json)).toMatchObject({ kdf: 'scrypt', N: 32768, r: 8, p: 3 });
  });
});

describe('key rotation', () => {
  test('seals every secret and account number with a new key and retires the old one', async () => {
    const vault = await open();
    const oldKey = vault.cipher.keyId;
    await put(vault, 'conn_1', 'secret', 'x');
    await put(vault, 'feed_1', 'accessToken', 'y');
    await addAccount('acct_1', vault.cipher.encrypt('000123456789', accountNumberContext('acct_1')));
    const fingerprint = vault.cipher.fingerprint('000123456789');
    const before = await sealedNumber(workspace.store, 'acct_1');
    await vault.rotateKey('Ada');
    const rows = await workspace.store.read.selectFrom('secret').select('key_id').execute();
    expect(new Set(rows.map((row) => row.key_id))).toEqual(new Set([vault.cipher.keyId]));
    expect(vault.cipher.keyId).not.toBe(oldKey);
    const number = await sealedNumber(workspace.store, 'acct_1');
    expect(Buffer.from(number).equals(before)).toBe(false);
    for (const each of [vault, await open()]) {
      expect([await each.get('conn_1', 'secret'), await each.get('feed_1', 'accessToken')]).toEqual(['x', 'y']);
      expect(each.cipher.decrypt(number, accountNumberContext('acct_1'))).toBe('000123456789');
      expect(each.cipher.fingerprint('000123456789')).toBe(fingerprint);
    }
    const retired = await workspace.store.read.selectFrom('vault_key').select(['id', 'retired_at']).execute();
    expect(retired.find((key) => key.id === oldKey)?.retired_at).not.toBeNull();
    expect((await audited()).at(-1)).toMatchObject({
      action: 'vault.key_rotated',
      data_json: expect.stringContaining('"accountNumbers":1'),
    });
  });

  test('what was read or written at any moment around a crash can be opened afterwards', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    await addAccount('acct_1', vault.cipher.encrypt('000123456789', accountNumberContext('acct_1')));
    const images: string[] = [];
    /** The files as a crash at this moment would leave them. */
    const keepImage = () => {
      const image = join(workspace.folder, `crash-${images.length}.db`);
      for (const ending of ['', '-wal'])
        if (existsSync(workspace.store.path + ending)) copyFileSync(workspace.store.path + ending, image + ending);
      images.push(image);
    };
    const crashing: Store = {
      ...workspace.store,
      writeDurably: (work) =>
        workspace.store.writeDurably(async (trx) => {
          await work(trx);
          keepImage();
          throw new Error('power cut');
        }),
    };
    const doomed = await open(PASSPHRASE, crashing);
    await expect(doomed.rotateKey()).rejects.toThrow('power cut');
    expect(await doomed.get('conn_1', 'secret')).toBe('x');
    await vault.rotateKey();
    keepImage();
    for (const path of images) {
      const store = await openStore({ path, clock: workspace.clock, random: workspace.random });
      const after = await open(PASSPHRASE, store);
      expect(await after.get('conn_1', 'secret')).toBe('x');
      const number = await sealedNumber(store, 'acct_1');
      expect(after.cipher.decrypt(number, accountNumberContext('acct_1'))).toBe('000123456789');
      await store.close();
      rmSync(path);
    }
    expect(images).toHaveLength(2);
  });

  test('a process that runs while another rotates reads on and loses nothing that it writes', async () => {
    const mine = await open();
    const theirs = await open();
    await put(mine, 'conn_1', 'secret', 'x');
    await theirs.rotateKey();
    await put(mine, 'conn_1', 'late', 'sealed with the key that I knew');
    expect(await mine.get('conn_1', 'secret')).toBe('x');
    expect(mine.cipher.keyId).toBe(theirs.cipher.keyId);
    expect(await theirs.get('conn_1', 'late')).toBe('sealed with the key that I knew');
    await theirs.rotateKey();
    expect(await (await open()).get('conn_1', 'late')).toBe('sealed with the key that I knew');
  });

  test('a process whose passphrase was changed elsewhere is told to unlock, and breaks nothing', async () => {
    const mine = await open();
    const theirs = await open();
    await put(mine, 'conn_1', 'secret', 'x');
    await theirs.changePassphrase(PASSPHRASE, 'new');
    expect(await mine.get('conn_1', 'secret')).toBe('x');
    expect(await codeOf(mine.rotateKey())).toBe('vault_locked');
    await theirs.rotateKey();
    expect(await codeOf(mine.get('conn_1', 'secret'))).toBe('vault_locked');
    expect(await (await open('new')).get('conn_1', 'secret')).toBe('x');
  });

  test('one damaged secret stops the rotation, names itself and leaves the rest as it was', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    await put(vault, 'feed_1', 'accessToken', 'y');
    await workspace.store.write((trx) =>
      trx
        .updateTable('secret')
        .set({ sealed: Buffer.from('damaged') })
        .where('owner', '=', 'feed_1')
        .execute(),
    );
    await expect(vault.rotateKey()).rejects.toThrow(/accessToken cannot be opened/);
    expect(await vault.get('conn_1', 'secret')).toBe('x');
    expect(await put(vault, 'feed_1', 'accessToken', 'z')).toBe('replaced');
    await vault.rotateKey();
    expect(await vault.get('feed_1', 'accessToken')).toBe('z');
  });
});

describe('cipher', () => {
  test('every text comes back, and never looks the same twice', async () => {
    const { cipher } = await open();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        const sealed = cipher.encrypt(plain, context);
        expect(cipher.decrypt(sealed, context)).toBe(plain);
        expect(Buffer.from(cipher.encrypt(plain, context)).equals(sealed)).toBe(false);
      }),
    );
  });

  test('a text moved to another place, cut, or changed by one bit does not open', async () => {
    const { cipher } = await open();
    const sealed = cipher.encrypt('000123456789', 'here');
    const opens = (bytes: Uint8Array, context = 'here') => {
      try {
        cipher.decrypt(bytes, context);
        return true;
      } catch (thrown) {
        if (thrown instanceof DaybookError && thrown.code === 'vault_locked') return false;
        throw thrown;
      }
    };
    expect(opens(sealed)).toBe(true);
    expect(opens(sealed, 'there')).toBe(false);
    for (let length = 0; length < sealed.length; length++) expect(opens(sealed.subarray(0, length))).toBe(false);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(opens(changed)).toBe(false);
    }
  });

  test('a secret moved to another row does not open', async () => {
    const vault = await open();
    await put(vault, 'conn_1', 'secret', 'x');
    await workspace.store.write((trx) => trx.updateTable('secret').set({ owner: 'conn_2' }).execute());
    expect(await codeOf(vault.get('conn_2', 'secret'))).toBe('vault_locked');
  });

  test('fingerprints are equal for equal numbers in one workspace, and differ between two', async () => {
    const { cipher } = await open();
    const other = await tempWorkspace({ seed: 2 });
    const elsewhere = await open(PASSPHRASE, other.store);
    expect(cipher.fingerprint('1')).toBe(cipher.fingerprint('1'));
    expect(cipher.fingerprint('1')).not.toBe(cipher.fingerprint('2'));
    expect(cipher.fingerprint('1')).toMatch(/^[0-9a-f]{64}$/);
    expect(elsewhere.cipher.fingerprint('1')).not.toBe(cipher.fingerprint('1'));
    await other.close();
  });
});
