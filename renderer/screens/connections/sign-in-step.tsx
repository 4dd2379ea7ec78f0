import { useEffect, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatInstant } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { Connection, SignIn } from './types.ts';

export type SignInStepProps = {
  readonly connection: Connection;
  /** The ledger as a person calls it. */
  readonly title: string;
  /** Opens the settings, where keys were refused. */
  readonly onSettings: () => void;
  readonly onSignedIn: () => void;
};

/**
 * A sign-in in the system browser. Its page cannot lead back into this window: the relay brings the return where there is
 * one, else the person brings the address at which the browser landed; main verifies it.
 */
export function SignInStep({ connection, title, onSettings, onSignedIn }: SignInStepProps) {
  const start = useAction('connections.startSignIn');
  const finish = useAction('connections.finishSignIn');
  const [begun, setBegun] = useState<Begun | null>(null);
  const wait = useReturn(connection.id, begun, onSignedIn);
  const [address, setAddress] = useState('');
  const begin = async () => {
    finish.clear();
    setAddress('');
    const session = await start.run({ connectionId: connection.id });
    if (!session) return;
    setBegun(session);
    window.open(session.url, '_blank', 'noopener,noreferrer');
  };
  const end = async () => {
    if (address.trim() === '' || finish.busy) return;
    const state = await finish.run({ connectionId: connection.id, address: address.trim() });
    if (state?.state === 'signed_in') onSignedIn();
  };
  const ways = { check_keys: onSettings, edit_setup: onSettings, link_again: begin, sign_in_again: begin };
  if (begun === null)
    return (
      <>
        {connection.signIn ? <SignInLine signIn={connection.signIn} /> : null}
        <p>
          {t(
            'The sign-in page of {ledger} opens in your browser. Sign in there as the user whose rights Daybook is to have, and allow the access. Daybook never sees your password.',
            { ledger: title },
          )}
        </p>
        <div>
          <Button autoFocus isDisabled={start.busy} onPress={() => void begin()}>
            {t('Open the sign-in page')}
          </Button>
        </div>
        <ErrorNote error={start.error} retry={() => void begin()} ways={ways} />
      </>
    );
  const comesBack = begun.returnsByItself && wait.error === undefined;
  // Something else was pasted: that is the field's to say.
  const wrongAddress = finish.error?.code === 'usage' ? finish.error.sentence : undefined;
  return (
    <>
      <p>
        {t('The page is open in your browser. Nothing there?')}{' '}
        <a href={begun.url} target="_blank" rel="noopener noreferrer">
          {t('Open it again')}
        </a>{' '}
        {t('or copy its address.')} <CopyButton text={begun.url}>{t('Copy address')}</CopyButton>
      </p>
      {comesBack ? (
        <p role="status">
          {t('Daybook waits for your browser: when you are through there, it goes on here by itself.')}
        </p>
      ) : null}
      <TextInput
        label={comesBack ? t('It does not come back? Address at which you landed') : t('Address at which you landed')}
        type="url"
        value={address}
        onChange={setAddress}
        autoFocus={!comesBack}
        description={t(
          'When you are through, the browser goes to {returnsTo}. That page may be empty, or say that it cannot be found: both are in order. Copy its whole address, with all that follows the question mark, and paste it here at once: it can be used for a few minutes, and once.',
          { returnsTo: begun.returnsTo },
        )}
        error={wrongAddress}
        onEnter={() => void end()}
      />
      <div className="sign-in-actions">
        <Button kind="primary" isDisabled={finish.busy || address.trim() === ''} onPress={() => void end()}>
          {t('Finish the sign-in')}
        </Button>
        <Button isDisabled={finish.busy} onPress={() => void begin()}>
          {t('Start again')}
        </Button>
      </div>
      <ErrorNote
        error={wrongAddress === undefined ? (finish.error ?? start.error ?? wait.error) : undefined}
        retry={() => void end()}
        ways={ways}
      />
    </>
  );
}

type Begun = { readonly url: string; readonly returnsTo: string; readonly returnsByItself: boolean };

/** Asks again and again whether the browser came back by the relay, while a sign-in is under way. */
function useReturn(connectionId: string, begun: Begun | null, onSignedIn: () => void) {
  const wait = useAction('connections.awaitSignIn');
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each sign-in that is begun
  useEffect(() => {
    if (!begun?.returnsByItself) return;
    let live = true;
    const ask = async () => {
      while (live) {
        const answer = await wait.run({ connectionId });
        if (!live || answer === undefined) return;
        if (answer.signIn === null) continue;
        if (answer.signIn.state === 'signed_in') onSignedIn();
        return;
      }
    };
    void ask();
    return () => {
      live = false;
      wait.cancel();
    };
  }, [begun]);
  return wait;
}

/** Who is signed in and until when; in the warning's tone where a person must see to it. */
export function SignInLine({ signIn }: { readonly signIn: SignIn }) {
  const { data: about } = useAbout();
  const out = signIn.state === 'signed_out';
  const words = out
    ? t('Nobody is signed in.')
    : signIn.user === null
      ? t('Signed in')
      : t('Signed in as {user}', { user: signIn.user });
  return (
    <p className={out || signIn.warning ? 'sign-in act' : 'sign-in'}>
      {out || signIn.warning ? <Icon name="warning" /> : <Icon name="check" />}
      <span>
        {words}
        {!out && signIn.endsAt
          ? ` ${t('until {time}, and longer with each use', { time: formatInstant(signIn.endsAt, about?.today) })}`
          : null}
        {signIn.warning ? <span className="warning-line">{signIn.warning}</span> : null}
      </span>
    </p>
  );
}
