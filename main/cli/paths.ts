import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the operating system wants application data to lie. */
export function defaultWorkspace(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Daybook');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Daybook');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'daybook');
}

/** The practice company's workspace lies beside the real one, and is made anew each time. */
export function practiceFolder(folder: string): string {
  return join(folder, 'practice');
}

/** The files inside a workspace folder. */
export function workspaceFiles(folder: string) {
  return { database: join(folder, 'daybook.db'), logs: join(folder, 'logs'), backups: join(folder, 'backups') };
}
