import { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';

/** The two key pairs of a channel: notices are sealed to one, the other proves that we hold the channel. */
export type ChannelKeys = {
  /** Public, base64url: X25519 and Ed25519. */
  readonly sealKey: string;
  readonly signKey: string;
  /** Ed25519 signature, base64url. */
  sign(text: Uint8Array): string;
  /** The text in a sealed box (`crypto_box_seal`); null where it is sealed to another key, or was touched. */
  open(sealed: Uint8Array): string | null;
  /** What the vault keeps. */
  readonly stored: string;
};

const SEED_BYTES = 32;
const stored = z.object({ seal: z.base64url(), sign: z.base64url() });

/** Loaded when it is first needed: its WebAssembly takes a while, and webhooks are off by default. */
async function loadSodium() {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  return sodium;
}
type Sodium = Awaited<ReturnType<typeof loadSodium>>;

export async function newChannelKeys(random: Random): Promise<ChannelKeys> {
  return keysOf(await loadSodium(), random.bytes(SEED_BYTES), random.bytes(SEED_BYTES));
}

/** @throws DaybookError `vault_locked` for a text that holds no keys */
export async function readChannelKeys(text: string): Promise<ChannelKeys> {
  const parsed = stored.safeParse(jsonOf(text));
  const [seal, sign] = parsed.success
    ? [Buffer.from(parsed.data.seal, 'base64url'), Buffer.from(parsed.data.sign, 'base64url')]
    : [];
  if (seal?.length !== SEED_BYTES || sign?.length !== SEED_BYTES)
    throw new DaybookError('vault_locked', 'The keys of the channel at the relay cannot be read. Make a new channel.');
  return keysOf(await loadSodium(), seal, sign);
}

function keysOf(sodium: Sodium, sealSeed: Uint8Array, signSeed: Uint8Array): ChannelKeys {
  const seal = sodium.crypto_box_seed_keypair(sealSeed);
  const signer = sodium.crypto_sign_seed_keypair(signSeed);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return {
    sealKey: text(seal.publicKey),
    signKey: text(signer.publicKey),
    sign: (bytes) => text(sodium.crypto_sign_detached(bytes, signer.privateKey)),
    open: (sealed) => {
      if (sealed.length < sodium.crypto_box_SEALBYTES) return null;
      try {
        const plain = sodium.crypto_box_seal_open(sealed, seal.publicKey, seal.privateKey);
        return Buffer.from(plain).toString('utf8');
      } catch {
        // libsodium has one error for all: it is not for this key, or not whole.
        return null;
      }
    },
    stored: JSON.stringify({ seal: text(sealSeed), sign: text(signSeed) }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
