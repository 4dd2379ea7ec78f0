/**
 * Requests and answers against an OpenAPI 3.0 document. Both are held to it strictly: a field that the document does not
 * know is a finding, because it is a misspelling of ours, although the provider itself would ignore it.
 */
import { readFileSync } from 'node:fs';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Exchange } from './recording.ts';

const node = z.record(z.string(), z.unknown());
type Node = z.infer<typeof node>;

const content = z.object({
  content: z.object({ 'application/json': z.object({ schema: node }).optional() }).optional(),
});
const operation = z.object({
  requestBody: content.optional(),
  responses: z.record(z.string(), content),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), node) }),
});

export type OpenApi = {
  /** What is wrong with this exchange, each finding a sentence with its place; empty when all is right. */
  check(exchange: Exchange): string[];
  /** The same for a value and a schema of the document by its name, such as the body of a webhook. */
  checkValue(schema: string, value: unknown): string[];
};

/** @param undocumented Names of fields that the provider really answers although its document lacks them. */
export function loadOpenApi(file: string, undocumented: ReadonlySet<string> = new Set()): OpenApi {
  const { paths, components } = document.parse(parse(readFileSync(file, 'utf8'), { prettyErrors: false }));
  const ajv = new Ajv2019({ strict: false, allErrors: true, inlineRefs: false });
  addFormats.default(ajv);
  // Formats of the document that no validator defines.
  for (const format of ['url', 'cognito_id']) ajv.addFormat(format, true);
  const added = new Set<string>();

  /** Adds a component in its closed or open form, and what it refers to, once. */
  const addComponent = (name: string, form: 'closed' | 'open'): string => {
    const id = `${name}.${form}`;
    if (added.has(id)) return id;
    added.add(id);
    const schema = components.schemas[name];
    if (schema === undefined) throw new Error(`the document has no schema ${name}`);
    ajv.addSchema(convert(schema, form), id);
    return id;
  };

  /**
   * OpenAPI 3.0 as JSON Schema: `nullable` becomes a choice with null, and an object that stands alone is closed. A
   * branch of `allOf` stays open; the whole is closed instead.
   */
  const convert = (schema: Node, form: 'closed' | 'open'): Node => {
    if (schema.nullable === true) {
      const { nullable: _, ...rest } = schema;
      const values = Array.isArray(rest.enum) ? { enum: rest.enum.filter((value) => value !== null) } : {};
      return { anyOf: [{ type: 'null' }, convert({ ...rest, ...values }, form)] };
    }
    const target = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
    if (target !== undefined) return { $ref: addComponent(target, form) };
    const converted: Node = {};
    for (const key of ['type', 'format', 'enum', 'required', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems'])
      if (schema[key] !== undefined) converted[key] = schema[key];
    const properties = node.safeParse(schema.properties);
    if (properties.success)
      converted.properties = Object.fromEntries(
        Object.entries(properties.data).map(([name, value]) => [name, convert(node.parse(value), 'closed')]),
      );
    const branches = z.array(node).safeParse(schema.allOf);
    if (branches.success) converted.allOf = branches.data.map((branch) => convert(branch, 'open'));
    if (schema.items !== undefined) converted.items = convert(node.parse(schema.items), 'closed');
    const values = node.safeParse(schema.additionalProperties);
    if (values.success) converted.additionalProperties = convert(values.data, 'closed');
    else if (form === 'closed' && (properties.success || branches.success)) converted.unevaluatedProperties = false;
    return converted;
  };

  const validators = new Map<string, ValidateFunction | null>();
  const validator = (path: string, part: 'request' | string): ValidateFunction | null => {
    const id = `${path} ${part}`;
    const known = validators.get(id);
    if (known !== undefined) return known;
    const { requestBody, responses } = operation.parse(paths[path]?.post);
    const described = part === 'request' ? requestBody : (responses[part] ?? responses.default);
    const schema = described?.content?.['application/json']?.schema;
    const compiled = schema === undefined ? null : ajv.compile(convert(schema, 'closed'));
    validators.set(id, compiled);
    return compiled;
  };

  const findings = (path: string, part: string, text: string): string[] => {
    const validate = validator(path, part);
    if (validate === null) return text === '' ? [] : [`${path} ${part}: the document describes no JSON body`];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return [`${path} ${part}: is no JSON`];
    }
    if (validate(value)) return [];
    // A choice with null reports each branch; only the more telling complaints are kept.
    const found = (validate.errors ?? [])
      .filter((error) => error.keyword !== 'anyOf' && !(error.keyword === 'type' && error.params.type === 'null'))
      .filter((error) => part === 'request' || !undocumented.has(String(error.params.unevaluatedProperty)))
      .map(
        (error) =>
          `${path} ${part}${error.instancePath.replace(/\/\d+/g, '/*')}: ${error.message} ${JSON.stringify(error.params)}`,
      );
    return [...new Set(found)];
  };

  return {
    checkValue: (schema, value) => {
      const validate = ajv.getSchema(addComponent(schema, 'closed'));
      if (validate === undefined || validate(value) === true) return [];
      return (validate.errors ?? []).map((error) => `${schema}${error.instancePath}: ${error.message}`);
    },
    check: ({ method, url, requestBody, status, answerBody }) => {
      const path = url.pathname;
      if (paths[path]?.[method.toLowerCase()] === undefined)
        return [`${method} ${path}: the document has no such path`];
      return [...findings(path, 'request', requestBody), ...findings(path, String(status), answerBody)];
    },
  };
}
