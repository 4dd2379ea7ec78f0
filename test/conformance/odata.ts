/** OData requests and answers against an EDMX document: sets, keys, fields, types, enum members, what must be there. */
import { z } from 'zod';
import type { Edmx, EntityType } from './edmx.ts';
import { flatten, type HttpMessage, readHttp, readMultipart } from './multipart.ts';
import { checkFilter, checkKey, wrongValue } from './odata-values.ts';
import type { Exchange } from './recording.ts';

type Findings = string[];

/** What is wrong with this exchange; empty when all is right. `$batch` is looked into. */
export function checkExchange(edmx: Edmx, exchange: Exchange): Findings {
  if (!exchange.url.pathname.startsWith('/data/')) return [`${exchange.url.pathname}: not under /data`];
  if (exchange.url.pathname === '/data/$batch') return checkBatch(edmx, exchange);
  return checkOne(edmx, exchange);
}

function checkBatch(edmx: Edmx, exchange: Exchange): Findings {
  const requests = readMultipart(exchange.requestHeaders.get('content-type'), exchange.requestBody);
  if (requests === undefined) return ['$batch: the request is no well-formed multipart/mixed with CRLF'];
  if (exchange.status !== 200) return checkError('$batch', exchange.answerBody);
  const answers = readMultipart(exchange.answerHeaders.get('content-type'), exchange.answerBody);
  if (answers === undefined) return ['$batch: the answer is no well-formed multipart/mixed with CRLF'];
  const findings: Findings = [];
  requests.forEach((unit, index) => {
    const answer = answers[index];
    const operations = flatten(unit);
    const results = answer === undefined ? [] : flatten(answer);
    const failedAsOne = unit.parts !== undefined && answer?.parts === undefined && results.length === 1;
    if (results.length !== operations.length && !failedAsOne && answer !== undefined)
      findings.push(`$batch: ${operations.length} operations have ${results.length} answers`);
    operations.forEach((operation, at) => {
      const request = readHttp(operation.body);
      const result = results[failedAsOne ? 0 : at];
      const response = result === undefined ? undefined : readHttp(result.body);
      if (request === undefined) findings.push('$batch: a part holds no HTTP request');
      else if (result !== undefined && response === undefined) findings.push('$batch: a part holds no HTTP answer');
      else findings.push(...checkPart(edmx, exchange, request, response));
      if (unit.parts !== undefined && !operation.headers.has('content-id'))
        findings.push('$batch: an operation of a changeset has no Content-ID');
      if (
        result !== undefined &&
        !failedAsOne &&
        result.headers.get('content-id') !== operation.headers.get('content-id')
      )
        findings.push('$batch: an answer has another Content-ID than its operation');
    });
  });
  return findings;
}

function checkPart(edmx: Edmx, outer: Exchange, request: HttpMessage, response: HttpMessage | undefined): Findings {
  const [method = '', target = ''] = request.start.split(' ');
  const url = URL.canParse(target) ? new URL(target) : new URL(target, outer.url);
  if (url.host !== outer.url.host) return [`$batch: a part goes to another host, ${url.host}`];
  const findings = checkRequest(edmx, method, url, request.body);
  if (response === undefined) return findings;
  const status = Number(response.start.split(' ')[1]);
  return [...findings, ...checkAnswer(edmx, method, url, status, response.headers, response.body)];
}

function checkOne(edmx: Edmx, exchange: Exchange): Findings {
  const { method, url, status } = exchange;
  return [
    ...checkRequest(edmx, method, url, exchange.requestBody),
    ...checkAnswer(edmx, method, url, status, exchange.answerHeaders, exchange.answerBody),
  ];
}

type Address = { readonly set: string; readonly key: string | undefined; readonly type: EntityType | undefined };

function addressOf(edmx: Edmx, url: URL): Address {
  const match = /^\/data\/(\w+)(?:\((.*)\))?$/s.exec(decodeURIComponent(url.pathname));
  const set = match?.[1] ?? '';
  return { set, key: match?.[2], type: edmx.sets.get(set) };
}

const QUERY_OPTIONS = new Set([
  '$filter',
  '$select',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$expand',
  '$skiptoken',
  'cross-company',
]);

function checkRequest(edmx: Edmx, method: string, url: URL, body: string): Findings {
  const { set, key, type } = addressOf(edmx, url);
  if (type === undefined) return [`${url.pathname}: the document has no set ${set}`];
  const findings: Findings = [];
  const say = (problem: string) => findings.push(`${method} ${set}: ${problem}`);
  for (const [option, value] of url.searchParams) {
    if (!QUERY_OPTIONS.has(option)) say(`unknown query option ${option}`);
    if (option === '$select' || option === '$orderby')
      for (const part of value.split(',')) {
        const field = part.trim().replace(/ (asc|desc)$/, '');
        if (!type.properties.has(field)) say(`${option} names ${field}, which ${type.name} does not have`);
      }
    if (option === '$filter') for (const problem of checkFilter(edmx, type, value)) say(problem);
  }
  const isShared = !type.keys.includes('dataAreaId');
  if (method !== 'POST' && !isShared && url.searchParams.get('cross-company') !== 'true')
    say('lacks cross-company=true');
  if (key !== undefined) for (const problem of checkKey(edmx, type, key)) say(problem);
  if (method === 'POST' || method === 'PATCH' || method === 'PUT') {
    const parsed = readObject(body);
    if (parsed === undefined) return [...findings, `${method} ${set}: the body is no JSON object`];
    for (const [name, value] of Object.entries(parsed)) {
      const property = type.properties.get(name);
      if (property === undefined) say(`sends ${name}, which ${type.name} does not have`);
      else {
        if (method === 'POST' && !property.allowEditOnCreate) say(`sends ${name}, which only the ERP may fill`);
        if (method !== 'POST' && !property.allowEdit) say(`changes ${name}, which may not be edited`);
        const wrong = wrongValue(edmx, property, value);
        if (wrong !== undefined) say(`sends ${name} ${wrong}`);
      }
    }
    if (method === 'POST')
      for (const property of type.properties.values())
        if (property.isRequired && (parsed[property.name] ?? '') === '') say(`does not send ${property.name}`);
  }
  return findings;
}

function checkAnswer(edmx: Edmx, method: string, url: URL, status: number, headers: Headers, body: string): Findings {
  const { set, key, type } = addressOf(edmx, url);
  const say = (problem: string) => `${method} ${set} ${status}: ${problem}`;
  if (status === 401) return body === '' ? [] : [say('has a body')];
  if (status >= 400) return checkError(`${method} ${set} ${status}`, body);
  if (type === undefined) return [];
  if (method === 'PATCH' || method === 'PUT' || method === 'DELETE')
    return status === 204 && body === '' ? [] : [say('should be 204 without a body')];
  const parsed = readObject(body);
  if (parsed === undefined) return [say('the body is no JSON object')];
  const select = url.searchParams
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  const record = (value: unknown) => checkRecord(edmx, type, select, value).map(say);
  if (method === 'POST') {
    const missing = ['location', 'etag']
      .filter((name) => !headers.has(name))
      .map((name) => say(`lacks the header ${name}`));
    return [...(status === 201 ? [] : [say('should be 201')]), ...missing, ...record(parsed)];
  }
  if (key !== undefined) return record(parsed);
  const page = z.object({
    '@odata.context': z.string(),
    value: z.array(z.unknown()),
    '@odata.nextLink': z.url().optional(),
  });
  const read = page.safeParse(parsed);
  return read.success ? read.data.value.flatMap(record) : [say(z.prettifyError(read.error))];
}

function checkRecord(edmx: Edmx, type: EntityType, select: readonly string[] | undefined, value: unknown): Findings {
  const record = z.record(z.string(), z.unknown()).safeParse(value);
  if (!record.success) return ['a record is no JSON object'];
  const findings: Findings = [];
  for (const [name, field] of Object.entries(record.data)) {
    if (name.startsWith('@odata.')) continue;
    const property = type.properties.get(name);
    if (property === undefined) findings.push(`answers ${name}, which ${type.name} does not have`);
    else {
      if (select !== undefined && !select.includes(name)) findings.push(`answers ${name} unasked`);
      const wrong = wrongValue(edmx, property, field);
      if (wrong !== undefined) findings.push(`answers ${name} ${wrong}`);
    }
  }
  for (const property of type.properties.values()) {
    const wanted = select === undefined ? property.mustBeThere : select.includes(property.name);
    if (wanted && !(property.name in record.data)) findings.push(`leaves out ${property.name}`);
  }
  if (typeof record.data['@odata.etag'] !== 'string') findings.push('has no etag');
  return findings;
}

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innererror: z.object({ message: z.string(), type: z.string(), stacktrace: z.string() }).optional(),
  }),
});

function checkError(place: string, body: string): Findings {
  const read = errorBody.safeParse(readObject(body));
  return read.success ? [] : [`${place}: the error has another shape: ${z.prettifyError(read.error)}`];
}

function readObject(body: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
