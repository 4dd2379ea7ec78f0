import type { ReactNode } from 'react';
import { useAction } from '../api/use-action.ts';
import { tell } from '../app/toasts.tsx';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { confirm } from './confirm.tsx';
import { ErrorNote } from './error-note.tsx';

/** The two ways to settle an entry that the ledger holds differently: what is there is right, or it is not there. */
export function LedgerDiffers({ id, text }: { readonly id: string; readonly text: ReactNode }) {
  const accept = useAction('proposals.acceptLedger');
  const missing = useAction('proposals.declareMissing');
  const busy = accept.busy || missing.busy;
  const acceptIt = async () => {
    const fine = await confirm({
      title: t('Accept what the ledger holds?'),
      body: (
        <p>
          {text} {t('It counts as posted as the ledger has it. Both versions stay in the trail.')}
        </p>
      ),
      action: t('Accept the ledger’s version'),
    });
    if (fine !== null && (await accept.run({ id }))) tell(t('The ledger’s version is accepted'));
  };
  const declareIt = async () => {
    const fine = await confirm({
      title: t('Say that the ledger does not hold this entry?'),
      body: (
        <p>
          {text}{' '}
          {t(
            'Daybook looks it up once more. When it is not there, it is back in the queue, to be approved again or excluded.',
          )}
        </p>
      ),
      action: t('It is not there'),
      kind: 'danger',
    });
    if (fine !== null && (await missing.run({ id }))) tell(t('It is back in the queue'));
  };
  return (
    <>
      <span className="ways">
        <Button small isDisabled={busy} onPress={() => void acceptIt()}>
          {t('Accept the ledger’s version')}
        </Button>{' '}
        <Button small isDisabled={busy} onPress={() => void declareIt()}>
          {missing.busy ? t('Looking it up') : t('It is not there')}
        </Button>
      </span>
      <ErrorNote error={accept.error ?? missing.error} />
    </>
  );
}
