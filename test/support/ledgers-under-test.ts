import type { Connector } from '../../main/connectors/capabilities.ts';
import type { ConnectorContext } from '../../main/connectors/context.ts';
import { connector as d365 } from '../../main/connectors/d365/index.ts';
import { connector as exact } from '../../main/connectors/exact/index.ts';
import type { LedgerEntry } from '../../main/core/entry.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { isReference, stemIn } from '../../main/core/reference.ts';
import { createPracticeD365, judge, PRACTICE_CREDENTIALS } from '../../practice/d365/index.ts';
import { createPracticeExact, type TruthEntry } from '../../practice/exact/index.ts';
import { DIVISION, smallSeed } from '../../practice/exact/seed-small.ts';
import { harborLedger } from '../../practice/harbor/ledger.ts';
import type { ApprovedLine, SeededMapping } from './approved-lines.ts';
import { memoryPorts } from './connector-ports.ts';
import type { TempWorkspace } from './temp-workspace.ts';

type Expected = ReadonlyArray<{ readonly legalEntity: string; readonly entry: LedgerEntry }>;

/** A practice ERP with its real connector: what a test of the posting protocol runs against. */
export type LedgerUnderTest = {
  readonly name: string;
  readonly kind: string;
  readonly mapping: SeededMapping;
  readonly offset: ApprovedLine['offset'];
  /** Whether it removes a journal that is still open. */
  readonly takesBack: boolean;
  open(workspace: TempWorkspace): Promise<{
    readonly fetch: Fetch;
    /** A connector as a started process would open it; what the vault holds outlives it. */
    connect(fetch: Fetch): Connector;
    /** What is wrong in the ERP's own books, given what was approved: none when each entry is there exactly once. */
    faultsInBooks(expected: Expected): string[];
  }>;
};

const ORIGIN = 'http://127.0.0.1:8461';

const d365Ledger: LedgerUnderTest = {
  name: 'Dynamics 365',
  kind: 'd365',
  mapping: {
    ...{ account: 'account', currency: 'USD', legalEntity: 'HPGM' },
    ...{ bankAccount: 'HPGM-OPER', journalName: 'BankFeed' },
  },
  offset: { accountType: 'ledger', account: '111900' },
  takesBack: false,
  open: async (workspace) => {
    const ledger = harborLedger({ firstDay: '2026-11-16', balanceOn: () => ({ minor: 0n, currency: 'USD' }) });
    const erp = createPracticeD365({ ledger, clock: workspace.clock, random: workspace.random });
    const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
    return {
      fetch: erp.fetch,
      connect: (fetch) =>
        d365.open(
          { endpoint: ORIGIN, tokenEndpoint: ORIGIN, tenant, clientId },
          context(workspace, fetch, { secret: () => secret }),
        ),
      faultsInBooks: (expected) =>
        Object.entries(judge(erp.control.truth(), [...expected], isReference)).flatMap(([fault, found]) =>
          Array.isArray(found) && found.length > 0 ? [`${fault}: ${found.length}`] : [],
        ),
    };
  },
};

const exactLedger: LedgerUnderTest = {
  name: 'Exact Online',
  kind: 'exact',
  mapping: {
    ...{ account: 'account', currency: 'EUR', legalEntity: String(DIVISION) },
    ...{ bankAccount: '20', journalName: '20', openingMinor: 100_000n },
  },
  offset: { accountType: 'ledger', account: '2000' },
  takesBack: true,
  open: async (workspace) => {
    const site = createPracticeExact({
      ...{ site: 'nl', ledger: smallSeed(), clock: workspace.clock, random: workspace.random },
    });
    const { clientId, clientSecret, redirectUri } = site.control.application;
    const vault = memoryPorts();
    const connect = (fetch: Fetch) =>
      exact.open(
        { site: 'nl', clientId, redirectUri, divisions: [DIVISION] },
        { ...context(workspace, fetch, { secret: () => clientSecret }), ...vault, environment: 'production' },
      );
    const first = connect(site.fetch);
    const landed = site.control.consent(first.signInUrl('state'));
    await first.finishSignIn(new URL(landed).searchParams.get('code') ?? '', undefined);
    return {
      fetch: site.fetch,
      connect,
      faultsInBooks: (expected) => exactFaults(site.control.books().entries, expected),
    };
  },
};

/** Each entry once with its amount, nothing besides, and every balance opening where the one before closed. */
function exactFaults(books: readonly TruthEntry[], expected: Expected): string[] {
  const faults: string[] = [];
  const ours = books.filter(({ by }) => by === 'client');
  const lines = ours.flatMap((entry) => entry.lines.filter(({ role }) => role === 'line'));
  const known = new Set<string>();
  for (const { entry } of expected) {
    const stem = stemIn(entry.reference);
    known.add(stem);
    const own = lines.filter(({ notes }) => notes?.includes(stem));
    if (own.length !== entry.offsets.length) faults.push(`${entry.text} stands there ${own.length} times`);
    const sum = own.reduce((total, { minor }) => total - minor, 0n);
    if (sum !== entry.amount.minor) faults.push(`${entry.text} is ${sum} there`);
  }
  for (const { notes } of lines)
    if (![...known].some((stem) => notes?.includes(stem))) faults.push(`nobody approved ${notes}`);
  const chain = books.filter(({ division, journal }) => division === DIVISION && journal === '20');
  for (const [index, entry] of chain.entries()) {
    const before = chain[index - 1];
    if (before !== undefined && before.closingMinor !== entry.openingMinor)
      faults.push(`${entry.number} opens at ${entry.openingMinor}, not at ${before.closingMinor}`);
  }
  return faults;
}

function context(
  { clock, random }: TempWorkspace,
  fetch: Fetch,
  secrets: Pick<ConnectorContext, 'secret'>,
): ConnectorContext {
  return { environment: 'sandbox', ...secrets, fetch, clock, random, log: silentLog, ...memoryPorts() };
}

export const LEDGERS: readonly LedgerUnderTest[] = [d365Ledger, exactLedger];
