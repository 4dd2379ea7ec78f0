import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { go } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import type { Connection } from './types.ts';

/** Removes a whole connection, after telling what ends, what stays and what is in the way. */
export function RemoveConnectionDialog({
  connection: { id, name },
  onClose,
}: {
  readonly connection: Connection;
  readonly onClose: () => void;
}) {
  const preview = useCall('connections.previewRemove', { connectionId: id });
  const remove = useAction('connections.remove');
  const blocked = preview.data ? preview.data.postingAccounts + preview.data.unfinished > 0 : true;
  const run = async () => {
    if (!(await remove.run({ connectionId: id }))) return;
    tell(t('{name} is removed. Its lines and entries are still here.', { name }));
    onClose();
  };
  return (
    <Dialog
      title={t('Remove {name}?', { name })}
      onClose={onClose}
      locked={remove.busy}
      footer={
        <>
          <Button autoFocus isDisabled={remove.busy} onPress={onClose}>
            {t('Keep it')}
          </Button>
          <Button kind="danger" isDisabled={blocked || remove.busy} onPress={() => void run()}>
            {t('Remove {name}', { name })}
          </Button>
        </>
      }
    >
      <Answered answer={preview}>
        {({ postingAccounts, unfinished, consequences }) => (
          <>
            {postingAccounts > 0 ? (
              <div className="note warning">
                <span className="sentence">
                  {t(
                    '{count, plural, one {# account posts} other {# accounts post}} into it. Map them to another ledger, or remove their banks, before you remove it.',
                    { count: postingAccounts },
                  )}
                </span>
                <Button
                  small
                  onPress={() => {
                    onClose();
                    go(['mapping']);
                  }}
                >
                  {t('Open mapping')}
                </Button>
              </div>
            ) : null}
            {unfinished > 0 ? (
              <p className="note warning">
                {t(
                  '{count, plural, one {# entry is} other {# entries are}} on the way into it and nobody knows the outcome yet. Post again, so that Daybook looks them up.',
                  { count: unfinished },
                )}
              </p>
            ) : null}
            <ul className="consequences">
              {consequences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </>
        )}
      </Answered>
      <ErrorNote error={remove.error} retry={() => void run()} />
    </Dialog>
  );
}
