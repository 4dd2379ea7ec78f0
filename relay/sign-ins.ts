import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { instantOf } from '../main/core/calendar.ts';
import { answerEmpty, answerJson, Refusal, readJson, refusals } from './http.ts';
import type { Hub } from './hub.ts';
import type { RelayParts } from './parts.ts';
import {
  SIGN_IN_MS,
  SIGN_IN_WAIT_MS,
  type sealedReturn,
  signIn,
  type signInAnswer,
  signInPath,
  type signInReturn,
} from './protocol.ts';
import { hashOf, isSealKey, seal } from './seal.ts';

const MOST_OPEN = 20;

/**
 * Sign-ins whose provider sends the browser back to a public https address. The relay redirects nowhere: it seals what
 * came back to the key of the one desktop that waits for this `state`, and shows the person a page without anything of it.
 */
export function createSignIns({ config, store, clock, metrics }: RelayParts, hub: Hub) {
  return {
    open: async (request: IncomingMessage, response: ServerResponse, channel: string) => {
      const { provider, stateHash, sealKey } = await readJson(request, signIn);
      if (!isSealKey(sealKey)) throw refusals.invalid('The key to seal to');
      const now = clock.now();
      const expiresAt = now + SIGN_IN_MS;
      if (!(await store.openSignIn({ channel, provider, stateHash, sealKey, expiresAt }, now, MOST_OPEN)))
        throw new Refusal(409, 'sign_in_taken', 'This sign-in is open already, or too many are.');
      const answer: z.output<typeof signInAnswer> = {
        returnUrl: `${config.publicUrl}${signInPath(provider)}`,
        expiresAt: instantOf(expiresAt),
      };
      answerJson(response, 201, answer);
    },

    /** Answers at once when the person is back, else waits for it a while. */
    wait: async (response: ServerResponse, channel: string, stateHash: string) => {
      const over = clock.deadline(SIGN_IN_WAIT_MS);
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      try {
        const stop = AbortSignal.any([over.signal, gone.signal, hub.stopping]);
        for (;;) {
          const news = hub.nextNews(channel, stop);
          const sealed = await store.signInReturn(channel, stateHash, clock.now());
          if (sealed === null) throw refusals.notFound();
          if (sealed !== 'waiting') {
            const answer: z.output<typeof signInReturn> = { sealed: sealed.toString('base64url') };
            return answerJson(response, 200, answer);
          }
          if (stop.aborted) return answerEmpty(response, 204);
          await news;
        }
      } finally {
        over.clear();
        gone.abort();
      }
    },

    /** The browser, sent back by the provider. */
    returned: async (request: IncomingMessage, response: ServerResponse, provider: string) => {
      const address = request.url ?? '';
      const query = address.slice(address.indexOf('?') + 1);
      const state = address.includes('?') ? new URLSearchParams(query).get('state') : null;
      const stateHash = state ? hashOf(state) : '';
      const wait = state ? await store.waitingSignIn(stateHash, provider, clock.now()) : null;
      metrics.count('relay_sign_ins_total', { outcome: wait ? 'returned' : 'nobody_waits' });
      if (!wait) return page(response, 404, 'Nobody waits for this sign-in', NOBODY);
      const inside: z.output<typeof sealedReturn> = {
        version: 1,
        channel: wait.channel,
        provider,
        receivedAt: instantOf(clock.now()),
        query,
      };
      await store.returnSignIn(
        stateHash,
        seal(Buffer.from(JSON.stringify(inside)), Buffer.from(wait.sealKey, 'base64url')),
      );
      page(response, 200, 'You are back', BACK);
    },
  };
}

const BACK = 'Daybook has got the answer. Close this window and go on there.';
const NOBODY =
  'It was started more than 15 minutes ago, or elsewhere. Nothing was used. Go back to Daybook and start it again.';

/** Says nothing of the address it stands at, and gives it to nobody: its address holds the code. */
function page(response: ServerResponse, status: number, title: string, text: string): void {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} – Daybook</title><h1>${title}</h1><p>${text}</p></html>`;
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(html),
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(html);
}
