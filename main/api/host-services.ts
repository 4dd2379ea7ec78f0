import type { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import { type Conditions, UNKNOWN_CONDITIONS } from '../schedule/look.ts';
import type { hostCalls } from './calls/host.ts';

type Output<N extends keyof typeof hostCalls> = z.input<(typeof hostCalls)[N]['output']>;
export type HostAbout = Output<'host.about'>;
export type Updates = Output<'host.checkForUpdates'>;

/** What a host can do beside the workspace. */
export type HostServices = {
  about(): Promise<HostAbout>;
  /** @throws DaybookError `vault_wrong_passphrase` */
  unlock(passphrase: string, remember: boolean): Promise<void>;
  protect(passphrase: string, remember: boolean): Promise<void>;
  setOpenAtLogin(open: boolean): Promise<void>;
  checkForUpdates(): Promise<Updates>;
  /** What this host knows of the computer's battery and network; null for what it cannot know. */
  conditions(): Promise<Conditions>;
  /** Shows the practice company in place of the workspace. `tell`: one sentence a step. */
  openPractice(tell: (sentence: string) => void): Promise<void>;
  leavePractice(): Promise<void>;
};

/** Where the practice company can be opened beside the workspace; see `createPracticeCompany`. */
export type PracticeServices = Pick<HostServices, 'openPractice' | 'leavePractice'> & {
  state(): HostAbout['practice'];
};

/** A host whose passphrase was given before it started, and that has no desktop: browser host and command line. */
export function plainHost(
  host: 'browser' | 'cli',
  linkOrigin: () => string | null = () => null,
  practice?: PracticeServices,
): HostServices {
  const refuse = async () => {
    throw new DaybookError('not_supported', 'Only the desktop app can do this. Nothing was changed.');
  };
  return {
    about: async () => ({
      host,
      locked: false,
      firstPassphrase: false,
      protection: 'passphrase',
      sentence: null,
      linkOrigin: linkOrigin(),
      openAtLogin: null,
      updates: { state: 'off', version: null },
      practice: practice?.state() ?? 'none',
    }),
    unlock: refuse,
    protect: refuse,
    setOpenAtLogin: refuse,
    checkForUpdates: refuse,
    conditions: async () => UNKNOWN_CONDITIONS,
    openPractice: practice?.openPractice ?? refuse,
    leavePractice: practice?.leavePractice ?? refuse,
  };
}
