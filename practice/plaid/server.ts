import { canonicalJson, type Json } from '../../main/core/canonical.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createFaultSwitches, withFaults } from '../faults.ts';
import { controlOf, type PracticePlaidControl } from './control.ts';
import { ENDPOINTS } from './endpoints.ts';
import { hostedPage } from './hosted-page.ts';
import { itemLifeDoor } from './item-life.ts';
import { createLimits } from './limits.ts';
import { PlaidProblem, problemBody, problemStatus, rateLimit } from './problems.ts';
import { createState, type PlaidOptions, type PlaidState } from './state.ts';

export type PracticePlaid = { readonly fetch: Fetch; readonly control: PracticePlaidControl };

/** Plaid for the practice company, as a fetch handler. Time is the injected clock's. */
export function createPracticePlaid(options: PlaidOptions): PracticePlaid {
  const state = createState(options);
  const faults = createFaultSwitches();
  const limits = options.enforceLimits === true ? createLimits(state.clock) : null;
  const serve: Fetch = async (request) => {
    const { pathname, origin } = new URL(request.url);
    const hosted = /^\/practice\/link\/([\w-]+)$/.exec(pathname)?.[1];
    if (hosted !== undefined) return hostedPage(state, request, hosted);
    const played = await itemLifeDoor(state, request);
    if (played !== null) return played;
    const requestId = state.draw.id().slice(0, 15);
    try {
      const endpoint = request.method === 'POST' ? ENDPOINTS[pathname] : undefined;
      if (endpoint === undefined) throw new PlaidProblem('NOT_FOUND');
      const body = await readBody(request);
      checkKeys(state, request.headers, body);
      limits?.count(pathname, body);
      const answer = endpoint(state, body, origin);
      // The large pages of sync are written in order; sorting them again would take most of the time.
      const sorted =
        pathname === '/transactions/sync' ? inOrder(answer, requestId) : sortKeys({ ...answer, request_id: requestId });
      return plaidJson(sorted, 200);
    } catch (error) {
      if (!(error instanceof PlaidProblem)) throw error;
      return plaidJson(problemBody(error, requestId), problemStatus(error));
    }
  };
  const fetch = withFaults(serve, {
    random: seededRandom(`${state.company.seed}:plaid-faults`),
    clock: state.clock,
    faults,
    refuse: (status, request) => {
      const problem =
        status === 429
          ? rateLimit(new URL(request.url).pathname)
          : new PlaidProblem(status === 500 ? 'INTERNAL_SERVER_ERROR' : 'PLANNED_MAINTENANCE');
      return plaidJson(problemBody(problem, 'fault'), status);
    },
  });
  return { fetch, control: controlOf(state, faults) };
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PlaidProblem('INVALID_BODY');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new PlaidProblem('INVALID_BODY');
  return { ...body };
}

/** Keys come as headers or in the body. */
function checkKeys(state: PlaidState, headers: Headers, body: Readonly<Record<string, unknown>>): void {
  const clientId = headers.get('plaid-client-id') ?? body.client_id;
  const secret = headers.get('plaid-secret') ?? body.secret;
  for (const [name, value] of [
    ['client_id', clientId],
    ['secret', secret],
  ] as const) {
    if (typeof value !== 'string' || value === '') {
      throw new PlaidProblem('MISSING_FIELDS', `the following required fields are missing: ${name}`);
    }
  }
  if (clientId !== state.clientId || secret !== state.secret) throw new PlaidProblem('INVALID_API_KEYS');
}

/** Pretty-printed, as the real service writes it. */
function plaidJson(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body, null, 2), { status, headers: { 'content-type': 'application/json' } });
}

/** `request_id` among keys that are already in order. */
function inOrder(answer: Record<string, unknown>, requestId: string): Record<string, unknown> {
  const { transactions_update_status, ...rest } = answer;
  return { ...rest, request_id: requestId, transactions_update_status };
}

function sortKeys(value: Record<string, unknown>): unknown {
  return JSON.parse(canonicalJson(value as Json));
}
