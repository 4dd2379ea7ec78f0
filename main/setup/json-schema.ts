import { z } from 'zod';
import type { ConnectorModule } from '../connectors/context.ts';
import { setupSchema } from './document.ts';

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.json()).default({}),
  required: z.array(z.string()).default([]),
});

/** The JSON Schema of the setup document, with the settings of every connector, for editors that check while typing. */
export function setupJsonSchema(modules: readonly ConnectorModule[]) {
  const whole = objectSchema
    .extend({ $defs: z.record(z.string(), z.json()).default({}) })
    .parse(z.toJSONSchema(setupSchema, { io: 'input' }));
  return {
    ...whole,
    title: 'Daybook setup document',
    properties: {
      ...whole.properties,
      connections: { type: 'array', items: { anyOf: modules.map(connectionSchema) } },
    },
  };
}

function connectionSchema({ manifest, config, secrets }: ConnectorModule) {
  const settings = objectSchema.parse(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }));
  const env = { $ref: '#/$defs/SecretName' };
  const item = {
    type: 'object',
    properties: { accessToken: env },
    required: ['accessToken'],
    additionalProperties: false,
  };
  return {
    title: manifest.title,
    type: 'object',
    properties: {
      kind: { const: manifest.kind },
      name: { type: 'string', minLength: 1, maxLength: 100 },
      environment: { enum: ['sandbox', 'production'] },
      ...settings.properties,
      ...Object.fromEntries(secrets.map((name) => [name, env])),
      ...(manifest.role === 'feed' ? { items: { type: 'array', items: item } } : {}),
    },
    required: ['kind', 'name', 'environment', ...settings.required],
    additionalProperties: false,
  };
}
