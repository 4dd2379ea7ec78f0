import type { IncomingMessage, ServerResponse } from 'node:http';
import { createChannels } from './channels.ts';
import { addressOf, refusals } from './http.ts';
import type { Hub } from './hub.ts';
import { limiter } from './limits.ts';
import type { RelayParts } from './parts.ts';
import { createSignIns } from './sign-ins.ts';
import type { Streams } from './stream.ts';

const CHANNEL_PATH = /^\/channels\/([0-9A-HJKMNP-TV-Z]{26})(\/[a-z-]+)?(?:\/([A-Za-z0-9_-]{43}))?$/;
const RETURN_PATH = /^\/oauth\/([a-z0-9-]{1,20})\/callback$/;

/** Everything that is no hook: the calls of `protocol.ts` and the return of a person's browser. */
export function createDesktopCalls(parts: RelayParts, hub: Hub, streams: Streams) {
  const channels = createChannels(parts);
  const signIns = createSignIns(parts, hub);
  const rate = limiter(parts.clock, parts.config.callRate);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = addressOf(request, parts.config.trustedProxies);
    if (!rate.take(address)) throw refusals.slowDown();
    const call = { request, response, address };
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const method = request.method ?? '';

    const [, provider] = RETURN_PATH.exec(path) ?? [];
    if (provider !== undefined) {
      if (method !== 'GET') throw refusals.method();
      return signIns.returned(request, response, provider);
    }
    if (path === '/challenges' || path === '/channels') {
      if (method !== 'POST') throw refusals.method();
      return path === '/challenges' ? channels.challenge(call) : channels.create(call);
    }
    const [, id, part = '', last] = CHANNEL_PATH.exec(path) ?? [];
    if (id === undefined) throw refusals.notFound();
    switch (`${method} ${part}${last === undefined ? '' : '/…'}`) {
      case 'POST /sessions':
        return channels.session(call, id);
      case 'PUT /keys':
        return channels.rotate(call, id);
      case 'DELETE ':
        return channels.revoke(call, id);
      case 'GET /messages':
        return streams.open(response, await channels.sessionOf(call, id), afterIn(query));
      case 'POST /acks':
        await channels.sessionOf(call, id);
        return channels.acknowledge(call, id);
      case 'PUT /hook-secrets':
        await channels.sessionOf(call, id);
        return channels.setHookSecret(call, id);
      case 'POST /sign-ins':
        await channels.sessionOf(call, id);
        return signIns.open(request, response, id);
      case 'GET /sign-ins/…':
        await channels.sessionOf(call, id);
        return signIns.wait(response, id, last ?? '');
      default:
        throw refusals.notFound();
    }
  };
}

function afterIn(query: string): number | null {
  const given = new URLSearchParams(query).get('after');
  if (given === null) return null;
  const after = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
  if (!Number.isSafeInteger(after)) throw refusals.invalid('after');
  return after;
}
