import { afterAll, beforeAll, describe } from 'vitest';
import { electronBinary } from '../../main/start/electron-binary.ts';
import { type Built, build } from './build.ts';
import { startElectron } from './driver.ts';
import { shellSpecs } from './shell-specs.ts';

const binary = electronBinary();
const title =
  binary === null
    ? 'the desktop shell in Electron itself (did not run: Electron’s binary is not installed)'
    : 'the desktop shell in Electron itself';

describe.skipIf(binary === null)(title, () => {
  let built: Built;
  beforeAll(() => {
    built = build();
  }, 120_000);
  afterAll(() => built?.remove());

  shellSpecs((options) => startElectron({ dist: built.dist, ...options }, binary ?? ''));
});
