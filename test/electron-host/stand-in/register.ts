/**
 * `node --import …/register.ts dist/main/index.js`: runs a built main bundle, unmodified, with the stand-in where it
 * says `electron`.
 */
import { registerHooks } from 'node:module';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

Object.assign(process, { type: 'browser', resourcesPath: process.env.STAND_IN_RESOURCES ?? import.meta.dirname });

const electron = await import('./electron.ts');
const { serveControl } = await import('./control.ts');
serveControl(electron);
// Electron becomes ready after the main script's own first turn; what must come before it, comes before it.
setImmediate(() => setImmediate(() => void electron.app.becomeReady()));
