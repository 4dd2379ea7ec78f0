import type { UseFormReturn } from 'react-hook-form';
import { FormChoose, FormText } from '../../components/form-fields.tsx';
import { t } from '../../i18n/t.ts';
import { type KindForm, typedFields } from './kind-form.ts';
import type { Kind, KindField } from './types.ts';

export type KindFieldsProps = {
  readonly kind: Kind;
  readonly form: UseFormReturn<KindForm>;
  /** Names of the secrets that are kept already. */
  readonly stored: readonly string[];
  readonly isNew: boolean;
  readonly submit: () => void;
};

/** The fields that the connector asks for, in its order; what is not needed by everybody is folded away. */
export function KindFields({ kind, form, stored, isNew, submit }: KindFieldsProps) {
  const { control } = form;
  const fields = typedFields(kind);
  const optional = fields.filter(({ required }) => !required);
  const used = optional.some(({ name }) => (form.getValues(`fields.${name}`) ?? '') !== '');
  return (
    <form
      noValidate
      className="form"
      aria-label={t('Settings of {ledger}', { ledger: kind.title })}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {fields
        .filter(({ required }) => required)
        .map((field, index) => (
          <Field key={field.name} field={field} form={form} stored={stored} autoFocus={index === 0} />
        ))}
      <FormText control={control} name="name" label={t('Name in Daybook')} isDisabled={!isNew} />
      <FormChoose
        control={control}
        name="environment"
        label={t('What it holds')}
        isDisabled={!isNew}
        choices={[
          { value: 'production', label: t('Real books (production)') },
          { value: 'sandbox', label: t('Test books (sandbox)') },
        ]}
      />
      {optional.length > 0 ? (
        <details open={used}>
          <summary className="small">{t('What not everybody needs')}</summary>
          <div className="form">
            {optional.map((field) => (
              <Field key={field.name} field={field} form={form} stored={stored} />
            ))}
          </div>
        </details>
      ) : null}
      {/* Enter in a field goes on. */}
      <input type="submit" hidden />
    </form>
  );
}

type FieldProps = Pick<KindFieldsProps, 'form' | 'stored'> & {
  readonly field: KindField;
  readonly autoFocus?: boolean;
};

function Field({ field, form: { control }, stored, autoFocus = false }: FieldProps) {
  const { label, kind } = field;
  const name = `fields.${field.name}` as const;
  if (kind === 'choice')
    return (
      <div>
        <FormChoose control={control} name={name} label={label} choices={field.choices} />
        {field.hint ? <p className="small quiet">{field.hint}</p> : null}
      </div>
    );
  const hint = hintOf(field, stored.includes(field.name));
  return (
    <FormText
      control={control}
      name={name}
      label={label}
      type={kind === 'secret' ? 'password' : kind === 'address' ? 'url' : 'text'}
      autoFocus={autoFocus}
      {...(hint === null ? {} : { description: hint })}
    />
  );
}

function hintOf(field: KindField, stored: boolean): string | null {
  if (field.kind !== 'secret') return field.hint;
  if (stored) return t('One is stored. Leave the field empty to keep it.');
  return [field.hint, t('Kept encrypted on this computer; never shown again.')].filter(Boolean).join(' ');
}
