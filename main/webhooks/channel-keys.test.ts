import sodium from 'sodium-native';
import { expect, test } from 'vitest';
import { proofText } from '../../relay/protocol.ts';
import { isProven } from '../../relay/seal.ts';
import { seededRandom } from '../core/random.ts';
import { newChannelKeys, readChannelKeys } from './channel-keys.ts';

/** As the relay seals, with the library that it has. */
function sealTo(key: string, text: string): Buffer {
  const plain = Buffer.from(text);
  const sealed = Buffer.alloc(plain.length + sodium.crypto_box_SEALBYTES);
  sodium.crypto_box_seal(sealed, plain, Buffer.from(key, 'base64url'));
  return sealed;
}

test('what the relay seals is opened here, and again after the keys came back from the vault', async () => {
  const keys = await newChannelKeys(seededRandom(1));
  const sealed = sealTo(keys.sealKey, 'a notice with ünïcode');
  expect(keys.open(sealed)).toBe('a notice with ünïcode');
  const again = await readChannelKeys(keys.stored);
  expect([again.sealKey, again.signKey]).toEqual([keys.sealKey, keys.signKey]);
  expect(again.open(sealed)).toBe('a notice with ünïcode');
});

test('what is sealed to another key, touched or cut short is not opened', async () => {
  const keys = await newChannelKeys(seededRandom(1));
  const others = await newChannelKeys(seededRandom(2));
  const sealed = sealTo(keys.sealKey, 'a notice');
  expect(others.open(sealed)).toBeNull();
  expect(keys.open(sealed.subarray(0, -1))).toBeNull();
  expect(keys.open(new Uint8Array())).toBeNull();
  for (let at = 0; at < sealed.length; at++) {
    const touched = Buffer.from(sealed);
    touched[at] = (touched[at] ?? 0) ^ 1;
    expect(keys.open(touched)).toBeNull();
  }
});

test('the relay takes our proof of possession, and nobody else’s', async () => {
  const keys = await newChannelKeys(seededRandom(1));
  const proof = { purpose: 'session' as const, challenge: 'c'.repeat(43), fields: ['01ABCDEFGHJKMNPQRSTVWXYZ00'] };
  const signature = keys.sign(proofText(proof.purpose, proof.challenge, ...proof.fields));
  expect(isProven(proof, keys.signKey, signature)).toBe(true);
  expect(isProven({ ...proof, purpose: 'revoke' }, keys.signKey, signature)).toBe(false);
  expect(isProven(proof, (await newChannelKeys(seededRandom(2))).signKey, signature)).toBe(false);
});

test('what holds no keys is told, and its text is not', async () => {
  for (const text of ['', '{}', '{"seal":"AAAA","sign":"AAAA"}', 'secret'])
    await expect(readChannelKeys(text)).rejects.toMatchObject({ code: 'vault_locked' });
  await expect(readChannelKeys('secret')).rejects.not.toThrow('secret');
});
