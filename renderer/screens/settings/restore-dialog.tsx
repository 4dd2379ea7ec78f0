import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';

export type RestoreDialogProps = { readonly backup: CallOutput<'backup.list'>[number]; readonly onClose: () => void };

/** Goes back to a backup; the present workspace is kept beside it. */
export function RestoreDialog({ backup, onClose }: RestoreDialogProps) {
  const restore = useAction('backup.restore');
  const [passphrase, setPassphrase] = useState('');
  const [replaced, setReplaced] = useState<string | null>();
  const run = async () => {
    const done = await restore.run({ path: backup.path, ...(passphrase === '' ? {} : { passphrase }) });
    if (done) setReplaced(done.replaced);
  };
  const done = replaced !== undefined;
  return (
    <Dialog
      title={t('Restore {name}?', { name: backup.name })}
      onClose={onClose}
      locked={restore.busy}
      footer={
        done ? (
          <Button key="close" kind="primary" autoFocus onPress={onClose}>
            {t('Close')}
          </Button>
        ) : (
          <>
            <Button autoFocus isDisabled={restore.busy} onPress={onClose}>
              {t('Keep the present workspace')}
            </Button>
            <Button kind="danger" isDisabled={restore.busy} onPress={() => void run()}>
              {t('Restore this backup')}
            </Button>
          </>
        )
      }
    >
      {done ? (
        <p role="status">
          {t('The workspace is as the backup has it.')}{' '}
          {replaced === null ? null : t('The workspace of before is kept as {file}.', { file: replaced })}
        </p>
      ) : (
        <>
          <ul className="consequences">
            <li>{t('Everything since the backup is gone from Daybook: lines, coding, approvals, the trail.')}</li>
            <li>
              {t(
                'What was posted since stays in the ERP. Daybook looks there before it posts, so nothing is posted twice.',
              )}
            </li>
            <li>{t('Lines come again from the banks with the next fetch.')}</li>
            <li>{t('The present workspace is kept in a file beside it.')}</li>
          </ul>
          <TextInput
            label={t('Passphrase of the backup')}
            type="password"
            value={passphrase}
            onChange={setPassphrase}
            description={t('Only if it was another one than today’s.')}
          />
        </>
      )}
      {restore.busy ? <WorkProgress progress={restore.progress} label={t('Checking and restoring')} /> : null}
      <ErrorNote error={restore.error} retry={() => void run()} />
    </Dialog>
  );
}
