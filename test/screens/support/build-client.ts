/** Builds the renderer alone, with the app's own configuration, into DAYBOOK_DIST. */
import { createBuilder } from 'vite';

const builder = await createBuilder({ logLevel: 'error', mode: 'production' });
const { client } = builder.environments;
if (!client) throw new Error('vite.config.ts has no part named client');
await builder.build(client);
