import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/t.ts';
import { EntitiesChoice, type EntitiesChoiceProps } from './entities-choice.tsx';
import { EnvironmentTag } from './environment-tag.tsx';

/** Changes which legal entities are used through a connection. */
export function EntitiesDialog({
  onClose,
  ...props
}: Omit<EntitiesChoiceProps, 'onSaved'> & { readonly onClose: () => void }) {
  const { connection, field } = props;
  return (
    <Dialog
      wide
      title={t('{label} of {name}', { label: field.label, name: connection.name })}
      onClose={onClose}
      footer={<Button onPress={onClose}>{t('Cancel')}</Button>}
    >
      <EnvironmentTag environment={connection.environment} sentence />
      <EntitiesChoice {...props} onSaved={onClose} />
    </Dialog>
  );
}
