import { safeStorage } from 'electron';
import type { Keyring } from './keyring.ts';

/**
 * The system's own protection of secrets: Keychain on macOS, DPAPI on Windows, the desktop's keyring on Linux
 * (electronjs.org/docs/latest/api/safe-storage). Only after the app is ready.
 */
export function systemKeyring(platform: NodeJS.Platform): Keyring {
  return {
    isThere: () => safeStorage.isAsyncEncryptionAvailable(),
    isWeak: () => platform === 'linux' && WEAK.includes(safeStorage.getSelectedStorageBackend()),
    seal: (plain) => safeStorage.encryptStringAsync(plain),
    open: async (sealed) => {
      try {
        return (await safeStorage.decryptStringAsync(sealed)).result;
      } catch {
        // Another user, another computer, or a keyring that was reset: the caller asks for the passphrase instead.
        return null;
      }
    },
  };
}

/** Without a keyring Chromium seals with a password that stands in its source code. */
const WEAK = ['basic_text', 'unknown'];
