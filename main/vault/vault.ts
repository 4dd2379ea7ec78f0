import { record } from '../audit/trail.ts';
import { canonicalJson } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Cipher } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { Reader, Store, Writer } from '../store/store.ts';
import {
  deleteSecret,
  insertVaultKey,
  resealVaultKey,
  saveSecret,
  sealedSecret,
  secretNames,
  vaultKeys,
} from '../store/vault-rows.ts';
import { secretContext } from './contexts.ts';
import { type Keyring, keyringCipher, newDataKey, openKeyring, sealDataKey } from './keyring.ts';
import { DEFAULT_COST, keyFromPassphrase, newProtection, readProtection, type ScryptCost } from './passphrase.ts';
import { rotateKey } from './rotate-key.ts';

/** The secrets of a workspace, open. A secret is named by its owner (a connection or feed id) and a name. */
export type Vault = {
  readonly cipher: Cipher;
  /** Sets or replaces a secret. The same value again changes nothing. `actor` stands in the audit trail. */
  put(
    trx: Writer,
    owner: string,
    name: string,
    plain: string,
    actor?: string,
  ): Promise<'set' | 'replaced' | 'unchanged'>;
  /** @throws DaybookError `secret_missing`, `vault_locked`. `from`: a transaction that must see its own changes. */
  get(owner: string, name: string, from?: Reader): Promise<string>;
  has(owner: string, name: string, from?: Reader): Promise<boolean>;
  /** Names only: no way leads from the API to a value. */
  list(owner: string, from?: Reader): Promise<string[]>;
  /** All secrets of an owner, read now; for a connector, which asks without waiting. Unknown name: `secret_missing`. */
  secretsOf(owner: string): Promise<(name: string) => string>;
  /** False when there was none. */
  remove(trx: Writer, owner: string, name: string, actor?: string): Promise<boolean>;
  /** @throws DaybookError `vault_wrong_passphrase`; nothing was changed. */
  changePassphrase(old: string, next: string, actor?: string): Promise<void>;
  /** A new data key; every secret and account number is sealed anew with it, in one transaction. */
  rotateKey(actor?: string): Promise<void>;
};

export type OpenVaultOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly passphrase: string;
  /** For a new key or passphrase. Tests take less. */
  readonly cost?: ScryptCost;
};

const APP = 'daybook';

/**
 * Unlocks the vault of a workspace; makes its first key, durably, when there is none.
 * @throws DaybookError `vault_wrong_passphrase`, `vault_locked` (no passphrase given), `database_corrupt`.
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  const { store, clock, random, passphrase, cost = DEFAULT_COST } = options;
  requirePassphrase(passphrase);
  if ((await vaultKeys(store.read)).length === 0) await makeFirstKey(options, cost);
  let { passphraseKey, keyring } = await unlock(store.read, passphrase);
  const cipher = keyringCipher(() => keyring, random);

  /** Opens a secret; when another process has rotated the key meanwhile, with the keys as they are now. */
  const open = async (from: Reader, sealed: Uint8Array, context: string): Promise<string> => {
    try {
      return cipher.decrypt(sealed, context);
    } catch (thrown) {
      const fresh = openKeyring(await vaultKeys(from), passphraseKey);
      if (!fresh || fresh.active.id === keyring.active.id) throw thrown;
      keyring = fresh;
      return cipher.decrypt(sealed, context);
    }
  };

  const get = async (owner: string, name: string, from: Reader = store.read): Promise<string> => {
    const sealed = await sealedSecret(from, owner, name);
    if (!sealed) throw secretMissing(name);
    return open(from, sealed, secretContext(owner, name));
  };

  const holds = async (trx: Writer, owner: string, name: string, plain: string): Promise<boolean> => {
    try {
      return (await get(owner, name, trx)) === plain;
    } catch (thrown) {
      // One that cannot be opened is replaced like any other value.
      if (thrown instanceof DaybookError && thrown.code === 'vault_locked') return false;
      throw thrown;
    }
  };

  return {
    cipher,
    get,
    put: async (trx, owner, name, plain, actor = APP) => {
      if (plain === '') throw secretMissing(name);
      const existed = (await sealedSecret(trx, owner, name)) !== undefined;
      if (existed && (await holds(trx, owner, name, plain))) return 'unchanged';
      const sealed = cipher.encrypt(plain, secretContext(owner, name));
      await saveSecret(trx, { owner, name, sealed }, cipher.keyId, instantNow(clock));
      const outcome = existed ? 'replaced' : 'set';
      await record(trx, clock, { actor, action: `secret.${outcome}`, subject: `secret:${owner}`, data: { name } });
      return outcome;
    },
    has: async (owner, name, from = store.read) => (await sealedSecret(from, owner, name)) !== undefined,
    list: (owner, from = store.read) => secretNames(from, owner),
    secretsOf: async (owner) => {
      const values = new Map<string, string>();
      for (const name of await secretNames(store.read, owner)) values.set(name, await get(owner, name));
      return (name) => {
        const value = values.get(name);
        if (value === undefined) throw secretMissing(name);
        return value;
      };
    },
    remove: async (trx, owner, name, actor = APP) => {
      if (!(await deleteSecret(trx, owner, name))) return false;
      await record(trx, clock, { actor, action: 'secret.removed', subject: `secret:${owner}`, data: { name } });
      return true;
    },
    changePassphrase: async (old, next, actor = APP) => {
      requirePassphrase(next);
      const before = await unlock(store.read, old);
      const protection = newProtection(random, cost);
      const nextKey = await keyFromPassphrase(next, protection);
      keyring = await store.writeDurably(async (trx) => {
        const current = openKeyring(await vaultKeys(trx), before.passphraseKey);
        if (!current) throw wrongPassphrase();
        for (const key of current.all)
          await resealVaultKey(trx, key.id, {
            protection_json: canonicalJson(protection),
            sealed_key: sealDataKey(key, nextKey, random),
          });
        await record(trx, clock, { actor, action: 'vault.passphrase_changed', subject: 'vault:workspace', data: {} });
        return current;
      });
      passphraseKey = nextKey;
    },
    rotateKey: async (actor = APP) => {
      keyring = await store.writeDurably((trx) => rotateKey(trx, { clock, random }, passphraseKey, actor));
    },
  };
}

/** In one immediate transaction that looks again: of two processes that start together, one makes the key. */
async function makeFirstKey(options: OpenVaultOptions, cost: ScryptCost): Promise<void> {
  const { store, clock, random, passphrase } = options;
  const protection = newProtection(random, cost);
  const passphraseKey = await keyFromPassphrase(passphrase, protection);
  const key = newDataKey(newId('key', options), random);
  await store.writeDurably(async (trx) => {
    if ((await vaultKeys(trx)).length > 0) return;
    await insertVaultKey(trx, {
      id: key.id,
      protection_json: canonicalJson(protection),
      sealed_key: sealDataKey(key, passphraseKey, random),
      created_at: instantNow(clock),
    });
    await record(trx, clock, {
      actor: APP,
      action: 'vault.created',
      subject: 'vault:workspace',
      data: { key: key.id },
    });
  });
}

async function unlock(from: Reader, passphrase: string): Promise<{ passphraseKey: Uint8Array; keyring: Keyring }> {
  const rows = await vaultKeys(from);
  const inUse = rows.find((row) => row.retired_at === null);
  if (!inUse)
    throw new DaybookError(
      'database_corrupt',
      'The workspace file has no vault key in use. Restore the latest backup.',
    );
  const passphraseKey = await keyFromPassphrase(passphrase, readProtection(inUse.protection_json));
  const keyring = openKeyring(rows, passphraseKey);
  if (!keyring) throw wrongPassphrase();
  return { passphraseKey, keyring };
}

function requirePassphrase(passphrase: string): void {
  if (passphrase === '')
    throw new DaybookError('vault_locked', 'The vault needs a passphrase. Set DAYBOOK_PASSPHRASE or enter one.');
}

function wrongPassphrase(): DaybookError {
  return new DaybookError(
    'vault_wrong_passphrase',
    'This passphrase does not open the vault of the workspace. Nothing was changed; try the passphrase again.',
  );
}

function secretMissing(name: string): DaybookError {
  return new DaybookError(
    'secret_missing',
    `The secret ${name} is missing or empty. Enter it in the connection's setup.`,
    {
      path: name,
    },
  );
}
