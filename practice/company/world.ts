/** A practice company with every outside system that it uses: one small type for all hosts of the practice mode. */
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { Clock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import type { FaultSwitches } from '../faults.ts';
import type { PracticePlaid } from '../plaid/index.ts';
import type { CompanyBanks } from './banks.ts';
import type { ClosingBalance, ExpectedEntry, Judgement } from './judgement.ts';

export type WorldOptions = {
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  readonly clock: Clock;
  /** Days of history before the first day; 730 unless told. */
  readonly historyDays?: number;
  /** How long after linking a bank's whole history is there; a minute unless told. */
  readonly historyAfterMs?: number;
  /** Reaches the addresses to which banks and ledgers send their webhooks; without it they are only recorded. */
  readonly notify?: Fetch;
  /** Whose time stands in signatures; the company's own unless told. */
  readonly webhookClock?: Clock;
  /** Pause before a refused webhook of a bank is sent again; 30 s unless told. */
  readonly retryAfterMs?: number;
};

/** One of the outside systems, as a fetch handler. */
export type PracticeServer = {
  /** `plaid`, `d365` … */
  readonly key: string;
  readonly fetch: Fetch;
  readonly faults: FaultSwitches;
  /** Pages of it that a person opens in a browser. */
  isPage(pathname: string): boolean;
  /** What somebody must know to use it when it is served at an address; no secrets. */
  about(url: string): Readonly<Record<string, string>>;
};

/** A ledger of the company, as a person and a judge see it. */
export type PracticeLedger = {
  /** Name of its connection in the setup document. */
  readonly connection: string;
  /** What the ERP does by itself at night, such as posting the journals that it finds. */
  nightJob(): void;
  /**
   * Where a person signs in in the browser: opens the page at `url` and agrees. Gives the address at which the browser
   * lands. Null where keys are enough.
   */
  readonly signIn: ((url: string) => Promise<string>) | null;
  /** Counts the expected entries in the ERP's own books, whatever any client believes. */
  judge(expected: readonly ExpectedEntry[], isOurs: (text: string) => boolean): Judgement;
  /** Of every bank journal that carries balances; none where entries have no balances. */
  closingBalances(): readonly ClosingBalance[];
};

/** What the setup document needs of a practice company; the rest of the document is the company's own. */
export type PracticeSetup = {
  readonly connections: readonly object[];
  readonly mappings: readonly object[];
  readonly rules: readonly object[];
};

export type PracticeWorld = {
  /** The company's full name. */
  readonly title: string;
  readonly banks: CompanyBanks;
  readonly plaid: PracticePlaid;
  /** Plaid and the ledgers. */
  readonly servers: readonly PracticeServer[];
  readonly ledgers: readonly PracticeLedger[];
  /** The secrets that the setup document names: keys of the practice servers, no secrets of anyone. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The setup document for servers at these addresses, by key.
   * @param tokens environment variables that hold access tokens of banks already linked; none = link later
   */
  setup(addresses: Readonly<Record<string, string>>, tokens?: readonly string[]): PracticeSetup;
};

/** The address of one server among all. @throws RangeError where it is missing. */
export function addressOf(addresses: Readonly<Record<string, string>>, key: string): string {
  const address = addresses[key];
  if (address === undefined) throw new RangeError(`no address for the practice server ${key}`);
  return address;
}
