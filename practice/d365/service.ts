/** The `/data` service: plain requests and `$batch`, with the gate that makes parallel writers of a journal collide. */
import { yieldToOthers } from '../../main/core/clock.ts';
import { ConnectionDropped } from '../faults.ts';
import type { Row } from './database.ts';
import type { Erp } from './erp.ts';
import { badRequest, busyBody, failedInside, Refusal, updateConflict } from './errors.ts';
import {
  boundaryOf,
  type EmbeddedAnswer,
  type Part,
  readParts,
  readRequest,
  writeAnswer,
  writeParts,
} from './multipart.ts';
import { type Denials, journalWritten, type Operation, perform } from './operations.ts';
import { entitySpec } from './schema.ts';
import type { JournalTail } from './vouchers.ts';

/** Faults inside the ERP, beyond those of the wire (practice/faults.ts). */
export type ServiceFaults = {
  /** So many next batch parts (a changeset counts as one) answer 429 inside an outer 200. */
  throttledParts: number;
  retryAfterSeconds: number | undefined;
  /** So many next changesets fail as a whole: a part with 500 and no reason inside an outer 200, and nothing is stored. */
  failedChangesets: number;
  /** The server dies in the next changeset after so many operations; the connection is dropped. */
  crashAfterOperations: number | undefined;
  /**
   * What that crash leaves behind: nothing, as one transaction promises (null), or the operations before it, which no
   * server should do. Told once it has happened.
   */
  onPartialCrash: (() => void) | null;
};

const MOST_OPERATIONS = 5000;

export type DataService = { answer(request: Request, url: URL): Promise<Response> };

export function createDataService(erp: Erp, denials: Denials, faults: ServiceFaults): DataService {
  const writers = new Set<string>();

  /** Waits where a real server would talk to its database; a second writer of the same journal meets a conflict. */
  const throughGate = async <T>(operations: readonly Operation[], work: () => T): Promise<T> => {
    const journals = new Set(operations.flatMap((operation) => journalWritten(erp, operation) ?? []));
    const headers = entitySpec('LedgerJournalHeaders');
    const conflict = () => updateConflict(headers.label, headers.table);
    for (const journal of journals) if (writers.has(journal)) throw conflict();
    if (journals.size === 0) return work();
    for (const journal of journals) writers.add(journal);
    const before = versions(erp, journals);
    try {
      await yieldToOthers();
      if (versions(erp, journals) !== before) throw conflict();
      return work();
    } finally {
      for (const journal of journals) writers.delete(journal);
    }
  };

  const runOne = async (operation: Operation): Promise<EmbeddedAnswer> =>
    throughGate([operation], () => erp.db.transaction(() => perform(erp, operation, denials, new Map())));

  const runChangeset = async (operations: readonly Operation[]): Promise<EmbeddedAnswer[]> =>
    throughGate(operations, () => {
      const { crashAfterOperations: crashAt = Number.POSITIVE_INFINITY, onPartialCrash } = faults;
      const crashes = crashAt < operations.length;
      if (crashes) faults.crashAfterOperations = undefined;
      const answers = erp.db.transaction(() => {
        const tails = new Map<Row, JournalTail>();
        const done = operations.slice(0, crashAt).map((operation) => perform(erp, operation, denials, tails));
        if (crashes && onPartialCrash === null) throw new ConnectionDropped();
        return done;
      });
      if (!crashes) return answers;
      onPartialCrash?.();
      throw new ConnectionDropped();
    });

  const batch = async (request: Request, url: URL): Promise<Response> => {
    const boundary = boundaryOf(request.headers.get('content-type'));
    if (boundary === undefined) throw badRequest('The batch needs a Content-Type of multipart/mixed with a boundary.');
    const parts = readParts(await request.text(), boundary);
    if (parts === undefined) throw badRequest('The batch body is not valid multipart/mixed.');
    const units = parts.map((part) => readUnit(part, url));
    if (units.reduce((count, unit) => count + unit.operations.length, 0) > MOST_OPERATIONS)
      throw badRequest(`A batch may hold at most ${MOST_OPERATIONS} operations.`);

    const answers: string[] = [];
    const id = Buffer.from(erp.random.bytes(16)).toString('hex');
    for (const [index, unit] of units.entries()) {
      const contentIds = unit.operations.map(({ contentId }) => contentId);
      try {
        if (faults.throttledParts > 0) {
          faults.throttledParts -= 1;
          answers.push(writeAnswer(tooManyRequests(faults.retryAfterSeconds), contentIds[0] ?? null));
          break;
        }
        if (unit.kind === 'changeset' && faults.failedChangesets > 0) {
          faults.failedChangesets -= 1;
          throw failedInside();
        }
        const operations = unit.operations.map(({ operation }) => operation);
        if (unit.kind === 'single') {
          for (const [at, operation] of operations.entries())
            answers.push(writeAnswer(await runOne(operation), contentIds[at] ?? null));
          continue;
        }
        const results = await runChangeset(operations);
        const inner = `changesetresponse_${id}_${index}`;
        const written = results.map((result, at) => writeAnswer(result, contentIds[at] ?? null));
        answers.push(`Content-Type: multipart/mixed; boundary=${inner}\r\n\r\n${writeParts(written, inner)}`);
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        answers.push(writeAnswer(refused(thrown, true), unit.kind === 'changeset' ? null : (contentIds[0] ?? null)));
        // The service stops at the first failure.
        break;
      }
    }
    const outer = `batchresponse_${id}`;
    return new Response(writeParts(answers, outer), {
      status: 200,
      headers: { 'content-type': `multipart/mixed; boundary=${outer}`, 'odata-version': '4.0' },
    });
  };

  return {
    answer: async (request, url) => {
      try {
        if (url.pathname === '/data/$batch') {
          if (request.method !== 'POST') throw badRequest('A batch is sent by POST.');
          return await batch(request, url);
        }
        const body = request.method === 'GET' ? '' : await request.text();
        return toResponse(await runOne({ method: request.method, url, headers: request.headers, body }));
      } catch (thrown) {
        if (thrown instanceof Refusal) return toResponse(refused(thrown, false));
        throw thrown;
      }
    },
  };
}

function toResponse(answer: EmbeddedAnswer): Response {
  return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.headers });
}

function refused(refusal: Refusal, inBatch: boolean): EmbeddedAnswer {
  return {
    status: inBatch && refusal.fromWrite && refusal.status === 400 ? 500 : refusal.status,
    headers: { 'Content-Type': 'application/json; odata.metadata=minimal', 'OData-Version': '4.0' },
    body: refusal.body,
  };
}

function tooManyRequests(retryAfterSeconds: number | undefined): EmbeddedAnswer {
  return {
    status: 429,
    headers: {
      'Content-Type': 'application/json',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: busyBody(),
  };
}

function versions(erp: Erp, journals: ReadonlySet<string>): string {
  return [...journals]
    .map((journal) => erp.db.table('LedgerJournalHeaders').find(journal.split('|'))?.recVersion ?? 0)
    .join();
}

type Unit = {
  readonly kind: 'single' | 'changeset';
  readonly operations: ReadonlyArray<{ readonly operation: Operation; readonly contentId: string | null }>;
};

function readUnit(part: Part, base: URL): Unit {
  const boundary = boundaryOf(part.headers.get('content-type'));
  if (boundary === undefined) return { kind: 'single', operations: [readOperation(part, base)] };
  const parts = readParts(part.body, boundary);
  if (parts === undefined) throw badRequest('A changeset is not valid multipart/mixed.');
  const operations = parts.map((inner) => readOperation(inner, base));
  const ids = new Set<string>();
  for (const { operation, contentId } of operations) {
    if (operation.method === 'GET') throw badRequest('A changeset must not hold a GET.');
    if (contentId === null || ids.has(contentId))
      throw badRequest('Each operation of a changeset needs a Content-ID of its own.');
    ids.add(contentId);
  }
  return { kind: 'changeset', operations };
}

function readOperation(part: Part, base: URL): Unit['operations'][number] {
  if (!/^application\/http\b/i.test(part.headers.get('content-type') ?? ''))
    throw badRequest('A batch part must be of type application/http.');
  const request = readRequest(part.body);
  if (request === undefined) throw badRequest('A batch part does not hold an HTTP request.');
  const target = URL.canParse(request.target)
    ? new URL(request.target)
    : new URL(request.target, request.target.startsWith('/') ? base.origin : `${base.origin}/data/`);
  if (target.host !== base.host || !target.pathname.startsWith('/data/'))
    throw badRequest('A batch part names an address outside this service.');
  return {
    contentId: part.headers.get('content-id') ?? request.headers.get('content-id'),
    operation: { method: request.method, url: target, headers: request.headers, body: request.body },
  };
}
