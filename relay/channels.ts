import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { instantOf } from '../main/core/calendar.ts';
import { base32 } from '../main/core/ids.ts';
import { answerEmpty, answerJson, Refusal, readJson, refusals } from './http.ts';
import { limiter } from './limits.ts';
import type { RelayParts } from './parts.ts';
import {
  ack,
  CHALLENGE_MS,
  type challengeAnswer,
  type channelAnswer,
  channelKeys,
  creation,
  hookSecret,
  revocation,
  rotation,
  type sessionAnswer,
  sessionRequest,
} from './protocol.ts';
import { hashOf, isProven, isSealKey, type Proof, sameSecret } from './seal.ts';
import type { Channel, Session } from './store.ts';

const KEY_BYTES = 32;
const CHANNEL_BYTES = 17;
const CHANNEL_LENGTH = 26;
const HOUR_S = 3_600;

type Call = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly address: string };

/** What a desktop asks about its channel: make it, prove to hold its key, change the key, end it, acknowledge. */
export function createChannels(parts: RelayParts) {
  const { config, store, clock, random, metrics } = parts;
  const news = limiter(clock, {
    perSecond: config.newChannelsPerHour / HOUR_S,
    burst: config.newChannelsPerHour,
  });
  const newSecret = () => Buffer.from(random.bytes(KEY_BYTES)).toString('base64url');
  const answerOf = ({ id, keyVersion }: Channel): z.output<typeof channelAnswer> => ({
    channel: id,
    keyVersion,
    publicUrl: config.publicUrl,
  });

  /** The challenge is used up in any case: a wrong signature gets no second try. */
  const prove = async (proof: Proof, signatures: readonly (readonly [key: string, signature: string])[]) => {
    const fresh = await store.spendChallenge(hashOf(proof.challenge), clock.now());
    if (!fresh || !signatures.every(([key, signature]) => isProven(proof, key, signature))) throw refusals.unproven();
  };
  const channelOr404 = async (id: string): Promise<Channel> => {
    const channel = await store.channel(id);
    if (!channel) throw refusals.notFound();
    return channel;
  };
  const requireSealKey = (sealKey: string) => {
    if (!isSealKey(sealKey)) throw refusals.invalid('The key to seal to');
  };

  return {
    challenge: async ({ response }: Call) => {
      const challenge = newSecret();
      const expiresAt = clock.now() + CHALLENGE_MS;
      await store.saveChallenge(hashOf(challenge), expiresAt);
      const answer: z.output<typeof challengeAnswer> = { challenge, expiresAt: instantOf(expiresAt) };
      answerJson(response, 201, answer);
    },

    create: async ({ request, response, address }: Call) => {
      const { sealKey, signKey, challenge, signature, enrolment } = await readJson(request, creation);
      if (config.enrolment !== null && !sameSecret(enrolment ?? '', config.enrolment))
        throw new Refusal(403, 'enrolment', 'This relay is for its own people: the enrolment word is not right.');
      requireSealKey(sealKey);
      await prove({ purpose: 'create', challenge, fields: [sealKey, signKey] }, [[signKey, signature]]);
      if (!news.take(address)) throw refusals.slowDown(HOUR_S);
      const id = base32(random.bytes(CHANNEL_BYTES), CHANNEL_LENGTH);
      const channel = await store.createChannel(id, { sealKey, signKey }, clock.now(), config.maxChannels);
      if (channel === 'full') throw new Refusal(429, 'no_room', 'This relay takes no more channels.', HOUR_S);
      answerJson(response, 201, answerOf(channel));
    },

    session: async ({ request, response }: Call, id: string) => {
      const { challenge, signature } = await readJson(request, sessionRequest);
      const channel = await channelOr404(id);
      try {
        await prove({ purpose: 'session', challenge, fields: [id] }, [[channel.signKey, signature]]);
      } catch (thrown) {
        metrics.count('relay_sessions_total', { outcome: 'unproven' });
        throw thrown;
      }
      const token = newSecret();
      const expiresAt = clock.now() + config.sessionMs;
      const session = { channel: id, keyVersion: channel.keyVersion };
      await store.saveSession(hashOf(token), session, clock.now(), expiresAt);
      metrics.count('relay_sessions_total', { outcome: 'proven' });
      const answer: z.output<typeof sessionAnswer> = {
        token,
        expiresAt: instantOf(expiresAt),
        keyVersion: channel.keyVersion,
      };
      answerJson(response, 201, answer);
    },

    rotate: async ({ request, response }: Call, id: string) => {
      const given = await readJson(request, rotation);
      const keys = channelKeys.parse(given);
      const channel = await channelOr404(id);
      requireSealKey(keys.sealKey);
      const proof: Proof = { purpose: 'rotate', challenge: given.challenge, fields: [id, keys.sealKey, keys.signKey] };
      await prove(proof, [
        [channel.signKey, given.signature],
        [keys.signKey, given.newSignature],
      ]);
      const rotated = await store.rotate(id, channel.keyVersion, keys);
      if (!rotated) throw refusals.unproven();
      answerJson(response, 200, answerOf(rotated));
    },

    revoke: async ({ request, response }: Call, id: string) => {
      const { challenge, signature } = await readJson(request, revocation);
      const { signKey } = await channelOr404(id);
      await prove({ purpose: 'revoke', challenge, fields: [id] }, [[signKey, signature]]);
      await store.revoke(id);
      answerEmpty(response, 204);
    },

    /** @throws Refusal `no_session`: not this channel's, over, or of keys that were changed since. */
    sessionOf: async ({ request }: Call, id: string): Promise<Session> => {
      const [, token] = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(request.headers.authorization ?? '') ?? [];
      const session = token === undefined ? null : await store.session(hashOf(token), clock.now());
      if (session?.channel !== id) throw refusals.noSession();
      return session;
    },

    acknowledge: async ({ request, response }: Call, id: string) => {
      const { through } = await readJson(request, ack);
      await store.acknowledge(id, through);
      metrics.count('relay_acknowledgements_total');
      answerEmpty(response, 204);
    },

    setHookSecret: async ({ request, response }: Call, id: string) => {
      const { provider, secretHash } = await readJson(request, hookSecret);
      await store.setHookSecret(id, provider, secretHash);
      answerEmpty(response, 204);
    },
  };
}
