import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Updates } from '../api/host-services.ts';
import { DaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';

export type Updater = {
  state(): Updates;
  /** Asks the feed and fetches a newer version; it is installed when Daybook is quit. */
  check(): Promise<Updates>;
};

/**
 * Updates are off until a feed is set: `publish` in electron-builder.yml, which puts `app-update.yml` beside the app.
 * Without it nothing is asked of anybody. The update's signature is checked by electron-updater (Windows: publisher;
 * macOS: code signature).
 */
export function updater(resourcesPath: string, version: string, log: Log): Updater {
  const feedIsSet = existsSync(join(resourcesPath, 'app-update.yml'));
  let state: Updates = { state: feedIsSet ? 'current' : 'off', version: feedIsSet ? version : null };
  return {
    state: () => state,
    check: async () => {
      if (!feedIsSet) return state;
      const { autoUpdater } = await import('electron-updater');
      autoUpdater.logger = null;
      autoUpdater.autoDownload = true;
      autoUpdater.autoInstallOnAppQuit = true;
      autoUpdater.allowDowngrade = false;
      autoUpdater.once('update-downloaded', (update) => {
        state = { state: 'ready', version: update.version };
      });
      try {
        const found = await autoUpdater.checkForUpdates();
        const newer = found?.isUpdateAvailable === true;
        if (state.state !== 'ready')
          state = { state: newer ? 'available' : 'current', version: newer ? found.updateInfo.version : version };
        // It goes on by itself; a failure is met again at the next check.
        found?.downloadPromise?.catch((thrown: unknown) =>
          log.warn({ err: thrown }, 'the update could not be fetched'),
        );
        return state;
      } catch (thrown) {
        throw new DaybookError('network_lost', 'The update feed could not be reached. Daybook goes on as it is.', {
          cause: thrown,
        });
      }
    },
  };
}
