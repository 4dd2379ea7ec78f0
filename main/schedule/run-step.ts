/** What a run is made of. A capability brings one `RunStep` and one line in run-steps.ts. */

import type { ProposeResult } from '../coding/propose.ts';
import type { Instant } from '../core/calendar.ts';
import type { SerialError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';
import type { SyncAllResult } from '../feeds/index.ts';

/** What began a run. `webhook`: a verified notice was a reason to pull. */
export type RunTrigger = 'person' | 'schedule' | 'webhook';

/** For what a run of the schedule waited before it began. */
export type WaitedFor = {
  readonly for: 'power' | 'unmetered' | 'network';
  readonly from: Instant;
  readonly until: Instant;
};

/** Why a run takes place. A host gives it; no caller from outside can. */
export type Occasion = {
  readonly trigger: RunTrigger;
  /** One sentence, e.g. what the webhook announced; null where the trigger says it all. */
  readonly reason: string | null;
  /** The slot of the schedule that it stands for, and how many earlier ones it makes up for. */
  readonly dueAt: Instant | null;
  readonly missed: number;
  readonly waited: readonly WaitedFor[];
};

export const BY_PERSON: Occasion = { trigger: 'person', reason: null, dueAt: null, missed: 0, waited: [] };

/** What part of the story is about: a bank, a connection, an account, a ledger; screens link it by kind. */
export type PartSubject = {
  readonly kind: 'feed' | 'connection' | 'account' | 'ledger';
  readonly id: string;
  readonly name: string;
};

/** One sentence of a run's story, with its figures. */
export type RunPart = {
  readonly subject: PartSubject | null;
  /** `waiting`: it is tried again by itself. */
  readonly outcome: 'done' | 'waiting' | 'failed' | 'skipped';
  /** What happened, what it means, what to do: for an accountant. */
  readonly sentence: string;
  /** Told in the whole story only, not in its short form: one bank's share of a sum. */
  readonly detail?: boolean;
  /** Whole numbers by name, e.g. `newLines`; never amounts. */
  readonly figures?: Readonly<Record<string, number>>;
  /**
   * Set when a person must act: a name of this need that stays the same as long as it is the same need, e.g.
   * `feed:feed_01…:login_required`. A notification tells of needs that the run before did not have.
   */
  readonly need?: string;
  /** Why it failed, with its repair. */
  readonly error?: SerialError;
};

/** What one run works with. */
export type RunContext = {
  readonly daybook: Daybook;
  readonly actor: string;
  readonly occasion: Occasion;
  /** Feeds to fetch; null: all. A run of some feeds is short: a step that looks at everything may leave itself out. */
  readonly feedIds: readonly string[] | null;
  /** Aborted when a person stops the run, or the host closes. */
  readonly stop: AbortSignal;
  /** How far the step is; `total` null while nobody knows. Keeps the right to run alive: call it during long work. */
  readonly progress: (done: number, total: number | null, sentence: string) => void;
  /** Tells screens that feeds and queue changed in the middle of the run. */
  readonly changed: () => void;
  /** The story so far. */
  readonly told: () => readonly RunPart[];
  /** What earlier steps of this run found, for later ones. */
  readonly found: RunFindings;
};

export type RunFindings = {
  feeds: readonly SyncAllResult[];
  proposals: ProposeResult;
  ledgerTrouble: ReadonlyArray<{ readonly legalEntity: string; readonly error: SerialError }>;
};

/**
 * One capability's share of every run. Steps run one after another. A step that throws is told in the story with its
 * error, and the run goes on; only a stop ends it. No parts: there is nothing worth saying.
 */
export type RunStep = {
  /** Stored with its parts: kebab-case, never changed. */
  readonly name: string;
  run(context: RunContext): Promise<readonly RunPart[]>;
};

/**
 * Why a host that closes stops a run: unlike a person's stop it leaves the slot of the schedule open, so that the next
 * start makes up for it.
 */
export const HOST_CLOSES = new DOMException('Daybook is being closed.', 'AbortError');

/** Why a run ends whose right went to another process: this computer slept for longer than the right lasts. */
export const TAKEN_OVER = new DOMException('Another Daybook runs the schedule by now.', 'AbortError');
