import './webhooks-card.css';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { AddressToEnter } from './address-to-enter.tsx';

type Status = CallOutput<'webhooks.status'>;

const NOTHING = {};

/** Notices by the relay: whether it is connected, what came in by what became of it, and which address needs a person. */
export function WebhooksCard() {
  const { data: status } = useCall('webhooks.status', NOTHING);
  if (status === undefined) return null;
  return (
    <section className="connection-group" aria-labelledby="webhooks-title">
      <h2 id="webhooks-title">{t('Webhooks')}</h2>
      {status.relayUrl === null && status.counts.length === 0 && status.lists.length === 0 ? (
        <p className="quiet">
          {t('Off: banks are fetched by the schedule. With a relay they tell Daybook at once that something is new.')}{' '}
          <a href={to(['settings', 'webhooks'])}>{t('Settings of webhooks')}</a>
        </p>
      ) : (
        <Card status={status} />
      )}
    </section>
  );
}

function Card({ status }: { readonly status: Status }) {
  const { relayUrl, link, sentence, heardAt, unjudged, waiting, counts, addresses, lists } = status;
  const trouble = link === 'waiting' || link === 'refused';
  const genuine = counts.filter(({ verdict }) => verdict === 'genuine').reduce((sum, { count }) => sum + count, 0);
  const others = counts.filter(({ verdict }) => verdict !== 'genuine');
  return (
    <section className="connection webhooks">
      <header>
        <h3>{linkLabel(link)}</h3>
        {relayUrl === null ? null : <span className="quiet kind">{relayUrl.replace(/^https?:\/\//, '')}</span>}
        <span className="spacer" />
        <a href={to(['settings', 'webhooks'])}>{t('Settings of webhooks')}</a>
      </header>
      {trouble && sentence !== null ? (
        <div className="note warning">
          <Icon name="warning" />
          <span className="sentence">{sentence}</span>
        </div>
      ) : null}
      <dl>
        <dt>{t('Last notice')}</dt>
        <dd>{heardAt === null ? t('None yet') : <Instant value={heardAt} />}</dd>
        <dt>{t('Genuine')}</dt>
        <dd className="figure">{formatCount(genuine)}</dd>
        {unjudged + waiting === 0 ? null : (
          <>
            <dt>{t('Waiting')}</dt>
            <dd>
              {t('{unjudged} to be checked, {waiting} to be fetched for', {
                unjudged: formatCount(unjudged),
                waiting: formatCount(waiting),
              })}
            </dd>
          </>
        )}
      </dl>
      {others.length === 0 ? null : <Refused counts={others} />}
      <Addresses addresses={addresses.filter(({ state }) => state === 'failed' || state === 'elsewhere')} />
      {addresses.map((one) =>
        one.byHand ? <AddressToEnter key={`${one.connectionId} ${status.channel?.createdAt}`} address={one} /> : null,
      )}
      {lists.map((list) =>
        list.sentence === null ? null : (
          <p key={list.connectionId} className="small quiet">
            {t('List of {connection}: {sentence}', { connection: list.connection, sentence: list.sentence })}
          </p>
        ),
      )}
    </section>
  );
}

/** What was not acted on. */
function Refused({ counts }: { readonly counts: Status['counts'] }) {
  return (
    <table className="webhooks-refused">
      <caption>{t('Counted, and nothing done')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('From')}</th>
          <th scope="col">{t('Why')}</th>
          <th scope="col" className="right">
            {t('Count')}
          </th>
          <th scope="col">{t('Last')}</th>
        </tr>
      </thead>
      <tbody>
        {counts.map(({ provider, verdict, why, count, lastAt }) => (
          <tr key={`${provider} ${verdict} ${why}`}>
            <td>{providerName(provider)}</td>
            <td>{why}</td>
            <td className="figure right">{formatCount(count)}</td>
            <td>
              <Instant value={lastAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Addresses({ addresses }: { readonly addresses: Status['addresses'] }) {
  const set = useAction('webhooks.setAddresses');
  if (addresses.length === 0) return null;
  const again = async () => {
    if (await set.run({})) tell(t('Every address was tried again; the list says what came of it.'));
  };
  return (
    <>
      <ul className="webhooks-addresses">
        {addresses.map(({ connectionId, connection, place, state, sentence }) => (
          <li key={`${connectionId} ${place ?? ''}`}>
            <span>{place === null ? connection : `${connection}, ${place}`}</span>{' '}
            <span className={state === 'failed' ? 'act' : 'quiet'}>
              {state === 'elsewhere'
                ? t('Its notices go to an address that is not Daybook’s. It was left as it is.')
                : (sentence ?? t('The address could not be set.'))}
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Button small isDisabled={set.busy} onPress={() => void again()}>
          {t('Set the addresses again')}
        </Button>
      </div>
      <ErrorNote error={set.error} />
    </>
  );
}

function linkLabel(link: string): string {
  switch (link) {
    case 'connected':
      return t('Connected to the relay');
    case 'connecting':
      return t('Connecting to the relay');
    case 'waiting':
      return t('Not connected to the relay; tried again by itself');
    case 'refused':
      return t('Not connected to the relay; it needs you');
    default:
      return t('Not listening');
  }
}

function providerName(provider: string): string {
  const names: Readonly<Record<string, string>> = {
    plaid: 'Plaid',
    exact: 'Exact Online',
    stripe: 'Stripe',
    paypal: 'PayPal',
    d365: 'Dynamics 365',
  };
  return names[provider] ?? provider;
}
