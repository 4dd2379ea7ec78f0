/**
 * `npm start`: the desktop app where Electron's program is at hand or can be fetched, otherwise the same screens in the
 * browser. Wiring only. Arguments go on to whoever runs.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, MAIN_BUNDLE } from './start/built.ts';
import { electronBinary, fetchElectron } from './start/electron-binary.ts';

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const given = process.argv.slice(2);

if (process.env.DAYBOOK_HOST !== 'browser' && electronBinary() === null && process.stdout.isTTY) {
  tell('Fetching Electron, about 110 MB, once.');
  await fetchElectron();
}
const electron = process.env.DAYBOOK_HOST === 'browser' ? null : electronBinary();
if (electron === null)
  tell(
    'Electron is not installed on this computer, so Daybook opens in your browser. Everything works there but the tray.',
  );

await ensureBuilt(tell);
const [program, args] =
  electron === null
    ? [
        process.execPath,
        [join(import.meta.dirname, 'cli.ts'), ...(given.includes('--practice') ? ['practice'] : ['serve', ...given])],
      ]
    : [electron, [MAIN_BUNDLE, ...given]];
const child = spawn(program, args, { stdio: 'inherit' });
// Ctrl-C reaches the child by itself; this process waits for it to close the workspace.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
