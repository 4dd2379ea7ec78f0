/** OData requests and answers against an EDMX document: sets, keys, fields, types, enum members, what must be there. */
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { flatten, type HttpMessage, readHttp, readMultipart } from './multipart.ts';
import type { Exchange } from './recording.ts';

export type Property = {
  readonly name: string;
  /** `Edm.String`, `Edm.Decimal` …, or the short name of an enum. */
  readonly type: string;
  readonly mustBeThere: boolean;
  readonly isRequired: boolean;
  readonly allowEdit: boolean;
  readonly allowEditOnCreate: boolean;
};

export type EntityType = {
  readonly name: string;
  readonly keys: readonly string[];
  readonly properties: ReadonlyMap<string, Property>;
  readonly navigations: ReadonlySet<string>;
};

export type Edmx = {
  readonly sets: ReadonlyMap<string, EntityType>;
  readonly enums: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is wrong with this exchange; empty when all is right. `$batch` is looked into. */
  check(exchange: Exchange): string[];
};

const NAMESPACE = 'Microsoft.Dynamics.DataEntities.';
const text = z.string();
const annotation = z.object({ '@Term': text, '@Bool': z.string().optional() });
const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);
const entityType = z.object({
  '@Name': text,
  Key: z.array(z.object({ PropertyRef: z.array(z.object({ '@Name': text })) })).optional(),
  Property: list(
    z.object({ '@Name': text, '@Type': text, '@Nullable': text.optional(), Annotation: list(annotation) }),
  ),
  NavigationProperty: list(z.object({ '@Name': text })),
});
const schema = z.object({
  EnumType: list(z.object({ '@Name': text, Member: list(z.object({ '@Name': text })) })),
  EntityType: list(entityType),
  EntityContainer: list(z.object({ EntitySet: list(z.object({ '@Name': text, '@EntityType': text })) })),
});
const root = z.object({
  'edmx:Edmx': z.array(z.object({ 'edmx:DataServices': z.array(z.object({ Schema: z.array(schema) })) })),
});

export function loadEdmx(file: string): Edmx {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  });
  const schemas = root
    .parse(parser.parse(readFileSync(file, 'utf8')))
    ['edmx:Edmx'].flatMap((edmx) => edmx['edmx:DataServices'].flatMap((services) => services.Schema));
  const types = new Map(schemas.flatMap((part) => part.EntityType).map((type) => [type['@Name'], readType(type)]));
  const enums = new Map(
    schemas
      .flatMap((part) => part.EnumType)
      .map((type) => [type['@Name'], new Set(type.Member.map((member) => member['@Name']))] as const),
  );
  const sets = new Map<string, EntityType>();
  for (const set of schemas.flatMap((part) => part.EntityContainer).flatMap((container) => container.EntitySet)) {
    const type = types.get(short(set['@EntityType']));
    if (type !== undefined) sets.set(set['@Name'], type);
  }
  const edmx: Edmx = { sets, enums, check: (exchange) => checkExchange(edmx, exchange) };
  return edmx;
}

function short(name: string): string {
  return name.startsWith(NAMESPACE) ? name.slice(NAMESPACE.length) : name;
}

function readType(type: z.infer<typeof entityType>): EntityType {
  const flag = (annotations: ReadonlyArray<z.infer<typeof annotation>>, term: string) =>
    annotations.find((one) => one['@Term'].endsWith(`.${term}`))?.['@Bool'];
  return {
    name: type['@Name'],
    keys: type.Key?.flatMap((key) => key.PropertyRef.map((ref) => ref['@Name'])) ?? [],
    navigations: new Set(type.NavigationProperty.map((navigation) => navigation['@Name'])),
    properties: new Map(
      type.Property.map((property) => [
        property['@Name'],
        {
          name: property['@Name'],
          type: short(property['@Type']),
          mustBeThere: property['@Nullable'] === 'false',
          isRequired: flag(property.Annotation, 'IsRequired') === 'true',
          allowEdit: flag(property.Annotation, 'AllowEdit') !== 'false',
          allowEditOnCreate: flag(property.Annotation, 'AllowEditOnCreate') !== 'false',
        },
      ]),
    ),
  };
}

// ---------------------------------------------------------------------------------------------- exchanges

type Findings = string[];

function checkExchange(edmx: Edmx, exchange: Exchange): Findings {
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

const LITERAL = String.raw`(?:[\w.]+)?'(?:[^']|'')*'|[\w.:+-]+`;

/** Comparisons of known fields with literals of their types, joined by and, or, not and parentheses; nothing else. */
function checkFilter(edmx: Edmx, type: EntityType, filter: string): Findings {
  const findings: Findings = [];
  const rest = filter.replaceAll(
    new RegExp(String.raw`(\w+) (eq|ne|gt|ge|lt|le) (${LITERAL})`, 'g'),
    (_, name: string, operator: string, literal: string) => {
      const property = type.properties.get(name);
      if (property === undefined) findings.push(`$filter names ${name}, which ${type.name} does not have`);
      else if (!isLiteral(edmx, property.type, literal)) findings.push(`$filter compares ${name} with ${literal}`);
      else if (edmx.enums.has(property.type) && operator !== 'eq' && operator !== 'ne')
        findings.push(`$filter uses ${operator} on the enum ${name}`);
      return ' ';
    },
  );
  const strange = rest.split(/[\s()]+/).filter((word) => word !== '' && !['and', 'or', 'not'].includes(word));
  if (strange.length > 0) findings.push(`$filter holds what the service does not know: ${strange.join(' ')}`);
  return findings;
}

function checkKey(edmx: Edmx, type: EntityType, key: string): Findings {
  const findings: Findings = [];
  const named: string[] = [];
  for (const [, name = '', literal = ''] of key.matchAll(new RegExp(String.raw`(\w+)=(${LITERAL})(?:,|$)`, 'g'))) {
    named.push(name);
    const property = type.properties.get(name);
    if (property !== undefined && !isLiteral(edmx, property.type, literal)) findings.push(`key ${name} is ${literal}`);
  }
  if (named.toSorted().join() !== [...type.keys].sort().join())
    findings.push(`the key names ${named.join(', ')} and not ${type.keys.join(', ')}`);
  return findings;
}

function isLiteral(edmx: Edmx, type: string, literal: string): boolean {
  const members = edmx.enums.get(type);
  if (members !== undefined) {
    const match = /^Microsoft\.Dynamics\.DataEntities\.(\w+)'(\w+)'$/.exec(literal);
    return match?.[1] === type && members.has(match[2] ?? '');
  }
  switch (type) {
    case 'Edm.String':
      return /^'.*'$/s.test(literal);
    case 'Edm.DateTimeOffset':
      return INSTANT.test(literal);
    case 'Edm.Int32':
    case 'Edm.Int64':
      return /^-?\d+$/.test(literal);
    case 'Edm.Decimal':
      return /^-?\d+(\.\d+)?$/.test(literal);
    default:
      return true;
  }
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** How a JSON value breaks its property's type; undefined when it fits. */
function wrongValue(edmx: Edmx, property: Property, value: unknown): string | undefined {
  // Recorded exception: the service gives null for an empty time zone.
  if (value === null) return property.type === 'Timezone' ? undefined : 'as null';
  const members = edmx.enums.get(property.type);
  if (members !== undefined)
    return typeof value === 'string' && members.has(value)
      ? undefined
      : `as ${JSON.stringify(value)}, no member of ${property.type}`;
  const wrong = `as ${JSON.stringify(value)}, which is no ${property.type}`;
  switch (property.type) {
    case 'Edm.String':
    case 'Edm.Guid':
      return typeof value === 'string' ? undefined : wrong;
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' && INSTANT.test(value) ? undefined : wrong;
    case 'Edm.Int32':
    case 'Edm.Int64':
      return typeof value === 'number' && Number.isInteger(value) ? undefined : wrong;
    case 'Edm.Decimal':
      return typeof value === 'number' ? undefined : wrong;
    default:
      return `has the unforeseen type ${property.type}`;
  }
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
  const page = z.object({ '@odata.context': text, value: z.array(z.unknown()), '@odata.nextLink': z.url().optional() });
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
    code: text,
    message: text,
    innererror: z.object({ message: text, type: text, stacktrace: text }).optional(),
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
