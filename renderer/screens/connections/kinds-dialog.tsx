import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/t.ts';
import { dialogOf, ledgerKinds } from './kinds.ts';
import type { Kind, Open } from './types.ts';

export type KindsDialogProps = {
  readonly kinds: readonly Kind[];
  readonly open: Open;
  readonly onClose: () => void;
};

/** Which ledger is to be connected. */
export function KindsDialog({ kinds, open, onClose }: KindsDialogProps) {
  return (
    <Dialog title={t('Connect a ledger')} onClose={onClose} footer={<Button onPress={onClose}>{t('Cancel')}</Button>}>
      <p>{t('Entries that you approve are posted into it. Which one keeps your books?')}</p>
      <ul className="kinds">
        {ledgerKinds(kinds).map((kind, index) => (
          <li key={kind.kind}>
            <Button
              autoFocus={index === 0}
              onPress={() => {
                const next = dialogOf(kind, null);
                if (next) open(next);
              }}
            >
              {kind.title}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
