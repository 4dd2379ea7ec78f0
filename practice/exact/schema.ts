/**
 * Resources' fields. Notation of a declaration: `Name:Type` with `String` left out, `*` the key, `!` demanded in a POST,
 * `+` allowed in a POST, none = only the site fills it.
 */
export type FieldType =
  | 'String'
  | 'Guid'
  | 'Boolean'
  | 'Byte'
  | 'Int16'
  | 'Int32'
  | 'Int64'
  | 'Double'
  | 'DateTime'
  | 'Binary'
  | 'Collection';

export type Field = {
  readonly name: string;
  readonly type: FieldType;
  readonly key: boolean;
  readonly post: 'mandatory' | 'allowed' | 'no';
};

export type Fields = ReadonlyMap<string, Field>;

/**
 * One value as the server keeps it. `Double` and `Int64` are decimal texts, `DateTime` is `YYYY-MM-DDTHH:MM:SS` with or
 * without milliseconds and no zone. A field that a record does not have is null. `#` holds the key of several fields.
 */
export type Value = string | number | boolean | null;
export type Values = Readonly<Record<string, Value>>;

const TYPES: readonly FieldType[] = [
  'String',
  'Guid',
  'Boolean',
  'Byte',
  'Int16',
  'Int32',
  'Int64',
  'Double',
  'DateTime',
  'Binary',
  'Collection',
];

export function declareFields(declaration: string, changes: { add?: string; drop?: readonly string[] } = {}): Fields {
  const fields = new Map<string, Field>();
  for (const word of `${changes.add ?? ''} ${declaration}`.trim().split(/\s+/)) {
    const [, name = '', typeName = 'String', marks = ''] = /^(\w+)(?::(\w+))?([*!+]*)$/.exec(word) ?? [];
    const type = TYPES.find((known) => known === typeName);
    if (name === '' || type === undefined) throw new RangeError(`${word} declares no field`);
    if (changes.drop?.includes(name)) continue;
    const post = marks.includes('!') ? 'mandatory' : marks.includes('+') ? 'allowed' : 'no';
    fields.set(name, { name, type, key: marks.includes('*'), post });
  }
  return fields;
}

/** The same fields where the site only gives them, under another key. */
export function rekeyed(fields: Fields, key: string): Fields {
  return new Map([...fields].map(([name, field]) => [name, { ...field, key: name === key, post: 'no' as const }]));
}
