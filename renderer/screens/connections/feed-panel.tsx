import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { tell } from '../../app/toasts.tsx';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { DecidedReplacements } from './decided-replacements.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import { History } from './history.tsx';
import { bankName, feedRepairLabel, historyLabel, needsPerson, sourceLabel } from './labels.ts';
import { repairFeed } from './repair-feed.ts';
import { StateWords } from './state-words.tsx';
import type { Connection, Feed, FeedAccount, Open } from './types.ts';

export type FeedPanelProps = { readonly connection: Connection; readonly feed: Feed; readonly open: Open };

/** One bank: how fresh it is, its accounts, and all that can be done with it. */
export function FeedPanel({ connection, feed, open }: FeedPanelProps) {
  const { data: about } = useAbout();
  const when = (instant: string | null) =>
    instant ? <Instant value={instant} {...(about ? { today: about.today } : {})} /> : t('Never');
  const { lifecycle } = feed;
  const repair = needsPerson(lifecycle) ? feedRepairLabel(lifecycle.repair) : undefined;
  return (
    <>
      <EnvironmentTag environment={connection.environment} />
      {feed.sentence && feed.state !== 'removed' ? (
        <div className="note warning">
          <span className="sentence">{feed.sentence}</span>
          {repair ? (
            <Button small onPress={() => repairFeed(connection, feed, open)}>
              {repair}
            </Button>
          ) : null}
        </div>
      ) : null}
      <section>
        <dl className="facts">
          <dt>{t('State')}</dt>
          <dd>
            <StateWords lifecycle={lifecycle} />
          </dd>
          <dt>{t('Since')}</dt>
          <dd>
            {when(lifecycle.since)}, {sourceLabel(lifecycle.source)}
          </dd>
          {lifecycle.repaired ? (
            <>
              <dt>{t('Last repair')}</dt>
              <dd>
                {when(lifecycle.repaired.at)}: {lifecycle.repaired.sentence}
              </dd>
            </>
          ) : null}
          <dt>{t('Bank’s data')}</dt>
          <dd>{feed.freshness.sentence}</dd>
          <dt>{t('Last fetched')}</dt>
          <dd>{when(feed.lastSuccessAt)}</dd>
          {feed.lastAttemptAt !== feed.lastSuccessAt ? (
            <>
              <dt>{t('Last try')}</dt>
              <dd>{when(feed.lastAttemptAt)}</dd>
            </>
          ) : null}
          <dt>{t('History')}</dt>
          <dd>{historyLabel(feed.history)}</dd>
          {feed.consentExpiresAt ? (
            <>
              <dt>{t('Consent until')}</dt>
              <dd>{when(feed.consentExpiresAt)}</dd>
            </>
          ) : null}
          {feed.openExceptions > 0 ? (
            <>
              <dt>{t('Exceptions')}</dt>
              <dd>
                <a href={to(['activity', 'exceptions'])}>
                  {t('{count, plural, one {# row needs you} other {# rows need you}}', { count: feed.openExceptions })}
                </a>
              </dd>
            </>
          ) : null}
          <dt>{t('Webhook')}</dt>
          <dd>{feed.webhookUrl ?? t('None')}</dd>
        </dl>
      </section>
      <section>
        <h3>{t('Accounts')}</h3>
        <Accounts feedId={feed.id} />
      </section>
      <History feedId={feed.id} />
      <DecidedReplacements feedId={feed.id} />
      {feed.state === 'removed' ? null : connection.kind === 'file' ? (
        <FileActions feed={feed} open={open} />
      ) : (
        <Actions connection={connection} feed={feed} open={open} />
      )}
    </>
  );
}

function Accounts({ feedId }: { readonly feedId: string }) {
  const answer = useCall('accounts.list', {});
  return (
    <Answered answer={answer}>
      {(accounts) => {
        const own = accounts.filter((account) => account.feedId === feedId);
        if (own.length === 0) return <p className="quiet">{t('The bank has not given any account yet.')}</p>;
        return (
          <table className="feed-accounts">
            <thead className="visually-hidden">
              <tr>
                <th>{t('Account')}</th>
                <th>{t('Balance')}</th>
              </tr>
            </thead>
            <tbody>
              {own.map((account) => (
                <tr key={account.id}>
                  <td>
                    <span className="name">{account.name}</span> <span className="figure quiet">{maskOf(account)}</span>
                    <br />
                    <Mapped account={account} />
                  </td>
                  <td className="right">
                    <Amount value={account.balance?.current} />
                    {account.balance?.current ? null : <span className="quiet">{t('not told')}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      }}
    </Answered>
  );
}

function maskOf({ mask }: FeedAccount): string {
  return mask === null ? '' : `··${mask}`;
}

function Mapped({ account: { closedAt, mapping, id } }: { readonly account: FeedAccount }) {
  if (closedAt !== null) return <span className="quiet small">{t('Closed')}</span>;
  if (mapping)
    return (
      <a className="small" href={to(['mapping', id])}>
        {mapping.legalEntity} · {mapping.bankAccount}
      </a>
    );
  return (
    <a className="small act" href={to(['mapping', id])}>
      {t('Not mapped: nothing posts from it')}
    </a>
  );
}

/** Every action with what it does beneath it, so that nobody has to try it to know. */
function Actions({ connection, feed, open }: FeedPanelProps) {
  const numbers = useAction('connections.refreshNumbers');
  const balances = useAction('connections.refreshBalances');
  const bank = bankName(feed);
  const { id: connectionId } = connection;
  const readNumbers = async () => {
    const result = await numbers.run({ feedId: feed.id });
    if (result)
      tell(
        t(
          '{count, plural, =0 {No account number changed.} one {One account number is new.} other {# account numbers are new.}}',
          { count: result.changedAccounts.length },
        ),
      );
  };
  const readBalances = async () => {
    const agreed = await confirm({
      title: t('Ask {bank} for live balances?', { bank }),
      body: <p>{t('Plaid bills each call. The balances of the last fetch are shown without it.')}</p>,
      action: t('Ask for live balances'),
    });
    if (agreed !== null && (await balances.run({ feedId: feed.id })))
      tell(t('The balances of {bank} are new.', { bank }));
  };
  return (
    <section className="feed-actions">
      <h3>{t('Actions')}</h3>
      <ActionRow
        label={t('Sign in again')}
        about={t('Renews the consent; needed when the bank asks for it.')}
        act={() => open({ dialog: 'repair', connectionId, feed, selectAccounts: false })}
      />
      <ActionRow
        label={t('Add or drop accounts')}
        about={t('Opens the bank’s own list of accounts.')}
        act={() => open({ dialog: 'repair', connectionId, feed, selectAccounts: true })}
      />
      <ActionRow
        label={t('Read account numbers')}
        about={t('Proposes mappings by number; kept encrypted. Plaid may bill the first reading.')}
        disabled={numbers.busy}
        act={() => void readNumbers()}
      />
      <ErrorNote error={numbers.error} retry={() => void readNumbers()} />
      <ActionRow
        label={t('Live balances')}
        about={t('Asks the bank now. Plaid bills each call.')}
        disabled={balances.busy}
        act={() => void readBalances()}
      />
      <ErrorNote error={balances.error} retry={() => void readBalances()} />
      <ActionRow
        label={feed.webhookUrl === null ? t('Set a webhook') : t('Replace the webhook')}
        about={t('Where Plaid sends its notices. For IT.')}
        act={() => open({ dialog: 'webhook', feed })}
      />
      <ActionRow
        danger
        label={t('Remove {bank}', { bank })}
        about={t('Ends the access. Shows first what that means.')}
        act={() => open({ dialog: 'remove', feed })}
      />
    </section>
  );
}

/** What files feed is never fetched: they are brought, and the whole can be ended. */
function FileActions({ feed, open }: Pick<FeedPanelProps, 'feed' | 'open'>) {
  return (
    <section className="feed-actions">
      <h3>{t('Actions')}</h3>
      <ActionRow
        label={t('Import a statement file')}
        about={t('Shows what is inside before anything is taken in.')}
        act={() => open({ dialog: 'statementFile' })}
      />
      <ActionRow
        danger
        label={t('Remove {bank}', { bank: bankName(feed) })}
        about={t('Ends the access. Shows first what that means.')}
        act={() => open({ dialog: 'remove', feed })}
      />
    </section>
  );
}

type ActionRowProps = {
  readonly label: string;
  readonly about: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
};

function ActionRow({ label, about, act, disabled = false, danger = false }: ActionRowProps) {
  return (
    <div className="action-row">
      <Button kind={danger ? 'danger' : 'plain'} small isDisabled={disabled} onPress={act}>
        {label}
      </Button>
      <span className="small quiet">{about}</span>
    </div>
  );
}
