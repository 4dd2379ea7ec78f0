/** Reads an EDMX document: sets, entity types with their keys and properties, enums. */
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

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
  return { sets, enums };
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
