import './settings.css';
import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';

type Host = CallOutput<'host.about'>;

/** In place of every screen while the vault is locked. */
export function LockScreen({ host }: { readonly host: Host }) {
  return (
    <div className="page">
      <main>
        <div className="read settings">
          <Unlock host={host} />
        </div>
      </main>
    </div>
  );
}

/** Asks for the passphrase; the first one is asked twice. */
export function Unlock({ host }: { readonly host: Host }) {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [remember, setRemember] = useState(false);
  const unlock = useAction('host.unlock');
  const first = host.firstPassphrase;
  const ready = passphrase !== '' && (!first || (passphrase.length >= 8 && passphrase === again)) && !unlock.busy;
  return (
    <form
      noValidate
      className="settings-form"
      aria-label={t('Unlock Daybook')}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void unlock.run({ passphrase, remember });
      }}
    >
      <h2>{first ? t('Choose a passphrase') : t('Daybook is locked')}</h2>
      <p>
        {first
          ? t(
              'It encrypts the keys of your banks and your ERP. Nobody can recover it: keep it where you keep the firm’s keys.',
            )
          : t('Enter the passphrase to go on. Until then nothing can be read or fetched.')}
      </p>
      {host.sentence ? <p className="note warning">{host.sentence}</p> : null}
      <TextInput
        label={t('Passphrase')}
        type="password"
        autoFocus
        value={passphrase}
        onChange={setPassphrase}
        error={first && passphrase !== '' && passphrase.length < 8 ? t('At least 8 characters.') : undefined}
      />
      {first ? (
        <TextInput
          label={t('The same again')}
          type="password"
          value={again}
          onChange={setAgain}
          error={again !== '' && again !== passphrase ? t('The two are not the same.') : undefined}
        />
      ) : null}
      {host.host === 'electron' ? (
        <Check checked={remember} onChange={setRemember}>
          {t('Remember it in the keyring of this computer')}
        </Check>
      ) : null}
      <ErrorNote error={unlock.error} ways={{ unlock: unlock.clear }} />
      <div>
        <Button kind="primary" type="submit" isDisabled={!ready}>
          {first ? t('Begin') : t('Unlock')}
        </Button>
      </div>
    </form>
  );
}
