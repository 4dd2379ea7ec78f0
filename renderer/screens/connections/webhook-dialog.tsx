import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import { bankName } from './labels.ts';
import type { Feed } from './types.ts';

/** Replaces or removes the address to which the provider sends its notices for one bank. */
export function WebhookDialog({ feed, onClose }: { readonly feed: Feed; readonly onClose: () => void }) {
  const [url, setUrl] = useState(feed.webhookUrl ?? '');
  const save = useAction('connections.setWebhook');
  const bank = bankName(feed);
  const set = async (next: string | null) => {
    if (!(await save.run({ feedId: feed.id, url: next }))) return;
    tell(
      next === null
        ? t('{bank} sends no notices now.', { bank })
        : t('{bank} sends its notices to the new address.', { bank }),
    );
    onClose();
  };
  const typed = url.trim();
  const wrong = typed !== '' && !/^https:\/\/\S+$/.test(typed);
  const unchanged = typed === '' || typed === feed.webhookUrl;
  return (
    <Dialog
      title={t('Webhook of {bank}', { bank })}
      onClose={onClose}
      footer={
        <>
          {feed.webhookUrl === null ? null : (
            <span className="left">
              <Button kind="danger" isDisabled={save.busy} onPress={() => void set(null)}>
                {t('Remove the webhook')}
              </Button>
            </span>
          )}
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <Button kind="primary" isDisabled={save.busy || wrong || unchanged} onPress={() => void set(typed)}>
            {feed.webhookUrl === null ? t('Set the webhook') : t('Replace the webhook')}
          </Button>
        </>
      }
    >
      <p>
        {t(
          'Plaid sends a notice there when there are new lines. Daybook works without it: it asks by itself at the times of the schedule.',
        )}
      </p>
      <TextInput
        label={t('Webhook address')}
        type="url"
        value={url}
        autoFocus
        onChange={setUrl}
        description={t('It must be reachable from the internet and have a valid certificate.')}
        error={wrong ? t('The address must begin with https://.') : undefined}
        onEnter={() => {
          if (!wrong && !unchanged) void set(typed);
        }}
      />
      <ErrorNote error={save.error} retry={() => void set(typed)} />
    </Dialog>
  );
}
