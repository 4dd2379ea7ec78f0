import { spawn } from 'node:child_process';

/** The system's own way to open an address in the person's browser. */
export function browserCommand(platform: NodeJS.Platform, url: string): { command: string; args: readonly string[] } {
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
  if (platform === 'darwin') return { command: 'open', args: [url] };
  return { command: 'xdg-open', args: [url] };
}

/** Opens the address; false when this computer has no such program (a server without a desktop). */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const { command, args } = browserCommand(platform, url);
  return new Promise((resolve) => {
    // No shell: the address is one argument, whatever it holds.
    const child = spawn(command, [...args], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
