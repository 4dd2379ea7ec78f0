/** Builds main and preload with the app's own configuration, into DAYBOOK_DIST. */
import { createBuilder } from 'vite';

const builder = await createBuilder({ logLevel: 'error', mode: 'production' });
for (const name of ['main', 'preload']) {
  const part = builder.environments[name];
  if (!part) throw new Error(`vite.config.ts has no part named ${name}`);
  await builder.build(part);
}
