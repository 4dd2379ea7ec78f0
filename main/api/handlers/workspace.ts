import { dirname } from 'node:path';
import { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import { choose, loadDirectory } from '../../coding/ledger-directory.ts';
import { listMappings } from '../../coding/mappings.ts';
import { listRules } from '../../coding/rules.ts';
import { today } from '../../core/clock.ts';
import { queueOrder } from '../../review/queue-window.ts';
import { counted } from '../../schedule/counted.ts';
import { listJournals } from '../../store/journal-list.ts';
import { searchLines } from '../../store/line-search.ts';
import { loadProposals } from '../../store/proposals.ts';
import { readVersions, readWorkspace } from '../../store/workspace-info.ts';
import type { workspaceCalls } from '../calls/workspace.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { type MoneyDocument, moneyDocument } from '../money-document.ts';
import { ALL_STATES } from '../queue-filter.ts';

const environment = z.enum(['sandbox', 'production']);

export const workspaceHandlers: HandlersOf<typeof workspaceCalls> = {
  'workspace.about': async (_, { daybook, actor }) => {
    const { store, ports } = daybook;
    const workspace = await readWorkspace(store.read);
    const connections = await daybook.feeds.listConnections();
    return {
      ...workspace,
      environments: environment.array().parse([...new Set(connections.map((connection) => connection.environment))]),
      today: today(ports.clock, workspace.timeZone),
      folder: dirname(store.path),
      actor,
      versions: { daybook: manifest.version, node: process.versions.node, ...(await readVersions(store.read)) },
    };
  },
  'work.list': async (_, { host }) => [...host.running()],
  'work.cancel': async ({ callId }, { host }) => ({ cancelled: host.cancel(callId) }),
  'search.all': async ({ query, limit }, work) => {
    const window = { offset: 0, limit };
    const { store } = work.daybook;
    const { lines } = await searchLines(store.read, { search: query }, window);
    const { ids } = await queueOrder(store, { states: ALL_STATES, search: query }, { by: 'date', descending: true });
    const entries = await loadProposals(store.read, ids.slice(0, limit));
    const { journals } = await listJournals(store.read, { search: query }, window);
    const text = query.toLowerCase();
    const accounts = (await work.daybook.feeds.listAccounts()).filter((account) =>
      text.split(/\s+/).every((word) => account.search.includes(word)),
    );
    const rules = (await listRules(store.read)).filter((rule) => rule.document.name.toLowerCase().includes(text));
    return [
      ...accounts.slice(0, limit).map((account) => ({
        ...plain('feedAccount', account.id, account.name),
        detail: [account.institutionName, account.mask, account.currency].filter((part) => part !== null).join(' · '),
      })),
      ...entries.toReversed().map((entry) => ({
        ...plain('entry', entry.id, entry.text),
        detail: `${entry.state.replaceAll('_', ' ')} · ${entry.account}`,
        date: entry.date,
        amount: moneyDocument(entry.amount),
        legalEntity: entry.legalEntity,
      })),
      ...lines.map((line) => ({
        ...plain('line', String(line.id), line.text),
        detail: [line.accountName, line.mask, line.counterparty].filter((part) => part !== null).join(' · '),
        date: line.date,
        amount: moneyDocument(line.amount),
      })),
      ...journals.map((journal) => ({
        ...plain('journal', journal.id, journal.journal_number ?? journal.reference),
        detail: `${journal.journal_name} · ${journal.state.replaceAll('_', ' ')} · ${counted(journal.postings.length, 'entry', 'entries')}`,
        date: journal.intended_at.slice(0, 10),
        legalEntity: journal.legal_entity,
      })),
      ...(await partiesAndAccounts(work, query, limit)),
      ...rules.slice(0, limit).map((rule) => plain('rule', rule.id, rule.document.name)),
    ];
  },
};

type Kind = 'line' | 'entry' | 'journal' | 'party' | 'ledgerAccount' | 'feedAccount' | 'rule';

type Hit = {
  kind: Kind;
  id: string;
  title: string;
  detail: string;
  date: string | null;
  amount: MoneyDocument | null;
  legalEntity: string | null;
};

function plain(kind: Kind, id: string, title: string): Hit {
  return { kind, id, title, detail: '', date: null, amount: null, legalEntity: null };
}

async function partiesAndAccounts({ daybook }: Work, text: string, limit: number) {
  const mappings = await listMappings(daybook.store.read);
  const ledgers = new Map(
    mappings.map(({ ledgerConnectionId, legalEntity }) => [
      `${ledgerConnectionId} ${legalEntity}`,
      { ledgerConnectionId, legalEntity },
    ]),
  );
  const found: Hit[] = [];
  for (const { ledgerConnectionId, legalEntity } of ledgers.values()) {
    const directory = await loadDirectory(daybook.store.read, ledgerConnectionId, legalEntity);
    if (directory === null) continue;
    for (const kind of ['vendor', 'customer', 'ledger'] as const)
      for (const choice of choose(directory, { kind, text, recent: [], limit, all: true }))
        found.push({
          ...plain(kind === 'ledger' ? 'ledgerAccount' : 'party', choice.code, `${choice.code} · ${choice.name}`),
          detail: kind === 'ledger' ? 'account' : kind,
          legalEntity,
        });
  }
  return found.slice(0, limit * 2);
}
