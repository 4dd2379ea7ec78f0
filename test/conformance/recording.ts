import type { Fetch } from '../../main/core/ports.ts';

/** One request and its answer, both read whole. */
export type Exchange = {
  readonly method: string;
  readonly url: URL;
  readonly requestHeaders: Headers;
  readonly requestBody: string;
  readonly status: number;
  readonly answerHeaders: Headers;
  readonly answerBody: string;
};

export type Recording = { readonly fetch: Fetch; readonly exchanges: Exchange[] };

/** The same handler, with everything that passes through it kept. An answer that never came is not kept. */
export function recordingFetch(handler: Fetch): Recording {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    fetch: async (request) => {
      const copy = request.clone();
      const answer = await handler(request);
      exchanges.push({
        method: copy.method,
        url: new URL(copy.url),
        requestHeaders: new Headers(copy.headers),
        requestBody: await copy.text(),
        status: answer.status,
        answerHeaders: new Headers(answer.headers),
        answerBody: await answer.clone().text(),
      });
      return answer;
    },
  };
}
