import type { hostCalls } from '../calls/host.ts';
import type { HandlersOf } from '../handler.ts';

export const hostHandlers: HandlersOf<typeof hostCalls> = {
  'host.about': (_input, { host }) => host.services.about(),
  'host.unlock': async ({ passphrase, remember }, { host }) => {
    await host.services.unlock(passphrase, remember);
    return {};
  },
  'host.protect': async ({ passphrase, remember }, { host }) => {
    await host.services.protect(passphrase, remember);
    return {};
  },
  'host.setOpenAtLogin': async ({ open }, { host }) => {
    await host.services.setOpenAtLogin(open);
    return {};
  },
  'host.checkForUpdates': (_input, { host }) => host.services.checkForUpdates(),
};
