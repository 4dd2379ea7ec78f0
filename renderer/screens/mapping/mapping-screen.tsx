import './mapping.css';
import { useMemo, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go, to, useRoute } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { setView, useView } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { FileButton } from '../../components/file-button.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { saveTextFile } from '../../components/save-file.ts';
import { Answered, Empty } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { accountTitle } from './labels.ts';
import { MappingForm } from './mapping-form.tsx';
import { NoAccounts, NoLedger, summary } from './mapping-states.tsx';
import { MappingTable } from './mapping-table.tsx';
import { bestOf, emptyValues, savedValues, valuesOf } from './proposal.ts';
import { ProposeDialog } from './propose-dialog.tsx';
import { SetupDialog, type SetupFile } from './setup-dialog.tsx';
import type { Candidate, Mapping, MappingValues, Proposals, Row, Verdict } from './types.ts';
import { useRows } from './use-rows.ts';
import { useSaveMappings } from './use-save-mappings.ts';

const NOTHING = {};

/** Which account of the bank is which in the ledger, and by which policies its lines get there. */
export default function MappingScreen() {
  const answer = useCall('mappings.list', NOTHING);
  const connections = useCall('connections.list', NOTHING);
  const { data: about } = useAbout();
  const { path, query } = useRoute();
  const panelOpen = useView((view) => view.panelOpen);
  const [proposals, setProposals] = useState<Proposals | null>(null);
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict>>(new Map());
  const [drafts, setDrafts] = useState<ReadonlyMap<string, MappingValues>>(new Map());
  const [dialog, setDialog] = useState<'propose' | 'bulk' | SetupFile | null>(null);
  const save = useSaveMappings();
  const validate = useAction('mappings.validate');
  const exportSetup = useAction('setup.export');

  const all = useMemo(() => sorted(answer.data ?? []), [answer.data]);
  const missing = all.filter(isMissing);
  const onlyMissing = query.get('show') === 'missing';
  const list = onlyMissing ? missing : all;
  const ledgers = (connections.data ?? []).filter(({ role }) => role === 'ledger');
  const today = about?.today ?? '';
  const byId = new Map(all.map((row) => [row.account.id, row]));
  const candidatesOf = (row: Row) => proposals?.get(row.account.id);

  const take = (row: Row, candidate: Candidate) => {
    const values = valuesOf(row, candidate, all, today);
    if (values.journalName !== '') return void save.run([values]);
    // The journal name is a person's to choose: the form opens with the rest filled in.
    setDrafts(new Map(drafts).set(row.account.id, values));
    rows.setCursor(row.account.id);
    setView({ panelOpen: true });
  };
  const takeBest = (id: string) => {
    const row = byId.get(id);
    const best = row && row.mapping === null ? bestOf(candidatesOf(row) ?? []) : undefined;
    if (row && best) take(row, best);
  };
  const rows = useRows(
    list.map(({ account }) => account.id),
    path[1],
    takeBest,
  );
  const selected = list.filter(({ account }) => rows.selected.has(account.id));
  const takeable = (selected.length > 0 ? selected : missing).flatMap((row) => {
    const best = row.mapping === null ? bestOf(candidatesOf(row) ?? []) : undefined;
    const values = best && valuesOf(row, best, all, today);
    return values && values.journalName !== '' ? [values] : [];
  });

  const check = async (ids?: readonly string[]) => {
    const results = await validate.run(ids ? { feedAccountIds: [...ids] } : {});
    if (!results) return;
    const next = ids ? new Map(verdicts) : new Map<string, Verdict>();
    for (const verdict of results) next.set(verdict.feedAccountId, verdict);
    setVerdicts(next);
  };
  const exportDocument = async () => {
    const result = await exportSetup.run({});
    if (result) saveTextFile('daybook-setup.json', `${JSON.stringify(result.document, null, 2)}\n`, 'application/json');
  };
  useCommands({ 'export.open': () => void exportDocument() });

  const current = rows.cursor === undefined ? undefined : byId.get(rows.cursor);
  // Test money never goes into real books: only ledgers of the account's own environment are offered.
  const fitting = ledgers.filter(({ environment }) => environment === current?.environment);
  const initial = current && initialOf(current, drafts, fitting[0]?.id, today);
  const onSaved = (id: string) => {
    setDrafts(without(drafts, id));
    setVerdicts(without(verdicts, id));
  };
  const mapped = all.filter(({ mapping }) => mapping !== null).length;
  return (
    <Page
      title={t('Mapping')}
      tools={
        <>
          <FileButton
            kind="plain"
            accept={['.json', 'application/json']}
            onText={(text, name) => setDialog({ name, text })}
          >
            {t('Import setup')}
          </FileButton>
          <Button kind="plain" isDisabled={exportSetup.busy} onPress={() => void exportDocument()}>
            {t('Export setup')}
          </Button>
          {missing.length > 0 && ledgers.length > 0 ? (
            <Button kind={proposals || panelOpen ? 'plain' : 'primary'} onPress={() => setDialog('propose')}>
              {t('Propose mappings')}
            </Button>
          ) : null}
          {mapped > 0 ? (
            <Button
              {...(missing.length === 0 ? { kind: 'primary' } : {})}
              isDisabled={validate.busy}
              onPress={() => void check()}
            >
              {t('Check against the ERP')}
            </Button>
          ) : null}
        </>
      }
      under={
        all.length > 0 ? (
          <nav className="tabs-list" aria-label={t('Accounts shown')}>
            <a className="tab" href={to(['mapping'])} aria-current={onlyMissing ? undefined : 'page'}>
              {t('All accounts')} <span className="count">{formatCount(all.length)}</span>
            </a>
            <a
              className="tab"
              href={to(['mapping'], { show: 'missing' })}
              aria-current={onlyMissing ? 'page' : undefined}
            >
              {t('Not mapped')}{' '}
              <span className={missing.length > 0 ? 'count act' : 'count'}>{formatCount(missing.length)}</span>
            </a>
          </nav>
        ) : null
      }
      totals={
        all.length > 0 ? (
          <div className="mapping-bar">
            <span role="status">
              {selected.length > 0
                ? t('{count, plural, one {# account} other {# accounts}} selected', { count: selected.length })
                : summary(mapped, missing.length)}
            </span>
            <span className="spacer" />
            {takeable.length > 0 ? (
              <Button
                small
                kind={panelOpen ? 'plain' : 'primary'}
                isDisabled={save.busy}
                onPress={() => void save.run(takeable)}
              >
                {t('Take {count, plural, one {# proposal} other {# proposals}}', { count: takeable.length })}
              </Button>
            ) : null}
            {selected.some(isMapped) ? (
              <>
                <Button small onPress={() => setDialog('bulk')}>
                  {t('Change {count, plural, one {# mapping} other {# mappings}}', {
                    count: selected.filter(isMapped).length,
                  })}
                </Button>
                <Button
                  small
                  isDisabled={validate.busy}
                  onPress={() => void check(selected.filter(isMapped).map(({ account }) => account.id))}
                >
                  {t('Check the selected')}
                </Button>
              </>
            ) : null}
          </div>
        ) : null
      }
      panel={
        current && initial
          ? {
              title: accountTitle(current.account),
              body: (
                <MappingForm
                  key={`${current.account.id} ${JSON.stringify(initial)}`}
                  row={current}
                  initial={initial}
                  ledgers={fitting}
                  verdict={verdicts.get(current.account.id)}
                  onSaved={() => onSaved(current.account.id)}
                />
              ),
            }
          : null
      }
    >
      {validate.busy ? (
        <div className="mapping-note">
          <WorkProgress progress={validate.progress} label={t('Asking the ledger')} />
        </div>
      ) : null}
      <ErrorNote error={validate.error} retry={() => void check()} onClose={validate.clear} />
      <ErrorNote error={save.error} onClose={save.clear} />
      <ErrorNote error={exportSetup.error} retry={() => void exportDocument()} onClose={exportSetup.clear} />
      <ErrorNote error={connections.error} retry={connections.refetch} />
      <Answered answer={answer}>
        {() =>
          all.length === 0 ? (
            <NoAccounts />
          ) : list.length === 0 ? (
            <Empty
              title={t('Every account is mapped')}
              actions={<Button onPress={() => go(['mapping'])}>{t('Show all accounts')}</Button>}
            >
              {t('Lines of all {count} accounts have a place in the ledger.', { count: formatCount(all.length) })}
            </Empty>
          ) : (
            <>
              {ledgers.length === 0 && connections.data ? <NoLedger /> : null}

              <MappingTable
                list={list}
                rows={rows}
                candidatesOf={candidatesOf}
                verdictOf={(row) => verdicts.get(row.account.id)}
                take={take}
              />
            </>
          )
        }
      </Answered>
      {dialog === 'propose' ? (
        <ProposeDialog
          ledgers={ledgers}
          unmapped={missing.length}
          onProposed={setProposals}
          onClose={() => setDialog(null)}
        />
      ) : dialog === 'bulk' ? (
        <BulkDialog rows={selected.filter(isMapped)} onClose={() => setDialog(null)} />
      ) : dialog ? (
        <SetupDialog file={dialog} onClose={() => setDialog(null)} />
      ) : null}
    </Page>
  );
}

/** By bank, then by name, so that a row keeps its place. */
function sorted(rows: readonly Row[]): readonly Row[] {
  const key = ({ account }: Row) => `${account.bank ?? ''} ${account.name} ${account.mask ?? ''}`;
  return rows.toSorted((a, b) => key(a).localeCompare(key(b)));
}

function isMapped(row: Row): row is Row & { readonly mapping: Mapping } {
  return row.mapping !== null;
}

function isMissing(row: Row): boolean {
  return row.mapping === null && !row.closed;
}

function initialOf(
  row: Row,
  drafts: ReadonlyMap<string, MappingValues>,
  ledgerId: string | undefined,
  today: string,
): MappingValues | undefined {
  if (row.mapping) return savedValues(row.mapping);
  return drafts.get(row.account.id) ?? (ledgerId === undefined ? undefined : emptyValues(row, ledgerId, today));
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  const next = new Map(map);
  next.delete(id);
  return next;
}
