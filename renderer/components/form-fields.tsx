import { type Control, Controller, type FieldPath, type FieldValues } from 'react-hook-form';
import { type Choice, Choose, TextInput, type TextInputProps } from './fields.tsx';

type Of<T extends FieldValues> = { readonly control: Control<T>; readonly name: FieldPath<T> };

/** A text field of a form; its error comes from the form's schema. */
export function FormText<T extends FieldValues>({
  control,
  name,
  ...props
}: Of<T> & Omit<TextInputProps, 'value' | 'onChange' | 'error'>) {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <TextInput
          {...props}
          value={String(field.value ?? '')}
          onChange={field.onChange}
          error={fieldState.error?.message}
        />
      )}
    />
  );
}

/** A short choice of a form. */
export function FormChoose<T extends FieldValues, V extends string>({
  control,
  name,
  choices,
  ...props
}: Of<T> & { readonly label: string; readonly choices: readonly Choice<V>[]; readonly isDisabled?: boolean }) {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => <Choose {...props} choices={choices} value={field.value} onChange={field.onChange} />}
    />
  );
}
