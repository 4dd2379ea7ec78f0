import { asDaybookError, DaybookError, type ErrorCode } from '../../core/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../core/http.ts';
import type { Stop } from '../capabilities.ts';
import { type BatchPart, readBatch, writeChangeset } from './batch.ts';
import type { Entity } from './entities.ts';
import { isErpRefusal } from './errors.ts';
import { type Body, type Expression, entityPath, parseExact, writeBody } from './odata.ts';
import { createRowReader, type RowReader, readRow } from './rows.ts';
import { createWire, type Wire, type WireParts } from './wire.ts';

/** One record to create in a changeset; `path` names it in an error (our reference of the entry). */
export type NamedCreation = { readonly body: Body; readonly path: string };

/** The service as the rest of the connector sees it. */
export type Client = RowReader & {
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

export function createClient(parts: WireParts): Client {
  const wire = createWire(parts);

  const write = (request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'stop'> & { readonly body?: string }) =>
    wire.exchange({ ...request, retry: 'never' }, lostWrite);

  return {
    ...createRowReader(wire),

    create: async (entity, body, stop) => {
      const answer = await write({
        method: 'POST',
        url: `${wire.data}${entity.set}?cross-company=true`,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: writeBody(body),
        stop,
      });
      if (answer.status !== 201 && answer.status !== 200) throw refusalOf(wire, answer);
      return certain(() => readRow(entity, parseExact(answer.text)));
    },

    createAll: async (set, creations, stop) => {
      const url = `${wire.data}${set}?cross-company=true`;
      const batch = writeChangeset(
        creations.map(({ body }) => ({ url, body })),
        wire.unique(),
      );
      const answer = await write({
        method: 'POST',
        url: `${wire.data}$batch?cross-company=true`,
        headers: { 'Content-Type': batch.contentType, Accept: 'multipart/mixed' },
        body: batch.body,
        stop,
      });
      if (answer.status !== 200 && answer.status !== 202) throw refusalOf(wire, answer);
      const parts = readBatch(answer.headers.get('content-type'), answer.text);
      if (parts?.length === creations.length && parts.every((part) => part.status >= 200 && part.status < 300)) return;
      const failed = onlyFailure(parts);
      if (failed === undefined) throw unknownOutcome(undefined);
      throw wire.errorOf('write', failed, { path: creations[Number(failed.contentId ?? 0) - 1]?.path });
    },

    remove: async (set, key, etag, stop) => {
      const answer = await write({
        method: 'DELETE',
        url: `${wire.data}${entityPath(set, key)}?cross-company=true`,
        headers: etag === undefined ? {} : { 'If-Match': etag },
        stop,
      });
      if (answer.status !== 204 && answer.status !== 200) throw refusalOf(wire, answer);
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
function refusalOf(wire: Wire, answer: HttpAnswer): DaybookError {
  const { status } = answer;
  const turnedAway = status >= 400 && status < 500 && status !== 408;
  const saidByErp = status === 500 && isErpRefusal(answer.text);
  return turnedAway || saidByErp
    ? wire.errorOf('write', { ...answer, body: answer.text })
    : unknownOutcome(undefined, `HTTP ${status}`);
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
