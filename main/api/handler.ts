import type { z } from 'zod';
import type { Daybook } from '../daybook.ts';
import type { Occasion } from '../schedule/run-step.ts';
import type { Topic } from './calls/define.ts';
import type { CallName, calls } from './contract.ts';
import type { HostServices } from './host-services.ts';

/** What a handler works with: the open workspace, who asks, and the ways to tell and to be stopped. */
export type Work = {
  readonly daybook: Daybook;
  /** Who asks; stands in the trail. Set by the host, never by a caller. */
  readonly actor: string;
  /** Why; by a person unless the host says otherwise. */
  readonly occasion: Occasion;
  readonly stop: AbortSignal;
  /** How far the work is; `total` null while nobody knows. */
  readonly progress: (done: number, total: number | null, sentence: string) => void;
  /** Tells screens in the middle of long work; at its end the contract's topics are told anyway. */
  readonly changed: (topics: readonly Topic[]) => void;
  readonly host: HostPart;
};

/** What the host gives beside the open workspace. */
export type HostPart = {
  /** Folder for automatic backups. */
  readonly backups: string;
  /** Environment variables that a setup document may name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Long calls that run now. */
  readonly running: () => readonly RunningCall[];
  /** False when there is no such call. */
  readonly cancel: (callId: string) => boolean;
  /**
   * Closes the workspace, does `between`, and opens it again; other work is cancelled and waited for. Null where the
   * host cannot open it again.
   */
  readonly reopened: (<T>(between: () => Promise<T>, passphrase: string | undefined) => Promise<T>) | null;
  /** Told when the passphrase changed, so that the host can open the workspace again. */
  readonly passphraseChanged: (next: string) => void;
  readonly services: HostServices;
};

export type RunningCall = {
  readonly callId: string;
  readonly name: string;
  readonly startedAt: string;
  readonly done: number;
  readonly total: number | null;
  readonly sentence: string;
};

/** A handler gets a checked input and gives what the contract's output schema takes. */
export type Handler<N extends CallName> = (
  input: z.output<(typeof calls)[N]['input']>,
  work: Work,
) => Promise<z.input<(typeof calls)[N]['output']>>;

export type Handlers<N extends CallName = CallName> = { readonly [K in N]: Handler<K> };

/** The calls of one group of the contract: `HandlersOf<typeof todayCalls>`. */
export type HandlersOf<Group> = Handlers<Extract<keyof Group, CallName>>;
