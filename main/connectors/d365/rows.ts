import { z } from 'zod';
import { asDaybookError, DaybookError } from '../../core/errors.ts';
import type { Stop } from '../capabilities.ts';
import { type BatchPart, readBatch, writeReads } from './batch.ts';
import type { Entity } from './entities.ts';
import { erpText } from './errors.ts';
import { type Expression, parseExact, queryString } from './odata.ts';
import type { Wire } from './wire.ts';

export type RowReader = {
  /** All rows over all pages, in the order of the full key. */
  list<Row>(entity: Entity<Row>, filter: Expression | undefined, stop: Stop): Promise<Row[]>;
  /** The rows of each filter, one list after the other: for filters that are too long for one address. */
  listEach<Row>(entity: Entity<Row>, filters: readonly Expression[], stop: Stop): Promise<Row[]>;
};

/** 10,000 rows a page: more pages than this is a server that goes in circles. */
const MOST_PAGES = 2000;
const READS_PER_BATCH = 50;

const page = z.looseObject({ value: z.array(z.unknown()), '@odata.nextLink': z.string().nullish() });

export function createRowReader(wire: Wire): RowReader {
  const { data } = wire;
  /** Not every server reads inside a batch; one that does not is asked filter by filter from then on. */
  let readsInBatch = true;

  const get = (url: string, stop: Stop) =>
    wire.exchange({ method: 'GET', url, headers: {}, retry: 'reads', stop }, asDaybookError);

  const addressOf = (entity: Entity<unknown>, fields: readonly string[], filter: Expression | undefined) => {
    const query = queryString({
      $filter: filter,
      $select: fields.join(','),
      $orderby: entity.key.filter((field) => fields.includes(field)).join(','),
    });
    return `${data}${entity.set}?${query}`;
  };

  /** Only the environment itself may see the token; a link to elsewhere is a fault or an attack. */
  const nextUrl = (link: string): string => {
    const url = URL.parse(link, data);
    if (!url || url.origin !== wire.origin || !url.pathname.startsWith(new URL(data).pathname))
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
      const answer = await get(url, stop);
      if (answer.status === 400) {
        const unknownField = /property named '(\w+)'/.exec(erpText(answer.text) ?? '')?.[1];
        if (unknownField !== undefined && entity.fields.includes(unknownField)) return { unknownField };
      }
      if (answer.status !== 200) throw wire.errorOf('read', { ...answer, body: answer.text });
      const read = readPage(entity, answer.text);
      rows.push(...read.rows);
      if (read.next === null) return rows;
      url = nextUrl(read.next);
    }
  };

  const list: RowReader['list'] = async (entity, filter, stop) => {
    // Versions differ: a field that this environment lacks is left out and keeps its empty value.
    for (let fields = entity.fields; ; ) {
      const result = await readPages({ ...entity, fields }, addressOf(entity, fields, filter), stop);
      if (Array.isArray(result)) return result;
      fields = fields.filter((field) => field !== result.unknownField);
    }
  };

  const listTogether = async <Row>(entity: Entity<Row>, filters: readonly Expression[], stop: Stop): Promise<Row[]> => {
    const urls = filters.map((filter) => addressOf(entity, entity.fields, filter));
    const batch = writeReads(urls, wire.unique());
    const headers = { 'Content-Type': batch.contentType, Accept: 'multipart/mixed' };
    const url = `${data}$batch?cross-company=true`;
    const answer = await wire.exchange(
      { method: 'POST', url, headers, body: batch.body, retry: 'reads', stop },
      asDaybookError,
    );
    const parts = answer.status === 200 ? readBatch(answer.headers.get('content-type'), answer.text) : null;
    readsInBatch = parts !== null;
    const lists = await Promise.all(
      filters.map(async (filter, index) => {
        const part = parts?.find((candidate) => candidate.contentId === String(index + 1));
        // A part that failed or is missing is read by itself, with the retries and errors of a plain read.
        return part?.status === 200 ? listFrom(entity, part, stop) : list(entity, filter, stop);
      }),
    );
    return lists.flat();
  };

  const listFrom = async <Row>(entity: Entity<Row>, part: BatchPart, stop: Stop): Promise<Row[]> => {
    const first = readPage(entity, part.body);
    if (first.next === null) return first.rows;
    const rest = await readPages(entity, nextUrl(first.next), stop);
    if (!Array.isArray(rest)) throw unreadable(entity.set, rest.unknownField);
    return [...first.rows, ...rest];
  };

  const listEach: RowReader['listEach'] = async (entity, filters, stop) => {
    if (!readsInBatch || filters.length < 2)
      return (await Promise.all(filters.map((filter) => list(entity, filter, stop)))).flat();
    const groups = Array.from({ length: Math.ceil(filters.length / READS_PER_BATCH) }, (_, index) =>
      filters.slice(index * READS_PER_BATCH, (index + 1) * READS_PER_BATCH),
    );
    return (await Promise.all(groups.map((group) => listTogether(entity, group, stop)))).flat();
  };

  return { list, listEach };
}

function readPage<Row>(entity: Entity<Row>, text: string): { readonly rows: Row[]; readonly next: string | null } {
  const body = page.safeParse(parseExact(text));
  if (!body.success) throw unreadable(entity.set, 'value');
  return { rows: body.data.value.map((item) => readRow(entity, item)), next: body.data['@odata.nextLink'] || null };
}

/** One record as our fields. @throws DaybookError `answer_unexpected` */
export function readRow<Row>(entity: Entity<Row>, item: unknown): Row {
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
