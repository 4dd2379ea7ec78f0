/** The practice company beside a person's own workspace: the screens show one of the two, and each stays itself. */
import { DaybookError } from '../core/errors.ts';
import type { WireResult } from './contract.ts';
import type { Api, Emit } from './executor.ts';
import type { PracticeServices } from './host-services.ts';

/** Opens the practice company as an API of its own. `tell`: one sentence a step, for people. */
export type OpenPractice = (host: { readonly emit: Emit; readonly tell: (sentence: string) => void }) => Promise<Api>;

export type PracticeCompany = PracticeServices & {
  /** The practice company's API while the screens show it, otherwise the given one. */
  call(own: (envelope: unknown) => Promise<WireResult>, envelope: unknown): Promise<WireResult>;
  /** For the own workspace's API: what it tells does not reach screens that show the practice company. */
  readonly ownEmit: Emit;
  close(): Promise<void>;
};

/** @param emit reaches every screen of the host */
export function createPracticeCompany(
  emit: Emit,
  openPractice: OpenPractice,
  onTrouble: (thrown: unknown) => void,
): PracticeCompany {
  let shown: Api | null = null;
  let opening: Promise<void> | null = null;
  let closing: Promise<void> = Promise.resolve();

  const begin = async (tell: (sentence: string) => void) => {
    await closing;
    let mine: Api | null = null;
    const opened = await openPractice({
      tell,
      emit: (name, data) => {
        if (shown !== null && shown === mine) emit(name, data);
      },
    });
    mine = opened;
    shown = opened;
    emit('host.workspace', {});
  };

  return {
    state: () => (shown === null ? 'offered' : 'open'),
    call: (own, envelope) => (shown === null ? own(envelope) : shown.call(envelope)),
    ownEmit: (name, data) => {
      if (shown === null) emit(name, data);
    },
    openPractice: async (tell) => {
      if (shown !== null) return;
      opening ??= begin(tell).finally(() => {
        opening = null;
      });
      await opening;
    },
    leavePractice: async () => {
      const left = shown;
      if (left === null)
        throw new DaybookError('not_supported', 'The practice company is not open; this is your own workspace.');
      shown = null;
      // Not awaited: the call that asks for it is one of those that the practice company waits for.
      closing = left.close().catch(onTrouble);
      emit('host.workspace', {});
    },
    close: async () => {
      await opening?.catch(() => {});
      const last = shown;
      shown = null;
      await Promise.all([closing, last?.close()]);
    },
  };
}
