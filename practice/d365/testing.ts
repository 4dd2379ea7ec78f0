/** A plain client for the tests of the practice ERP: a token, JSON in and out, and changesets. */
import { z } from 'zod';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import { money } from '../../main/core/money.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { harborLedger } from '../harbor/ledger.ts';
import {
  createPracticeD365,
  PRACTICE_CREDENTIALS,
  PRACTICE_ENVIRONMENT,
  type PracticeD365Control,
  type PracticeD365Options,
} from './index.ts';

export const FIRST_DAY = '2026-09-01';
export const TODAY = '2026-09-15';

const record = z.record(z.string(), z.unknown());
export type Json = z.infer<typeof record>;

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json };

export type TestClient = {
  readonly control: PracticeD365Control;
  readonly clock: VirtualClock;
  readonly fetch: Fetch;
  /** Any request, signed in. `path` follows `/data/`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Rows of a set; the query is written as in an address, unencoded. */
  rows(set: string, query?: Record<string, string>): Promise<Json[]>;
  journal(body?: Json): Promise<string>;
  line(journal: string, body: Json): Promise<Answer>;
  batch(body: string, boundary?: string): Promise<Answer>;
};

/** @param wrap Stands between the client and the handler, e.g. to record. */
export async function openPractice(
  options: Partial<PracticeD365Options> = {},
  wrap: (handler: Fetch) => Fetch = (handler) => handler,
): Promise<TestClient> {
  const clock = virtualClock(Date.parse(`${TODAY}T08:00:00Z`));
  const practice = createPracticeD365({
    ledger: harborLedger({ firstDay: FIRST_DAY, balanceOn: () => money('1000.00', 'USD') }),
    clock,
    random: seededRandom('test'),
    ...options,
  });
  const fetch = wrap(practice.fetch);
  const token = await readToken(await fetch(tokenRequest()));

  const call: TestClient['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(
      new Request(`${PRACTICE_ENVIRONMENT}/data/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? record.parse(JSON.parse(text)) : {},
    };
  };

  return {
    control: practice.control,
    clock,
    fetch,
    call,
    rows: async (set, query = {}) => {
      const answer = await call('GET', `${set}?${new URLSearchParams({ 'cross-company': 'true', ...query })}`);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return z.array(record).parse(answer.json.value);
    },
    journal: async (body = {}) => {
      const answer = await call('POST', 'LedgerJournalHeaders', {
        dataAreaId: 'hpgm',
        JournalName: 'BankFeed',
        ...body,
      });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return String(answer.json.JournalBatchNumber);
    },
    line: (journal, body) => call('POST', 'LedgerJournalLines', lineBody(journal, body)),
    batch: (body, boundary = 'b') =>
      call('POST', '$batch', body, { 'content-type': `multipart/mixed; boundary=${boundary}` }),
  };
}

/** A receipt of 100 on the operating account against other income. */
export function lineBody(journal: string, body: Json = {}): Json {
  return {
    dataAreaId: 'hpgm',
    JournalBatchNumber: journal,
    TransDate: `${TODAY}T12:00:00Z`,
    CurrencyCode: 'USD',
    AccountType: 'Bank',
    AccountDisplayValue: 'HPGM\\-OPER',
    OffsetAccountType: 'Ledger',
    OffsetAccountDisplayValue: '405000--',
    DebitAmount: 100,
    Text: 'Receipt',
    Document: 'DB0000000000000001AA',
    ...body,
  };
}

export type Part = { readonly method: string; readonly path: string; readonly body?: Json };

/** The body of a batch with one changeset, boundaries `b` and `c`. */
export function changeset(parts: readonly Part[]): string {
  const inner = parts.map((part, index) =>
    [
      '--c',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${index + 1}`,
      '',
      ...requestLines(part),
    ].join('\r\n'),
  );
  return ['--b', 'Content-Type: multipart/mixed; boundary=c', '', ...inner, '--c--', '--b--', ''].join('\r\n');
}

export function requestLines({ method, path, body }: Part): string[] {
  return [
    `${method} ${PRACTICE_ENVIRONMENT}/data/${path} HTTP/1.1`,
    'Content-Type: application/json',
    '',
    body === undefined ? '' : JSON.stringify(body),
  ];
}

export function tokenRequest(changes: Record<string, string> = {}, tenant = PRACTICE_CREDENTIALS.tenant): Request {
  const form = {
    grant_type: 'client_credentials',
    client_id: PRACTICE_CREDENTIALS.clientId,
    client_secret: PRACTICE_CREDENTIALS.secret,
    scope: `${PRACTICE_ENVIRONMENT}/.default`,
    ...changes,
  };
  return new Request(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
}

export async function readToken(response: Response): Promise<string> {
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

/** The infolog or OData text of an error answer. */
export function errorText(answer: Pick<Answer, 'json'>): string {
  const shape = z.object({ error: z.object({ innererror: z.object({ message: z.string() }) }) });
  return shape.parse(answer.json).error.innererror.message;
}
