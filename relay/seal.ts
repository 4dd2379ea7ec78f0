import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import sodium from 'sodium-native';
import { type ProofPurpose, proofText } from './protocol.ts';

/** Seals to a channel's X25519 key (libsodium sealed box): only the desktop can open it, not even we. */
export function seal(plain: Buffer, sealKey: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(plain.length + sodium.crypto_box_SEALBYTES);
  sodium.crypto_box_seal(sealed, plain, sealKey);
  return sealed;
}

/** Some 32 bytes are no key: libsodium refuses points of low order, to which everybody could open what is sealed. */
export function isSealKey(sealKey: string): boolean {
  try {
    seal(Buffer.alloc(1), Buffer.from(sealKey, 'base64url'));
    return true;
  } catch {
    return false;
  }
}

export type Proof = { readonly purpose: ProofPurpose; readonly challenge: string; readonly fields: readonly string[] };

/** Whether whoever signed holds the private half of `signKey` (Ed25519). Never throws for a bad key or signature. */
export function isProven({ purpose, challenge, fields }: Proof, signKey: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: signKey }, format: 'jwk' });
    return verify(null, proofText(purpose, challenge, ...fields), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** SHA-256, base64url: what is kept of challenges, tokens and path secrets. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** Compares two texts of any length in a time that tells nothing. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
