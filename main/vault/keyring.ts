import { createHash, createHmac } from 'node:crypto';
import { DaybookError } from '../core/errors.ts';
import type { Cipher } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { VaultKeyRow } from '../store/vault-rows.ts';
import { vaultKeyContext } from './contexts.ts';
import { openBytes, sealBytes } from './sealing.ts';

const KEY_BYTES = 32;
const VERSION = 1;
/** Version byte, then the start of SHA-256 of the key's id: says which key to take. */
const TAG_BYTES = 8;
const HEAD_BYTES = 1 + TAG_BYTES;

/** A data key. `comparing` is for fingerprints and stays the same over rotations, or stored ones would be worthless. */
export type DataKey = { readonly id: string; readonly sealing: Uint8Array; readonly comparing: Uint8Array };

/**
 * The keys that are open. A retired key stays in it: another process may have sealed with it before it heard of the
 * rotation, and a text sealed so must not be lost.
 */
export type Keyring = { readonly active: DataKey; readonly all: readonly DataKey[] };

export function newDataKey(id: string, random: Random, comparing = random.bytes(KEY_BYTES)): DataKey {
  return { id, sealing: random.bytes(KEY_BYTES), comparing };
}

export function sealDataKey(key: DataKey, passphraseKey: Uint8Array, random: Random): Uint8Array {
  return sealBytes(passphraseKey, Buffer.concat([key.sealing, key.comparing]), vaultKeyContext(key.id), random);
}

/** Undefined when the passphrase's key does not open the key in use. */
export function openKeyring(rows: readonly VaultKeyRow[], passphraseKey: Uint8Array): Keyring | undefined {
  const all = rows.flatMap((row) => openDataKey(row, passphraseKey) ?? []);
  const inUse = rows.find((row) => row.retired_at === null);
  const active = all.find((key) => key.id === inUse?.id);
  return active && { active, all };
}

function openDataKey(row: VaultKeyRow, passphraseKey: Uint8Array): DataKey | undefined {
  const bytes = openBytes(passphraseKey, row.sealed_key, vaultKeyContext(row.id));
  if (bytes?.length !== 2 * KEY_BYTES) return undefined;
  return { id: row.id, sealing: bytes.subarray(0, KEY_BYTES), comparing: bytes.subarray(KEY_BYTES) };
}

/** The Cipher port over whatever keyring is open at the moment of each call. */
export function keyringCipher(keyring: () => Keyring, random: Random): Cipher {
  return {
    get keyId() {
      return keyring().active.id;
    },
    encrypt: (plain, context) => {
      const { active } = keyring();
      const body = sealBytes(active.sealing, Buffer.from(plain, 'utf8'), context, random);
      return Buffer.concat([Uint8Array.of(VERSION), tagOf(active.id), body]);
    },
    decrypt: (sealed, context) => {
      const tag = sealed.subarray(1, HEAD_BYTES);
      const key = sealed[0] === VERSION && keyring().all.find((candidate) => tagOf(candidate.id).equals(tag));
      const plain = key && openBytes(key.sealing, sealed.subarray(HEAD_BYTES), context);
      if (plain) return plain.toString('utf8');
      throw new DaybookError(
        'vault_locked',
        'A stored secret cannot be opened with the keys of this vault. Unlock the vault again, or enter the secret anew.',
      );
    },
    fingerprint: (text) => createHmac('sha256', keyring().active.comparing).update(text, 'utf8').digest('hex'),
  };
}

function tagOf(id: string): Buffer {
  return createHash('sha256').update(id, 'utf8').digest().subarray(0, TAG_BYTES);
}
