import { ImportDialog } from '../statement-files/import-dialog.tsx';
import { CheckDialog } from './check-dialog.tsx';
import { D365Dialog } from './d365-dialog.tsx';
import { EntitiesDialog } from './entities-dialog.tsx';
import { KindDialog } from './kind-dialog.tsx';
import { editDialogOf, kindTitle } from './kinds.ts';
import { KindsDialog } from './kinds-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PlaidDialog } from './plaid-dialog.tsx';
import { RemoveConnectionDialog } from './remove-connection-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import type { Connection, Kind, Open, Opened } from './types.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

export type ConnectionDialogProps = {
  readonly opened: Opened;
  readonly connections: readonly Connection[];
  readonly kinds: readonly Kind[];
  readonly open: Open;
  /** Reads the connections anew. */
  readonly refetch: () => void;
  readonly onClose: () => void;
};

/** The dialog that is open, with its connections as they are now. */
export function ConnectionDialog({ opened, connections, kinds, open, refetch, onClose }: ConnectionDialogProps) {
  const edit = (connection: Connection) => {
    const dialog = editDialogOf(kinds, connection);
    if (dialog) open(dialog);
  };
  const asNow = (connection: Connection) => connections.find(({ id }) => id === connection.id) ?? connection;
  const feeds = connections.filter(({ role, kind }) => role === 'feed' && kind !== 'file');
  switch (opened.dialog) {
    case 'bank':
      return <LinkDialog connections={feeds} connectionId={opened.connectionId} onClose={onClose} />;
    case 'repair':
      return (
        <LinkDialog
          connections={feeds}
          connectionId={opened.connectionId}
          feed={opened.feed}
          selectAccounts={opened.selectAccounts}
          onClose={onClose}
        />
      );
    case 'plaid':
      return (
        <PlaidDialog
          connection={opened.connection}
          onClose={onClose}
          onSaved={(connectionId) => {
            const saved = connections.find(({ id }) => id === connectionId);
            if (saved) open({ dialog: 'check', connection: saved });
            else open({ dialog: 'bank', connectionId });
          }}
        />
      );
    case 'd365':
      return <D365Dialog connection={opened.connection} onClose={onClose} />;
    case 'statementFile':
      return <ImportDialog onClose={onClose} />;
    case 'kinds':
      return <KindsDialog kinds={kinds} open={open} onClose={onClose} />;
    case 'form':
      return (
        <KindDialog
          // One that is saved anew is another dialog.
          key={opened.connection?.id ?? opened.kind.kind}
          kind={opened.kind}
          connection={opened.connection}
          connections={connections}
          onSaved={refetch}
          onClose={onClose}
        />
      );
    case 'check': {
      const { connection } = opened;
      return (
        <CheckDialog
          connection={connection}
          onEdit={() => edit(connection)}
          onSignIn={() => open({ dialog: 'signIn', connection })}
          onClose={onClose}
        />
      );
    }
    case 'signIn': {
      const connection = asNow(opened.connection);
      return (
        <SignInDialog
          connection={connection}
          title={kindTitle(kinds, connection.kind)}
          onEdit={() => edit(connection)}
          onClose={onClose}
        />
      );
    }
    case 'entities': {
      const connection = asNow(opened.connection);
      const kind = kinds.find((one) => one.kind === connection.kind);
      return kind ? (
        <EntitiesDialog
          kind={kind}
          connection={connection}
          field={opened.field}
          onSignIn={() => open({ dialog: 'signIn', connection })}
          onClose={onClose}
        />
      ) : null;
    }
    case 'removeConnection':
      return <RemoveConnectionDialog connection={opened.connection} onClose={onClose} />;
    case 'webhook':
      return <WebhookDialog feed={opened.feed} onClose={onClose} />;
    default:
      return <RemoveDialog feed={opened.feed} onClose={onClose} />;
  }
}
