import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/t.ts';
import { EntitiesChoice, UseEntities } from './entities-choice.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import type { Connection, Kind, KindField } from './types.ts';
import { useEntities } from './use-entities.ts';

export type EntitiesDialogProps = {
  readonly kind: Kind;
  readonly connection: Connection;
  readonly field: KindField;
  readonly onSignIn: () => void;
  readonly onClose: () => void;
};

/** Changes which legal entities are used through a connection. */
export function EntitiesDialog({ kind, connection, field, onSignIn, onClose }: EntitiesDialogProps) {
  const entities = useEntities({ kind, connection, field }, onClose);
  return (
    <Dialog
      wide
      title={t('{label} of {name}', { label: field.label, name: connection.name })}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <UseEntities entities={entities} />
        </>
      }
    >
      <EnvironmentTag environment={connection.environment} sentence />
      <EntitiesChoice entities={entities} field={field} onSignIn={onSignIn} />
    </Dialog>
  );
}
