import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';

type Host = CallOutput<'host.about'>;
const SHORTEST = 8;

/** How the vault with the keys of banks and ERP is protected. */
export function Security() {
  const answer = useCall('host.about', {});
  return (
    <Answered answer={answer}>
      {(host) => (
        <>
          <State host={host} />
          {host.protection === 'passphrase' ? <ChangePassphrase /> : <FirstPassphrase host={host} />}
          <RotateKey />
        </>
      )}
    </Answered>
  );
}

function State({ host }: { readonly host: Host }) {
  return (
    <section className="settings-part">
      <h2>{t('Keys and secrets')}</h2>
      <p>{stateSentence(host)}</p>
      {host.sentence ? (
        <div className="note warning">
          <Icon name="warning" />
          <span className="sentence">{host.sentence}</span>
        </div>
      ) : null}
    </section>
  );
}

function stateSentence({ protection }: Host): string {
  switch (protection) {
    case 'keyring':
      return t(
        'The keys of banks and ERP are encrypted. The keyring of this computer opens them for you when you are signed in.',
      );
    case 'weak':
      return t(
        'The keys of banks and ERP are encrypted, but this computer has no keyring that protects what opens them.',
      );
    default:
      return t(
        'The keys of banks and ERP are encrypted with your passphrase. Without it nobody can read them, and nobody can recover it.',
      );
  }
}

/** Asked twice, so that a slip of the finger does not lock the vault for ever. */
function useTwice() {
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const short = next !== '' && next.length < SHORTEST;
  const differs = again !== '' && next !== again;
  const fields = (
    <>
      <TextInput
        label={t('New passphrase')}
        type="password"
        value={next}
        onChange={setNext}
        description={t('At least 8 characters. A sentence is easiest to keep.')}
        error={short ? t('At least 8 characters.') : undefined}
      />
      <TextInput
        label={t('The same again')}
        type="password"
        value={again}
        onChange={setAgain}
        error={differs ? t('The two are not the same.') : undefined}
      />
    </>
  );
  const clear = () => {
    setNext('');
    setAgain('');
  };
  return { next, fields, ready: next.length >= SHORTEST && next === again, clear };
}

function ChangePassphrase() {
  const [old, setOld] = useState('');
  const twice = useTwice();
  const change = useAction('vault.changePassphrase');
  const ready = old !== '' && twice.ready && !change.busy;
  const run = async () => {
    if (!ready || !(await change.run({ old, next: twice.next }))) return;
    setOld('');
    twice.clear();
    tell(t('The passphrase is changed.'));
  };
  return (
    <form
      noValidate
      className="settings-form"
      aria-label={t('Change the passphrase')}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h2>{t('Change the passphrase')}</h2>
      <TextInput label={t('Present passphrase')} type="password" value={old} onChange={setOld} />
      {twice.fields}
      <ErrorNote error={change.error} />
      <div>
        <Button kind="primary" type="submit" isDisabled={!ready}>
          {t('Change the passphrase')}
        </Button>
      </div>
    </form>
  );
}

function FirstPassphrase({ host }: { readonly host: Host }) {
  const [remember, setRemember] = useState(host.protection === 'keyring');
  const twice = useTwice();
  const protect = useAction('host.protect');
  const ready = twice.ready && !protect.busy;
  const run = async () => {
    if (ready && (await protect.run({ passphrase: twice.next, remember }))) tell(t('The passphrase is set.'));
  };
  return (
    <form
      noValidate
      className="settings-form"
      aria-label={t('Set a passphrase')}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h2>{t('Set a passphrase')}</h2>
      <p>
        {t(
          'From then on the vault opens with the passphrase only. Nobody can recover it: keep it where you keep the firm’s keys.',
        )}
      </p>
      {twice.fields}
      {host.protection === 'keyring' ? (
        <Check checked={remember} onChange={setRemember}>
          {t('Keep it in the keyring of this computer')}
        </Check>
      ) : null}
      <ErrorNote error={protect.error} />
      <div>
        <Button kind="primary" type="submit" isDisabled={!ready}>
          {t('Set the passphrase')}
        </Button>
      </div>
    </form>
  );
}

function RotateKey() {
  const rotate = useAction('vault.rotateKey');
  const run = async () => {
    const agreed = await confirm({
      title: t('Encrypt every secret anew?'),
      body: <p>{t('Each secret is encrypted with a new key. The passphrase and the connections stay as they are.')}</p>,
      action: t('Encrypt anew'),
    });
    if (agreed !== null && (await rotate.run({}))) tell(t('Every secret is encrypted with a new key.'));
  };
  return (
    <section className="settings-part">
      <h2>{t('Key of the vault')}</h2>
      <p>{t('A new key is good practice after somebody with access to this computer has left.')}</p>
      <ErrorNote error={rotate.error} retry={() => void run()} />
      <div>
        <Button isDisabled={rotate.busy} onPress={() => void run()}>
          {t('Encrypt every secret anew')}
        </Button>
      </div>
    </section>
  );
}
