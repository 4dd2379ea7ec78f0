import { choose, type LedgerDirectory, loadDirectory, nameOf, recentCodes } from '../../coding/ledger-directory.ts';
import { loadLedgerBook } from '../../coding/ledger-reference.ts';
import { deleteMapping, listMappings, saveMapping } from '../../coding/mappings.ts';
import { feedsWithoutNumbers, type LedgerPlace, proposeMappings } from '../../coding/propose-mappings.ts';
import { refreshLedgerReference } from '../../coding/refresh-reference.ts';
import { mappingFindings } from '../../coding/validate-mapping.ts';
import { can } from '../../connectors/capabilities.ts';
import { moduleFor } from '../../connectors/registry.ts';
import { today } from '../../core/clock.ts';
import { asDaybookError, DaybookError, type SerialError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import { applySetup } from '../../setup/apply.ts';
import { exportSetup } from '../../setup/export.ts';
import { linesByAccount } from '../../store/positions.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import type { mappingCalls } from '../calls/mappings.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { placed } from '../placed.ts';

export const mappingHandlers: HandlersOf<typeof mappingCalls> = {
  'mappings.list': async (_, { daybook }) => {
    const mappings = new Map(
      (await listMappings(daybook.store.read)).map((mapping) => [mapping.feedAccountId, mapping]),
    );
    const feeds = new Map((await daybook.feeds.listFeeds()).map((feed) => [feed.id, feed]));
    const lines = await linesByAccount(daybook.store.read);
    return (await daybook.feeds.listAccounts()).map((account) => {
      const mapping = mappings.get(account.id) ?? null;
      const { id, name, mask, currency, institutionName, closedAt } = account;
      return {
        account: { id, name, mask, currency, bank: institutionName },
        environment: feeds.get(account.feedId)?.environment ?? '',
        closed: closedAt !== null,
        lines: lines.get(id) ?? 0,
        mapping: mapping && { ...mapping, dimensions: { ...mapping.dimensions } },
        missing: missingOf(mapping, account),
      };
    });
  },
  'mappings.propose': async ({ places, readNumbers }, work) => {
    const { wanted, trouble } = await placesToCompare(work, places);
    if (readNumbers) trouble.push(...(await readMissingNumbers(work)));
    const read: LedgerPlace[] = [];
    for (const [index, { ledgerConnection, ...place }] of wanted.entries()) {
      const { ledgerConnectionId, legalEntity } = place;
      work.progress(index, wanted.length, `Reading ${legalEntity} of ${ledgerConnection}`);
      try {
        await directoryOf(work, ledgerConnectionId, legalEntity);
        read.push(place);
      } catch (thrown) {
        trouble.push({ name: `${ledgerConnection} · ${legalEntity}`, error: told(work, thrown) });
      }
    }
    const proposals = await proposeMappings(work.daybook.store.read, read);
    return {
      proposals: proposals.map(({ feedAccountId, candidates }) => ({
        feedAccountId,
        candidates: candidates.map((candidate) => ({ ...candidate, reasons: [...candidate.reasons] })),
      })),
      trouble,
    };
  },
  'mappings.save': async ({ mappings }, { daybook, actor }) => {
    const saved: Array<{ id: string; feedAccountId: string; outcome: 'created' | 'updated' | 'unchanged' }> = [];
    for (const [index, mapping] of mappings.entries()) {
      const { id, outcome } = await placed(`mappings[${index}]`, () => saveMapping(daybook.coding, mapping, actor));
      saved.push({ id, outcome, feedAccountId: mapping.feedAccountId });
    }
    return saved;
  },
  'mappings.delete': async ({ id }, { daybook, actor }) => {
    await deleteMapping(daybook.coding, id, actor);
    return { id };
  },
  'mappings.validate': async ({ feedAccountIds }, work) => validate(work, feedAccountIds),
  'ledger.entities': async ({ connectionId }, work) => ledgerEntities(work, connectionId),
  'ledger.offeredEntities': async ({ connectionId }, work) => {
    const { daybook, stop } = work;
    const connector = await daybook.feeds.connector(connectionId);
    const mappings = (await listMappings(daybook.store.read)).filter((one) => one.ledgerConnectionId === connectionId);
    const offered = can(connector, 'offerLegalEntities')
      ? await connector.offerLegalEntities(stop)
      : (await ledgerEntities(work, connectionId)).map((entity) => ({
          ...entity,
          ...{ country: null, unusable: null, chosen: true },
        }));
    return offered.map((entity) => ({
      ...entity,
      mappedAccounts: mappings.filter((mapping) => mapping.legalEntity === entity.id).length,
    }));
  },
  'ledger.reference': async ({ connectionId, legalEntity }, work) => {
    const known = await loadDirectory(work.daybook.store.read, connectionId, legalEntity);
    const directory = known ?? (await directoryOf(work, connectionId, legalEntity));
    // Told only when it was read just now: a screen that asks again for every change would ask for ever.
    if (!known) work.changed(['mappings']);
    return {
      ...{ connectionId, legalEntity },
      ...{ currency: directory.currency, fetchedAt: directory.fetchedAt, missing: directory.missing },
      accounts: directory.accounts.length,
      customers: directory.parties.filter((party) => party.kind === 'customer').length,
      vendors: directory.parties.filter((party) => party.kind === 'vendor').length,
      bankAccounts: directory.bankAccounts.map(({ id, name, currency, last4, usable, journalNames }) => ({
        ...{ id, name, currency, usable, journalNames },
        numberLast4: last4,
      })),
      journalNames: directory.journalNames,
      dimensions: directory.dimensions.map(({ name, label, hint, values, valueNames }) => ({
        ...{ name, label: label ?? name, hint: hint ?? null, values: values.length, valueNames },
      })),
      posting: await postingRulesOf(work, connectionId),
      periods: directory.periods,
    };
  },
  'ledger.refresh': async ({ connectionId, legalEntity }, work) => {
    const { fetchedAt, missing } = await directoryOf(work, connectionId, legalEntity);
    return { fetchedAt, missing };
  },
  'ledger.search': async ({ connectionId, legalEntity, kind, dimension, query, limit, all }, work) => {
    const db = work.daybook.store.read;
    const directory =
      (await loadDirectory(db, connectionId, legalEntity)) ?? (await directoryOf(work, connectionId, legalEntity));
    const recent = await recentCodes(db, { connectionId, legalEntity }, kind, dimension);
    return choose(directory, { kind, dimension, text: query, recent, limit, all });
  },
  'ledger.names': async ({ connectionId, legalEntity, codes }, { daybook }) => {
    const directory = await loadDirectory(daybook.store.read, connectionId, legalEntity);
    return codes.map(({ accountType, account }) => ({
      ...{ accountType, account },
      name: nameOf(directory, accountType, account),
    }));
  },
  'setup.export': async (_, work) => ({
    document: JSON.parse(JSON.stringify(await exportSetup(setupContext(work)))),
  }),
  'setup.apply': async ({ document }, work) => {
    const result = await applySetup(setupContext(work), document, work.actor, work.stop);
    return {
      connections: [...result.connections],
      feeds: [...result.feeds],
      mappings: [...result.mappings],
      rules: [...result.rules],
    };
  },
};

function setupContext({ daybook, host }: Work) {
  return { ...daybook.coding, feeds: daybook.feeds, moduleFor, env: host.env };
}

/** What keeps an account from posting, as sentences. */
function missingOf(
  mapping: { readonly offsetAccount: string | null } | null,
  account: { readonly currency: string | null; readonly unofficialCurrency: string | null },
): string[] {
  const missing: string[] = [];
  if (account.currency === null)
    missing.push(
      `The bank gives this account in ${account.unofficialCurrency ?? 'no currency'}, which no ledger takes; it cannot post.`,
    );
  if (mapping === null) missing.push('No ledger yet: choose legal entity, bank account and journal name.');
  return missing;
}

async function ledgerEntities({ daybook, stop }: Work, connectionId: string) {
  const connector = await daybook.feeds.connector(connectionId);
  if (!can(connector, 'readLegalEntities'))
    throw new DaybookError('not_supported', `A ${connector.kind} connection is no ledger.`);
  return connector.readLegalEntities(stop);
}

type Trouble = { name: string; error: SerialError };
type NamedPlace = LedgerPlace & { readonly ledgerConnection: string };

/** The places asked for with the names of their connections, or all that the ledgers of the workspace see. */
async function placesToCompare(
  work: Work,
  asked: readonly LedgerPlace[] | undefined,
): Promise<{ readonly wanted: NamedPlace[]; readonly trouble: Trouble[] }> {
  const connections = (await work.daybook.feeds.listConnections()).filter(({ state }) => state !== 'removed');
  const nameOfConnection = (id: string) => connections.find((one) => one.id === id)?.name ?? id;
  if (asked !== undefined)
    return {
      wanted: asked.map((place) => ({ ...place, ledgerConnection: nameOfConnection(place.ledgerConnectionId) })),
      trouble: [],
    };
  const wanted: NamedPlace[] = [];
  const trouble: Trouble[] = [];
  for (const { id, kind, name } of connections) {
    if (moduleFor(kind).manifest.role !== 'ledger') continue;
    try {
      for (const entity of await ledgerEntities(work, id))
        wanted.push({ ledgerConnectionId: id, legalEntity: entity.id, ledgerConnection: name });
    } catch (thrown) {
      trouble.push({ name, error: told(work, thrown) });
    }
  }
  return { wanted, trouble };
}

/** Asks each bank that has an account without mapping and without a number for the numbers of its accounts. */
async function readMissingNumbers(work: Work): Promise<Trouble[]> {
  const { daybook, actor, stop } = work;
  const feeds = await feedsWithoutNumbers(daybook.store.read);
  const trouble: Trouble[] = [];
  for (const [index, { id, name }] of feeds.entries()) {
    work.progress(index, feeds.length, `Reading the account numbers of ${name}`);
    try {
      await daybook.feeds.refreshNumbers(id, actor, stop);
    } catch (thrown) {
      trouble.push({ name, error: told(work, thrown) });
    }
  }
  return trouble;
}

/** One place's trouble in plain words; what ends the whole call goes on. */
function told({ stop }: Work, thrown: unknown): SerialError {
  const error = asDaybookError(thrown);
  if (stop?.aborted || error.code === 'internal' || error.code === 'cancelled') throw thrown;
  return error.toJSON();
}

async function postingRulesOf({ daybook }: Work, connectionId: string) {
  const { postingRules } = await daybook.feeds.connector(connectionId);
  return { grouping: postingRules?.grouping ?? null, transfersEachSide: postingRules?.transfers === 'each_side' };
}

/** Read from the ledger now, and kept. */
async function directoryOf(
  { daybook, stop }: Work,
  connectionId: string,
  legalEntity: string,
): Promise<LedgerDirectory> {
  const read = await refreshLedgerReference(referenceContext(daybook), connectionId, legalEntity, stop);
  const directory = read && (await loadDirectory(daybook.store.read, connectionId, legalEntity));
  if (!directory) throw new DaybookError('not_supported', 'This connection is no ledger; it has no accounts to read.');
  return directory;
}

export function referenceContext(daybook: Daybook) {
  return { ...daybook.coding, connectorFor: daybook.posting.connectorFor, cipher: daybook.vault.cipher };
}

async function validate(work: Work, wanted: readonly string[] | undefined) {
  const { daybook } = work;
  const { timeZone } = await readWorkspace(daybook.store.read);
  const accounts = new Map((await daybook.feeds.listAccounts()).map((account) => [account.id, account]));
  const mappings = (await listMappings(daybook.store.read)).filter(
    (mapping) => wanted === undefined || wanted.includes(mapping.feedAccountId),
  );
  const ledgers = Map.groupBy(mappings, (mapping) => `${mapping.ledgerConnectionId} ${mapping.legalEntity}`);
  const results: Array<{
    feedAccountId: string;
    ok: boolean;
    findings: ReturnType<typeof mappingFindings>;
    error: ReturnType<DaybookError['toJSON']> | null;
  }> = [];
  let done = 0;
  for (const group of ledgers.values()) {
    const [first] = group;
    if (!first) continue;
    const { ledgerConnectionId, legalEntity } = first;
    work.progress(done, ledgers.size, `Reading ${legalEntity}`);
    try {
      const directory = await directoryOf(work, ledgerConnectionId, legalEntity);
      const book = await loadLedgerBook(daybook.store.read, ledgerConnectionId, legalEntity);
      for (const mapping of group) {
        const account = accounts.get(mapping.feedAccountId) ?? { currency: null, name: '' };
        const day = today(daybook.ports.clock, timeZone);
        const findings = book === null ? [] : mappingFindings(mapping, account, { directory, book, today: day });
        const ok = !findings.some((finding) => finding.blocking);
        results.push({ feedAccountId: mapping.feedAccountId, ok, findings, error: null });
      }
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
      for (const { feedAccountId } of group)
        results.push({ feedAccountId, ok: false, findings: [], error: error.toJSON() });
    }
    done += 1;
  }
  return results;
}
