import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, TextInput } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';

type Status = CallOutput<'webhooks.status'>;

/** Notices of banks and ledgers by a relay: off until its address is given. */
export function Webhooks() {
  const answer = useCall('webhooks.status', {});
  return (
    <Answered answer={answer}>
      {(status) => (
        <>
          <Relay key={status.relayUrl ?? ''} status={status} />
          <Lists status={status} />
          {status.channel === null ? null : <Channel />}
        </>
      )}
    </Answered>
  );
}

function Relay({ status }: { readonly status: Status }) {
  const [address, setAddress] = useState(status.relayUrl ?? '');
  const [enrolment, setEnrolment] = useState('');
  const configure = useAction('webhooks.configure');
  const isOn = status.relayUrl !== null;
  const turnOn = async () => {
    if (address.trim() === '' || configure.busy) return;
    const word = enrolment.trim();
    const done = await configure.run({ relayUrl: address.trim(), ...(word === '' ? {} : { enrolment: word }) });
    if (done) tell(t('Webhooks are on.'));
  };
  const turnOff = async () => {
    const agreed = await confirm({
      title: t('Switch webhooks off?'),
      body: (
        <p>
          {t(
            'The addresses are taken away at banks and ledgers, and the channel at the relay is ended. Banks are fetched by the schedule as before.',
          )}
        </p>
      ),
      action: t('Switch off'),
      kind: 'danger',
    });
    if (agreed !== null && (await configure.run({ relayUrl: null }))) tell(t('Webhooks are off.'));
  };
  const changed = address.trim() !== (status.relayUrl ?? '') || enrolment.trim() !== '';
  return (
    <section className="settings-part">
      <h2>{t('Webhooks')}</h2>
      <p>
        {t(
          'Banks and ledgers can tell Daybook at once that something is new. They need a public address for that, which your firm’s relay has: it seals each notice to this workspace’s key and cannot read it later. Daybook checks every notice itself, and all that one leads to is a fetch.',
        )}
      </p>
      <TextInput
        label={t('Address of the relay')}
        type="url"
        value={address}
        onChange={setAddress}
        placeholder="https://relay.example.com"
        description={t('Whoever runs it for your firm knows it.')}
        onEnter={() => void turnOn()}
      />
      <TextInput
        label={t('Enrolment word')}
        type="password"
        value={enrolment}
        onChange={setEnrolment}
        description={t('Only where the relay asks for one. It is kept encrypted.')}
        onEnter={() => void turnOn()}
      />
      <div className="webhook-actions">
        <Button
          kind="primary"
          isDisabled={address.trim() === '' || !changed || configure.busy}
          onPress={() => void turnOn()}
        >
          {isOn ? t('Save') : t('Switch on')}
        </Button>
        {isOn ? (
          <Button isDisabled={configure.busy} onPress={() => void turnOff()}>
            {t('Switch off')}
          </Button>
        ) : null}
      </div>
      <ErrorNote error={configure.error} retry={() => void turnOn()} />
      {isOn ? (
        <p className="small">
          <a href={to(['connections'])}>{t('What came in, and where notices are sent, stands on Connections.')}</a>
        </p>
      ) : null}
    </section>
  );
}

function Lists({ status }: { readonly status: Status }) {
  const configure = useAction('webhooks.configure');
  return (
    <section className="settings-part">
      <h2>{t('Lists of sent notices')}</h2>
      <Check
        checked={status.readLists}
        onChange={(readLists) => {
          if (!configure.busy) void configure.run({ readLists });
        }}
      >
        {t('Also read the list that Plaid keeps of what it sent')}
      </Check>
      <p className="small quiet">
        {t('Plaid offers it to some accounts, for the last seven days. Where it does not, Connections says so.')}
      </p>
      <ErrorNote error={configure.error} />
    </section>
  );
}

function Channel() {
  const rotate = useAction('webhooks.rotateKeys');
  const renew = useAction('webhooks.renewChannel');
  const busy = rotate.busy || renew.busy;
  const newKeys = async () => {
    if (await rotate.run({})) tell(t('The channel has new keys.'));
  };
  const newChannel = async () => {
    const agreed = await confirm({
      title: t('Make a new channel?'),
      body: (
        <p>
          {t(
            'Every bank and ledger is told a new address. Do this when the address became known to somebody, or when the relay does not take this workspace’s keys any more.',
          )}
        </p>
      ),
      action: t('Make a new channel'),
    });
    if (agreed !== null && (await renew.run({})))
      tell(t('There is a new channel. Where notices are sent stands on Connections.'));
  };
  return (
    <section className="settings-part">
      <h2>{t('Channel at the relay')}</h2>
      <p>{t('New keys keep the addresses. A new channel replaces them.')}</p>
      <div className="webhook-actions">
        <Button isDisabled={busy} onPress={() => void newKeys()}>
          {t('Change the keys')}
        </Button>
        <Button isDisabled={busy} onPress={() => void newChannel()}>
          {t('New channel…')}
        </Button>
      </div>
      <ErrorNote error={rotate.error ?? renew.error} />
    </section>
  );
}
