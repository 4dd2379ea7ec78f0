/** `npm run test:electron`: the shell's specs in Electron itself; says plainly when that could not be. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { electronBinary } from '../../main/start/electron-binary.ts';

if (electronBinary() === null) {
  process.stdout.write(
    'NOT RUN: the binary of Electron is not installed, so nothing was tested in Electron itself.\n' +
      'npx install-electron fetches it. The same specs run in the stand-in: npx vitest run test/electron-host.\n',
  );
  process.exit(0);
}
const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
const file = 'test/electron-host/electron.test.ts';
const { status } = spawnSync(process.execPath, [vitest, 'run', file], { stdio: 'inherit' });
process.exit(status ?? 1);
