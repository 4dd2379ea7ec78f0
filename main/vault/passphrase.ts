import { scrypt } from 'node:crypto';
import { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';

/** The work of guessing one passphrase: `128 × N × r` bytes of memory, p times (RFC 7914). */
export type ScryptCost = { readonly N: number; readonly r: number; readonly p: number };

/** 32 MiB and about a tenth of a second; OWASP's figure for p = 3. */
export const DEFAULT_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };

const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** How a vault key is protected, stored beside it. The bounds keep a damaged file from asking for gigabytes. */
const PassphraseProtection = z.object({
  kind: z.literal('passphrase'),
  kdf: z.literal('scrypt'),
  N: z
    .int()
    .min(2)
    .max(2 ** 20)
    .refine((N) => Math.log2(N) % 1 === 0, 'must be a power of two'),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(16),
  salt: z.base64().min(16),
});

export type PassphraseProtection = z.infer<typeof PassphraseProtection>;

export function newProtection(random: Random, cost: ScryptCost): PassphraseProtection {
  const salt = Buffer.from(random.bytes(SALT_BYTES)).toString('base64');
  return { kind: 'passphrase', kdf: 'scrypt', N: cost.N, r: cost.r, p: cost.p, salt };
}

/** @throws DaybookError `database_corrupt` when the stored text is not one we wrote. */
export function readProtection(json: string): PassphraseProtection {
  const parsed = PassphraseProtection.safeParse(jsonOf(json));
  if (parsed.success) return parsed.data;
  throw new DaybookError(
    'database_corrupt',
    'The record of the vault key in the workspace file is damaged or of another kind. Restore the latest backup.',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The key that a passphrase makes. The same letters give the same key however a keyboard composes them (NFKC). */
export function keyFromPassphrase(passphrase: string, protection: PassphraseProtection): Promise<Buffer> {
  const { N, r, p } = protection;
  const salt = Buffer.from(protection.salt, 'base64');
  // What RFC 7914 needs, and a little for the library itself.
  const maxmem = 128 * r * (N + p) + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
