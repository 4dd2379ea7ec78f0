import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Electron's own program inside its npm package, which comes without it; null where it was not fetched yet. */
export function electronBinary(): string | null {
  const path = join(packageFolder(), 'dist', programOf(process.platform));
  return existsSync(path) ? path : null;
}

/** Fetches it from Electron's releases, about 110 MB, checked against the package's checksums. False when it cannot. */
export function fetchElectron(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder(), 'install.js')], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(electronBinary() !== null));
  });
}

function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}

function programOf(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}
