import type { Fetch } from '../../main/core/ports.ts';

export type Blow =
  | 'request lost'
  | 'answer lost'
  | 'answer cut off'
  | 'killed before it'
  | 'killed after it'
  | 'run cancelled before it'
  | 'run cancelled after it';

/** Strikes the request with that number, once; `cancel` is the run's. After a kill nothing reaches the ERP any more. */
export function strike(fetch: Fetch, at: number, blow: Blow, cancel: AbortController) {
  let requests = 0;
  let dead = false;
  const struck: Fetch = async (request) => {
    requests += 1;
    if (dead) throw new TypeError('fetch failed');
    if (requests !== at) return fetch(request);
    if (blow === 'killed before it') {
      dead = true;
      throw new TypeError('fetch failed');
    }
    if (blow === 'request lost') throw new TypeError('fetch failed');
    if (blow === 'run cancelled before it') cancel.abort();
    const answer = await fetch(request);
    if (blow === 'run cancelled after it') cancel.abort();
    if (cancel.signal.aborted) return answer;
    if (blow === 'killed after it') dead = true;
    if (blow === 'answer lost' || dead) throw new TypeError('fetch failed');
    const text = await answer.text();
    return new Response(text.slice(0, Math.floor(text.length / 2)), { status: answer.status, headers: answer.headers });
  };
  return { fetch: struck, requests: () => requests, isDead: () => dead };
}
