import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';

/** With this argument Daybook starts in the tray, without a window. */
export const HIDDEN = '--hidden';

/** Whether Daybook opens when the person signs in to the computer. */
export type LoginItem = { isOn(): boolean; set(on: boolean): void };

/** Windows and macOS keep a list of their own; on Linux it is a file (Desktop Application Autostart Specification). */
export function loginItem(platform: NodeJS.Platform, configHome: string): LoginItem {
  if (platform === 'linux') return autostartFile(join(configHome, 'autostart', 'daybook.desktop'));
  return {
    isOn: () => app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin,
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN] }),
  };
}

function autostartFile(path: string): LoginItem {
  return {
    isOn: () => {
      try {
        return readFileSync(path, 'utf8').includes('Exec=');
      } catch {
        return false;
      }
    },
    set: (on) => {
      if (!on) return rmSync(path, { force: true });
      // An AppImage runs from a mount that changes; its own variable names the file that the person keeps.
      const program = process.env.APPIMAGE ?? app.getPath('exe');
      const lines = ['[Desktop Entry]', 'Type=Application', 'Name=Daybook', `Exec="${program}" ${HIDDEN}`, ''];
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, lines.join('\n'));
    },
  };
}
