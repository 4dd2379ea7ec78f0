/**
 * What the relay and a desktop say to each other, in one place for both sides. Everything goes over https; each request is
 * one that the desktop makes:
 *
 * 1. `POST /challenges` gives a challenge, good once and for a minute.
 * 2. `POST /channels` (a proof for `create`) makes the workspace's channel. The same signing key gets the same channel
 *    again, so that an answer that was lost costs nothing.
 * 3. `POST /channels/{channel}/sessions` (a proof for `session`) gives the token that the calls below carry as
 *    `authorization: Bearer …`.
 * 4. `GET /channels/{channel}/messages?after=N` is a stream of server-sent events, see `streamEvent`. `after` is the highest
 *    sequence that the desktop has stored; without it the stream begins after the last one acknowledged.
 * 5. `POST /channels/{channel}/acks` with `ack`: all up to it are stored at the desktop and may be forgotten by the relay.
 * 6. `PUT /channels/{channel}/keys` (`rotation`) sets new keys. It needs no token and ends every session; what was
 *    sealed to the former key stays so, see `keyVersion`.
 * 7. `DELETE /channels/{channel}` (`revocation`) ends the channel and forgets what it holds.
 * 8. `PUT /channels/{channel}/hook-secrets` (`hookSecret`) for providers that cannot sign.
 * 9. `POST /channels/{channel}/sign-ins` (`signIn`), then `GET /channels/{channel}/sign-ins/{stateHash}` until it answers
 *    200 with `signInReturn`; 204 means that the person is not back yet: ask again. Each call waits up to 25 s.
 *
 * Any other status than 2xx carries `refusal`. Binary values are base64url without padding.
 */
import { z } from 'zod';

/** Providers with an address of their own at the public door. */
export const HOOK_PROVIDERS = ['plaid', 'exact', 'stripe', 'paypal', 'd365'] as const;
export type HookProvider = (typeof HOOK_PROVIDERS)[number];
export const hookProvider = z.enum(HOOK_PROVIDERS);

/** Whether the provider cannot sign, so that a secret ends its path. */
export function endsInSecret(provider: HookProvider): boolean {
  return provider === 'd365';
}

/**
 * The relay checks this many characters of the secret at the end of a path: one secret for each channel and provider. What
 * follows them is for the desktop alone, which tells its connections apart by it.
 */
export const DOOR_SECRET_LENGTH = 43;

/** A comment line at least this often on an open stream; after twice as long without a byte the way is dead. */
export const HEARTBEAT_MS = 20_000;
export const RETENTION_DAYS = 30;
export const CHALLENGE_MS = 60_000;
export const SIGN_IN_MS = 15 * 60_000;
/** How long a question for a sign-in's return is held open. */
export const SIGN_IN_WAIT_MS = 25_000;

/** 32 bytes: an X25519 or Ed25519 public key, a SHA-256, a token. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);
/** 26 characters of Crockford's base32: 128 random bits. The whole protection of a hook address. */
export const channelId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
/** Dense within a channel, from 1: a hole means that the retention passed. */
const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** What a proof is for. Another purpose makes another text to sign, so that no proof serves twice. */
export type ProofPurpose = 'create' | 'session' | 'rotate' | 'revoke';

/** The bytes that an Ed25519 key signs to prove that it is there. `fields` stand in the order of each schema below. */
export function proofText(purpose: ProofPurpose, challenge: string, ...fields: readonly string[]): Uint8Array {
  return new TextEncoder().encode(['daybook-relay/1', purpose, challenge, ...fields].join('\n'));
}

export const challengeAnswer = z.object({ challenge: bytes32, expiresAt: instant });

/** Public keys of a channel: X25519 to seal to (libsodium `crypto_box_seal`), Ed25519 to prove possession with. */
export const channelKeys = z.object({ sealKey: bytes32, signKey: bytes32 });
export type ChannelKeys = z.output<typeof channelKeys>;

/** `signature` of the new `signKey` over `proofText('create', challenge, sealKey, signKey)`. */
export const creation = channelKeys.extend({
  challenge: bytes32,
  signature,
  /** Where the relay's owner lets only his own people in. */
  enrolment: z.string().max(200).optional(),
});

export const channelAnswer = z.object({
  channel: channelId,
  /** Counts the rotations, from 1. */
  keyVersion: z.int().positive(),
  /** Public address of the relay, without a slash at its end; `hookPath` and `signInPath` follow it. */
  publicUrl: z.url(),
});

/** `signature` over `proofText('session', challenge, channel)`. */
export const sessionRequest = z.object({ challenge: bytes32, signature });
export const sessionAnswer = z.object({ token: bytes32, expiresAt: instant, keyVersion: z.int().positive() });

/**
 * Both signatures over `proofText('rotate', challenge, channel, sealKey, signKey)`: by the present signing key, and by the
 * new one. Answered with `channelAnswer`.
 */
export const rotation = channelKeys.extend({ challenge: bytes32, signature, newSignature: signature });

/** `signature` over `proofText('revoke', challenge, channel)`. */
export const revocation = z.object({ challenge: bytes32, signature });

export const ack = z.object({ through: sequence });

/** SHA-256 of the first `DOOR_SECRET_LENGTH` characters of the secret; null takes it away. The secret itself never comes here. */
export const hookSecret = z.object({ provider: hookProvider, secretHash: bytes32.nullable() });

/** One notice on its way. Opened with the key of `keyVersion`, `sealed` is a `sealedNotice` as JSON. */
export const message = z.object({
  sequence,
  provider: z.string(),
  receivedAt: instant,
  keyVersion: z.int().positive(),
  sealed: base64url,
});
export type Message = z.output<typeof message>;

/** Why the relay ends a stream: connect again (`restarting`, `expired`), or with other keys, or not at all. */
export const closeReason = z.enum(['restarting', 'expired', 'rotated', 'revoked']);
export type CloseReason = z.output<typeof closeReason>;

/** An event of the stream: its `event:` name and its `data:` as JSON. An unknown name is to be passed over. */
export const streamEvent = z.discriminatedUnion('event', [
  /** First of all: what was acknowledged, and the highest sequence there is. */
  z.object({ event: z.literal('hello'), data: z.object({ acknowledged: sequence, latest: sequence }) }),
  z.object({ event: z.literal('message'), data: message }),
  z.object({ event: z.literal('closed'), data: z.object({ reason: closeReason }) }),
]);
export type StreamEvent = z.output<typeof streamEvent>;

/**
 * What is inside: the request as it arrived. `channel`, `provider` and `receivedAt` stand inside the seal, so that what
 * the relay's disk says beside it cannot be believed by mistake. Ages are judged by `receivedAt`: the desktop may have slept.
 */
export const sealedNotice = z.object({
  version: z.literal(1),
  channel: channelId,
  provider: z.string(),
  receivedAt: instant,
  /** Those that a check needs, names in lower case. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** The secret at the end of the path, for a provider that does not sign. The desktop compares it once more. */
  pathSecret: z.string().nullable(),
  /** The raw bytes. */
  body: base64url,
});
export type SealedNotice = z.output<typeof sealedNotice>;

/**
 * Before the browser is opened: the desktop waits for the return that carries the `state` of this SHA-256. `sealKey` is
 * made for this one sign-in, so that no other desktop of the workspace can read the code.
 */
export const signIn = z.object({
  provider: z.string().regex(/^[a-z0-9-]{1,20}$/),
  stateHash: bytes32,
  sealKey: bytes32,
});
export const signInAnswer = z.object({ returnUrl: z.url(), expiresAt: instant });

/** `sealed` holds a `sealedReturn` as JSON. It is given again until the sign-in's 15 minutes are over. */
export const signInReturn = z.object({ sealed: base64url });
export const sealedReturn = z.object({
  version: z.literal(1),
  channel: channelId,
  provider: z.string(),
  receivedAt: instant,
  /** What followed the question mark, untouched. */
  query: z.string(),
});

export const refusal = z.object({
  error: z.object({
    code: z.string(),
    sentence: z.string(),
  }),
});

/** Path of a hook. `secret` (base64url, 32 bytes or more) for a provider that does not sign. */
export function hookPath(channel: string, provider: HookProvider, secret?: string): string {
  return `/hooks/${channel}/${provider}${secret === undefined ? '' : `/${secret}`}`;
}

/** Where a provider sends the person's browser back to; the same for all channels. */
export function signInPath(provider: string): string {
  return `/oauth/${provider}/callback`;
}
