/** `node …/run.ts dist/main/index.js`: runs a built main bundle, unmodified, with the stand-in where it says `electron`. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

Object.assign(process, { type: 'browser', resourcesPath: process.env.STAND_IN_RESOURCES ?? import.meta.dirname });
process.argv.splice(1, 1);

const electron = await import('./electron.ts');
const { serveControl } = await import('./control.ts');
serveControl(electron);
// As Electron does: it is ready only after the main module has run to its end. One that waits for it hangs.
await import(pathToFileURL(process.argv[1] ?? '').href);
await electron.app.becomeReady();
