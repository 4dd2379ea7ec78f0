import { useCall } from '../api/use-call.ts';
import { t } from '../i18n/t.ts';
import { ErrorNote } from './error-note.tsx';
import { Choose } from './fields.tsx';

export type EntityChoiceProps = {
  readonly connectionId: string;
  readonly value: string;
  readonly label: string;
  readonly onChange: (legalEntity: string) => void;
};

/** The legal entities that a ledger connection sees, asked live. */
export function EntityChoice({ connectionId, value, label, onChange }: EntityChoiceProps) {
  const entities = useCall('ledger.entities', { connectionId });
  if (entities.error) return <ErrorNote error={entities.error} retry={entities.refetch} />;
  const found = (entities.data ?? []).map(({ id, name }) => ({ value: id, label: `${id} · ${name}` }));
  const known = found.some((choice) => choice.value === value);
  const choices = known ? found : [{ value, label: value === '' ? t('Choose') : value }, ...found];
  return <Choose label={label} value={value} choices={choices} onChange={onChange} isDisabled={!entities.data} />;
}
