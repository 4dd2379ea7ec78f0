import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { go } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { formatInstant } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { EnvironmentTag } from './environment-tag.tsx';
import { bankName } from './labels.ts';
import type { Connection, Feed } from './types.ts';
import { type Linked, type LinkState, useLink } from './use-link.ts';

export type LinkDialogProps = {
  readonly connections: readonly Connection[];
  readonly connectionId: string;
  /** Repairs this one instead of adding another. */
  readonly feed?: Feed;
  readonly selectAccounts?: boolean;
  readonly onClose: () => void;
};

/** Adds a bank or repairs one: the person signs in at the bank, Daybook learns of it by asking. */
export function LinkDialog({
  connections,
  connectionId: first,
  feed,
  selectAccounts = false,
  onClose,
}: LinkDialogProps) {
  const [connectionId, setConnectionId] = useState(first);
  const [webhookUrl, setWebhookUrl] = useState('');
  const { data: host } = useCall('host.about', {});
  const { state, start, again } = useLink();
  const connection = connections.find(({ id }) => id === connectionId);
  const begin = (linkOrigin?: string) =>
    start(
      {
        connectionId,
        ...(feed ? { feedId: feed.id, selectAccounts } : {}),
        ...(webhookUrl.trim() === '' ? {} : { webhookUrl: webhookUrl.trim() }),
      },
      linkOrigin,
    );
  const bank = feed ? bankName(feed) : undefined;
  const title =
    bank === undefined
      ? t('Add a bank')
      : selectAccounts
        ? t('Choose accounts of {bank}', { bank })
        : t('Sign in again at {bank}', { bank });
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <Foot state={state} begin={begin} again={again} onClose={onClose} linkOrigin={host?.linkOrigin ?? null} />
      }
    >
      {connection ? <EnvironmentTag environment={connection.environment} sentence /> : null}
      {state.step === 'ready' || state.step === 'starting' ? (
        <>
          <p>
            {bank === undefined
              ? t(
                  'The sign-in page opens in your browser. Choose the bank there, sign in as you always do, and pick the accounts. Daybook never sees your password, and notices by itself when you are done.',
                )
              : selectAccounts
                ? t(
                    'The sign-in page opens in your browser. Tick the accounts that Daybook may read, and untick the others. Lines that are here stay here.',
                  )
                : t('The sign-in page opens in your browser. Your accounts, lines and mappings stay as they are.')}
          </p>
          {feed ? null : (
            <>
              {connections.length > 1 ? (
                <Choose
                  label={t('Connection')}
                  value={connectionId}
                  choices={connections.map(({ id, name, environment }) => ({
                    value: id,
                    label: `${name} · ${environment}`,
                  }))}
                  onChange={setConnectionId}
                />
              ) : null}
              <details>
                <summary className="small">{t('For IT: webhook')}</summary>
                <TextInput
                  label={t('Webhook address, https')}
                  type="url"
                  value={webhookUrl}
                  onChange={setWebhookUrl}
                  description={t('Plaid sends its notices there. Daybook does not need it: it asks by itself.')}
                />
              </details>
            </>
          )}
        </>
      ) : null}
      {state.step === 'waiting' ? <Waiting state={state} /> : null}
      {state.step === 'abandoned' ? <p role="status">{state.reason}</p> : null}
      {state.step === 'failed' ? <ErrorNote error={state.error} retry={again} /> : null}
      {state.step === 'linked' ? <Ended feeds={state.feeds} repaired={feed !== undefined} /> : null}
    </Dialog>
  );
}

type FootProps = {
  readonly state: LinkState;
  readonly begin: (linkOrigin?: string) => void;
  readonly again: () => void;
  readonly onClose: () => void;
  readonly linkOrigin: string | null;
};

/** Keyed, so that a new step's button is a new one and takes the focus. */
function Foot({ state, begin, again, onClose, linkOrigin }: FootProps) {
  if (state.step === 'linked') {
    const added = state.feeds.some(({ outcome }) => outcome === 'added');
    return (
      <>
        <Button key="close" onPress={onClose} autoFocus={!added}>
          {t('Close')}
        </Button>
        {added ? (
          <Button
            key="map"
            kind="primary"
            autoFocus
            onPress={() => {
              onClose();
              go(['mapping']);
            }}
          >
            {t('Map its accounts')}
          </Button>
        ) : null}
      </>
    );
  }
  if (state.step === 'waiting')
    return (
      <Button key="stop" autoFocus onPress={onClose}>
        {t('Stop waiting')}
      </Button>
    );
  if (state.step === 'abandoned' || state.step === 'failed')
    return (
      <>
        <Button onPress={onClose}>{t('Close')}</Button>
        <Button key="again" kind="primary" autoFocus onPress={again}>
          {t('Start again')}
        </Button>
      </>
    );
  const starting = state.step === 'starting';
  return (
    <>
      {linkOrigin === null ? null : (
        <span className="left">
          <Button kind="plain" isDisabled={starting} onPress={() => begin(linkOrigin)}>
            {t('Sign in inside Daybook')}
          </Button>
        </span>
      )}
      <Button onPress={onClose}>{t('Cancel')}</Button>
      <Button key="begin" kind="primary" autoFocus isDisabled={starting} onPress={() => begin()}>
        {t('Open the sign-in page')}
      </Button>
    </>
  );
}

function Waiting({ state }: { readonly state: Extract<LinkState, { step: 'waiting' }> }) {
  const { hostedUrl, expiresAt, trouble } = state;
  return (
    <>
      <WorkProgress progress={undefined} label={t('Waiting until you are through at the bank')} />
      {hostedUrl === null ? (
        <p>{t('The sign-in is in a window of its own. When it does not come up, close this and use your browser.')}</p>
      ) : (
        <p>
          {t('The page is open in your browser. Nothing there?')}{' '}
          <a href={hostedUrl} target="_blank" rel="noopener noreferrer">
            {t('Open it again')}
          </a>{' '}
          {t('or copy its address.')} <CopyButton text={hostedUrl}>{t('Copy address')}</CopyButton>
        </p>
      )}
      <p className="quiet small">{t('The page can be used until {time}.', { time: formatInstant(expiresAt) })}</p>
      <ErrorNote error={trouble} />
    </>
  );
}

/** What came of it, bank by bank: new ones, and those that are here already. */
function Ended({ feeds, repaired }: { readonly feeds: Linked; readonly repaired: boolean }) {
  const sync = useAction('sync.run');
  const [fetched, setFetched] = useState<string | null>(null);
  const added = feeds
    .filter(({ outcome, works }) => outcome === 'added' || (outcome === 'repaired' && !works))
    .map(({ feedId }) => feedId);
  const fetchNow = async () => {
    const result = await sync.run({ feedIds: added });
    const [failed] = result?.feeds.flatMap(({ error }) => (error ? [error.sentence] : [])) ?? [];
    const lines = result?.feeds.reduce((sum, { newLines }) => sum + newLines, 0) ?? 0;
    if (result) setFetched(failed ?? t('{lines, plural, one {# line} other {# lines}} fetched.', { lines }));
  };
  return (
    <>
      <ul className="link-results" role="status">
        {feeds.map(({ feedId, outcome, works, sentence }) => (
          <li key={feedId} data-outcome={outcome}>
            <Icon name={works ? 'check' : 'warning'} />
            {sentence ??
              (outcome === 'repaired'
                ? t('The bank works again.')
                : t('The bank is linked. Its accounts can be mapped now.'))}
          </li>
        ))}
        {feeds.length === 0 ? <li>{t('No bank was linked.')}</li> : null}
      </ul>
      {added.length > 0 ? (
        <p>
          {repaired
            ? t('Lines that came meanwhile are fetched with the next run, or now.')
            : t('Its lines are fetched with the next run, or now.')}{' '}
          <Button small isDisabled={sync.busy || fetched !== null} onPress={() => void fetchNow()}>
            {t('Fetch now')}
          </Button>
        </p>
      ) : null}
      {sync.busy ? <WorkProgress progress={sync.progress} label={t('Fetching')} /> : null}
      {fetched ? <p role="status">{fetched}</p> : null}
      <ErrorNote error={sync.error} retry={() => void fetchNow()} />
    </>
  );
}
