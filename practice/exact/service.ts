/** The API under `/api/v1/`: who may call, which resource is meant, and the answer. */
import { type Base, oneJson, pageAtom, pageJson } from './answers.ts';
import { badRequest, notFound, outOfApplicationScope, outOfDivisionScope, Refusal, refusalAnswer } from './errors.ts';
import type { Limits } from './limits.ts';
import type { OAuth } from './oauth.ts';
import { countRows, readPage, selectionOf } from './query.ts';
import type { Body, Caller, Resource } from './resource.ts';
import { ME } from './resources-divisions.ts';
import { syncTimestamp } from './resources-entries.ts';
import type { Value, Values } from './schema.ts';
import type { Site } from './site.ts';
import { epochOfLocal } from './values.ts';

export type Service = { answer(request: Request, url: URL): Promise<Response> };

export type ServiceParts = {
  readonly site: Site;
  readonly clientId: string;
  readonly oauth: OAuth;
  readonly limits: Limits;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Scopes that the app's registration lacks: `read` shuts it out, `manage` from writing only. */
  readonly missingScopes: ReadonlyMap<string, 'read' | 'manage'>;
  /** Divisions that the user took away from the app after signing in. */
  readonly revokedDivisions: ReadonlySet<number>;
};

const PATH = /^\/api\/v1\/(\d+|current)\/([\w/]+?)(?:\(([^)]*)\))?(\/\$count)?$/;
const LONGEST_QUERY = 2048;
const SYNC_TIMESTAMP = 'read/sync/Sync/SyncTimestamp';
/** Answers that count against us. */
const ERRORS = [400, 401, 403, 404, 500];

export function createService(parts: ServiceParts): Service {
  const { site, clientId, oauth, limits, resources } = parts;

  const answerOf = async (request: Request, url: URL, caller: Caller, target: Target): Promise<Response> => {
    const { path, key, counts, base } = target;
    if (target.isCurrent && path !== 'Me') throw notFound();
    // Also `current/Me` fails when the division that the user last worked in is not granted.
    if (!target.granted || parts.revokedDivisions.has(caller.division.code)) throw outOfDivisionScope();
    if (path === SYNC_TIMESTAMP && request.method === 'GET') return json(200, syncTimestampJson(caller, base, url));
    const resource = target.isCurrent ? ME : resources.get(path);
    if (resource === undefined) throw notFound();
    checkScope(resource, request.method);
    switch (request.method) {
      case 'GET': {
        if (counts) return new Response(String(countRows(resource, caller, url)), { status: 200 });
        if (key !== undefined) {
          const row = rowOf(resource, caller, key);
          return json(200, oneJson(resource, caller, base, row, selectionOf(resource, url)));
        }
        const page = readPage(resource, caller, url);
        if (request.headers.get('accept')?.includes('json') === true)
          return json(200, pageJson(resource, caller, base, page));
        return new Response(pageAtom(resource, base, page), {
          headers: { 'content-type': 'application/atom+xml; charset=utf-8', dataserviceversion: '2.0' },
        });
      }
      case 'POST': {
        if (resource.create === undefined || key !== undefined) throw new Refusal(405, '');
        const row = await resource.create(caller, await bodyOf(request));
        return json(201, createdJson(request, resource, caller, base, row));
      }
      case 'DELETE': {
        if (resource.remove === undefined || key === undefined) throw new Refusal(405, '');
        rowOf(resource, caller, key);
        resource.remove(caller, key);
        return new Response(null, { status: 204 });
      }
      default:
        throw new Refusal(405, '');
    }
  };

  const checkScope = ({ scope }: Resource, method: string) => {
    if (scope === undefined) return;
    const missing = parts.missingScopes.get(scope);
    if (missing === 'read') throw outOfApplicationScope('read', scope);
    if (missing === 'manage' && method !== 'GET') throw outOfApplicationScope('manage', scope);
  };

  return {
    answer: async (request, url) => {
      const bearer = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      const signedIn = bearer === undefined ? undefined : oauth.caller(bearer);
      if (signedIn === undefined) return new Response(null, { status: 401 });
      const [, divisionText = '', path = '', key, count] = PATH.exec(decodeURI(url.pathname)) ?? [];
      const isCurrent = divisionText === 'current';
      const code = isCurrent ? signedIn.user.currentDivision : Number(divisionText);
      const division = site.divisions.get(code) ?? [...site.divisions.values()][0];
      // The web server in front takes no longer query than this.
      const tooLong = url.search.length > LONGEST_QUERY;
      if (division === undefined || path === '' || tooLong) return refusalAnswer(notFound());
      const caller: Caller = { site, user: signedIn.user, clientId, division };
      const { refused, headers } = limits.admit(caller, path);
      if (refused) return new Response(null, { status: 429, headers: Object.fromEntries(headers) });
      const target: Target = {
        path,
        isCurrent,
        granted: site.divisions.has(code) && signedIn.divisions.has(code),
        key: key === undefined ? undefined : keyText(key),
        counts: count !== undefined,
        base: { origin: url.origin, division: isCurrent ? 'current' : code },
      };
      const response = await answerOf(request, url, caller, target).catch((thrown: unknown) => {
        if (thrown instanceof Refusal) return refusalAnswer(thrown);
        throw thrown;
      });
      if (ERRORS.includes(response.status)) limits.noteError(caller, path);
      for (const [name, value] of headers) response.headers.set(name, value);
      return response;
    },
  };
}

type Target = {
  readonly path: string;
  readonly isCurrent: boolean;
  readonly granted: boolean;
  readonly key: string | undefined;
  readonly counts: boolean;
  readonly base: Base;
};

/** `guid'…'`, `'…'`, `12L` or `12`, without its dress. */
function keyText(key: string): string {
  const text = /^(?:guid)?'(.*)'$/.exec(key)?.[1] ?? /^(\d+)L?$/.exec(key)?.[1];
  return text?.toLowerCase() ?? '';
}

function rowOf(resource: Resource, caller: Caller, key: string): Values {
  for (const row of resource.rows(caller)) if (String(row[resource.key]).toLowerCase() === key) return row;
  throw notFound();
}

/** Without `Prefer: return=representation` nearly everything comes back null, though it is stored. */
function createdJson(request: Request, resource: Resource, caller: Caller, base: Base, row: Values): string {
  const whole = request.headers.get('prefer')?.includes('return=representation') === true;
  const names = [...resource.fields.keys()];
  const key: Record<string, Value> = { [resource.key]: row[resource.key] ?? null };
  return oneJson(resource, caller, base, whole ? row : key, { names, lines: undefined });
}

function syncTimestampJson(caller: Caller, base: Base, url: URL): string {
  const modified = /^datetime'(\d{4}-\d{2}-\d{2}(?:T[\d:.]+)?)'$/.exec(url.searchParams.get('modified') ?? '')?.[1];
  const endPoint = /^'(\w+)'$/.exec(url.searchParams.get('endPoint') ?? '')?.[1];
  if (modified === undefined || endPoint === undefined) throw badRequest();
  const timestamp = syncTimestamp(caller, endPoint, modified);
  if (timestamp === undefined) throw badRequest();
  const uri = `${base.origin}/api/v1/${base.division}/${SYNC_TIMESTAMP}`;
  return JSON.stringify({
    d: [
      {
        __metadata: { uri, type: 'Exact.Web.Api.Models.Sync.SyncTimestamp' },
        API: endPoint,
        Modified: `/Date(${epochOfLocal(modified)})/`,
        TimeStampAsBigInt: String(timestamp),
      },
    ],
  });
}

async function bodyOf(request: Request): Promise<Body> {
  const text = await request.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest();
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest();
  return { ...body };
}

function json(status: number, body: string): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '2.0' };
  return new Response(body, { status, headers });
}
