import { asDaybookError, DaybookError, type ErrorCode } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { Stop } from '../capabilities.ts';
import type { CallBudget } from '../sign-in.ts';
import type { Entity } from './entities.ts';
import { isBusinessRefusal } from './errors.ts';
import {
  type AnswerPage,
  type Body,
  type Expression,
  guid,
  parseExact,
  queryString,
  readAnswer,
  writeBody,
} from './odata.ts';
import { createWire, type WireParts, type WireRequest } from './wire.ts';

/** What is asked of a resource. Fields are always those of the entity. */
export type Ask = {
  readonly filter?: Expression | undefined;
  readonly orderBy?: string;
  /** At most this many rows in all. */
  readonly top?: number;
  /** The record's own lines as well, in the same call. */
  readonly withLines?: boolean;
};

/** One country site of Exact Online as the rest of the connector sees it. A division is its code as text. */
export type Client = {
  readonly origin: string;
  /** All rows over all pages. */
  list<Row>(division: string, entity: Entity<Row>, ask: Ask, stop: Stop): Promise<Row[]>;
  /** The rows of each filter, a few calls at a time, in the order of the filters. */
  listEach<Row>(
    division: string,
    entity: Entity<Row>,
    filters: readonly Expression[],
    ask: Omit<Ask, 'filter' | 'top'>,
    stop: Stop,
  ): Promise<Row[]>;
  /** The first page alone, and whether there are more. */
  firstPage<Row>(
    division: string,
    entity: Entity<Row>,
    ask: Ask,
    stop: Stop,
  ): Promise<{ readonly rows: Row[]; readonly more: boolean }>;
  /**
   * The record with that key, or null. It is asked for by a filter: a 404 would count as an error, and ten of them lock
   * the application out.
   */
  getOne<Row>(
    division: string,
    entity: Entity<Row>,
    id: string,
    ask: Pick<Ask, 'withLines'>,
    stop: Stop,
  ): Promise<Row | null>;
  /** The answer of a function, such as `read/sync/Sync/SyncTimestamp`. Values of `parameters` are literals. */
  call(
    division: string,
    path: string,
    parameters: Readonly<Record<string, Expression>>,
    stop: Stop,
  ): Promise<AnswerPage>;
  /** Creates one record with its lines and gives it back as stored. Sent once. @throws DaybookError `outcome_unknown` */
  post<Row>(division: string, entity: Entity<Row>, body: Body, stop: Stop): Promise<Row>;
  /** Deletes one record with its lines. Sent once. @throws DaybookError `not_found`, `outcome_unknown` */
  remove(division: string, entity: Entity<unknown>, id: string, stop: Stop): Promise<void>;
  /**
   * Waits until the division's minute admits a call. A write itself never waits (it throws `rate_limited`), so that what
   * is settled directly before it is still so when it leaves.
   */
  ready(division: string, stop: Stop): Promise<void>;
  callBudgets(): CallBudget[];
  /** Ends pauses after equal errors in the division, for one request each. @returns whether there was one */
  endPause(division: string): boolean;
};

/** 60 rows a page, 1,000 in bulk: more pages than this is a server that goes in circles. */
const MOST_PAGES = 5_000;

export function createClient(parts: WireParts): Client {
  const wire = createWire(parts);

  const addressOf = (division: string, path: string, query: string): string =>
    `${parts.origin}/api/v1/${checkedDivision(division)}/${path}${query === '' ? '' : `?${query}`}`;

  const queryOf = (entity: Entity<unknown>, ask: Ask): string => {
    const lines = ask.withLines === true ? entity.lines : undefined;
    // Without $select many resources refuse, and the others answer with every field they have.
    return queryString({
      $select: [...entity.fields, ...(lines === undefined ? [] : [lines])].join(','),
      $expand: lines,
      $filter: ask.filter,
      $orderby: ask.orderBy,
      $top: ask.top?.toString(),
    });
  };

  const readPage = async (division: string, resource: string, url: string, stop: Stop): Promise<AnswerPage> => {
    const answer = await wire.read({ method: 'GET', division, resource, url, stop });
    const page = readAnswer(parseExact(answer.text));
    if (page === null) throw unexpected(resource, 'd');
    return page;
  };

  /** Only the site itself may see the token, and only the same division may be asked: a link to elsewhere is a fault. */
  const nextUrl = (division: string, link: string): string => {
    const base = `${parts.origin}/api/v1/${division}/`;
    const url = URL.parse(link, base);
    if (url === null || url.origin !== parts.origin || !url.pathname.startsWith(new URL(base).pathname))
      throw new DaybookError(
        'foreign_host',
        'Exact Online pointed to another address for the next page; Daybook stopped before it sent anything there.',
      );
    return /^https?:/i.test(link) ? link : url.href;
  };

  const list: Client['list'] = async (division, entity, ask, stop) => {
    const rows: ReturnType<typeof entity.row.parse>[] = [];
    const seen = new Set<string>();
    for (let url: string | null = addressOf(division, entity.path, queryOf(entity, ask)); url !== null; ) {
      if (seen.has(url) || seen.size >= MOST_PAGES) throw unexpected(entity.path, '__next');
      seen.add(url);
      // One page at a time: Exact warns that pages read side by side may skip or repeat rows.
      const page: AnswerPage = await readPage(division, entity.path, url, stop);
      rows.push(...page.rows.map((item) => readRow(entity, item)));
      const full = ask.top !== undefined && rows.length >= ask.top;
      url = page.next === null || full ? null : nextUrl(division, page.next);
    }
    return rows;
  };

  const write = async (request: WireRequest, stored: ReadonlySet<number>): Promise<HttpAnswer> => {
    const answer = await wire.write(request, lostWrite);
    if (stored.has(answer.status)) return answer;
    const turnedAway = answer.status >= 400 && answer.status < 500 && answer.status !== 408;
    if (turnedAway || isBusinessRefusal(answer.status, answer.text)) throw wire.refusal(request, answer);
    // A gateway's 5xx says nothing about what happened behind it.
    throw unknownOutcome(undefined, `HTTP ${answer.status}`);
  };

  return {
    origin: parts.origin,
    list,

    listEach: async (division, entity, filters, ask, stop) =>
      (await Promise.all(filters.map((filter) => list(division, entity, { ...ask, filter }, stop)))).flat(),

    firstPage: async (division, entity, ask, stop) => {
      const url = addressOf(division, entity.path, queryOf(entity, ask));
      const page = await readPage(division, entity.path, url, stop);
      return { rows: page.rows.map((item) => readRow(entity, item)), more: page.next !== null };
    },

    getOne: async (division, entity, id, ask, stop) =>
      (await list(division, entity, { ...ask, filter: `${entity.key} eq ${guid(id)}` }, stop))[0] ?? null,

    call: (division, path, parameters, stop) =>
      readPage(division, path, addressOf(division, path, queryString(parameters)), stop),

    post: async (division, entity, body, stop) => {
      const url = addressOf(division, entity.path, '');
      const request = { method: 'POST', division, resource: entity.path, url, body: writeBody(body), stop } as const;
      const answer = await write(request, new Set([200, 201]));
      return certain(() => {
        const row = readAnswer(parseExact(answer.text))?.rows[0];
        if (row === undefined) throw unexpected(entity.path, 'd');
        return readRow(entity, row);
      });
    },

    remove: async (division, entity, id, stop) => {
      const url = `${addressOf(division, entity.path, '')}(${guid(id)})`;
      await write({ method: 'DELETE', division, resource: entity.path, url, stop }, new Set([200, 204]));
    },

    ready: wire.ready,
    callBudgets: wire.callBudgets,
    endPause: wire.endPause,
  };
}

/** One record as our fields. @throws DaybookError `answer_unexpected` */
export function readRow<Row>(entity: Pick<Entity<Row>, 'path' | 'row'>, item: unknown): Row {
  const row = entity.row.safeParse(item);
  if (!row.success) throw unexpected(entity.path, row.error.issues[0]?.path.join('.') ?? '');
  return row.data;
}

function unexpected(path: string, field: string): DaybookError {
  return new DaybookError(
    'answer_unexpected',
    `Exact Online answered about ${path} in a form that Daybook does not understand; support needs to look at it.`,
    { path: `${path}.${field}` },
  );
}

function checkedDivision(division: string): string {
  if (division === 'current' || /^\d{1,10}$/.test(division)) return division;
  throw new DaybookError(
    'setup_invalid',
    'A company of Exact Online is named by its division number, such as 123456.',
    {
      path: 'legalEntity',
    },
  );
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
    'The answer of Exact Online was lost, so it is not known whether the entry is there; Daybook looks it up first.',
    {
      cause,
      providerCode: providerCode ?? cause?.code,
      retryAfterMs: cause?.code === 'timeout' ? STILL_AT_WORK_MS : undefined,
    },
  );
}
