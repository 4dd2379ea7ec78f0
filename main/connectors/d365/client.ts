import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { asDaybookError, DaybookError, type ErrorCode } from '../../core/errors.ts';
import { type Http, type HttpAnswer, type HttpRequest, retryAfterMs } from '../../core/http.ts';
import type { Random } from '../../core/random.ts';
import type { Stop } from '../capabilities.ts';
import type { Tokens } from './auth.ts';
import { type BatchPart, readBatch, writeChangeset } from './batch.ts';
import type { D365Settings } from './config.ts';
import type { Entity } from './entities.ts';
import { d365Error, erpText, isErpRefusal } from './errors.ts';
import { createLanes } from './lanes.ts';
import { type Body, type Expression, entityPath, parseExact, queryString, writeBody } from './odata.ts';

/** One record to create in a changeset; `path` names it in an error (our reference of the entry). */
export type NamedCreation = { readonly body: Body; readonly path: string };

/** The service as the rest of the connector sees it. */
export type Client = {
  /** All rows over all pages, in the order of the full key. */
  list<Row>(entity: Entity<Row>, filter: Expression | undefined, stop: Stop): Promise<Row[]>;
  /** Creates one record and gives it back as stored. Sent once. @throws DaybookError `outcome_unknown` */
  create<Row>(entity: Entity<Row>, body: Body, stop: Stop): Promise<Row>;
  /** Creates all records in one transaction. Sent once. @throws DaybookError `outcome_unknown` */
  createAll(set: string, creations: readonly NamedCreation[], stop: Stop): Promise<void>;
  /** Deletes one record. Sent once. @throws DaybookError `outcome_unknown` */
  remove(
    set: string,
    key: ReadonlyArray<readonly [string, Expression]>,
    etag: string | undefined,
    stop: Stop,
  ): Promise<void>;
};

type Parts = {
  readonly settings: D365Settings;
  readonly tokens: Tokens;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
};

const READ_TIMEOUT_MS = 60_000;
/** A changeset is worked off while we wait. */
const WRITE_TIMEOUT_MS = 180_000;
/** Facts §4: four to eight at once for one client. */
const REQUESTS_AT_ONCE = 6;
/** 10,000 rows a page: more pages than this is a server that goes in circles. */
const MOST_PAGES = 2000;

const page = z.looseObject({ value: z.array(z.unknown()), '@odata.nextLink': z.string().nullish() });

export function createClient({ settings, tokens, http, clock, random }: Parts): Client {
  const data = `${settings.base}/data/`;
  const lane = createLanes(REQUESTS_AT_ONCE);

  /** A 401 says that nothing was done, so that one more try with a new token repeats no write. */
  const exchange = async (
    request: Omit<HttpRequest, 'timeoutMs' | 'budgets'>,
    whenLost: (thrown: unknown) => DaybookError,
  ): Promise<HttpAnswer> => {
    if (request.stop?.aborted) throw new DaybookError('cancelled', 'Cancelled before it was finished.');
    const attempt = async (fresh: boolean) => {
      const token = await tokens.get({ fresh });
      const headers = {
        Accept: 'application/json',
        'OData-MaxVersion': '4.0',
        'OData-Version': '4.0',
        ...request.headers,
        Authorization: `Bearer ${token}`,
      };
      const timeoutMs = request.retry === 'never' ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS;
      return lane(() => http.send({ ...request, headers, timeoutMs, budgets: [`d365:${settings.origin}`] })).catch(
        (thrown: unknown) => {
          throw whenLost(thrown);
        },
      );
    };
    const answer = await attempt(false);
    return answer.status === 401 ? attempt(true) : answer;
  };

  const judged = (answer: Pick<HttpAnswer, 'status' | 'headers' | 'text'>) => ({
    status: answer.status,
    retryAfterMs: retryAfterMs(answer.headers, clock.now()),
    body: answer.text,
  });

  const errorOf = (doing: 'read' | 'write') => (answer: HttpAnswer) =>
    d365Error(doing, judged(answer), { requestId: requestIdOf(answer) });

  const read = (url: string, stop: Stop) =>
    exchange({ method: 'GET', url, headers: {}, retry: 'reads', stop }, asDaybookError);

  const write = (request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'stop'> & { readonly body?: string }) =>
    exchange({ ...request, retry: 'never' }, lostWrite);

  /** Only the environment itself may see the token; a link to elsewhere is a fault or an attack. */
  const nextUrl = (link: string): string => {
    const url = URL.parse(link, data);
    if (!url || url.origin !== settings.origin || !url.pathname.startsWith(new URL(data).pathname))
      throw new DaybookError(
        'foreign_host',
        'Dynamics 365 pointed to another address for the next page; Daybook stopped before it sent anything there.',
      );
    return /^[a-z]+:/i.test(link) ? link : url.href;
  };

  const readPages = async <Row>(
    entity: Entity<Row>,
    first: string,
    stop: Stop,
  ): Promise<Row[] | { unknownField: string }> => {
    const rows: Row[] = [];
    const seen = new Set<string>();
    for (let url = first; ; ) {
      if (seen.has(url) || seen.size >= MOST_PAGES) throw unreadable(entity.set, '@odata.nextLink');
      seen.add(url);
      const answer = await read(url, stop);
      if (answer.status === 400) {
        const unknownField = /property named '(\w+)'/.exec(erpText(answer.text) ?? '')?.[1];
        if (unknownField !== undefined && entity.fields.includes(unknownField)) return { unknownField };
      }
      if (answer.status !== 200) throw errorOf('read')(answer);
      const body = page.safeParse(parseExact(answer.text));
      if (!body.success) throw unreadable(entity.set, 'value');
      for (const item of body.data.value) rows.push(readRow(entity, item));
      const link = body.data['@odata.nextLink'];
      if (link === null || link === undefined || link === '') return rows;
      url = nextUrl(link);
    }
  };

  return {
    list: async (entity, filter, stop) => {
      // Versions differ: a field that this environment lacks is left out and keeps its empty value.
      for (let fields = entity.fields; ; ) {
        const query = queryString({
          $filter: filter,
          $select: fields.join(','),
          $orderby: entity.key.filter((field) => fields.includes(field)).join(','),
        });
        const result = await readPages({ ...entity, fields }, `${data}${entity.set}?${query}`, stop);
        if (Array.isArray(result)) return result;
        fields = fields.filter((field) => field !== result.unknownField);
      }
    },

    create: async (entity, body, stop) => {
      const answer = await write({
        method: 'POST',
        url: `${data}${entity.set}?cross-company=true`,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: writeBody(body),
        stop,
      });
      if (answer.status !== 201 && answer.status !== 200) throw refusalOf(answer, errorOf('write'));
      return certain(() => readRow(entity, parseExact(answer.text)));
    },

    createAll: async (set, creations, stop) => {
      const unique = Buffer.from(random.bytes(16)).toString('hex');
      const url = `${data}${set}?cross-company=true`;
      const batch = writeChangeset(
        creations.map(({ body }) => ({ url, body })),
        unique,
      );
      const answer = await write({
        method: 'POST',
        url: `${data}$batch?cross-company=true`,
        headers: { 'Content-Type': batch.contentType, Accept: 'multipart/mixed' },
        body: batch.body,
        stop,
      });
      if (answer.status !== 200 && answer.status !== 202) throw refusalOf(answer, errorOf('write'));
      const parts = readBatch(answer.headers.get('content-type'), answer.text);
      if (parts?.length === creations.length && parts.every((part) => part.status === 201)) return;
      const failed = onlyFailure(parts);
      if (failed === undefined) throw unknownOutcome(undefined);
      throw d365Error('write', judged({ ...failed, text: failed.body }), {
        requestId: requestIdOf(answer),
        path: creations[Number(failed.contentId ?? 0) - 1]?.path,
      });
    },

    remove: async (set, key, etag, stop) => {
      const answer = await write({
        method: 'DELETE',
        url: `${data}${entityPath(set, key)}?cross-company=true`,
        headers: etag === undefined ? {} : { 'If-Match': etag },
        stop,
      });
      if (answer.status !== 204 && answer.status !== 200) throw refusalOf(answer, errorOf('write'));
    },
  };
}

/**
 * The part that tells why a changeset failed. Undefined when parts were stored beside it, or nothing failed although the
 * number of answers is wrong: a changeset is all or nothing, so such an answer proves nothing.
 */
function onlyFailure(parts: readonly BatchPart[] | null): BatchPart | undefined {
  if (parts === null || parts.length === 0) return undefined;
  return parts.every((part) => part.status >= 400) ? parts[0] : undefined;
}

/**
 * A refusal of a write is certain when the ERP itself says so, or the request was turned away at the door. A gateway's
 * 5xx says nothing about what happened behind it.
 */
function refusalOf(answer: HttpAnswer, errorOf: (answer: HttpAnswer) => DaybookError): DaybookError {
  const { status } = answer;
  const turnedAway = status >= 400 && status < 500 && status !== 408;
  const saidByErp = status === 500 && isErpRefusal(answer.text);
  return turnedAway || saidByErp ? errorOf(answer) : unknownOutcome(undefined, `HTTP ${status}`);
}

/** After a 2xx the record exists: an answer that cannot be read is then an unknown outcome, never a failure. */
function certain<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    throw unknownOutcome(asDaybookError(thrown));
  }
}

/** What the HTTP wrapper throws before anything leaves; a write that failed so was surely not stored. */
const NOT_SENT: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'setup_invalid', 'wrong_keys']);
/** The server may still be working on what timed out here. */
const STILL_AT_WORK_MS = 60_000;

function lostWrite(thrown: unknown): DaybookError {
  const error = asDaybookError(thrown);
  return NOT_SENT.has(error.code) ? error : unknownOutcome(error);
}

function unknownOutcome(cause: DaybookError | undefined, providerCode?: string): DaybookError {
  return new DaybookError(
    'outcome_unknown',
    'The answer of Dynamics 365 was lost, so it is not known whether the entries are there; Daybook looks them up first.',
    {
      cause,
      providerCode: providerCode ?? cause?.code,
      retryAfterMs: cause?.code === 'timeout' ? STILL_AT_WORK_MS : undefined,
    },
  );
}

function readRow<Row>(entity: Entity<Row>, item: unknown): Row {
  const row = entity.row.safeParse(item);
  if (!row.success) throw unreadable(entity.set, row.error.issues[0]?.path.join('.') ?? '');
  return row.data;
}

function unreadable(set: string, field: string): DaybookError {
  return new DaybookError(
    'answer_unexpected',
    `Dynamics 365 answered about ${set} in a form that Daybook does not understand; support needs to look at it.`,
    { path: `${set}.${field}` },
  );
}

function requestIdOf(answer: HttpAnswer): string | undefined {
  return answer.headers.get('ms-dyn-aid') ?? answer.headers.get('x-ms-request-id') ?? undefined;
}
