import type { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
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
};

/** A host whose passphrase was given before it started, and that has no desktop: browser host and command line. */
export function plainHost(host: 'browser' | 'cli', linkOrigin: () => string | null = () => null): HostServices {
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
    }),
    unlock: refuse,
    protect: refuse,
    setOpenAtLogin: refuse,
    checkForUpdates: refuse,
  };
}
