import type { IncomingMessage, ServerResponse } from 'node:http';
import { instantOf } from '../main/core/calendar.ts';
import { addressOf, answerTaken, CallerGone, Refusal, readBody, refusals, refuse } from './http.ts';
import { limiter } from './limits.ts';
import type { RelayParts } from './parts.ts';
import {
  channelId,
  DOOR_SECRET_LENGTH,
  endsInSecret,
  type HookProvider,
  hookProvider,
  type SealedNotice,
} from './protocol.ts';
import { keptHeaders, PROVIDER_RULES } from './provider-rules.ts';
import { hashOf, sameSecret, seal } from './seal.ts';

const PATH = /^\/hooks\/([^/?]{26})\/([a-z0-9]{1,20})(?:\/([A-Za-z0-9_-]{43,200}))?\/?(?:\?|$)/;
/** How many channels' keys are kept at hand. A former key does no harm: the store refuses what was sealed to it. */
const MOST_KEYS = 10_000;

type Key = { readonly sealKey: Buffer; readonly keyVersion: number };
type Target = { readonly channel: string; readonly provider: HookProvider; readonly secret: string | null };

/**
 * The public door: `POST /hooks/{channel}/{provider}`. The body is sealed as it came, put in the queue, and answered 200
 * once it is on disk. Whether a provider really sent it is judged at the desktop, over the raw bytes.
 */
export function createHooks(parts: RelayParts) {
  const { config, store, clock, metrics } = parts;
  const keys = new Map<string, Key>();
  const rate = limiter(clock, config.hookRate);
  /** Who asks for channels that are not there. Providers share few addresses, so only misses count. */
  const misses = limiter(clock, config.callRate);
  let atOnce = 0;

  const keyOf = async (channel: string): Promise<Key | null> => {
    const known = keys.get(channel);
    if (known) return known;
    const found = await store.channel(channel);
    if (!found) return null;
    const key = { sealKey: Buffer.from(found.sealKey, 'base64url'), keyVersion: found.keyVersion };
    const [first] = keys.keys();
    if (keys.size >= MOST_KEYS && first !== undefined) keys.delete(first);
    keys.set(channel, key);
    return key;
  };

  const enqueue = async (target: Target, request: IncomingMessage, body: Buffer): Promise<void> => {
    const { channel, provider, secret } = target;
    const receivedAt = clock.now();
    const notice: SealedNotice = {
      version: 1,
      channel,
      provider,
      receivedAt: instantOf(receivedAt),
      headers: keptHeaders(provider, request.headers),
      pathSecret: secret,
      body: body.toString('base64url'),
    };
    const plain = Buffer.from(JSON.stringify(notice));
    // Twice: the keys may have been changed a moment ago, here or at another node.
    for (const _attempt of [1, 2]) {
      const key = await keyOf(channel);
      if (!key) break;
      const sealed = seal(plain, key.sealKey);
      const message = { channel, provider, receivedAt, keyVersion: key.keyVersion, sealed };
      const appended = await store.append(message, config.quota);
      if (appended === 'full')
        throw new Refusal(429, 'full', 'The desktop of this channel has not fetched its messages.', 3_600);
      if (appended !== 'gone') return;
      keys.delete(channel);
    }
    throw refusals.notFound();
  };

  const take = async (request: IncomingMessage, target: Target, address: string): Promise<'accepted' | 'trial'> => {
    const { channel, provider, secret } = target;
    // A channel that is in use is served all the same: its provider, or our own proxy, may share the address with a guesser.
    const isGuess = secret !== null || !keys.has(channel);
    if (isGuess && !misses.has(address)) throw refusals.slowDown();
    if (!(await keyOf(channel))) {
      misses.take(address);
      throw refusals.notFound();
    }
    const { emptyIsTrial } = PROVIDER_RULES[provider];
    if (endsInSecret(provider) !== (secret !== null)) throw refusals.notFound();
    if (secret !== null) {
      const right = await store.hookSecret(channel, provider);
      if (right === null || !sameSecret(right, hashOf(secret.slice(0, DOOR_SECRET_LENGTH)))) {
        misses.take(address);
        throw refusals.notFound();
      }
    }
    if (!rate.take(channel)) throw refusals.slowDown();
    const body = await readBody(request, config.maxBodyBytes);
    if (body.length === 0 && emptyIsTrial) return 'trial';
    if (body.length === 0) throw refusals.invalid('An empty body');
    await enqueue(target, request, body);
    return 'accepted';
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = clock.now();
    const target = targetOf(request.url ?? '');
    if (!target) return refuse(request, response, refusals.notFound());
    if (request.method !== 'POST') return refuse(request, response, refusals.method());
    if (atOnce >= config.hooksAtOnce) return refuse(request, response, refusals.slowDown());
    atOnce += 1;
    let outcome = 'failed';
    try {
      outcome = await take(request, target, addressOf(request, config.trustedProxies));
      answerTaken(response);
    } catch (thrown) {
      outcome = thrown instanceof Refusal ? thrown.code : thrown instanceof CallerGone ? 'caller_gone' : 'failed';
      throw thrown;
    } finally {
      atOnce -= 1;
      metrics.count('relay_hooks_total', { provider: target.provider, outcome });
      if (outcome === 'accepted') metrics.hookAnswered(clock.now() - began);
    }
  };
}

function targetOf(url: string): Target | null {
  const [, channel = '', name = '', secret] = PATH.exec(url) ?? [];
  const provider = hookProvider.safeParse(name);
  if (!provider.success || !channelId.safeParse(channel).success) return null;
  return { channel, provider: provider.data, secret: secret ?? null };
}
