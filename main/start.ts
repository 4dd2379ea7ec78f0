/**
 * `npm start` and `npm run practice`: the desktop app where Electron's program is at hand or can be fetched, otherwise
 * the same screens in the browser. Wiring only. Arguments go on to whoever runs.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, MAIN_BUNDLE } from './start/built.ts';
import { electronBinary, fetchElectron } from './start/electron-binary.ts';

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const given = process.argv.slice(2);
const practice = given[0] === 'practice';
/** These ask for the command line or the browser by name. */
const wantsScreens = !given.some((word) => ['--headless', '--help', '--port', '--no-open', '--json'].includes(word));
const wantsElectron = wantsScreens && process.env.DAYBOOK_HOST !== 'browser';

if (wantsElectron && electronBinary() === null && process.stdout.isTTY) {
  tell('Fetching Electron, about 110 MB, once.');
  await fetchElectron();
}
const electron = wantsElectron ? electronBinary() : null;
if (wantsElectron && electron === null)
  tell(
    'Electron is not installed on this computer, so Daybook opens in your browser: the same screens, without the tray.',
  );
if (electron !== null) await ensureBuilt(tell);

const commandLine = [
  ...process.execArgv,
  join(import.meta.dirname, 'cli.ts'),
  ...(practice ? given : ['serve', ...given]),
];
const [program, args] =
  electron === null
    ? [process.execPath, commandLine]
    : [electron, [MAIN_BUNDLE, ...(practice ? ['--practice', ...given.slice(1)] : given)]];
const child = spawn(program, args, { stdio: 'inherit' });
// A terminal's Ctrl-C reaches the child by itself; this process only waits until the workspace is closed.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => process.exit(code ?? 1));
