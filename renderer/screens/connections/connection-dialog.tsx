import { CheckDialog } from './check-dialog.tsx';
import { D365Dialog } from './d365-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PlaidDialog } from './plaid-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { editDialogOf } from './repair-feed.ts';
import type { Connection, Open, Opened } from './types.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

export type ConnectionDialogProps = {
  readonly opened: Opened;
  readonly connections: readonly Connection[];
  readonly open: Open;
  readonly onClose: () => void;
};

/** The dialog that is open, with its connections as they are now. */
export function ConnectionDialog({ opened, connections, open, onClose }: ConnectionDialogProps) {
  const feeds = connections.filter(({ role }) => role === 'feed');
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
    case 'check': {
      const edit = editDialogOf(opened.connection);
      return <CheckDialog connection={opened.connection} onEdit={() => edit && open(edit)} onClose={onClose} />;
    }
    case 'webhook':
      return <WebhookDialog feed={opened.feed} onClose={onClose} />;
    default:
      return <RemoveDialog feed={opened.feed} onClose={onClose} />;
  }
}
