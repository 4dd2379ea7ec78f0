import type { ReactNode } from 'react';
import {
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

export type TextInputProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  /** Makes the field wrong, and says why. */
  readonly error?: string | undefined;
  readonly type?: 'text' | 'password' | 'date' | 'search' | 'url';
  readonly placeholder?: string;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
  readonly multiline?: boolean;
  readonly autoFocus?: boolean;
  readonly isDisabled?: boolean;
  readonly onEnter?: () => void;
};

export function TextInput(props: TextInputProps) {
  const {
    label,
    value,
    onChange,
    description,
    error,
    type = 'text',
    placeholder = '',
    hideLabel,
    multiline,
    onEnter,
  } = props;
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      type={type}
      isInvalid={error !== undefined}
      isDisabled={props.isDisabled ?? false}
      autoFocus={props.autoFocus ?? false}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !multiline && onEnter) {
          // It is this field's Enter, not the form's.
          event.preventDefault();
          onEnter();
        } else event.continuePropagation();
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : 'label'}>{label}</Label>
      {multiline ? (
        <TextArea className="input" placeholder={placeholder} />
      ) : (
        <Input className="input" placeholder={placeholder} />
      )}
      {description ? <Text slot="description">{description}</Text> : null}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}

export type Choice<T extends string> = { readonly value: T; readonly label: string };

export type ChooseProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
  readonly hideLabel?: boolean;
  readonly isDisabled?: boolean;
};

/** A short list to choose one from. */
export function Choose<T extends string>({ label, value, choices, onChange, hideLabel, isDisabled }: ChooseProps<T>) {
  return (
    <AriaSelect
      className="field"
      value={value}
      isDisabled={isDisabled ?? false}
      onChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen) onChange(chosen.value);
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : 'label'}>{label}</Label>
      <Button className="button select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Popover className="popover" data-overlay="">
        <ListBox items={choices.map((choice) => ({ id: choice.value, ...choice }))}>
          {(choice) => (
            <ListBoxItem className="option" id={choice.value} textValue={choice.label}>
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export type CheckProps = {
  readonly children: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly isDisabled?: boolean;
};

export function Check({ children, checked, onChange, isDisabled }: CheckProps) {
  return (
    <AriaCheckbox className="checkbox" isSelected={checked} onChange={onChange} isDisabled={isDisabled ?? false}>
      <span className="box">{checked ? <Icon name="check" /> : null}</span>
      {children}
    </AriaCheckbox>
  );
}
