import './connections.css';
import { useEffect, useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { PracticeOffer } from '../../app/practice-offer.tsx';
import { go, useRoute } from '../../app/route.ts';
import { setView } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { formatOr } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { ConnectionDialog } from './connection-dialog.tsx';
import { ConnectionSection } from './connection-section.tsx';
import { FeedPanel } from './feed-panel.tsx';
import { addLedger, ledgerKinds, useKinds } from './kinds.ts';
import { bankName } from './labels.ts';
import { Replacements } from './replacements.tsx';
import type { Connection, Kind, Open, Opened } from './types.ts';
import { WebhooksCard } from './webhooks-card.tsx';

const NOTHING = {};

/** Banks and ledgers: whether each works, how fresh it is, and what repairs it. */
export default function ConnectionsScreen() {
  const connections = useCall('connections.list', NOTHING);
  const { path, query } = useRoute();
  const [opened, setOpened] = useState<Opened | null>(null);
  const kinds = useKinds();
  const list = connections.data ?? [];
  const chosen = list
    .flatMap((connection) => connection.feeds.map((feed) => ({ connection, feed })))
    .find(({ feed }) => feed.id === (path[1] ?? query.get('feed')));
  const named = query.get('feed') ?? query.get('connection');
  useCommands(chosen ? { escape: () => go(['connections']) } : {});
  const open: Open = setOpened;
  useNamed(named, connections.data !== undefined);
  return (
    <Page
      title={t('Connections')}
      tools={connections.data ? <Tools connections={list} kinds={kinds} open={open} /> : null}
      panel={
        chosen
          ? { title: bankName(chosen.feed), body: <FeedPanel key={chosen.feed.id} {...chosen} open={open} /> }
          : null
      }
    >
      <Answered answer={connections}>
        {(all) =>
          all.length === 0 ? (
            <NothingYet kinds={kinds} open={open} />
          ) : (
            <div className="connections">
              <Replacements />
              <Group
                title={t('Banks')}
                connections={all.filter(({ role }) => role === 'feed')}
                missing={t('No bank yet. Lines come from banks: add one.')}
                chosen={chosen?.feed.id}
                kinds={kinds}
                open={open}
              />
              <Group
                title={t('Ledger')}
                connections={all.filter(({ role }) => role === 'ledger')}
                missing={t('No ledger yet. Entries are posted into {ledgers}: connect it.', {
                  ledgers: ledgersInWords(kinds),
                })}
                chosen={undefined}
                kinds={kinds}
                open={open}
              />
              <WebhooksCard />
            </div>
          )
        }
      </Answered>
      {opened ? (
        <ConnectionDialog
          opened={opened}
          connections={list}
          kinds={kinds}
          open={open}
          refetch={connections.refetch}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </Page>
  );
}

/** A link from elsewhere names a bank or a connection: its panel opens, and the first thing to do there has the focus. */
function useNamed(id: string | null, read: boolean): void {
  useEffect(() => {
    if (id === null || !read) return;
    const row = document.querySelector(`[data-named="${CSS.escape(id)}"]`);
    if (row?.tagName === 'TR') setView({ panelOpen: true });
    row?.scrollIntoView({ block: 'nearest' });
    (row?.querySelector<HTMLElement>('.note button, td:last-child button') ?? row?.querySelector('button'))?.focus();
  }, [id, read]);
}

type GroupProps = {
  readonly title: string;
  readonly connections: readonly Connection[];
  readonly missing: string;
  readonly kinds: readonly Kind[];
  readonly chosen: string | undefined;
  readonly open: Open;
};

function Group({ title, connections, missing, kinds, chosen, open }: GroupProps) {
  return (
    <section className="connection-group">
      <h2>{title}</h2>
      {connections.length === 0 ? <p className="quiet">{missing}</p> : null}
      {connections.map((connection) => (
        <ConnectionSection
          key={connection.id}
          connection={connection}
          kinds={kinds}
          chosen={chosen}
          choose={(feedId) => {
            go(['connections', feedId]);
            setView({ panelOpen: true });
          }}
          open={open}
        />
      ))}
    </section>
  );
}

type ToolsProps = {
  readonly connections: readonly Connection[];
  readonly kinds: readonly Kind[];
  readonly open: Open;
};

function Tools({ connections, kinds, open }: ToolsProps) {
  const hasLedger = connections.some(({ role }) => role === 'ledger');
  if (connections.length === 0) return null;
  return (
    <>
      <Button kind="plain" onPress={() => open({ dialog: 'statementFile' })}>
        {t('Import a statement file')}
      </Button>
      <Button {...(hasLedger ? { kind: 'plain' } : {})} onPress={() => open(addLedger(kinds))}>
        {hasLedger ? t('Connect another ledger') : t('Connect a ledger')}
      </Button>
      <Button kind="primary" onPress={() => addBank(connections, open)}>
        {t('Add a bank')}
      </Button>
    </>
  );
}

/** Through the Plaid connection that is there; without one its keys are asked first. */
function addBank(connections: readonly Connection[], open: Open): void {
  const through = connections.find(({ role, kind }) => role === 'feed' && kind !== 'file');
  if (through) open({ dialog: 'bank', connectionId: through.id });
  else open({ dialog: 'plaid', connection: null });
}

/** The ledgers that can be connected: `Dynamics 365 or Another`. */
function ledgersInWords(kinds: readonly Kind[]): string {
  return formatOr(ledgerKinds(kinds).map(({ title }) => title));
}

function NothingYet({ kinds, open }: { readonly kinds: readonly Kind[]; readonly open: Open }) {
  return (
    <Empty
      title={t('Nothing is connected yet')}
      actions={
        <>
          <Button kind="primary" onPress={() => open({ dialog: 'plaid', connection: null })}>
            {t('Add a bank')}
          </Button>
          <Button onPress={() => open(addLedger(kinds))}>{t('Connect a ledger')}</Button>
          <Button onPress={() => open({ dialog: 'statementFile' })}>{t('Import a statement file')}</Button>
          <PracticeOffer />
        </>
      }
    >
      {t(
        'Daybook reads lines from your banks through Plaid and posts them into {ledgers}. Connect both, then say which account belongs to which.',
        { ledgers: ledgersInWords(kinds) },
      )}
    </Empty>
  );
}
