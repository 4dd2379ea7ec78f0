import type { EventName, WireResult } from '../api/contract.ts';
import { calls, envelope } from '../api/contract.ts';
import type { Api, Emit } from '../api/executor.ts';
import type { HostServices, Updates } from '../api/host-services.ts';
import { createPracticeCompany } from '../api/practice-company.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Keyring } from './keyring.ts';
import { forgotten, type ProtectionFile, type Unlocking } from './protection.ts';

/** What the door needs of the engine: open the workspace with a passphrase, as an API for this host. */
export type OpenEngine = (
  passphrase: string,
  host: {
    readonly services: HostServices;
    readonly passphraseChanged: (next: string) => void;
    /** True while the passphrase itself lies open on the disk. */
    readonly productionRefused: () => boolean;
    readonly emit: Emit;
  },
) => Promise<Api>;

/** The practice company beside the workspace, as an API of its own. */
export type OpenPracticeBeside = (host: {
  readonly services: HostServices;
  readonly emit: Emit;
  readonly tell: (sentence: string) => void;
}) => Promise<Api>;

/** The workspace behind its passphrase: the one thing that the screens talk to. */
export type Door = {
  call(envelope: unknown): Promise<WireResult>;
  /** The own workspace's, also while the screens show the practice company. Null while locked. */
  readonly api: () => Api | null;
  /** The screens show the practice company. */
  readonly showsPractice: () => boolean;
  /** Opens with what the keyring kept; otherwise stays locked until `host.unlock`. */
  start(): Promise<void>;
  close(): Promise<void>;
};

export type DoorOptions = {
  readonly database: string;
  readonly keyring: Keyring;
  readonly protection: ProtectionFile;
  readonly openEngine: OpenEngine;
  /** Absent where the workspace itself is the practice company. */
  readonly openPractice?: OpenPracticeBeside;
  /** Reaches every screen. */
  readonly emit: Emit;
  /** Told of the own workspace's events, also while the screens show the practice company. */
  readonly onOwnEvent: (name: EventName) => void;
  /** Battery and network of this computer. */
  readonly conditions: HostServices['conditions'];
  readonly linkOrigin: string | null;
  readonly loginItem: { isOn(): boolean; set(on: boolean): void };
  readonly updater: { state(): Updates; check(): Promise<Updates> };
  /** Told of what no screen waits for. */
  readonly onTrouble: (thrown: unknown) => void;
};

export const WEAK_SENTENCE =
  'This computer has no keyring, so anybody who can read its disk could read Daybook’s secrets. Production keys are ' +
  'refused until you set a passphrase in Settings.';
const OUTDATED_SENTENCE =
  'The passphrase that this computer remembers no longer opens the vault. Enter the present one.';
const LOCKED_SENTENCE = 'Daybook is locked. Enter its passphrase to go on.';

export function createDoor(options: DoorOptions): Door {
  const { database, keyring, protection, emit, openPractice } = options;
  let api: Api | null = null;
  let held: Unlocking = forgotten(false);
  let trouble: DaybookError | null = null;
  let kept: Promise<void> = Promise.resolve();
  const practice =
    openPractice && createPracticeCompany(emit, (host) => openPractice({ ...host, services }), options.onTrouble);
  const emitOwn: Emit = (name, data) => {
    options.onOwnEvent(name);
    (practice?.ownEmit ?? emit)(name, data);
  };
  const isWeak = () => held.kind === 'keyring' && keyring.isWeak();

  /** A person's passphrase from now on. One write of the file after another. */
  const hold = (passphrase: string, remembered: boolean): Promise<void> => {
    held = { kind: 'passphrase', passphrase, remembered, first: false, sentence: null };
    kept = kept.catch(() => {}).then(() => protection.setPassphrase(passphrase, remembered));
    return kept;
  };

  const services: HostServices = {
    about: async () => {
      const weak = isWeak();
      return {
        host: 'electron',
        locked: api === null,
        firstPassphrase: held.first,
        protection: weak ? 'weak' : held.kind,
        sentence: weak ? WEAK_SENTENCE : held.sentence,
        linkOrigin: options.linkOrigin,
        openAtLogin: options.loginItem.isOn(),
        updates: options.updater.state(),
        practice: practice?.state() ?? 'none',
      };
    },
    unlock: async (passphrase, remember) => {
      if (api) return;
      await open(passphrase);
      trouble = null;
      await hold(passphrase, remember);
      emitOwn('host.unlocked', {});
    },
    protect: async (passphrase, remember) => {
      const before = held;
      if (!api || before.passphrase === null) throw locked();
      if (before.kind !== 'keyring')
        throw new DaybookError('usage', 'The vault has a passphrase already. Change it under Passphrase in Settings.');
      await api.run('vault.changePassphrase', { old: before.passphrase, next: passphrase });
      // Were the app killed here, the next start would ask for the passphrase: what the keyring kept opens no more.
      await hold(passphrase, remember);
    },
    setOpenAtLogin: async (on) => options.loginItem.set(on),
    checkForUpdates: () => options.updater.check(),
    conditions: options.conditions,
    openPractice: practice?.openPractice ?? noPractice,
    leavePractice: practice?.leavePractice ?? noPractice,
  };

  const open = async (passphrase: string) => {
    api = await options.openEngine(passphrase, {
      services,
      emit: emitOwn,
      productionRefused: isWeak,
      passphraseChanged: (next) => {
        hold(next, held.kind === 'passphrase' && held.remembered).catch(options.onTrouble);
      },
    });
  };

  const answerLocked = async (sent: unknown): Promise<WireResult> => {
    try {
      const { name, input } = envelope.parse(sent);
      if (name === 'host.about') return { ok: true, value: await services.about() };
      if (name !== 'host.unlock') throw trouble ?? locked();
      const { passphrase, remember } = calls['host.unlock'].input.parse(input);
      await services.unlock(passphrase, remember);
      return { ok: true, value: {} };
    } catch (thrown) {
      return { ok: false, error: asDaybookError(thrown).toJSON() };
    }
  };

  const callOwn = (sent: unknown) => (api ? api.call(sent) : answerLocked(sent));
  return {
    api: () => api,
    showsPractice: () => practice?.state() === 'open',
    call: (sent) => (practice ? practice.call(callOwn, sent) : callOwn(sent)),
    start: async () => {
      try {
        held = await protection.read(database);
        if (held.passphrase !== null) await open(held.passphrase);
      } catch (thrown) {
        const error = asDaybookError(thrown);
        // The vault was given another passphrase, by the command line or a moment before the app was killed.
        if (error.code === 'vault_wrong_passphrase') held = forgotten(false, OUTDATED_SENTENCE);
        // Told to the screens with every call, with the sentence and the repair; the app stays up to show it.
        else trouble = error;
      }
    },
    close: async () => {
      const closing = api;
      api = null;
      await practice?.close();
      await closing?.close();
    },
  };
}

async function noPractice(): Promise<never> {
  throw new DaybookError('not_supported', 'This is the practice company itself. Nothing was changed.');
}

function locked(): DaybookError {
  return new DaybookError('vault_locked', LOCKED_SENTENCE);
}
