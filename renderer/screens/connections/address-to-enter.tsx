import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';

type Address = CallOutput<'webhooks.status'>['addresses'][number];

/** An address that a person enters at the provider. It ends in a secret: asked for by the button, and gone on hiding it. */
export function AddressToEnter({ address }: { readonly address: Address }) {
  const { connectionId, connection, state } = address;
  const show = useAction('webhooks.showAddress');
  const [shown, setShown] = useState<string | null>(null);
  const ask = async () => setShown((await show.run({ connectionId }))?.address ?? null);
  return (
    <section className="webhooks-by-hand" aria-label={t('Address for {connection}', { connection })}>
      <p>
        <span>{connection}</span>{' '}
        <span className={state === 'set' ? 'quiet' : 'act'}>
          {state === 'set'
            ? t('Its business events come in.')
            : t('No business event came yet. Enter the address in Dynamics 365 as an HTTPS endpoint.')}
        </span>
      </p>
      {shown === null ? (
        <div>
          <Button small isDisabled={show.busy} onPress={() => void ask()}>
            {t('Show address')}
          </Button>
        </div>
      ) : (
        <>
          <code>{shown}</code>
          <p className="small quiet">
            {t('It ends in a secret: keep it like a password. The activity shows that you looked at it.')}
          </p>
          <div className="webhooks-buttons">
            <CopyButton text={shown}>{t('Copy address')}</CopyButton>
            <Button small onPress={() => setShown(null)}>
              {t('Hide address')}
            </Button>
          </div>
        </>
      )}
      <ErrorNote error={show.error} retry={() => void ask()} />
    </section>
  );
}
