import type { ReactNode } from 'react';
import type { SerialError } from '../../api/contract.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';

export type SettingsFormProps = {
  readonly label: string;
  readonly children: ReactNode;
  readonly form: {
    readonly changed: boolean;
    readonly busy: boolean;
    readonly error: SerialError | undefined;
    readonly submit: () => Promise<void>;
  };
  /** Why it cannot be saved yet. */
  readonly wrong?: boolean;
};

export function SettingsForm({ label, children, form, wrong = false }: SettingsFormProps) {
  const submit = () => {
    if (!wrong) void form.submit();
  };
  return (
    <form
      noValidate
      className="settings-form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
      <ErrorNote error={form.error} retry={submit} />
      <div>
        <Button kind="primary" type="submit" isDisabled={!form.changed || form.busy || wrong}>
          {t('Save')}
        </Button>
      </div>
    </form>
  );
}
