import { useRef } from 'react';
import { TextInput } from '../../components/fields.tsx';
import { Picker, type PickerHandle, type PickKind } from '../../components/review-grid/picker.tsx';
import type { Ledger } from './types.ts';

/** The pickers of a form by name: what is typed in them is taken before the form is read. */
export type Takers = Map<string, PickerHandle>;

export type CodeFieldProps = {
  /** Unique in the form. */
  readonly name: string;
  readonly label: string;
  /** Null: no ledger is mapped yet, and the code is written by hand. */
  readonly ledger: Ledger | null;
  readonly kind: PickKind;
  readonly dimension?: string;
  readonly value: string;
  /** Name of the value, where the ledger has one. */
  readonly valueName?: string | undefined;
  readonly takers: Takers;
  readonly onPick: (code: string) => void;
  readonly error?: string | undefined;
};

/** An account, party or dimension value, found in the ledger by number and name; taken when the field is left. */
export function CodeField(props: CodeFieldProps) {
  const { name, label, ledger, kind, dimension, value, valueName, takers, onPick, error } = props;
  const own = useRef<PickerHandle | null>(null);
  if (ledger === null) return <TextInput label={label} value={value} onChange={onPick} error={error} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the focus leaves the picker inside
    <div className="code-field" onBlur={() => void own.current?.take()}>
      <Picker
        label={label}
        from={{ ...ledger, kinds: [kind], ...(dimension === undefined ? {} : { dimension }) }}
        value={value}
        name={valueName}
        handle={(handle) => {
          own.current = handle;
          if (handle) takers.set(name, handle);
          else takers.delete(name);
        }}
        onPick={(picked) => onPick(picked?.code ?? '')}
      />
      {error ? <span className="field-error tone-wrong">{error}</span> : null}
    </div>
  );
}
