import { useState } from 'react';
import type { CallInput, CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { tell } from '../../app/toasts.tsx';
import { t } from '../../i18n/t.ts';

type Settings = CallOutput<'settings.get'>;

/** Some settings as a person edits them; nothing is changed before Save. */
export function useSettingsForm<T extends Partial<Settings>>(initial: T) {
  const [values, setValues] = useState(initial);
  const save = useAction('settings.save');
  const changed = JSON.stringify(values) !== JSON.stringify(initial);
  const submit = async () => {
    const input: CallInput<'settings.save'> = values;
    if (changed && !save.busy && (await save.run(input))) tell(t('The settings are saved.'));
  };
  return {
    values,
    set: (part: Partial<T>) => setValues((before) => ({ ...before, ...part })),
    changed,
    submit,
    busy: save.busy,
    error: save.error,
  };
}
