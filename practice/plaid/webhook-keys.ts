/** The keys that sign webhooks, as Plaid keeps them: ES256, found by their id, ended one day. */
import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Clock } from '../../main/core/clock.ts';
import type { Random } from '../../main/core/random.ts';

export type SigningKey = {
  readonly kid: string;
  readonly private: KeyObject;
  /** Coordinates of the public point, base64url. */
  readonly x: string;
  readonly y: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  expiredAt: number | null;
};

export function newSigningKey(random: Random, clock: Clock): SigningKey {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(random.bytes(32));
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const d = curve.getPrivateKey().toString('base64url').padStart(43, 'A');
  const hex = createHash('sha256').update(point).digest('hex');
  return {
    kid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    private: createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' }),
    ...{ x, y, createdAt: Math.floor(clock.now() / 1000), expiredAt: null },
  };
}

/** The answer of `/webhook_verification_key/get`. */
export function keyBody({ kid, x, y, createdAt, expiredAt }: SigningKey) {
  return {
    key: { alg: 'ES256', created_at: createdAt, crv: 'P-256', expired_at: expiredAt, kid, kty: 'EC', use: 'sig', x, y },
  };
}

/** The header `Plaid-Verification` for a body: a JWT over the hash of its bytes. `iat` in seconds since 1970. */
export function signWebhook(key: Pick<SigningKey, 'kid' | 'private'>, body: string, iat: number): string {
  const header = part({ alg: 'ES256', kid: key.kid, typ: 'JWT' });
  const claims = part({ iat, request_body_sha256: createHash('sha256').update(body).digest('hex') });
  const signed = `${header}.${claims}`;
  const signature = sign('sha256', Buffer.from(signed), { key: key.private, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
