import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { ImportedFiles } from '../statement-files/imported-files.tsx';
import { EnvironmentTag } from './environment-tag.tsx';
import { editDialogOf, kindTitle } from './kinds.ts';
import { bankName, feedRepairLabel, needsPerson } from './labels.ts';
import { LedgerFacts } from './ledger-facts.tsx';
import { repairFeed } from './repair-feed.ts';
import { StateWords } from './state-words.tsx';
import type { Connection, Feed, Kind, Open } from './types.ts';

export type ConnectionSectionProps = {
  readonly connection: Connection;
  readonly kinds: readonly Kind[];
  readonly chosen: string | undefined;
  readonly choose: (feedId: string) => void;
  readonly open: Open;
};

/** One connection: its name and state, and its banks as rows. */
export function ConnectionSection({ connection, kinds, chosen, choose, open }: ConnectionSectionProps) {
  const edit = editDialogOf(kinds, connection);
  const kind = kinds.find((one) => one.kind === connection.kind);
  const title = kindTitle(kinds, connection.kind);
  const { repair, state } = connection.lifecycle;
  const trouble = state !== 'healthy' && connection.sentence !== null;
  return (
    <section className="connection" data-named={connection.id}>
      <header>
        <h3>{connection.name}</h3>
        {title === connection.name ? null : <span className="quiet kind">{title}</span>}
        <EnvironmentTag environment={connection.environment} />
        <span className="spacer" />
        {edit ? (
          <Button small onPress={() => open(edit)}>
            {t('Settings of {name}', { name: connection.name })}
          </Button>
        ) : null}
        {connection.kind === 'file' ? (
          <Button small onPress={() => open({ dialog: 'statementFile' })}>
            {t('Import a file')}
          </Button>
        ) : (
          <Button small onPress={() => open({ dialog: 'check', connection })}>
            {t('Check {name}', { name: connection.name })}
          </Button>
        )}
        <Button small kind="plain" onPress={() => open({ dialog: 'removeConnection', connection })}>
          {t('Remove {name}', { name: connection.name })}
        </Button>
      </header>
      {trouble ? (
        <div className="note warning">
          <span className="sentence">{connection.sentence}</span>
          {edit && repair === 'check_keys' ? (
            <Button small onPress={() => open(edit)}>
              {t('Check the keys')}
            </Button>
          ) : null}
          {connection.signIn && repair === 'sign_in_again' ? (
            <Button small onPress={() => open({ dialog: 'signIn', connection })}>
              {t('Sign in again')}
            </Button>
          ) : null}
        </div>
      ) : null}
      {connection.role === 'feed' ? (
        <Feeds connection={connection} chosen={chosen} choose={choose} open={open} />
      ) : (
        <LedgerFacts connection={connection} kind={kind} open={open} />
      )}
      {connection.kind === 'file' ? <ImportedFiles /> : null}
    </section>
  );
}

function Feeds({ connection, chosen, choose, open }: Omit<ConnectionSectionProps, 'kinds'>) {
  const { data: about } = useAbout();
  const { data: accounts } = useCall('accounts.list', {});
  if (connection.feeds.length === 0)
    return <p className="quiet">{t('No bank is linked through this connection yet.')}</p>;
  return (
    <table className="feeds">
      <thead>
        <tr>
          <th>{t('Bank')}</th>
          <th>{t('State')}</th>
          <th className="right">{t('Accounts')}</th>
          <th>{t('Last fetched')}</th>
          <th>{t('Bank’s data')}</th>
          <th>
            <span className="visually-hidden">{t('Repair')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {connection.feeds.map((feed) => {
          const own = (accounts ?? []).filter((account) => account.feedId === feed.id);
          const unmapped = own.filter((account) => account.mapping === null && account.closedAt === null).length;
          return (
            <tr
              key={feed.id}
              data-named={feed.id}
              data-state={feed.state}
              aria-current={feed.id === chosen ? 'true' : undefined}
            >
              <td>
                <Button kind="link" onPress={() => choose(feed.id)}>
                  {bankName(feed)}
                </Button>
              </td>
              <td className="state-cell">
                <StateWords lifecycle={feed.lifecycle} />
                {feed.sentence && feed.state !== 'removed' ? <p className="small">{feed.sentence}</p> : null}
              </td>
              <td className="right figure">
                {formatCount(own.length)}
                {unmapped > 0 && feed.state !== 'removed' ? (
                  <a className="small act" href={to(['mapping'])}>
                    {t('{count} not mapped', { count: formatCount(unmapped) })}
                  </a>
                ) : null}
              </td>
              <td>
                {feed.lastSuccessAt ? (
                  <Instant value={feed.lastSuccessAt} {...(about ? { today: about.today } : {})} />
                ) : (
                  t('Never')
                )}
              </td>
              <td className={feed.freshness.stale ? 'act' : undefined}>{feed.freshness.sentence}</td>
              <td className="right">
                <RepairButton connection={connection} feed={feed} open={open} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function RepairButton({
  connection,
  feed,
  open,
}: {
  readonly connection: Connection;
  readonly feed: Feed;
  readonly open: Open;
}) {
  const label = needsPerson(feed.lifecycle) ? feedRepairLabel(feed.lifecycle.repair) : undefined;
  if (label === undefined) return null;
  return (
    <Button small onPress={() => repairFeed(connection, feed, open)}>
      {label}
    </Button>
  );
}
