import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Answered } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { bankName } from './labels.ts';
import type { Feed } from './types.ts';

/** Removes a bank, after telling what that means. */
export function RemoveDialog({ feed, onClose }: { readonly feed: Feed; readonly onClose: () => void }) {
  const preview = useCall('connections.removalPreview', { feedId: feed.id });
  const remove = useAction('connections.removeFeed');
  const bank = bankName(feed);
  const go = async () => {
    if (!(await remove.run({ feedId: feed.id }))) return;
    tell(t('{bank} is removed. Its lines and entries are still here.', { bank }));
    onClose();
  };
  return (
    <Dialog
      title={t('Remove {bank}?', { bank })}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onPress={onClose}>
            {t('Keep it')}
          </Button>
          <Button kind="danger" isDisabled={!preview.data || remove.busy} onPress={() => void go()}>
            {t('Remove {bank}', { bank })}
          </Button>
        </>
      }
    >
      <Answered answer={preview}>
        {({ accounts, mappedAccounts, lines, openEntries, consequences }) => (
          <>
            <dl className="facts">
              <dt>{t('Accounts')}</dt>
              <dd>
                {formatCount(accounts)}, {t('{count} of them mapped', { count: formatCount(mappedAccounts) })}
              </dd>
              <dt>{t('Lines')}</dt>
              <dd>{formatCount(lines)}</dd>
              <dt>{t('Entries not posted')}</dt>
              <dd>{formatCount(openEntries)}</dd>
            </dl>
            <ul className="consequences">
              {consequences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </>
        )}
      </Answered>
      <ErrorNote error={remove.error} retry={() => void go()} />
    </Dialog>
  );
}
