/**
 * Plants one bug into the sources as they are loaded: `node --import …/plant.ts`, with its name in SIMULATION_PLANTED.
 * The files on disk stay as they are.
 */
import { registerHooks } from 'node:module';
import { bugNamed } from './bugs.ts';
import { plantedSources } from './edits.ts';

/** A file that is gone or has changed fails here, before anything runs. */
const sources = plantedSources(bugNamed(process.env.SIMULATION_PLANTED ?? ''));

registerHooks({
  load: (url, context, nextLoad) => {
    const source = sources.get(url);
    return source === undefined ? nextLoad(url, context) : { format: 'module-typescript', source, shortCircuit: true };
  },
});
