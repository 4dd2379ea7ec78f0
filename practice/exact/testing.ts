/** A plain client for tests against a practice site: signed in as a person would, JSON in and out. */
import { z } from 'zod';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import {
  type Application,
  createPracticeExact,
  PRACTICE_APPLICATION,
  type PracticeExactControl,
  type PracticeExactOptions,
  SITE_ORIGINS,
  type SignInChoice,
} from './index.ts';
import { DIVISION, smallSeed } from './seed-small.ts';

export const TODAY = '2026-03-10';

const record = z.record(z.string(), z.unknown());
export type Json = z.infer<typeof record>;

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json };

const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.string() });
export type TokenAnswer = z.infer<typeof tokenAnswer>;

export type TestClient = {
  readonly control: PracticeExactControl;
  readonly clock: VirtualClock;
  readonly fetch: Fetch;
  readonly origin: string;
  /** Any request, signed in. `path` follows `/api/v1/` and is written unencoded. */
  raw(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same in the test's division. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** All rows, following `__next`. */
  rows(resource: string, query?: Record<string, string>): Promise<Json[]>;
  /** The first row that has this code. */
  find(resource: string, code: string): Promise<Json>;
  /** Tokens from the token endpoint, whatever is answered. */
  token(form: Record<string, string>): Promise<Answer>;
  /** Signs in and goes on with the new tokens. */
  signIn(choice?: SignInChoice): Promise<TokenAnswer>;
};

/** @param wrap Stands between the client and the handler, e.g. to record. */
export async function openPractice(
  options: Partial<PracticeExactOptions> = {},
  wrap: (handler: Fetch) => Fetch = (handler) => handler,
): Promise<TestClient> {
  const clock = virtualClock(Date.parse(`${TODAY}T08:00:00Z`));
  const site = options.site ?? 'nl';
  const practice = createPracticeExact({
    site,
    ledger: smallSeed(),
    clock,
    random: seededRandom('exact'),
    ...options,
    settings: { minuteLimit: null, errorLimit: null, ...options.settings },
  });
  const fetch = wrap(practice.fetch);
  const origin = SITE_ORIGINS[site];
  const application = options.application ?? PRACTICE_APPLICATION;
  let access = '';

  const raw: TestClient['raw'] = async (method, path, body, headers = {}) =>
    answerOf(
      await fetch(
        new Request(`${origin}/api/v1/${path}`, {
          method,
          headers: {
            authorization: `Bearer ${access}`,
            accept: 'application/json',
            'content-type': 'application/json',
            prefer: 'return=representation',
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      ),
    );
  const token: TestClient['token'] = async (form) => answerOf(await fetch(tokenRequest(origin, application, form)));
  const signIn: TestClient['signIn'] = async (choice) => {
    const landed = practice.control.consent(signInUrl(origin, application, 'state'), choice);
    const code = new URL(landed).searchParams.get('code') ?? '';
    const answer = await token({ grant_type: 'authorization_code', code, redirect_uri: application.redirectUri });
    const tokens = tokenAnswer.parse(answer.json);
    access = tokens.access_token;
    return tokens;
  };
  const call: TestClient['call'] = (method, path, body, headers) => raw(method, `${DIVISION}/${path}`, body, headers);
  const rows: TestClient['rows'] = async (resource, query = {}) => {
    const all: Json[] = [];
    let path: string | undefined = `${DIVISION}/${resource}?${new URLSearchParams(query)}`;
    while (path !== undefined) {
      const answer: Answer = await raw('GET', path);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      const { results, next } = pageOf(answer);
      all.push(...results);
      path = next?.slice(`${origin}/api/v1/`.length);
    }
    return all;
  };
  await signIn();
  return {
    ...{ clock, fetch, origin, raw, call, rows, token, signIn },
    control: practice.control,
    find: async (resource, code) => {
      const [row] = await rows(resource, { $select: '*', $filter: `trim(Code) eq '${code}'` });
      if (row === undefined) throw new Error(`${resource} has no ${code}`);
      return row;
    },
  };
}

/** A list's rows, in whichever of the shapes they came. */
export function pageOf(answer: Pick<Answer, 'json'>): { readonly results: Json[]; readonly next: string | undefined } {
  const list = z.object({ d: z.object({ results: z.array(record), __next: z.string().optional() }) });
  const parsed = list.safeParse(answer.json);
  if (parsed.success) return { results: parsed.data.d.results, next: parsed.data.d.__next };
  return { results: z.object({ d: z.array(record) }).parse(answer.json).d, next: undefined };
}

/** The one record of an answer. */
export function recordOf(answer: Pick<Answer, 'json'>): Json {
  return z.object({ d: record }).parse(answer.json).d;
}

/** The text of a refusal. */
export function errorText(answer: Pick<Answer, 'json'>): string {
  const shape = z.object({ error: z.object({ message: z.object({ value: z.string() }) }) });
  return shape.parse(answer.json).error.message.value;
}

export function signInUrl(origin: string, application: Application, state: string): string {
  const query = new URLSearchParams({
    client_id: application.clientId,
    redirect_uri: application.redirectUri,
    response_type: 'code',
    state,
  });
  return `${origin}/api/oauth2/auth?${query}`;
}

export function tokenRequest(origin: string, application: Application, form: Record<string, string>): Request {
  const { clientId: client_id, clientSecret: client_secret } = application;
  return new Request(`${origin}/api/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id, client_secret, ...form }),
  });
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? record.parse(JSON.parse(text)) : {},
  };
}
