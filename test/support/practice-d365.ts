import { z } from 'zod';
import type { SendNotes } from '../../main/connectors/capabilities.ts';
import type { D365Connector } from '../../main/connectors/d365/index.ts';
import { connector } from '../../main/connectors/d365/index.ts';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import type { EntryOffset, LedgerEntry, LedgerJournal } from '../../main/core/entry.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { referenceOf, stemOf } from '../../main/core/reference.ts';
import { createPracticeD365, PRACTICE_CREDENTIALS, type PracticeD365Control } from '../../practice/d365/index.ts';
import { createFaultSwitches, type FaultSwitches, withFaults } from '../../practice/faults.ts';
import { harborLedger } from '../../practice/harbor/ledger.ts';
import { memoryPorts } from './connector-ports.ts';

export const FIRST_DAY = '2026-11-20';
export const ENTITY = 'HPGM';
const ORIGIN = 'http://127.0.0.1:8365';

/** Our D365 connector, opened against a practice ERP in process, with a record of what went over the wire. */
export type D365World = {
  readonly clock: VirtualClock;
  readonly connector: D365Connector;
  readonly erp: PracticeD365Control;
  readonly faults: FaultSwitches;
  readonly requests: Array<{ readonly method: string; readonly url: URL; readonly body: string }>;
  /** The data requests since the last call, as `METHOD Set`. */
  taken(): string[];
  /** How many journals stand in the ERP, counted there. Needs one data request before it, for its token. */
  journals(): Promise<number>;
  /** A second connection to the same ERP, as another process would open it. */
  reopen(config?: object): D365Connector;
};

export function d365World(config: object = {}): D365World {
  const clock = virtualClock(Date.parse(`${FIRST_DAY}T08:00:00.000Z`));
  const ledger = harborLedger({ firstDay: FIRST_DAY, balanceOn: () => ({ minor: 1_000_000n, currency: 'USD' }) });
  const erp = createPracticeD365({ ledger, clock, random: seededRandom('erp') });
  const faults = createFaultSwitches();
  const faulty = withFaults(erp.fetch, { clock, random: seededRandom('faults'), faults });
  const requests: D365World['requests'] = [];
  let authorization = '';
  const recording: Fetch = async (request) => {
    const url = new URL(request.url);
    const body = await request.clone().text();
    authorization = request.headers.get('authorization') ?? authorization;
    requests.push({ method: request.method, url, body });
    return faulty(request);
  };
  const random = seededRandom('connector');
  const reopen = (more: object = {}) =>
    connector.open(
      {
        endpoint: ORIGIN,
        tokenEndpoint: ORIGIN,
        tenant: PRACTICE_CREDENTIALS.tenant,
        clientId: PRACTICE_CREDENTIALS.clientId,
        ...config,
        ...more,
      },
      {
        environment: 'sandbox',
        secret: () => PRACTICE_CREDENTIALS.secret,
        fetch: recording,
        clock,
        random,
        log: silentLog,
        ...memoryPorts(),
      },
    );
  return {
    clock,
    connector: reopen(),
    erp: erp.control,
    faults,
    requests,
    journals: async () => {
      const url = `${ORIGIN}/data/LedgerJournalHeaders?cross-company=true`;
      const answer = await erp.fetch(new Request(url, { headers: { authorization } }));
      return z.object({ value: z.array(z.unknown()) }).parse(await answer.json()).value.length;
    },
    taken: () =>
      requests
        .splice(0)
        .filter(({ url }) => url.pathname.startsWith('/data/'))
        .map(({ method, url }) => `${method} ${url.pathname.slice('/data/'.length)}`),
    reopen,
  };
}

export function reference(name: string, revision = 0): string {
  return referenceOf(stemOf({ workspaceId: 'test', kind: 'entry', members: [name], generation: 0 }), revision);
}

export function offset(account: string, minor: number, more: Partial<EntryOffset> = {}): EntryOffset {
  return {
    accountType: 'ledger',
    account,
    dimensions: {},
    amount: { minor: BigInt(minor), currency: 'USD' },
    text: 'Coffee',
    ...more,
  };
}

/** A receipt or payment on Harbor's operating account against other income, unless told otherwise. */
export function entry(name: string, minor: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    reference: reference(name),
    accountType: 'bank',
    account: BANK,
    dimensions: {},
    date: FIRST_DAY,
    amount: { minor: BigInt(minor), currency: 'USD' },
    text: 'Coffee',
    offsets: [offset('405000', minor)],
    ...more,
  };
}

/** Harbor's first bank account in HPGM, with the hyphen that must be escaped. */
export const BANK =
  harborLedger({ firstDay: FIRST_DAY, balanceOn: () => ({ minor: 0n, currency: 'USD' }) }).legalEntities[0]
    ?.bankAccounts[0]?.id ?? '';

export function journal(entries: readonly LedgerEntry[], more: Partial<LedgerJournal> = {}): LedgerJournal {
  const own = referenceOf(
    stemOf({ workspaceId: 'test', kind: 'journal', members: entries.map((e) => e.reference), generation: 0 }),
    0,
  );
  return {
    reference: own,
    legalEntity: ENTITY,
    journalName: 'BankFeed',
    description: `${own} ${BANK} ${FIRST_DAY}`,
    entries,
    ...more,
  };
}

/** Notes that remember in memory, as the engine does on disk. */
export function notes(journalNumber: string | null = null): SendNotes & { remembered: string[] } {
  const remembered: string[] = [];
  return {
    remembered,
    get journalNumber() {
      return remembered.at(-1) ?? journalNumber;
    },
    remember: async (number) => {
      remembered.push(number);
    },
    beforeWrite: async () => {},
  };
}
