/** Filters, keys and JSON values of OData against the properties that an EDMX document declares. */
import type { Edmx, EntityType, Property } from './edmx.ts';

type Findings = string[];

const LITERAL = String.raw`(?:[\w.]+)?'(?:[^']|'')*'|[\w.:+-]+`;

/** Comparisons of known fields with literals of their types, joined by and, or, not and parentheses; nothing else. */
export function checkFilter(edmx: Edmx, type: EntityType, filter: string): Findings {
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

export function checkKey(edmx: Edmx, type: EntityType, key: string): Findings {
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
export function wrongValue(edmx: Edmx, property: Property, value: unknown): string | undefined {
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
