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
  'host.openPractice': async (_input, { host, progress }) => {
    await host.services.openPractice((sentence) => progress(0, null, sentence));
    return {};
  },
  'host.leavePractice': async (_input, { host }) => {
    await host.services.leavePractice();
    return {};
  },
  'host.checkForUpdates': (_input, { host }) => host.services.checkForUpdates(),
};
