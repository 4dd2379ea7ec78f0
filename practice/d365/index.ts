/** Dynamics 365 Finance & Operations as a practice server: a stateful fetch handler, and the people inside the ERP. */
import type { Clock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { type Random, seededRandom } from '../../main/core/random.ts';
import { createFaultSwitches, type FaultSwitches, withFaults } from '../faults.ts';
import type { HarborLedger } from '../harbor/ledger.ts';
import { createActors, type ErpActors } from './actors.ts';
import { createDatabase } from './database.ts';
import { answerDoor } from './door.ts';
import type { Erp, ErpSettings } from './erp.ts';
import { serviceProblem } from './errors.ts';
import { seed } from './seed.ts';
import { createDataService, type ServiceFaults } from './service.ts';
import { type Credentials, createTokenService } from './token.ts';
import { type Truth, truthOf } from './truth.ts';
import type { Values } from './values.ts';

export type { BankLinkPosting, ErpActors, JournalRef, LineRef } from './actors.ts';
export type { ErpSettings } from './erp.ts';
export type { PostingOptions, PostingReport } from './posting.ts';
export type { ServiceFaults } from './service.ts';
export type { Credentials } from './token.ts';
export type { Truth, TruthSide } from './truth.ts';
export { judge } from './truth.ts';

/** The practice company's own directory, application and environment; nothing of a real tenant. */
export const PRACTICE_CREDENTIALS: Credentials = {
  tenant: '7a5c1f0e-0d36-4b0a-9d55-3f6a1b2c4d5e',
  clientId: '2f9d4c6b-8e1a-4f7c-a3b5-6d7e8f901234',
  secret: 'practice-secret-of-harbor',
};
export const PRACTICE_ENVIRONMENT = 'https://harbor.operations.dynamics.example';

export type PracticeD365Options = {
  readonly ledger: HarborLedger;
  readonly clock: Clock;
  readonly random: Random;
  readonly credentials?: Credentials;
  /** Origin of the environment; the host that the handler is called under is accepted as well. */
  readonly environment?: string;
  readonly settings?: Partial<ErpSettings>;
};

export type PracticeD365Control = ErpActors & {
  /** All books of the ERP, read from inside. */
  truth(): Truth;
  /** Switches of the ERP's behaviour; change them at any time. */
  readonly settings: ErpSettings;
  /** Faults of the wire (`add`, `clear`) and inside the ERP (the fields); change them at any time. */
  readonly faults: FaultSwitches & ServiceFaults;
  /** Takes a set away from the service user's roles: a 403, or hidden behind a 404. */
  denySet(set: string, how: 'forbidden' | 'hidden' | 'allowed'): void;
  setRegistered(registered: boolean): void;
  forgetTokens(): void;
  /** Adds a record to any set; fields that are not named stay empty. */
  addRecord(set: string, values: Values): void;
  /** Changes one record of any set, e.g. to block an account. Key values in the order of the set's key. */
  changeRecord(set: string, key: readonly string[], changes: Values): void;
};

export type PracticeD365 = { readonly fetch: Fetch; readonly control: PracticeD365Control };

export function createPracticeD365(options: PracticeD365Options): PracticeD365 {
  const { ledger, clock, random, credentials = PRACTICE_CREDENTIALS, environment = PRACTICE_ENVIRONMENT } = options;
  const sequences = new Map<string, number>();
  const erp: Erp = {
    db: createDatabase(),
    clock,
    random,
    settings: {
      pageSize: 10_000,
      defaultCompany: ledger.legalEntities[0]?.id ?? 'DAT',
      journalNumbers: 'automatic',
      readOnlyFields: 'reject',
      linkOrigin: undefined,
      linesPerPostedJournal: 1000,
      ...options.settings,
    },
    nextNumber: (sequence) => {
      const number = (sequences.get(sequence) ?? 0) + 1;
      sequences.set(sequence, number);
      return number;
    },
    posted: [],
    locks: new Map(),
    requiredDimensions: ledger.requiredDimensions,
    controlAccounts: controlAccountsOf(ledger),
  };
  seed(erp, ledger);

  const inside: ServiceFaults = {
    ...{ throttledParts: 0, retryAfterSeconds: undefined, failedChangesets: 0 },
    ...{ crashAfterOperations: undefined, onPartialCrash: null },
  };
  const faults = Object.assign(createFaultSwitches(), inside);
  const denials = new Map<string, 'forbidden' | 'hidden'>();
  const tokens = createTokenService({ clock, random }, { credentials, environmentHost: new URL(environment).host });
  const service = createDataService(erp, denials, faults);
  const actors = createActors(erp);
  const truth = () => truthOf(erp);

  const serve: Fetch = async (request) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/data/')) return tokens.refuse(request, url) ?? service.answer(request, url);
    const answer = await tokens.answer(request, url);
    const nowhere = { Message: 'No HTTP resource was found that matches the request.' };
    return answer ?? Response.json(nowhere, { status: 404 });
  };
  // A stream of its own: switching a fault on must not change the numbers that the ERP draws.
  const faulty = withFaults(serve, { clock, random: seededRandom('d365-faults'), faults, refuse: serviceProblem });

  return {
    fetch: async (request) => (await answerDoor(request, new URL(request.url), actors, truth)) ?? faulty(request),
    control: {
      ...actors,
      truth,
      settings: erp.settings,
      faults,
      denySet: (set, how) => {
        if (how === 'allowed') denials.delete(set);
        else denials.set(set, how);
      },
      setRegistered: tokens.setRegistered,
      forgetTokens: tokens.forgetTokens,
      addRecord: (set, values) => {
        erp.db.table(set).insert(values);
      },
      changeRecord: (set, key, changes) => {
        const table = erp.db.table(set);
        const row = table.find(key);
        if (row === undefined) throw new RangeError(`${set} has no record ${key.join(', ')}`);
        table.update(row, changes);
      },
    },
  };
}

/** The summary accounts: the asset and the liability that only subledgers post to. */
function controlAccountsOf(ledger: HarborLedger): Erp['controlAccounts'] {
  const account = (type: 'Asset' | 'Liability') =>
    ledger.mainAccounts.find((main) => main.noManualEntry === true && main.type === type)?.account ?? '';
  return { Cust: account('Asset'), Vend: account('Liability') };
}
