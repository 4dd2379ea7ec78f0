import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/t.ts';
import { EnvironmentTag } from './environment-tag.tsx';
import { SignInStep } from './sign-in-step.tsx';
import type { Connection } from './types.ts';

export type SignInDialogProps = {
  readonly connection: Connection;
  readonly title: string;
  readonly onEdit: () => void;
  readonly onClose: () => void;
};

/** Signs in again to a connection that is there. */
export function SignInDialog({ connection, title, onEdit, onClose }: SignInDialogProps) {
  return (
    <Dialog
      title={t('Sign in to {name}', { name: connection.name })}
      onClose={onClose}
      footer={<Button onPress={onClose}>{t('Cancel')}</Button>}
    >
      <EnvironmentTag environment={connection.environment} sentence />
      <SignInStep
        connection={connection}
        title={title}
        onSettings={onEdit}
        onSignedIn={() => {
          tell(t('Signed in to {name}.', { name: connection.name }));
          onClose();
        }}
      />
    </Dialog>
  );
}
