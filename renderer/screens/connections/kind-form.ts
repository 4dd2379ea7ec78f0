import { z } from 'zod';
import type { CallInput } from '../../api/contract.ts';
import { t } from '../../i18n/t.ts';
import type { Connection, Kind, KindField } from './types.ts';

/** Values by the field's name, as they are typed. */
export type KindForm = {
  name: string;
  environment: 'sandbox' | 'production';
  fields: Record<string, string>;
};

const texts = z.record(z.string(), z.json());

/** The fields that are asked before the connection works; legal entities come after. */
export function typedFields(kind: Kind): readonly KindField[] {
  return (kind.form ?? []).filter((field) => field.kind !== 'entities');
}

export function entitiesField(kind: Kind | undefined): KindField | undefined {
  return kind?.form?.find((field) => field.kind === 'entities');
}

export function kindValues(kind: Kind, connection: Connection | null): KindForm {
  const settings = texts.catch({}).parse(connection?.settings ?? {});
  return {
    name: connection?.name ?? kind.title,
    environment: connection?.environment === 'sandbox' ? 'sandbox' : 'production',
    fields: Object.fromEntries(
      typedFields(kind).map((field) => {
        const value = field.kind === 'secret' ? undefined : settings[field.name];
        const first = field.kind === 'choice' && connection === null ? field.choices[0]?.value : undefined;
        return [field.name, typeof value === 'string' || typeof value === 'number' ? String(value) : (first ?? '')];
      }),
    ),
  };
}

/** @param stored names of the secrets that are kept already and may stay as they are */
export function kindSchema(kind: Kind, stored: readonly string[]) {
  return z.object({
    name: z.string().trim().min(1, t('Give the connection a name.')).max(100),
    environment: z.enum(['sandbox', 'production']),
    fields: z.object(
      Object.fromEntries(typedFields(kind).map((field) => [field.name, schemaOf(field, stored.includes(field.name))])),
    ),
  });
}

function schemaOf(field: KindField, stored: boolean) {
  const { label, required } = field;
  return z.string().superRefine((value, context) => {
    const text = value.trim();
    const wrong = (message: string) => context.addIssue({ code: 'custom', message });
    if (text === '') {
      if (required && !stored) wrong(t('Missing: {label}.', { label }));
    } else if (field.kind === 'address' && !/^https?:\/\/[^\s/?#]+(\/\S*)?$/.test(text))
      wrong(t('The address begins with https:// and has no blanks.'));
  });
}

/** What to save. Settings without a field stay as they were; an empty field removes its setting; a secret stays. */
export function kindConnection(
  kind: Kind,
  form: KindForm,
  connection: Connection | null,
): CallInput<'connections.save'> {
  const kept = texts.catch({}).parse(connection?.settings ?? {});
  const fields = typedFields(kind);
  const typed = (field: KindField) => (form.fields[field.name] ?? '').trim();
  const names = new Set(fields.map(({ name }) => name));
  return {
    kind: kind.kind,
    name: form.name.trim(),
    environment: form.environment,
    settings: {
      ...Object.fromEntries(Object.entries(kept).filter(([name]) => !names.has(name))),
      ...Object.fromEntries(
        fields.flatMap((field) =>
          field.kind === 'secret' || typed(field) === '' ? [] : [[field.name, typed(field)] as const],
        ),
      ),
    },
    secrets: Object.fromEntries(
      fields.flatMap((field) =>
        field.kind !== 'secret' || typed(field) === '' ? [] : [[field.name, typed(field)] as const],
      ),
    ),
  };
}

/** The connection with these legal entities chosen, in the form that its settings have: numbers or texts. */
export function withEntities(
  kind: Kind,
  field: KindField,
  connection: Connection,
  ids: readonly string[],
): CallInput<'connections.save'> {
  const kept = texts.catch({}).parse(connection.settings ?? {});
  const asNumbers = itemType.safeParse(kind.settings).data?.properties[field.name]?.items.type === 'integer';
  return {
    kind: connection.kind,
    name: connection.name,
    environment: connection.environment === 'sandbox' ? 'sandbox' : 'production',
    settings: { ...kept, [field.name]: asNumbers ? ids.map(Number) : [...ids] },
    secrets: {},
  };
}

/** The part of a JSON Schema that says what the items of a list are. */
const itemType = z.looseObject({
  properties: z.record(
    z.string(),
    z.looseObject({ items: z.looseObject({ type: z.string().catch('') }).catch({ type: '' }) }),
  ),
});
